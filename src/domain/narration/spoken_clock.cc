#include "domain/narration/spoken_clock.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/characters.h"

namespace mtc::narration {
namespace {

struct ClockReader {
  std::string_view text;
  std::size_t begin;
  std::vector<Reading>& out;

  std::string_view before() const { return text.substr(0, begin); }

  std::size_t read(const Literal& n) {
    const int hour =
        n.value <= 24 && n.value == std::floor(n.value) ? static_cast<int>(n.value) : 99;
    if (hour == 99 || n.exact_place) return 0;
    if (at_or_zero(text, n.end) == ':') return read_colon_clock(hour, n);
    if (stands_at(text, n.end, "点") || stands_at(text, n.end, "时"))
      return read_han_clock(hour, n.end + 3);
    const std::size_t at = skip_spaces(text, n.end);
    if (const std::size_t skipped =
            skip_any(text, at, {"am", "pm", "a.m.", "p.m.", "a.m", "p.m", "o'clock"})) {
      if (is_letter(at_or_zero(text, at + skipped))) return 0;
      add_clock(out, hour, 0, day_half(text, begin, n.end), 5, 5);
      return at + skipped;
    }
    return 0;
  }

  std::size_t read_colon_clock(int hour, const Literal& n) {
    const auto minute = read_arabic(text, n.end + 1);
    if (!minute || minute->digit_count != 2 || !minute->digits_only) return 0;
    std::size_t end = minute->end;
    if (const auto second =
            at_or_zero(text, end) == ':' ? read_arabic(text, end + 1) : std::nullopt)
      end = second->end;
    const bool full_day = hour == 0 || (n.digit_count == 2 && hour < 10);  // 02:08
    add_clock(out, hour, static_cast<int>(minute->value),
              full_day ? DayHalf::morning : day_half(text, begin, end), 0, 0);
    const std::size_t at = skip_spaces(text, end);
    end = std::max(end, at + skip_any(text, at, {"a.m.", "p.m.", "am", "pm"}));
    return end;
  }

  std::size_t read_han_clock(int hour, std::size_t at) {
    const DayHalf half = day_half_before(before());
    if (const std::size_t skipped = skip_any(text, at, {"半", "一刻", "三刻", "整"})) {
      const int minute = skipped == 6                ? (stands_at(text, at, "一") ? 15 : 45)
                         : stands_at(text, at, "半") ? 30
                                                     : 0;
      add_clock(out, hour, minute, half, 0, 0);
      return at + skipped;
    }
    if (const std::size_t skipped = skip_any(text, at, {"多", "左右", "前后"})) {
      const bool after = stands_at(text, at, "多");
      add_clock(out, hour, 0, half, after ? 0 : 15, after ? 59 : 15);
      return at + skipped;
    }
    const std::size_t zero = skip_any(text, at, {"零", "〇"});
    auto minute = read_arabic(text, at);
    if (!minute) minute = read_han_integer(text, at);
    if (!minute) {
      add_clock(out, hour, 0, half, 5, 5);
      return at + skip_any(text, at, {"钟"});
    }
    const bool minutes_follow =
        stands_at(text, minute->end, "分") && !stands_at(text, minute->end, "分之");
    if (minutes_follow) {
      add_clock(out, hour, static_cast<int>(std::min(minute->value, 99.0)), half, 0, 0);
      return minute->end + 3;
    }
    // 两点零八, 两点十四 are times, 三点五 may be one; a number with a unit behind it is none.
    const bool sure =
        half != DayHalf::unknown || before().ends_with("昨晚") || zero > 0 || !minute->digits_only;
    if (minute->value >= 60) return 0;
    add_clock(out, hour, static_cast<int>(minute->value), half, 0, 0);
    if (sure &&
        skip_any(text, minute->end, {"倍", "万", "亿", "%", "个百分点", "秒", "个小时"}) == 0)
      return minute->end;
    return 0;
  }
};

}  // namespace

DayHalf day_half_before(std::string_view before) {
  if (ends_with_any(before, {"凌晨", "早上", "上午", "清晨", "早晨"})) return DayHalf::morning;
  if (ends_with_any(before, {"下午", "晚上", "傍晚", "中午"}) && !before.ends_with("昨天晚上"))
    return DayHalf::evening;
  return DayHalf::unknown;
}

DayHalf day_half(std::string_view text, std::size_t begin, std::size_t end) {
  const std::size_t at = skip_spaces(text, end);
  if (skip_any(text, at, {"am", "a.m", "in the morning"}) > 0) return DayHalf::morning;
  if (skip_any(text, at, {"pm", "p.m", "in the afternoon", "in the evening"}) > 0)
    return DayHalf::evening;
  return day_half_before(text.substr(0, begin));
}

void add_clock(std::vector<Reading>& out, int hour, int minute, DayHalf half, double before,
               double after) {
  if (hour > 24 || minute > 59) return;
  const auto add = [&](int h) {
    const double at = (h % 24) * 60 + minute;
    out.push_back({Quantity::clock, at - before, at + after});
  };
  if (hour > 12) return add(hour);
  if (half == DayHalf::morning) return add(hour % 12);
  if (half == DayHalf::evening) return add(hour == 12 ? 12 : hour + 12);
  add(hour);
  add((hour + 12) % 24);
  if (hour == 12) add(0);
}

std::size_t read_clock(std::string_view text, std::size_t begin, const Literal& n,
                       std::vector<Reading>& out) {
  return ClockReader{text, begin, out}.read(n);
}

std::size_t read_duration(std::string_view text, std::size_t at, const Literal& n, Margin margin,
                          std::vector<Reading>& out) {
  struct Unit {
    std::string_view word;
    double seconds;
  };
  static constexpr std::array<Unit, 16> kUnits{{{"毫秒", 0.001},
                                                {"秒", 1},
                                                {"分钟", 60},
                                                {"个小时", 3600},
                                                {"小时", 3600},
                                                {"个钟头", 3600},
                                                {"天", 86400},
                                                {"个星期", 604800},
                                                {"周", 604800},
                                                {"second", 1},
                                                {"minute", 60},
                                                {"hour", 3600},
                                                {"day", 86400},
                                                {"week", 604800},
                                                {"millisecond", 0.001},
                                                {"min", 60}}};
  if (stands_at(text, at, "个半小时")) {
    out.push_back(duration_reading(n.value + 0.5, 3600, margin));
    return at + 12;
  }
  for (const auto& unit : kUnits) {
    if (!stands_at(text, at, unit.word)) continue;
    std::size_t end = at + unit.word.size();
    end += skip_any(text, end, {"s", "钟"});
    if (is_letter(at_or_zero(text, end))) continue;
    out.push_back(duration_reading(n.value, unit.seconds, margin_after(text, end, margin)));
    return end;
  }
  return 0;
}

}  // namespace mtc::narration
