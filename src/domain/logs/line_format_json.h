// Log lines that are JSON objects, as zap, pino, bunyan, logback, Docker and many others write
// them.
#pragma once

#include <memory>
#include <string_view>

#include "domain/logs/line_format_time.h"
#include "domain/logs/log_line.h"

namespace mtc::logs {

// One thread at a time.
class JsonLineReader {
 public:
  JsonLineReader();
  ~JsonLineReader();
  JsonLineReader(JsonLineReader&&) noexcept;
  JsonLineReader& operator=(JsonLineReader&&) noexcept;

  // False if the line is no JSON object. The views live until the next call. *raw: the message is
  // itself a raw line of a program, as Docker wraps it ({"log":"…","stream":"stdout"}).
  bool read(std::string_view line, StampReader& stamps, LogLine* out, bool* raw);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mtc::logs
