// Guesses the level of a message whose line names none.
#pragma once

#include <string_view>

#include "domain/logs/log_line.h"

namespace mtc::logs {

// From clear words only; Level::unknown without them, the worst where there are several:
//   fatal  "panic", "fatal"; "critical" followed by ':'
//   error  "error", "exception" as words or at the end of one (IOException); "failed to", "failed
//          with"
//   warn   "failed", "failure", "warning", "warn", "denied", "refused": an attempt that did not
//          succeed. "Failed password for root" is somebody at the door, not something broken.
// Not if the word is denied or counted as none: "no error", "0 errors", "error=0", "errors: 0",
// "non-fatal", "without error". Chinese: 致命 fatal; 错误, 异常 error; 失败, 警告, 超时 warn.
Level infer_level(std::string_view message);

}  // namespace mtc::logs
