// One line of a log as the rest of the product sees it, whatever system wrote it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace mtc::logs {

enum class Level : std::uint8_t { unknown, trace, debug, info, warn, error, fatal };
inline constexpr std::size_t kLevels = 7;

std::string_view name_of(Level level);  // "ERROR"; "UNKNOWN" where the line says nothing
// Any common spelling and case: ERROR, err, E, WARNING, severe, crit, 错误 …; nullopt for other
// words.
std::optional<Level> parse_level(std::string_view word);
inline bool is_error(Level level) {
  return level >= Level::error;
}

// A view into text that somebody else keeps alive: what the miner and the digest are fed with, a
// million a second.
struct LogLine {
  TimePoint time{};  // epoch 0: the line has no time
  Level level = Level::unknown;
  std::string_view service;  // who wrote it; may be empty
  std::string_view message;  // without time, level and service
};

// The same, owned: what a search returns.
struct LogRecord {
  TimePoint time{};
  Level level = Level::unknown;
  std::string service;
  std::string message;
  std::string source;  // host or pod; may be empty
  std::string topic_id;
  std::string package_id;      // with package_log_id the address of the line in the log service
  std::string package_log_id;  // an unsigned 64-bit number as text

  LogLine line() const {
    return {.time = time, .level = level, .service = service, .message = message};
  }
};

}  // namespace mtc::logs
