#include "adapters/tencent/alarm_reading.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <tuple>
#include <utility>

#include "base/text.h"
#include "base/zone.h"
#include "domain/logs/region.h"

namespace mtc::tencent {
namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

// As dashboards and callbacks of the log service number them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kRegionNumbers{
    {{"1", "ap-guangzhou"},     {"4", "ap-shanghai"},       {"5", "ap-hongkong"},
     {"7", "ap-shanghai-fsi"},  {"8", "ap-beijing"},        {"9", "ap-singapore"},
     {"11", "ap-shenzhen-fsi"}, {"15", "na-siliconvalley"}, {"16", "ap-chengdu"},
     {"17", "eu-frankfurt"},    {"18", "ap-seoul"},         {"19", "ap-chongqing"},
     {"22", "na-ashburn"},      {"23", "ap-bangkok"},       {"25", "ap-tokyo"},
     {"33", "ap-nanjing"},      {"36", "ap-tianjin"},       {"39", "ap-taipei"},
     {"46", "ap-beijing-fsi"},  {"72", "ap-jakarta"},       {"74", "sa-saopaulo"},
     {"78", "ap-shanghai-adc"}}};

bool looks_like_region(std::string_view text) {
  return text.size() <= 40 && text.find('-') != std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

std::optional<TimePoint> unix_time(std::string_view digits) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), number);
  if (error != std::errc{} || end != digits.end()) return std::nullopt;
  constexpr std::int64_t kMillisFrom = 100'000'000'000;
  return TimePoint(Millis(number >= kMillisFrom ? number : number * 1000));
}

std::optional<TimePoint> civil_time(std::string_view text) {
  constexpr std::string_view kShape = "2026-01-01 08:01:00";
  std::string iso(text);
  if (iso.size() == kShape.size() && iso[10] == ' ') {
    iso[10] = 'T';
    iso += "+08:00";
  }
  const auto time = parse_iso(iso);
  if (!time) return std::nullopt;
  return *time;
}

// Length of the comparison that begins there; 0: none.
std::size_t comparison_at(std::string_view text) {
  for (const std::string_view sign :
       {">=", "<=", "==", "!=", ">", "<", "=", "≥", "≤", "＞", "＜"}) {
    if (text.starts_with(sign)) return sign.size();
  }
  return 0;
}

// "90%，持续 5 分钟" → "%"
std::string_view unit_behind(std::string_view text) {
  const auto number = text.find_first_not_of("0123456789.-");
  text.remove_prefix(std::min(number, text.size()));
  auto unit = text.substr(0, text.find_first_of(" ,;()[]|&"));
  for (const std::string_view mark : {"，", "；", "。", "、", "（"})
    unit = unit.substr(0, unit.find(mark));
  return unit.size() <= 12 ? unit : std::string_view();
}

}  // namespace

std::string one_line(std::string_view text, std::size_t most_bytes) {
  std::string out = sanitize_utf8(trim(text));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return shorten_bytes(out, most_bytes);
}

std::string scalar_text(const Json& value, std::size_t most_bytes) {
  if (value.is_string()) return one_line(value.get_ref<const std::string&>(), most_bytes);
  if (value.is_number() || value.is_boolean()) return one_line(dump_json(value), most_bytes);
  return {};
}

std::string member_text(const Json& object, std::string_view key, std::size_t most_bytes) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found == object.end() ? std::string() : scalar_text(*found, most_bytes);
}

std::optional<double> leading_number(std::string_view text) {
  std::string digits(trim(text).substr(0, 40));
  std::erase(digits, ',');
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number,
                                            std::chars_format::general);
  if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::string region_code(std::string_view text) {
  const std::string lower = to_lower_ascii(trim(text));
  for (const auto& [number, code] : kRegionNumbers) {
    if (lower == number) return std::string(code);
  }
  if (auto code = logs::parse_region(lower)) return std::move(*code);
  return looks_like_region(lower) ? lower : std::string();
}

std::optional<TimePoint> cloud_time(std::string_view text) {
  text = trim(text);
  const bool number = text.size() <= 13 && !text.empty() && std::ranges::all_of(text, is_digit);
  const auto time = number ? unix_time(text) : civil_time(text);
  using namespace std::chrono;
  constexpr auto kFirst = sys_days(year(2000) / January / 1),
                 kLast = sys_days(year(2100) / January / 1);
  if (!time || *time < kFirst || *time >= kLast) return std::nullopt;
  return time;
}

std::string metric_key(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_upper(c)) {
      out += c;
      continue;
    }
    const bool after_small = i > 0 && (is_lower(name[i - 1]) || is_digit(name[i - 1]));
    const bool ends_capitals =
        i > 0 && is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1]);
    if (after_small || ends_capitals) out += '_';
    out += static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::optional<alerts::Level> alarm_level(std::string_view text) {
  using alerts::Level;
  struct Word {
    std::string_view text;
    Level level;
  };
  constexpr std::array kWords{Word{"remind", Level::info},       Word{"info", Level::info},
                              Word{"提醒", Level::info},         Word{"提示", Level::info},
                              Word{"通知", Level::info},         Word{"1", Level::info},
                              Word{"low", Level::info},          Word{"warn", Level::warning},
                              Word{"warning", Level::warning},   Word{"警告", Level::warning},
                              Word{"告警", Level::warning},      Word{"0", Level::warning},
                              Word{"medium", Level::warning},    Word{"serious", Level::critical},
                              Word{"critical", Level::critical}, Word{"紧急", Level::critical},
                              Word{"严重", Level::critical},     Word{"2", Level::critical},
                              Word{"high", Level::critical}};
  const auto found = std::ranges::find_if(
      kWords, [&](const Word& word) { return equals_ignoring_case(trim(text), word.text); });
  if (found == kWords.end()) return std::nullopt;
  return found->level;
}

Threshold threshold_of(std::string_view condition) {
  Threshold out;
  for (std::size_t at = 0; at < condition.size(); ++at) {
    const auto length = comparison_at(condition.substr(at));
    if (length == 0) continue;
    if (out.limit) return {};
    const auto rest = trim(condition.substr(at + length));
    out.limit = leading_number(rest);
    if (!out.limit) return {};
    out.unit = one_line(unit_behind(rest), 12);
    at += length - 1;
  }
  return out;
}

std::string web_link(std::string_view text) {
  const auto link = trim(text);
  const bool shown = std::ranges::all_of(link, [](char c) { return c > 0x20 && c < 0x7f; });
  const bool known = link.starts_with("https://") || link.starts_with("http://");
  return shown && known && link.size() <= kTextBytes ? std::string(link) : std::string();
}

void put_in_order(std::vector<alerts::Report>& reports) {
  std::ranges::sort(reports, {}, [](const alerts::Report& report) {
    return std::tuple(report.at, !report.firing, std::string_view(report.id));
  });
}

}  // namespace mtc::tencent
