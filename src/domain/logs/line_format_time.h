// Reads the time a log line begins with, in the ways programs write it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/zone.h"

namespace mtc::logs {

struct Stamp {
  TimePoint time{};
  std::size_t length = 0;  // bytes of the text it takes
};

// One thread at a time.
class StampReader {
 public:
  // Times without an offset are in that zone. Those without a year are the latest such day not
  // after reference + 1 day.
  StampReader(Zone zone, TimePoint reference) : zone_(std::move(zone)), reference_(reference) {}

  // The time at the very beginning of the text:
  //   2026-11-22T05:00:00.123Z   2026-11-22 05:00:00,123 +08:00   2026/11/22 05:00:00
  //   26/11/22 05:00:00          20261122-05:00:00:123            20261122T050000Z
  //   081109 203615              11-22 05:00:00.123               22/Nov/2026:05:00:00 +0800
  //   Nov 22 05:00:00            Nov 22 2026 05:00:00             Sun Nov 22 05:00:00.123 2026
  //   1779423600                 1779423600.123                   1779423600123 (also µs and ns)
  std::optional<Stamp> read(std::string_view text);

  // A number of seconds, milli-, micro- or nanoseconds since 1970, told by its size. Any number
  // could be an order number or a duration: only what lies between 2001 and 2065 is a time.
  static std::optional<TimePoint> from_epoch(double number);

 private:
  struct Cursor;

  static std::optional<Stamp> read_epoch(std::string_view text, std::size_t digits);
  std::optional<Stamp> read_numeric(std::string_view text);
  std::optional<Stamp> read_named(std::string_view text);
  static bool read_date(Cursor& cursor, CivilTime* civil);
  static std::optional<std::chrono::minutes> read_offset(Cursor& cursor);
  std::optional<Stamp> finish(Cursor cursor, const CivilTime& civil);
  std::optional<TimePoint> local(const CivilTime& civil);
  std::optional<TimePoint> without_year(CivilTime civil);

  Zone zone_;
  TimePoint reference_;
  // The beginning of the hour that was asked for last: zones are slow to ask.
  std::int64_t hour_key_ = -1;
  TimePoint hour_begin_{};
};

}  // namespace mtc::logs
