#include "domain/dashboards/time_axis.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/characters.h"
#include "base/text.h"

namespace mtc::dashboards {
namespace {

constexpr double kFirstMillis = 946'684'800'000;  // the year 2000: larger numbers may be times
constexpr double kLastMillis = 4'102'444'800'000;
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kMostMoments = 3000;  // on an axis

std::int64_t days_of(std::chrono::year_month_day day) {
  return std::chrono::sys_days(day).time_since_epoch().count();
}

// Seconds since midnight of "10:20", "10:20:30.5".
std::optional<std::int64_t> read_clock(std::string_view text) {
  const auto two = [&](std::size_t at) -> std::optional<std::int64_t> {
    if (!is_digit(at_or_zero(text, at)) || !is_digit(at_or_zero(text, at + 1))) return std::nullopt;
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
  };
  const auto hours = two(0);
  const auto minutes = two(3);
  if (!hours || !minutes || text[2] != ':' || *hours > 23 || *minutes > 59) return std::nullopt;
  const auto seconds = at_or_zero(text, 5) == ':' ? two(6).value_or(0) : 0;
  return *hours * 3600 + *minutes * 60 + seconds;
}

}  // namespace

Moment moment_of(TimePoint time, const Zone& zone) {
  const auto civil = zone.civil(time);
  const auto day =
      std::chrono::year{civil.year} / static_cast<int>(civil.month) / static_cast<int>(civil.day);
  return {.second = days_of(day) * kDay + civil.hour * 3600LL + civil.minute * 60LL + civil.second};
}

std::optional<Moment> read_moment(const Json& value, const Zone& zone) {
  if (value.is_number()) {
    const double millis = value.get<double>();
    if (!(millis >= kFirstMillis && millis <= kLastMillis)) return std::nullopt;
    return moment_of(TimePoint(Millis(static_cast<std::int64_t>(millis))), zone);
  }
  if (!value.is_string()) return std::nullopt;
  const std::string_view text = trim(value.get_ref<const std::string&>());
  if (text.size() > 40) return std::nullopt;
  if (const auto clock = read_clock(text)) return Moment{.second = *clock, .has_day = false};
  if (text.size() < 10) return std::nullopt;
  const auto day = parse_day(text.substr(0, 10));
  if (!day) return std::nullopt;
  const auto clock = text.size() >= 16 ? read_clock(text.substr(11)) : std::nullopt;
  return Moment{.second = days_of(*day) * kDay + clock.value_or(0), .has_clock = clock.has_value()};
}

std::string label_of(const Moment& moment) {
  const std::int64_t minute = moment.second % kDay / 60;
  const std::string clock = fmt::format("{:02}:{:02}", minute / 60, minute % 60);
  if (!moment.has_day) return clock;
  const std::chrono::year_month_day day{
      std::chrono::sys_days(std::chrono::days(moment.second / kDay))};
  const std::string date = fmt::format("{:02}-{:02}", static_cast<unsigned>(day.month()),
                                       static_cast<unsigned>(day.day()));
  return moment.has_clock ? date + ' ' + clock : date;
}

std::int64_t step_of(const std::vector<Moment>& moments, std::int64_t bucket) {
  const auto all_fit = [&](std::int64_t step) {
    for (std::size_t i = 1; step > 0 && i < moments.size(); ++i) {
      const auto &one = moments[i], &before = moments[i - 1];
      const bool alike = one.has_day == before.has_day && one.has_clock == before.has_clock;
      if (!alike || (one.second - before.second) % step != 0) return false;
    }
    return step > 0;
  };
  if (all_fit(bucket)) return bucket;
  std::int64_t least = 0;
  for (std::size_t i = 1; i < moments.size(); ++i) {
    const auto distance = moments[i].second - moments[i - 1].second;
    least = least == 0 ? distance : std::min(least, distance);
  }
  return all_fit(least) ? least : 0;
}

std::vector<Moment> fill(const std::vector<Moment>& moments, std::int64_t step,
                         const std::optional<logs::TimeRange>& range, const Zone& zone) {
  if (moments.empty() || step <= 0) return moments;
  Moment first = moments.front();
  Moment last = moments.back();
  if (range && first.has_day) {
    const auto begin = moment_of(range->from, zone).second;
    const auto end = moment_of(range->to, zone).second;
    if (first.second > begin) first.second -= (first.second - begin + step - 1) / step * step;
    if (last.second + step < end) last.second += (end - last.second - 1) / step * step;
  }
  if ((last.second - first.second) / step >= kMostMoments) return moments;
  std::vector<Moment> out;
  for (Moment at = first; at.second <= last.second; at.second += step) out.push_back(at);
  return out;
}

}  // namespace mtc::dashboards
