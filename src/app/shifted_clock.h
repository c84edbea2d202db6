// The machine's clock, moved: the demo takes place at eight in the morning, whenever it is run, and
// tests choose their hour.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/zone.h"

namespace mtc::app {

class ShiftedClock final : public Clock {
 public:
  explicit ShiftedClock(Millis shift) : shift_(shift) {}
  TimePoint now() const override { return system_.now() + shift_; }

  // Set so that it is that time of today in that zone now.
  static ShiftedClock at(std::chrono::minutes time_of_day, const Zone& zone);

  // The clock of the commands: moved so that the program starts at the moment MTC_START_TIME names
  // ("2026-11-22T08:00:00+08:00"), if it is set. Only a stand-in for the cloud accepts such
  // requests: Tencent Cloud refuses what is signed more than five minutes off.
  static Result<ShiftedClock> of_process();

 private:
  SystemClock system_;
  Millis shift_;
};

}  // namespace mtc::app
