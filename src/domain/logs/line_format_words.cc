#include "domain/logs/line_format_words.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"

namespace mtc::logs {
namespace {

constexpr std::size_t kLooked = 512;  // bytes of a message

// Lower case of letters, 0 for what no word contains, 1 for digits and '_', 2 for other than ASCII.
constexpr auto kFolded = [] {
  std::array<char, 256> out{};
  for (int c = '0'; c <= '9'; ++c) out[c] = 1;
  out['_'] = 1;
  for (int c = 'a'; c <= 'z'; ++c) out[c] = out[c - 'a' + 'A'] = static_cast<char>(c);
  for (int c = 0x80; c < 256; ++c) out[c] = 2;
  return out;
}();
char folded(char c) {
  return kFolded[static_cast<unsigned char>(c)];
}

bool ends_with(std::string_view word, std::string_view lower) {
  if (word.size() < lower.size()) return false;
  word.remove_prefix(word.size() - lower.size());
  return std::equal(word.begin(), word.end(), lower.begin(),
                    [](char c, char l) { return folded(c) == l; });
}
bool equals(std::string_view word, std::string_view lower) {
  return word.size() == lower.size() && ends_with(word, lower);
}
// "IOException", not "terror".
bool ends_in_own_word(std::string_view word, std::string_view lower) {
  if (!ends_with(word, lower)) return false;
  const std::size_t begin = word.size() - lower.size();
  const bool capital = word[begin] >= 'A' && word[begin] <= 'Z' && word[begin + 1] >= 'a';
  return begin == 0 || word[begin - 1] == '_' || capital;
}

Level level_of(std::string_view word, std::string_view behind) {
  switch (folded(word.back())) {
    case 'r':
      return ends_in_own_word(word, "error") ? Level::error : Level::unknown;
    case 'n':
      if (equals(word, "warn")) return Level::warn;
      return ends_in_own_word(word, "exception") ? Level::error : Level::unknown;
    case 's':
      return equals(word, "errors") || equals(word, "exceptions") ? Level::error : Level::unknown;
    case 'd':
      if (equals(word, "failed")) {
        return behind.starts_with(" to ") || behind.starts_with(" with ") ? Level::error
                                                                          : Level::warn;
      }
      return equals(word, "denied") || equals(word, "refused") ? Level::warn : Level::unknown;
    case 'e':
      return ends_in_own_word(word, "failure") ? Level::warn : Level::unknown;
    case 'g':
      return equals(word, "warning") ? Level::warn : Level::unknown;
    case 'c':
      return equals(word, "panic") ? Level::fatal : Level::unknown;
    case 'l':
      if (equals(word, "fatal")) return Level::fatal;
      return equals(word, "critical") && behind.starts_with(':') ? Level::fatal : Level::unknown;
    default:
      return Level::unknown;
  }
}

// "no error", "non-fatal", "0 errors": the word before takes it back.
bool denied_before(std::string_view before) {
  while (!before.empty() && (before.back() == ' ' || before.back() == '-')) before.remove_suffix(1);
  std::size_t begin = before.size();
  while (begin > 0 && folded(before[begin - 1]) != 0) --begin;
  const auto word = before.substr(begin);
  for (const std::string_view denial : {"no", "non", "without", "not", "zero", "any"}) {
    if (equals(word, denial)) return true;
  }
  return word == "0";
}

// "error=0", "errors: 0", "error=null", "error=\"\"".
bool none_behind(std::string_view behind) {
  if (behind.empty() || (behind[0] != '=' && behind[0] != ':')) return false;
  const bool value_follows = behind[0] == '=';
  behind.remove_prefix(1);
  while (!behind.empty() && behind[0] == ' ') behind.remove_prefix(1);
  if (value_follows && (behind.empty() || behind[0] == ',')) return true;
  if (behind.starts_with("0") && (behind.size() == 1 || folded(behind[1]) == 0)) return true;
  for (const std::string_view nothing : {"null", "none", "nil", "false", "<nil>", "\"\""}) {
    if (behind.starts_with(nothing)) return true;
  }
  return behind.starts_with("None");
}

Level infer_chinese(std::string_view message) {
  const auto says = [message](std::string_view word) { return message.find(word) != message.npos; };
  if (says("致命")) return Level::fatal;
  if ((says("错误") && !says("无错误") && !says("没有错误")) ||
      (says("异常") && !says("无异常") && !says("没有异常"))) {
    return Level::error;
  }
  return says("失败") || says("警告") || says("超时") ? Level::warn : Level::unknown;
}

}  // namespace

Level infer_level(std::string_view message) {
  message = message.substr(0, kLooked);
  Level found = Level::unknown;
  bool wide = false;
  for (std::size_t i = 0; i < message.size();) {
    char c = folded(message[i]);
    if (c == 0) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < message.size() && (c = folded(message[i])) != 0) {
      wide |= c == 2;
      ++i;
    }
    const std::size_t length = i - begin;
    if (length < 4 || folded(message[i - 1]) < 'a') continue;
    const auto behind = message.substr(i);
    const Level level = level_of(message.substr(begin, length), behind);
    if (level <= found || denied_before(message.substr(0, begin)) || none_behind(behind)) continue;
    found = level;
  }
  return wide ? std::max(found, infer_chinese(message)) : found;
}

}  // namespace mtc::logs
