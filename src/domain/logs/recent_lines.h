// The lines each user was told of last, so that "the third one" and "what was around that" mean
// something. In memory only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/language.h"
#include "base/result.h"
#include "domain/logs/log_line.h"

namespace mtc::logs {

// One executor. Bounded: lines per answer, users, bytes of a line and time.
class RecentLines {
 public:
  static constexpr std::size_t kLines = 100;
  static constexpr std::size_t kUsers = 500;
  static constexpr std::size_t kBytes = 512;  // of a message; enough to find it by
  static constexpr Millis kLifetime{3'600'000};

  explicit RecentLines(const Clock& clock) : clock_(clock) {}

  // What the newest answer of that user listed, in its order; it takes the place of the one before.
  void keep(std::int64_t user, std::string region, const std::vector<LogRecord>& lines);

  struct Found {
    std::string region;  // as kept
    LogRecord line;      // its message may be cut
  };
  // "3", 第三条, "last", 最后一条, or words that stand in it; nothing said means the first.
  // Errc::not_found without an answer to look in or where nothing fits.
  Result<Found> find(std::int64_t user, std::string_view which, Language language) const;

 private:
  struct Answer {
    std::string region;
    std::vector<LogRecord> lines;
    TimePoint at{};
  };
  const Clock& clock_;
  std::map<std::int64_t, Answer> answers_;
};

}  // namespace mtc::logs
