// Waiting as a port: back-off, schedules and verification wait through it, so that tests need not.
#pragma once

#include "base/async.h"
#include "base/clock.h"

namespace mtc {

class Sleeper {
 public:
  virtual ~Sleeper() = default;
  // Resumes after that time. Throws boost::system::system_error (operation_aborted) if the
  // coroutine is cancelled.
  virtual Async<> sleep(Millis duration) = 0;
};

}  // namespace mtc
