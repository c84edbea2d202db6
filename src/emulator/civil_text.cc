#include "emulator/civil_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace mtc::emulator {
namespace {

constexpr std::int64_t kDay = 86'400'000;

using CivilTime = std::chrono::local_time<std::chrono::milliseconds>;

std::chrono::year_month_day day_of(std::int64_t civil_ms) {
  return std::chrono::year_month_day(
      std::chrono::floor<std::chrono::days>(CivilTime(std::chrono::milliseconds(civil_ms))));
}

std::int64_t start_of(std::chrono::year_month_day day) {
  return CivilTime(std::chrono::local_days(day)).time_since_epoch().count();
}

std::int64_t first_of(std::chrono::year year, unsigned month) {
  return start_of(year / std::chrono::month(month) / 1);
}

class Digits {
 public:
  explicit Digits(std::string_view text) : text_(text) {}
  bool number(int count, int& out) {
    int value = 0;
    for (int i = 0; i < count; ++i, ++at_) {
      if (!at_digit()) return false;
      value = value * 10 + (text_[at_] - '0');
    }
    out = value;
    return true;
  }
  // Any number of digits; the first three count.
  bool fraction(int& milliseconds) {
    if (!at_digit()) return false;
    for (int scale = 100; at_digit(); ++at_, scale /= 10)
      milliseconds += (text_[at_] - '0') * scale;
    return true;
  }
  bool mark(std::string_view any_of) {
    if (at_ >= text_.size() || any_of.find(text_[at_]) == std::string_view::npos) return false;
    ++at_;
    return true;
  }
  std::size_t at() const { return at_; }

 private:
  bool at_digit() const { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; }
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<CivilText> read_civil(std::string_view text) {
  Digits reader(text);
  int year = 0, month = 0, day = 0;
  if (!reader.number(4, year) || !reader.mark("-") || !reader.number(2, month) ||
      !reader.mark("-") || !reader.number(2, day)) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  CivilText out{.civil_ms = start_of(date), .length = reader.at()};
  int hour = 0, minute = 0, second = 0, millisecond = 0;
  if (!reader.mark(" T") || !reader.number(2, hour) || !reader.mark(":") ||
      !reader.number(2, minute)) {
    return out;
  }
  out.length = reader.at();
  if (reader.mark(":") && reader.number(2, second)) {
    out.length = reader.at();
    if (reader.mark(".") && reader.fraction(millisecond)) out.length = reader.at();
  }
  if (hour > 24 || minute > 59 || second > 60) return std::nullopt;
  out.civil_ms += ((hour * 60LL + minute) * 60 + second) * 1000 + millisecond;
  return out;
}

std::string civil_text(std::int64_t civil_ms) {
  const auto day = day_of(civil_ms);
  const auto rest = civil_ms - floor_to(civil_ms, kDay);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}", static_cast<int>(day.year()),
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                     rest / 3'600'000, rest / 60'000 % 60, rest / 1000 % 60, rest % 1000);
}

std::string format_civil_text(std::int64_t civil_ms, std::string_view pattern) {
  const auto text = civil_text(civil_ms);  // 0123-56-89 12:45:78.012
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%' || i + 1 == pattern.size()) {
      out += pattern[i];
      continue;
    }
    switch (const char c = pattern[++i]) {
      case 'Y':
        out += text.substr(0, 4);
        break;
      case 'y':
        out += text.substr(2, 2);
        break;
      case 'm':
        out += text.substr(5, 2);
        break;
      case 'd':
        out += text.substr(8, 2);
        break;
      case 'H':
        out += text.substr(11, 2);
        break;
      case 'i':
        out += text.substr(14, 2);
        break;
      case 's':
      case 'S':
        out += text.substr(17, 2);
        break;
      case 'T':
        out += text.substr(11, 8);
        break;
      case 'f':
        out += text.substr(20, 3) + "000";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::int64_t floor_to(std::int64_t value, std::int64_t step) {
  const auto rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

std::int64_t truncate_civil(std::int64_t civil_ms, std::string_view unit, std::int64_t count) {
  if (unit == "second") return floor_to(civil_ms, 1000 * count);
  if (unit == "minute") return floor_to(civil_ms, 60'000 * count);
  if (unit == "hour") return floor_to(civil_ms, 3'600'000 * count);
  if (unit == "day") return floor_to(civil_ms, kDay * count);
  if (unit == "week")
    return floor_to(civil_ms + 3 * kDay, 7 * kDay) - 3 * kDay;  // weeks begin on Monday
  const auto day = day_of(civil_ms);
  const auto month = static_cast<unsigned>(day.month()) - 1;
  const auto months = static_cast<unsigned>(std::min<std::int64_t>(count, 12));
  if (unit == "month") return first_of(day.year(), month - month % months + 1);
  if (unit == "quarter") return first_of(day.year(), month - month % 3 + 1);
  return first_of(day.year(), 1);
}

}  // namespace mtc::emulator
