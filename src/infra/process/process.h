// Runs other programs: no shell, bounded output, a deadline, nothing left behind.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"

namespace mtc {

struct ProcessRequest {
  // Program and arguments, handed over as they are. A name without '/' is looked up in PATH.
  std::vector<std::string> arguments;
  std::string input;  // what the program reads on its standard input, then end of file
  Millis timeout{10'000};
  std::size_t max_output_bytes = 16U << 20U;
  std::size_t max_error_bytes = 16U << 10U;  // of standard error; what is beyond is dropped
  std::string package;  // Debian package that brings the program; named if it is missing
  // Added to the few variables every program needs (PATH, HOME, LANG, LC_*, TZ, TMPDIR). Nothing
  // else is inherited: our environment may hold keys.
  std::vector<std::pair<std::string, std::string>> environment;
};

struct ProcessResult {
  int exit_status = 0;  // of a program that ended by itself
  int signal = 0;       // not 0: it was killed by this signal
  std::string output;
  std::string errors;  // as written; may be any bytes
  bool succeeded() const { return exit_status == 0 && signal == 0; }
};

// Runs one program to its end. Whatever it exits with is a success here. Failures: Errc::not_found
// if there is no such program, Errc::timed_out after the deadline (SIGTERM, half a second later
// SIGKILL), Errc::resource_exhausted if it writes more than max_output_bytes, Errc::cancelled if
// the awaiting coroutine was cancelled (SIGKILL), Errc::unavailable if it cannot be started. Its
// children die with it, and it is reaped before this returns.
Async<Result<ProcessResult>> run_process(ProcessRequest request);

}  // namespace mtc
