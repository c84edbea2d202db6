#include "emulator/monitor_time.h"

#include <array>
#include <bitset>

#include "base/text.h"
#include "base/zone.h"
#include "emulator/civil_text.h"
#include "emulator/numbers.h"

namespace mtc::emulator {
namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kDay = 1440 * kMinute;

struct Cron {
  std::array<std::bitset<60>, 5> fields;  // minute hour day month weekday
  bool any_day = true, any_weekday = true;
};

struct Bounds {
  int first, last;
};
constexpr std::array<Bounds, 5> kBounds{{{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 7}}};

// "*", "5", "1-5", each with "/step"
bool read_part(std::string_view part, Bounds bounds, std::bitset<60>& out) {
  int step = 1;
  if (const auto slash = part.find('/'); slash != std::string_view::npos) {
    if (!read_number(part.substr(slash + 1), step) || step < 1 || step > 60) return false;
    part = part.substr(0, slash);
  }
  int first = bounds.first, last = bounds.last;
  if (part != "*") {
    const auto dash = part.find('-');
    if (!read_number(part.substr(0, dash), first)) return false;
    last = first;
    if (dash != std::string_view::npos && !read_number(part.substr(dash + 1), last)) return false;
  }
  if (first < bounds.first || last > bounds.last || first > last) return false;
  for (int i = first; i <= last; i += step) out.set(static_cast<std::size_t>(i));
  return true;
}

std::optional<Cron> read_cron(std::string_view text) {
  std::vector<std::string_view> words;
  for (const auto word : split(text, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  if (words.size() != 5) return std::nullopt;
  Cron out;
  for (std::size_t i = 0; i < 5; ++i) {
    for (const auto part : split(words[i], ',')) {
      if (!read_part(part, kBounds[i], out.fields[i])) return std::nullopt;
    }
  }
  if (out.fields[4][7]) out.fields[4].set(0);  // Sunday has two numbers
  out.any_day = words[2] == "*";
  out.any_weekday = words[4] == "*";
  return out;
}

bool fits_day(const Cron& cron, const CivilTime& civil) {
  if (!cron.fields[3][civil.month]) return false;
  const bool day = cron.fields[2][civil.day], weekday = cron.fields[4][civil.weekday];
  if (cron.any_day || cron.any_weekday) return day && weekday;
  return day || weekday;  // as cron has it
}

std::optional<TimePoint> next_of_cron(const Cron& cron, TimePoint after) {
  const auto& zone = Zone::shanghai();
  auto time = TimePoint(Millis(floor_to(after.time_since_epoch().count(), kMinute) + kMinute));
  for (int day = 0; day < 366; ++day) {
    if (fits_day(cron, zone.civil(time))) {
      const auto today = zone.day_of(time);
      for (; zone.day_of(time) == today; time += Millis(kMinute)) {
        const auto civil = zone.civil(time);
        if (cron.fields[0][static_cast<std::size_t>(civil.minute)] &&
            cron.fields[1][static_cast<std::size_t>(civil.hour)])
          return time;
      }
      continue;
    }
    time = zone.at(zone.day_of(time)) + Millis(kDay);
  }
  return std::nullopt;
}

}  // namespace

ApiResult<> check_monitor_time(const Json& monitor_time) {
  const auto type = string_or(monitor_time, "Type");
  const auto time = integer_or(monitor_time, "Time");
  const auto bad = [](std::string_view what) {
    return refuse("FailedOperation.InvalidPeriod", std::string(what));
  };
  if (type == "Cron") {
    if (!read_cron(string_or(monitor_time, "CronExpression")))
      return bad("MonitorTime.CronExpression should be minute hour day month weekday");
    return {};
  }
  if (type != "Period" && type != "Fixed")
    return bad("MonitorTime.Type should be Period, Fixed or Cron");
  if (time < 1 || time > 1440) return bad("MonitorTime.Time should be between 1 and 1440");
  return {};
}

std::optional<TimePoint> next_run(const Json& monitor_time, TimePoint after) {
  const auto type = string_or(monitor_time, "Type");
  const auto minutes = std::clamp<std::int64_t>(integer_or(monitor_time, "Time"), 1, 1440);
  const auto civil = after.time_since_epoch().count() + kShanghaiOffset;
  if (type == "Cron") {
    const auto cron = read_cron(string_or(monitor_time, "CronExpression"));
    return cron ? next_of_cron(*cron, after) : std::nullopt;
  }
  if (type == "Period") {
    const auto period = minutes * kMinute;
    return TimePoint(Millis(floor_to(civil, period) + period - kShanghaiOffset));
  }
  auto next = floor_to(civil, kDay) + minutes * kMinute;
  if (next <= civil) next += kDay;
  return TimePoint(Millis(next - kShanghaiOffset));
}

}  // namespace mtc::emulator
