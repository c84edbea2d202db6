// Reads the time a log line begins with, in the ways programs write it.
#pragma once

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
  //   2026-11-22T05:00:00.123Z   2026-11-22 05:00:00,123   2026/11/22 05:00:00   26/11/22 05:00:00
  //   +08:00 and +0800 behind 20261122-05:00:00:123      20261122T050000Z          081109 203615
  //   11-22 05:00:00.123 Nov 22 05:00:00            Sun Nov 22 05:00:00.123 2026
  //   22/Nov/2026:05:00:00 +0800 1779423600                 1779423600.123            1779423600123
  //   (also micro- and nanoseconds)
  std::optional<Stamp> read(std::string_view text);

  // A number of seconds, milli-, micro- or nanoseconds since 1970, told by its size.
  static TimePoint from_epoch(double number);

 private:
  struct Civil {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int millisecond = 0;
  };
  struct Cursor;

  std::optional<Stamp> read_numeric(std::string_view text);
  std::optional<Stamp> read_named(std::string_view text);
  bool read_date(Cursor& cursor, Civil* civil) const;
  std::optional<Stamp> finish(Cursor cursor, const Civil& civil);
  std::optional<TimePoint> local(const Civil& civil);
  std::optional<TimePoint> without_year(Civil civil);

  Zone zone_;
  TimePoint reference_;
  // The beginning of the hour that was asked for last: zones are slow to ask.
  std::int64_t hour_key_ = -1;
  TimePoint hour_begin_{};
};

}  // namespace mtc::logs
