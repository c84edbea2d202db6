#include "domain/narration/claim_readings.h"

#include <algorithm>
#include <cmath>

namespace mtc::narration {

Margin margin_before(std::string_view before) {
  const std::string_view words = before.substr(0, before.find_last_not_of(' ') + 1);
  if (ends_with_any(words, {"近", "接近", "不到", "不足", "少于", "低于", "nearly", "almost",
                            "under", "below", "less than", "fewer than"})) {
    return Margin::less;
  }
  if (ends_with_any(words, {"超过", "多于", "逾", "至少", "高于", "大于", "over", "more than",
                            "above", "at least"})) {
    return Margin::more;
  }
  if (ends_with_any(words, {"约", "大概", "差不多", "about", "around", "roughly", "approximately"}))
    return Margin::about;
  return Margin::exact;
}

Margin margin_after(std::string_view text, std::size_t& end, Margin before) {
  if (const std::size_t more = skip_any(text, end, {"多", "余"})) {
    // 多 also begins 多少, 多次; only a measure or a unit may follow, which we need not know.
    end += more;
    return Margin::more;
  }
  if (const std::size_t about = skip_any(text, end, {"左右", "上下"})) {
    end += about;
    return before == Margin::exact ? Margin::about : before;
  }
  return before;
}

Reading count_reading(const Literal& n, Margin margin) {
  const double v = n.value;
  const bool small = v < 100 && !n.exact_place;
  const double half = small ? 0 : std::min(n.unit / 2, 0.05 * v);
  switch (margin) {
    case Margin::exact:
      return {Quantity::count, v - half, v + half};
    case Margin::about:
      return {Quantity::count, v * 0.95, v * 1.05};
    case Margin::more:
      return {Quantity::count, v, v + std::max(0.1 * v, std::min(n.unit, 0.5 * v))};
    case Margin::less:
      return {Quantity::count, v * 0.9, v};
  }
  return {};
}

Reading percent_reading(double value, double unit, Margin margin) {
  const double half = std::min(unit, 1.0) / 2;
  switch (margin) {
    case Margin::exact:
      return {Quantity::percent, value - half, value + half};
    case Margin::about:
      return {Quantity::percent, value - 2, value + 2};
    case Margin::more:
      return {Quantity::percent, value, value + std::max(1.0, 0.1 * value)};
    case Margin::less:
      return {Quantity::percent, value > 1 ? value * 0.9 : 0, value};
  }
  return {};
}

Reading times_reading(double value, double unit, Margin margin) {
  if (unit == 1 && value >= 10 && std::fmod(value, 10) == 0)
    unit = 10;  // forty times is said with one digit
  const double half = std::min(unit / 2, 0.05 * value);
  switch (margin) {
    case Margin::exact:
      return {Quantity::times, value - half, value + half};
    case Margin::about:
      return {Quantity::times, value * 0.95, value * 1.05};
    case Margin::more:
      return {Quantity::times, value, value + std::max(unit, 0.1 * value)};
    case Margin::less:
      return {Quantity::times, value * 0.9, value};
  }
  return {};
}

Reading duration_reading(double amount, double seconds_each, Margin margin) {
  const double value = amount * seconds_each;
  const double half = seconds_each == 3600
                          ? 930
                          : seconds_each / 2;  // said to the half hour, after rounding to minutes
  switch (margin) {
    case Margin::exact:
    case Margin::about:
      return {Quantity::duration, value - half, value + half};
    case Margin::more:
      return {Quantity::duration, value, value + std::max(seconds_each, 0.1 * value)};
    case Margin::less:
      return {Quantity::duration, value - std::max(half, 0.1 * value), value};
  }
  return {};
}

}  // namespace mtc::narration
