// What the program's exit codes mean; --help lists them.
#pragma once

namespace mtc::app {

enum ExitCode : int {
  kOk = 0,
  kFailed = 1,       // the work failed; stderr says why
  kUsage = 2,        // wrong arguments or a broken settings file
  kUnavailable = 3,  // an outside system could not be reached
  kDenied = 4,       // a key, token or permission was refused
  kBadData = 5,      // an input file could not be read or makes no sense
};

}  // namespace mtc::app
