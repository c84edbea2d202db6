#include "emulator/log_json.h"

#include <charconv>

#include "emulator/log_body.h"

namespace mtc::emulator {
namespace {

void append_number(std::string& out, std::int64_t value, int base = 10) {
  char digits[24];
  const auto [end, error] = std::to_chars(digits, digits + sizeof(digits), value, base);
  for (char* c = digits; c != end; ++c) out += *c >= 'a' ? static_cast<char>(*c - 32) : *c;
}

void append_package(std::string& out, const LogRow& row, const TopicTable& table) {
  append_escaped(out, table.stream(row.stream).context);
  out += '-';
  append_number(out, row.group, 16);
}

void append_highlights(std::string& out, const LogRow& row,
                       const std::vector<HighlightTerm>& terms) {
  std::string scratch;
  bool any = false;
  for (const auto& term : terms) {
    const auto value = find_field(row.body, term.field, scratch);
    if (!value || !term.matcher->matches(*value)) continue;
    out += any ? ",{\"Key\":\"" : "{\"Key\":\"";
    any = true;
    append_escaped(out, term.field);
    out += "\",\"Values\":[\"";
    append_escaped(out, term.matcher->highlight(*value));
    out += "\"]}";
  }
}

}  // namespace

void append_log_info(std::string& out, const LogRow& row, const TopicTable& table,
                     std::string_view topic_name, const std::vector<HighlightTerm>* highlights) {
  const auto& stream = table.stream(row.stream);
  out += "{\"Time\":";
  append_number(out, time_of_row(row.row));
  out += ",\"TopicId\":\"";
  out += table.topic_id();
  out += "\",\"TopicName\":\"";
  out += topic_name;
  out += "\",\"Source\":\"";
  append_escaped(out, stream.source);
  out += "\",\"FileName\":\"";
  append_escaped(out, stream.filename);
  out += "\",\"PkgId\":\"";
  append_package(out, row, table);
  out += "\",\"PkgLogId\":\"";
  append_number(out, row.index << kPackageLogShift);
  out += "\",\"HighLights\":[";
  if (highlights != nullptr) append_highlights(out, row, *highlights);
  out += "],\"LogJson\":\"";
  append_json_in_json(out, row.body);
  out += "\",\"HostName\":\"";
  append_escaped(out, stream.hostname);
  out += "\",\"RawLog\":\"\",\"IndexStatus\":\"\"}";
}

void append_context_info(std::string& out, const LogRow& row, const TopicTable& table) {
  const auto& stream = table.stream(row.stream);
  out += "{\"Source\":\"";
  append_escaped(out, stream.source);
  out += "\",\"Filename\":\"";
  append_escaped(out, stream.filename);
  out += "\",\"Content\":\"";
  append_json_in_json(out, row.body);
  out += "\",\"PkgId\":\"";
  append_package(out, row, table);
  out += "\",\"PkgLogId\":";
  append_number(out, row.index << kPackageLogShift);
  out += ",\"BTime\":";
  append_number(out, time_of_row(row.row));
  out += ",\"HostName\":\"";
  append_escaped(out, stream.hostname);
  out += "\",\"RawLog\":\"\",\"IndexStatus\":\"\",\"HighLights\":[]}";
}

}  // namespace mtc::emulator
