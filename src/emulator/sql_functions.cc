#include "emulator/sql_functions.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "base/zone.h"
#include "emulator/civil_text.h"
#include "emulator/log_body.h"
#include "emulator/numbers.h"
#include "emulator/sql_value.h"
#include "emulator/tokens.h"

namespace mtc::emulator {
namespace {

std::string_view text_of(sqlite3_value* value) {
  const auto* data = sqlite3_value_text(value);
  if (data == nullptr) return {};
  return {reinterpret_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

bool is_null(sqlite3_value* value) {
  return sqlite3_value_type(value) == SQLITE_NULL;
}

void answer(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data() == nullptr ? "" : text.data(), text.size(),
                        SQLITE_TRANSIENT, SQLITE_UTF8);
}

const TermMatcher& matcher_of(sqlite3_value* value) {
  return *static_cast<const TermMatcher*>(sqlite3_value_pointer(value, kMatcherPointer));
}

// cls_term(matcher, text)
void term(sqlite3_context* context, int, sqlite3_value** args) {
  if (is_null(args[1])) return sqlite3_result_int(context, 0);
  sqlite3_result_int(context, matcher_of(args[0]).matches(text_of(args[1])) ? 1 : 0);
}

// cls_full(matcher, body, tags): any value of the log; tags only if asked for.
void full(sqlite3_context* context, int, sqlite3_value** args) {
  const auto& matcher = matcher_of(args[0]);
  const bool tags = sqlite3_value_int(args[2]) != 0;
  const auto body = text_of(args[1]);
  if (!matcher.may_match(body)) return sqlite3_result_int(context, 0);
  thread_local std::string scratch;
  BodyReader reader(body);
  std::string_view key, value;
  while (reader.next(key, value)) {
    if (!tags && key.starts_with("__TAG__")) continue;
    if (matcher.matches(unescape(value, scratch))) return sqlite3_result_int(context, 1);
  }
  sqlite3_result_int(context, 0);
}

// cls_field(matcher, body, field): cls_term(matcher, cls_text(body, field)) without a copy.
void field(sqlite3_context* context, int, sqlite3_value** args) {
  const auto& matcher = matcher_of(args[0]);
  const auto body = text_of(args[1]);
  thread_local std::string scratch;
  bool hit = false;
  if (matcher.may_match(body)) {
    const auto value = find_field(body, text_of(args[2]), scratch);
    hit = value && matcher.matches(*value);
  }
  sqlite3_result_int(context, hit ? 1 : 0);
}

// cls_text(body, field)
void body_text(sqlite3_context* context, int, sqlite3_value** args) {
  thread_local std::string scratch;
  const auto value = find_field(text_of(args[0]), text_of(args[1]), scratch);
  if (value) answer(context, *value);
}

// cls_stream(table, stream, 0 source | 1 file name | 2 host name)
void stream_property(sqlite3_context* context, int, sqlite3_value** args) {
  const auto* tables = static_cast<const TableDirectory*>(sqlite3_user_data(context));
  if (tables == nullptr) return;
  const auto table = tables->find(text_of(args[0]));
  if (table == tables->end()) return;
  const auto& stream = table->second->stream(sqlite3_value_int(args[1]));
  const int which = sqlite3_value_int(args[2]);
  answer(context, which == 0 ? stream.source : which == 1 ? stream.filename : stream.hostname);
}

// A time in ms, kept within the years that can be written down.
std::int64_t millis_of(sqlite3_value* value) {
  constexpr std::int64_t kFirst = -62'135'596'800'000, kLast = 253'402'300'799'999;  // 0001 … 9999
  return std::clamp<std::int64_t>(sqlite3_value_int64(value), kFirst, kLast);
}

// cls_bucket(ms, width, offset): the start of the bucket, aligned to civil midnight.
void bucket(sqlite3_context* context, int, sqlite3_value** args) {
  if (is_null(args[0])) return;
  const auto width = std::max<std::int64_t>(sqlite3_value_int64(args[1]), 1);
  const auto offset = sqlite3_value_int64(args[2]);
  sqlite3_result_int64(context, floor_to(millis_of(args[0]) + offset, width) - offset);
}

// cls_histogram(ms, count, unit): the bucket's start as text in UTC+8. Logs come in order of time,
// so the last bucket is nearly always the one wanted again.
void histogram(sqlite3_context* context, int, sqlite3_value** args) {
  if (is_null(args[0])) return;
  thread_local std::int64_t last = INT64_MIN;
  thread_local std::string text;
  const auto count = std::max<std::int64_t>(sqlite3_value_int64(args[1]), 1);
  const auto start = truncate_civil(millis_of(args[0]) + kShanghaiOffset, text_of(args[2]), count);
  if (start != last) {
    last = start;
    text = civil_text(start);
  }
  answer(context, text);
}

// Milliseconds in a log are UTC; a timestamp is taken as it is written.
std::optional<std::int64_t> civil_of(sqlite3_value* value) {
  if (sqlite3_value_type(value) == SQLITE_INTEGER) return millis_of(value);
  if (sqlite3_value_type(value) != SQLITE_TEXT) return std::nullopt;
  const auto read = read_civil(text_of(value));
  return read ? std::optional(read->civil_ms) : std::nullopt;
}

void date_trunc(sqlite3_context* context, int, sqlite3_value** args) {
  const auto civil = civil_of(args[1]);
  if (civil) answer(context, civil_text(truncate_civil(*civil, text_of(args[0]), 1)));
}

void date_format(sqlite3_context* context, int, sqlite3_value** args) {
  const auto civil = civil_of(args[0]);
  if (civil) answer(context, format_civil_text(*civil, text_of(args[1])));
}

// cls_time_text(ms, pattern): the label of a time series, in UTC+8.
void time_text(sqlite3_context* context, int, sqlite3_value** args) {
  if (is_null(args[0])) return;
  answer(context, format_civil_text(millis_of(args[0]) + kShanghaiOffset, text_of(args[1])));
}

void from_unixtime(sqlite3_context* context, int count, sqlite3_value** args) {
  if (is_null(args[0])) return;
  const auto ms =
      static_cast<std::int64_t>(std::clamp(sqlite3_value_double(args[0]), -6e10, 6e10) * 1000);
  if (count == 1) return answer(context, civil_text(ms));
  const auto zone = Zone::find(text_of(args[1]));
  if (!zone) return sqlite3_result_error(context, "unknown time zone", -1);
  const TimePoint time{Millis(ms)};
  const auto civil = zone->civil(time);
  const auto day = Zone::utc().at(zone->day_of(time)).time_since_epoch().count();
  answer(context, civil_text(day + civil.hour * 3'600'000LL + civil.minute * 60'000LL +
                             civil.second * 1000LL + civil.millisecond));
}

void round_number(sqlite3_context* context, int count, sqlite3_value** args) {
  if (is_null(args[0])) return;
  if (sqlite3_value_type(args[0]) == SQLITE_INTEGER)
    return sqlite3_result_int64(context, sqlite3_value_int64(args[0]));
  const double scale =
      std::pow(10.0, count > 1 ? std::clamp(sqlite3_value_int(args[1]), -300, 300) : 0);
  sqlite3_result_double(context, std::round(sqlite3_value_double(args[0]) * scale) / scale);
}

template <double (*function)(double)>
void math(sqlite3_context* context, int, sqlite3_value** args) {
  if (is_null(args[0])) return;
  sqlite3_result_double(context, function(sqlite3_value_double(args[0])));
}

template <double (*function)(double)>
void rounding(sqlite3_context* context, int, sqlite3_value** args) {
  if (is_null(args[0])) return;
  if (sqlite3_value_type(args[0]) == SQLITE_INTEGER)
    return sqlite3_result_int64(context, sqlite3_value_int64(args[0]));
  sqlite3_result_double(context, function(sqlite3_value_double(args[0])));
}

void power(sqlite3_context* context, int, sqlite3_value** args) {
  if (is_null(args[0]) || is_null(args[1])) return;
  sqlite3_result_double(context,
                        std::pow(sqlite3_value_double(args[0]), sqlite3_value_double(args[1])));
}

void split_part(sqlite3_context* context, int, sqlite3_value** args) {
  if (is_null(args[0]) || is_null(args[1])) return;
  auto rest = text_of(args[0]);
  const auto separator = text_of(args[1]);
  const auto wanted = sqlite3_value_int64(args[2]);
  if (wanted < 1 || separator.empty())
    return sqlite3_result_error(context, "split_part counts from 1 and needs a separator", -1);
  for (std::int64_t i = 1;; ++i) {
    const auto at = rest.find(separator);
    if (i == wanted) return answer(context, rest.substr(0, at));
    if (at == std::string_view::npos) return;
    rest.remove_prefix(at + separator.size());
  }
}

void starts_with(sqlite3_context* context, int, sqlite3_value** args) {
  if (is_null(args[0]) || is_null(args[1])) return;
  sqlite3_result_int(context, text_of(args[0]).starts_with(text_of(args[1])) ? 1 : 0);
}

// cls_like(text, pattern): with case, as in the dialect.
void like(sqlite3_context* context, int, sqlite3_value** args) {
  if (is_null(args[0]) || is_null(args[1])) return;
  std::string pattern(text_of(args[1]));
  for (char& c : pattern) {
    if (c == '%') c = kAnyRun;
    if (c == '_') c = kAnyCharacter;
  }
  sqlite3_result_int(context, glob_matches(pattern, text_of(args[0]), true) ? 1 : 0);
}

std::optional<double> to_number(sqlite3_value* value) {
  if (sqlite3_value_type(value) != SQLITE_TEXT) return sqlite3_value_double(value);
  double out = 0;
  return read_number(trim(text_of(value)), out) ? std::optional(out) : std::nullopt;
}

// What a bigint can hold, rounded.
std::optional<std::int64_t> to_integer(double number) {
  constexpr double kBeyond = 9'223'372'036'854'775'808.0;  // 2^63
  const double rounded = std::round(number);
  if (!(rounded >= -kBeyond && rounded < kBeyond)) return std::nullopt;
  return static_cast<std::int64_t>(rounded);
}

// cls_cast(value, type, try)
void cast(sqlite3_context* context, int, sqlite3_value** args) {
  if (is_null(args[0])) return;
  const auto type = text_of(args[1]);
  if (type == "varchar") {
    if (sqlite3_value_type(args[0]) == SQLITE_FLOAT)
      return answer(context, number_text(sqlite3_value_double(args[0])));
    return answer(context, text_of(args[0]));
  }
  if (sqlite3_value_type(args[0]) == SQLITE_INTEGER && type == "bigint")
    return sqlite3_result_int64(context, sqlite3_value_int64(args[0]));
  const auto number = to_number(args[0]);
  if (number && type == "double") return sqlite3_result_double(context, *number);
  if (const auto whole = number ? to_integer(*number) : std::nullopt)
    return sqlite3_result_int64(context, *whole);
  if (sqlite3_value_int(args[2]) != 0) return;
  const auto text =
      "Cannot cast '" + shorten_bytes(text_of(args[0]), 80) + "' to " + std::string(type);
  sqlite3_result_error(context, text.c_str(), -1);
}

// cls_json(text, path, scalar): paths of the form $.a.b[0]
void json_extract(sqlite3_context* context, int, sqlite3_value** args) {
  const auto document = parse_json(text_of(args[0]));
  const auto path = text_of(args[1]);
  if (!document || !path.starts_with('$')) return;
  const Json* at = &*document;
  std::size_t i = 1;
  while (i < path.size()) {
    if (path[i] == '.') {
      const auto end = std::min(path.find_first_of(".[", i + 1), path.size());
      const auto it =
          at->is_object() ? at->find(std::string(path.substr(i + 1, end - i - 1))) : at->end();
      if (!at->is_object() || it == at->end()) return;
      at = &*it;
      i = end;
    } else {
      const auto end = path.find(']', i);
      std::size_t index = 0;
      if (path[i] != '[' || end == std::string_view::npos) return;
      std::from_chars(path.data() + i + 1, path.data() + end, index);
      if (!at->is_array() || index >= at->size()) return;
      at = &(*at)[index];
      i = end + 1;
    }
  }
  const bool scalar = sqlite3_value_int(args[2]) != 0;
  if (at->is_null() || (scalar && at->is_structured())) return;
  answer(context, scalar && at->is_string() ? at->get<std::string>() : dump_json(*at));
}

// cls_element(array, index from 1): arrays are JSON text.
void element(sqlite3_context* context, int, sqlite3_value** args) {
  const auto document = parse_json(text_of(args[0]));
  const auto index = sqlite3_value_int64(args[1]);
  if (!document || !document->is_array()) return;
  if (index < 1 || index > static_cast<std::int64_t>(document->size())) {
    return sqlite3_result_error(context, "Array subscript is out of bounds", -1);
  }
  const Json& value = (*document)[static_cast<std::size_t>(index - 1)];
  if (value.is_number_integer()) return sqlite3_result_int64(context, value.get<std::int64_t>());
  if (value.is_number()) return sqlite3_result_double(context, value.get<double>());
  if (value.is_string()) return answer(context, value.get<std::string>());
}

}  // namespace

void register_sql_functions(Sqlite& db, const TableDirectory* tables) {
  using Function = void (*)(sqlite3_context*, int, sqlite3_value**);
  const struct {
    const char* name;
    int args;
    Function function;
  } functions[] = {
      {"cls_term", 2, term},
      {"cls_full", 3, full},
      {"cls_field", 3, field},
      {"cls_text", 2, body_text},
      {"cls_stream", 3, stream_property},
      {"cls_bucket", 3, bucket},
      {"cls_histogram", 3, histogram},
      {"cls_date_trunc", 2, date_trunc},
      {"cls_date_format", 2, date_format},
      {"cls_time_text", 2, time_text},
      {"cls_from_unixtime", -1, from_unixtime},
      {"cls_round", -1, round_number},
      {"cls_sqrt", 1, math<std::sqrt>},
      {"cls_ln", 1, math<std::log>},
      {"cls_log10", 1, math<std::log10>},
      {"cls_exp", 1, math<std::exp>},
      {"cls_ceil", 1, rounding<std::ceil>},
      {"cls_floor", 1, rounding<std::floor>},
      {"cls_power", 2, power},
      {"cls_split_part", 3, split_part},
      {"cls_starts_with", 2, starts_with},
      {"cls_like", 2, like},
      {"cls_cast", 3, cast},
      {"cls_json", 3, json_extract},
      {"cls_element", 2, element},
  };
  for (const auto& f : functions) {
    const int code = sqlite3_create_function_v2(
        db.handle(), f.name, f.args, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
        const_cast<TableDirectory*>(tables), f.function, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw SqliteError(std::string("cannot register ") + f.name);
  }
}

}  // namespace mtc::emulator
