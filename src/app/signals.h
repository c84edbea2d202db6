// Waiting for the end: Ctrl-C or SIGTERM.
#pragma once

#include "base/async.h"

namespace mtc::app {

// Resumes on the first SIGINT or SIGTERM. A second one ends the process at once.
Async<> wait_for_end();

}  // namespace mtc::app
