#include <algorithm>
#include <array>

#include "domain/logs/log_line.h"

namespace mtc::logs {
namespace {

struct Spelling {
  std::string_view word;  // lower case
  Level level;
};

constexpr std::array kLetters{
    Spelling{"t", Level::trace}, Spelling{"v", Level::trace}, Spelling{"d", Level::debug},
    Spelling{"i", Level::info},  Spelling{"n", Level::info},  Spelling{"w", Level::warn},
    Spelling{"e", Level::error}, Spelling{"f", Level::fatal}, Spelling{"c", Level::fatal},
};

constexpr std::array kSpellings{
    Spelling{"info", Level::info},        Spelling{"error", Level::error},
    Spelling{"warn", Level::warn},        Spelling{"debug", Level::debug},
    Spelling{"warning", Level::warn},     Spelling{"fatal", Level::fatal},
    Spelling{"trace", Level::trace},      Spelling{"notice", Level::info},
    Spelling{"err", Level::error},        Spelling{"severe", Level::error},
    Spelling{"critical", Level::fatal},   Spelling{"crit", Level::fatal},
    Spelling{"failure", Level::error},    Spelling{"alert", Level::fatal},
    Spelling{"emerg", Level::fatal},      Spelling{"emergency", Level::fatal},
    Spelling{"panic", Level::fatal},      Spelling{"inf", Level::info},
    Spelling{"information", Level::info}, Spelling{"informational", Level::info},
    Spelling{"config", Level::info},      Spelling{"wrn", Level::warn},
    Spelling{"ftl", Level::fatal},        Spelling{"dbg", Level::debug},
    Spelling{"trc", Level::trace},        Spelling{"verbose", Level::trace},
    Spelling{"fine", Level::debug},       Spelling{"finer", Level::trace},
    Spelling{"finest", Level::trace},     Spelling{"dpanic", Level::fatal},
    Spelling{"错误", Level::error},       Spelling{"警告", Level::warn},
    Spelling{"信息", Level::info},        Spelling{"严重", Level::error},
    Spelling{"告警", Level::warn},        Spelling{"致命", Level::fatal},
    Spelling{"异常", Level::error},       Spelling{"调试", Level::debug},
    Spelling{"跟踪", Level::trace},       Spelling{"提示", Level::info},
    Spelling{"注意", Level::info},        Spelling{"紧急", Level::fatal},
};
constexpr std::size_t kLongest = 13;

}  // namespace

std::string_view name_of(Level level) {
  switch (level) {
    case Level::unknown:
      return "UNKNOWN";
    case Level::trace:
      return "TRACE";
    case Level::debug:
      return "DEBUG";
    case Level::info:
      return "INFO";
    case Level::warn:
      return "WARN";
    case Level::error:
      return "ERROR";
    case Level::fatal:
      return "FATAL";
  }
  return "UNKNOWN";
}

std::optional<Level> parse_level(std::string_view word) {
  if (word.empty() || word.size() > kLongest) return std::nullopt;
  std::array<char, kLongest> buffer;
  std::transform(word.begin(), word.end(), buffer.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  const std::string_view lower(buffer.data(), word.size());
  const auto find = [lower](const auto& spellings) -> std::optional<Level> {
    for (const auto& spelling : spellings) {
      if (spelling.word == lower) return spelling.level;
    }
    return std::nullopt;
  };
  return word.size() == 1 ? find(kLetters) : find(kSpellings);
}

}  // namespace mtc::logs
