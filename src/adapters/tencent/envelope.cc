#include "adapters/tencent/envelope.h"

#include <simdjson.h>

#include <array>
#include <charconv>
#include <chrono>

namespace mtc::tencent {
namespace {

namespace dom = simdjson::dom;

// False if it is there and not a text.
bool read_text(const dom::object& object, std::string_view key, std::string& into) {
  dom::element value;
  if (object[key].get(value) != simdjson::SUCCESS) return true;
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return false;
  into = text;
  return true;
}

}  // namespace

std::optional<Envelope> read_envelope(std::string& body) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  dom::parser parser;
  dom::object root;
  dom::object response;
  if (parser.parse(body.data(), body.size(), false).get(root) != simdjson::SUCCESS)
    return std::nullopt;
  if (root["Response"].get(response) != simdjson::SUCCESS) return std::nullopt;

  Envelope envelope;
  if (!read_text(response, "RequestId", envelope.request_id)) return std::nullopt;
  dom::element error;
  if (response["Error"].get(error) == simdjson::SUCCESS && !error.is_null()) {
    dom::object members;
    if (error.get(members) != simdjson::SUCCESS) return std::nullopt;
    if (!read_text(members, "Code", envelope.code) || envelope.code.empty()) return std::nullopt;
    if (!read_text(members, "Message", envelope.message)) envelope.message.clear();
    envelope.failed = true;
  }
  return envelope;
}

std::optional<TimePoint> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || !text.ends_with(" GMT") || text.substr(3, 2) != ", ")
    return std::nullopt;
  bool good =
      text[7] == ' ' && text[11] == ' ' && text[16] == ' ' && text[19] == ':' && text[22] == ':';
  const auto number = [&text, &good](std::size_t at, std::size_t size) {
    unsigned value = 0;
    const char* end = text.data() + at + size;
    const auto [stop, error] = std::from_chars(text.data() + at, end, value);
    if (error != std::errc{} || stop != end) good = false;
    return value;
  };
  const unsigned day = number(5, 2);
  const unsigned year = number(12, 4);
  const unsigned hour = number(17, 2);
  const unsigned minute = number(20, 2);
  const unsigned second = number(23, 2);
  unsigned month = 0;
  while (month < kMonths.size() && kMonths[month] != text.substr(8, 3)) ++month;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month + 1), std::chrono::day(day)};
  if (!good || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + std::chrono::seconds(second);
}

}  // namespace mtc::tencent
