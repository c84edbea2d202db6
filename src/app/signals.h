// What the outside tells a running server: Ctrl-C and SIGTERM end it, SIGHUP has it read its
// settings again.
#pragma once

#include <boost/asio/signal_set.hpp>

#include "base/async.h"

namespace mtc::app {

enum class Signal { end, reload };

class Signals {
 public:
  explicit Signals(const asio::any_io_executor& executor);
  // The next one. After Signal::end the default actions are back: a second one ends the process at
  // once.
  Async<Signal> next();

 private:
  asio::signal_set set_;
};

// Resumes on the first SIGINT or SIGTERM. A second one ends the process at once.
Async<> wait_for_end();

}  // namespace mtc::app
