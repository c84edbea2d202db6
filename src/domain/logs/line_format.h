// Turns a raw line of whatever log into time, level, service and message, without being told the
// format.
//
// Known: ISO 8601 and its relatives with log4j, logback, Spring, Python, Go, PostgreSQL, OpenStack,
// loguru headers; syslog (RFC 3164, 5424, rsyslog's ISO form); HDFS; Blue Gene/L; klog and glog;
// access logs of nginx and Apache; their error logs; Android; JSON lines; logfmt; docker compose
// and CRI prefixes; Java and Python stack traces; anything else is plain text.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "base/zone.h"
#include "domain/logs/log_line.h"

namespace mtc::logs {

struct ParsedLine : LogLine {
  // The level was not named but concluded from words such as "error:" or, in access logs, from the
  // status.
  bool level_inferred = false;
  // Belongs to the line before it (a stack trace): it has that line's time and service, and no
  // level, so that one failure does not count forty times.
  bool continuation = false;
};

// Lines of one source belong to one parser: it tries first the shape that the last line had, and
// continuations take over from the line before. One thread at a time.
class LineParser {
 public:
  struct Options {
    Zone zone = Zone::shanghai();  // of times without an offset
    TimePoint reference{};  // no line is later than a day after this: tells the year where the line
                            // does not
    bool infer_levels = true;
  };
  explicit LineParser(Options options);
  ~LineParser();
  LineParser(LineParser&&) noexcept;
  LineParser& operator=(LineParser&&) noexcept;

  // Without its line end ('\r' is dropped). The views are valid until the next call and as long as
  // the line lives. Any bytes will do; what cannot be made sense of is the message.
  ParsedLine parse(std::string_view line);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mtc::logs
