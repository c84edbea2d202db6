// Keeps from asking somebody who does not answer.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.h"
#include "base/result.h"

namespace mtc::clusters {

struct BreakerOptions {
  int failures = 3;                        // in a row, then it opens
  Millis pause{std::chrono::seconds(30)};  // after which one question goes through as a probe
};

class Breaker {
 public:
  explicit Breaker(BreakerOptions options = {}) : options_(options) {}

  // Whether to ask now. Who asks says afterwards how it went: until then, after a pause, nobody
  // else may.
  bool allows(TimePoint now);
  void succeeded();
  void failed(TimePoint now);
  // The probe ended and nobody can say how.
  void lost() { probing_ = false; }
  bool is_open() const { return opened_.has_value(); }

 private:
  BreakerOptions options_;
  int failures_ = 0;
  std::optional<TimePoint> opened_;
  bool probing_ = false;
};

// Whether a failure says that the other side is in trouble; a refusal or a wrong name does not.
bool is_trouble(Errc code);

}  // namespace mtc::clusters
