// One log as CLS hands it out (LogJson, a JSON object in a string) → level, service and message.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "domain/logs/log_line.h"

namespace mtc::tencent {

// Keeps its buffers from log to log; not for several threads.
class LogJsonReader {
 public:
  LogJsonReader();
  ~LogJsonReader();

  // Sets level, service and message, and source if the log names its pod. Programs name these
  // fields differently: the usual names are tried (level, severity, lvl …; service, app,
  // container_name …; message, msg, log, __CONTENT__ …), in any case, also below __TAG__ and
  // kubernetes. Without a message field, or if the text is not a JSON object, the whole text is the
  // message: it is empty only if the text is.
  void read(std::string_view log_json, logs::LogRecord& into);

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace mtc::tencent
