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

// Where the log comes from: the members that both forms have next to each other. They spell the
// file's name differently.
void append_origin(std::string& out, const LogRow& row, const TopicTable& table,
                   std::string_view file_member) {
  const auto& stream = table.stream(row.stream);
  out += "\"Source\":\"";
  append_escaped(out, stream.source);
  out += "\",\"HostName\":\"";
  append_escaped(out, stream.hostname);
  out += "\",\"";
  out += file_member;
  out += "\":\"";
  append_escaped(out, stream.filename);
  out += "\",\"PkgId\":\"";
  append_escaped(out, stream.context);
  out += '-';
  append_number(out, row.group, 16);
  out += "\",\"RawLog\":\"\",\"IndexStatus\":\"\",";
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
  out += "{\"Time\":";
  append_number(out, time_of_row(row.row));
  out += ",\"TopicId\":\"";
  out += table.topic_id();
  out += "\",\"TopicName\":\"";
  out += topic_name;
  out += "\",";
  append_origin(out, row, table, "FileName");
  out += "\"PkgLogId\":\"";
  append_number(out, row.index << kPackageLogShift);
  out += "\",\"HighLights\":[";
  if (highlights != nullptr) append_highlights(out, row, *highlights);
  out += "],\"LogJson\":\"";
  append_json_in_json(out, row.body);
  out += "\"}";
}

void append_context_info(std::string& out, const LogRow& row, const TopicTable& table) {
  out += '{';
  append_origin(out, row, table, "Filename");
  out += "\"PkgLogId\":";
  append_number(out, row.index << kPackageLogShift);
  out += ",\"BTime\":";
  append_number(out, time_of_row(row.row));
  out += ",\"HighLights\":[],\"Content\":\"";
  append_json_in_json(out, row.body);
  out += "\"}";
}

}  // namespace mtc::emulator
