#include "adapters/tencent/cls_answers.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "adapters/tencent/log_json.h"
#include "base/text.h"

namespace mtc::tencent {
namespace {

namespace dom = simdjson::dom;

std::unexpected<Error> malformed(std::string_view what) {
  return fail(Errc::unavailable, "the log service's answer has an unexpected form (" +
                                     std::string(what) + "); try again later");
}

// Empty if absent or not a text.
std::string_view text_or_empty(const dom::object& object, std::string_view key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

// Numbers of 64 bits come as numbers or as text.
std::optional<std::int64_t> integer_of(const dom::object& object, std::string_view key) {
  std::int64_t number = 0;
  if (object[key].get(number) == simdjson::SUCCESS) return number;
  const auto text = text_or_empty(object, key);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string unsigned_text(const dom::object& object, std::string_view key) {
  std::uint64_t number = 0;
  if (object[key].get(number) == simdjson::SUCCESS) return std::to_string(number);
  return std::string(text_or_empty(object, key));
}

bool read_line(const dom::object& info, const std::string& topic_id, LogJsonReader& reader,
               logs::LogRecord& line) {
  const auto time = integer_of(info, "Time");
  if (!time) return false;
  line.time = TimePoint(Millis{*time});
  line.topic_id = text_or_empty(info, "TopicId");
  if (line.topic_id.empty()) line.topic_id = topic_id;
  line.package_id = text_or_empty(info, "PkgId");
  line.package_log_id = unsigned_text(info, "PkgLogId");
  line.source = text_or_empty(info, "HostName");
  if (line.source.empty()) line.source = text_or_empty(info, "Source");
  auto log = text_or_empty(info, "LogJson");
  if (log.empty()) log = text_or_empty(info, "RawLog");  // indexing failed
  reader.read(log, line);
  return true;
}

bool is_number_type(std::string_view type) {
  for (const auto* name :
       {"bigint", "integer", "int", "long", "smallint", "tinyint", "double", "real", "float"}) {
    if (equals_ignoring_case(type, name)) return true;
  }
  return to_lower_ascii(type).starts_with("decimal");
}

// "42" → 42, "0.5" → 0.5; anything else stays the text it is.
Json number_in(const std::string& text) {
  std::int64_t integer = 0;
  const char* end = text.data() + text.size();
  if (const auto [stop, error] = std::from_chars(text.data(), end, integer);
      !text.empty() && error == std::errc{} && stop == end) {
    return integer;
  }
  double real = 0;
  if (const auto [stop, error] = std::from_chars(text.data(), end, real);
      !text.empty() && error == std::errc{} && stop == end && std::isfinite(real)) {
    return real;
  }
  return text;
}

// Old answers do not tell types: only what is spelled as a number is one ("007" is not).
bool is_spelled_as_number(const std::string& text) {
  const std::string_view digits = text.starts_with('-') ? std::string_view(text).substr(1) : text;
  if (digits.empty() || digits.size() > 18) return false;
  if (digits[0] == '0' && digits.size() > 1 && digits[1] != '.') return false;
  if (std::ranges::count(digits, '.') > 1 || digits.starts_with('.') || digits.ends_with('.'))
    return false;
  return std::ranges::all_of(digits, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

Result<logs::Table> read_new_table(const Json& response) {
  logs::Table table;
  std::vector<bool> numeric;
  for (const Json& column : array_or_empty(response, "Columns")) {
    if (!column.is_object()) return malformed("Columns");
    table.columns.push_back(string_or(column, "Name"));
    numeric.push_back(is_number_type(string_or(column, "Type")));
  }
  for (const Json& record : array_or_empty(response, "AnalysisRecords")) {
    if (!record.is_string()) return malformed("AnalysisRecords");
    auto row = parse_json(record.get_ref<const std::string&>());
    if (!row || !row->is_object()) return malformed("a row that is no JSON object");
    if (table.columns.empty()) {
      for (const auto& [key, value] : row->items()) table.columns.push_back(key);
      numeric.assign(table.columns.size(), false);
    }
    std::vector<Json> values;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const auto it = row->find(table.columns[i]);
      Json value = it == row->end() ? Json(nullptr) : std::move(*it);
      if (numeric[i] && value.is_string()) value = number_in(value.get<std::string>());
      values.push_back(std::move(value));
    }
    table.rows.push_back(std::move(values));
  }
  return table;
}

Result<logs::Table> read_old_table(const Json& response) {
  logs::Table table;
  for (const Json& name : array_or_empty(response, "ColNames")) {
    if (!name.is_string()) return malformed("ColNames");
    table.columns.push_back(name.get<std::string>());
  }
  for (const Json& record : array_or_empty(response, "AnalysisResults")) {
    const Json& pairs = array_or_empty(record, "Data");
    if (table.columns.empty()) {
      for (const Json& pair : pairs) table.columns.push_back(string_or(pair, "Key"));
    }
    std::vector<Json> values(table.columns.size());
    for (const Json& pair : pairs) {
      const auto column = std::ranges::find(table.columns, string_or(pair, "Key"));
      if (column == table.columns.end()) continue;
      const std::string text = string_or(pair, "Value");
      values[static_cast<std::size_t>(column - table.columns.begin())] =
          is_spelled_as_number(text) ? number_in(text) : Json(text);
    }
    table.rows.push_back(std::move(values));
  }
  return table;
}

}  // namespace

Result<SearchPage> read_search_page(std::string& body, const std::string& topic_id) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  dom::parser parser;
  dom::object root;
  dom::object response;
  if (parser.parse(body.data(), body.size(), false).get(root) != simdjson::SUCCESS ||
      root["Response"].get(response) != simdjson::SUCCESS) {
    return malformed("not JSON");
  }
  SearchPage page;
  page.context = text_or_empty(response, "Context");
  bool over = false;
  page.over = response["ListOver"].get(over) != simdjson::SUCCESS || over || page.context.empty();

  dom::element results;
  if (response["Results"].get(results) != simdjson::SUCCESS || results.is_null()) return page;
  dom::array infos;
  if (results.get(infos) != simdjson::SUCCESS) return malformed("Results");
  page.lines.reserve(infos.size());
  LogJsonReader reader;
  for (const dom::element element : infos) {
    dom::object info;
    if (element.get(info) != simdjson::SUCCESS) return malformed("Results");
    if (!read_line(info, topic_id, reader, page.lines.emplace_back()))
      return malformed("a log without Time");
  }
  return page;
}

Result<logs::Table> read_table(const Json& response) {
  if (response.contains("AnalysisRecords") && response["AnalysisRecords"].is_array() &&
      (!response["AnalysisRecords"].empty() ||
       array_or_empty(response, "AnalysisResults").empty())) {
    auto table = read_new_table(response);
    // No row: the old form may still name the columns.
    if (!table || !table->columns.empty() || !table->rows.empty()) return table;
  }
  if (!array_or_empty(response, "Columns").empty()) return read_new_table(response);
  return read_old_table(response);
}

Result<std::vector<logs::LogRecord>> read_context(const Json& response,
                                                  const std::string& topic_id) {
  std::vector<logs::LogRecord> lines;
  LogJsonReader reader;
  for (const Json& info : array_or_empty(response, "LogContextInfos")) {
    if (!info.is_object() || !info.contains("BTime") || !info["BTime"].is_number_integer())
      return malformed("LogContextInfos");
    auto& line = lines.emplace_back();
    line.time = TimePoint(Millis{info["BTime"].get<std::int64_t>()});
    line.topic_id = topic_id;
    line.package_id = string_or(info, "PkgId");
    const auto id = info.find("PkgLogId");
    if (id != info.end() && id->is_number_integer()) {
      line.package_log_id = id->dump();
    } else {
      line.package_log_id = string_or(info, "PkgLogId");
    }
    line.source = string_or(info, "HostName");
    if (line.source.empty()) line.source = string_or(info, "Source");
    std::string log = string_or(info, "Content");
    if (log.empty()) log = string_or(info, "RawLog");
    reader.read(log, line);
  }
  return lines;
}

}  // namespace mtc::tencent
