#include <algorithm>
#include <array>
#include <charconv>

#include "base/characters.h"
#include "base/contains.h"
#include "base/pinyin.h"
#include "base/small_number.h"
#include "base/text.h"
#include "domain/alerts/spoken_choice.h"

namespace mtc::alerts {
namespace {

constexpr std::size_t kMostCharacters = 40;  // more is no number
constexpr std::size_t kMostLetters = 3;      // before a number

// Taken off both ends, again and again.
constexpr auto kAround = std::to_array<std::string_view>(
    {"那一条", "这一条", "那一个", "这一个", "那个", "这个",  "那条",  "这条",
     "告警",   "报警",   "警报",   "编号",   "号码", "请",    "的",    "号",
     "条",     "个",     "。",     "，",     "？",   "alert", "alarm", "number",
     "the",    "no.",    "one",    "#",      ".",    "?",     ","});

void drop_around(std::string_view& text, bool& dropped) {
  for (const auto word : kAround) {
    if (text.size() > word.size() && text.starts_with(word)) {
      text = trim(text.substr(word.size()));
      dropped = true;
    }
    if (text.size() > word.size() && text.ends_with(word)) {
      text = trim(text.substr(0, text.size() - word.size()));
      dropped = true;
    }
  }
}

std::string_view core_of(std::string_view text) {
  for (bool dropped = true; dropped;) {
    dropped = false;
    drop_around(text, dropped);
  }
  return text;
}

// A to Z and 0 to 9 as a recogniser for Chinese may write them: Ａ１２.
std::string to_half_width(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto character = prefix_of_characters(text.substr(at), 1);
    const bool wide = character.size() == 3 && character.starts_with('\xef') &&
                      (character[1] == '\xbc' || character[1] == '\xbd');
    if (wide) {
      const int low = (character[1] & 0x3f) << 6 | (character[2] & 0x3f);
      const int code = low - 0xf01 + '!';  // U+FF01 is '!'
      out += code > ' ' && code <= '~' ? static_cast<char>(code) : ' ';
    } else {
      out += character;
    }
    at += character.size();
  }
  return out;
}

std::optional<std::int64_t> plain_digits(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool all = error == std::errc{} && end == text.data() + text.size();
  return all && !text.empty() && value >= 0 ? std::optional(value) : std::nullopt;
}

// 三零九, 幺二: figure by figure.
std::optional<std::int64_t> spelled_digits(std::string_view text) {
  static constexpr std::array<std::string_view, 10> kFigures{"零", "一", "二", "三", "四",
                                                             "五", "六", "七", "八", "九"};
  std::string digits;
  for (const auto& sound : sounds_of(text)) {
    const auto& figure = sound.text == "幺" ? kFigures[1] : std::string_view(sound.text);
    const auto it = std::ranges::find(kFigures, figure);
    if (it == kFigures.end()) return std::nullopt;
    digits += static_cast<char>('0' + (it - kFigures.begin()));
  }
  return plain_digits(digits);
}

std::optional<int> english_word(std::string_view word) {
  static constexpr std::array<std::string_view, 20> kSmall{
      "zero",     "one",     "two",     "three",     "four",     "five",    "six",
      "seven",    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen",
      "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
  static constexpr std::array<std::string_view, 10> kTens{
      "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};
  if (const auto it = std::ranges::find(kSmall, word); it != kSmall.end())
    return static_cast<int>(it - kSmall.begin());
  if (const auto it = std::ranges::find(kTens, word); it != kTens.end() && !word.empty())
    return static_cast<int>(it - kTens.begin()) * 10;
  return std::nullopt;
}

// "seven", "twenty two", "thirty-one".
std::optional<std::int64_t> english_number(std::string_view text) {
  const auto words_text = replace_all(std::string(text), "-", " ");
  const auto words = split(words_text, ' ');
  if (words.empty() || words.size() > 2) return std::nullopt;
  const auto first = english_word(words[0]);
  if (!first || words.size() == 1) return first;
  const auto second = english_word(words[1]);
  const bool fits = second && *first >= 20 && *second > 0 && *second < 10;
  return fits ? std::optional<std::int64_t>(*first + *second) : std::nullopt;
}

std::optional<std::int64_t> number_of(std::string_view text) {
  if (const auto digits = plain_digits(text)) return digits;
  if (const auto number = parse_small_number(text)) return number;
  if (const auto spelled = spelled_digits(text)) return spelled;
  return english_number(text);
}

std::string normal(std::string_view spoken) {
  const auto text = sanitize_utf8(prefix_of_bytes(spoken, kMostCharacters * 4 + 1));
  if (count_characters(text) > kMostCharacters) return {};
  return to_lower_ascii(trim(to_half_width(text)));
}

}  // namespace

std::optional<std::int64_t> spoken_number(std::string_view spoken) {
  const auto text = normal(spoken);
  const auto core = core_of(text);
  if (core == "one" && text.starts_with("th"))
    return std::nullopt;  // "the one", "this one" is none
  if (const auto number = number_of(core)) return number;
  std::size_t letters = 0;
  while (letters < core.size() && is_letter(core[letters])) ++letters;
  if (letters == 0 || letters > kMostLetters) return std::nullopt;
  const auto rest = trim(core.substr(letters));
  return number_of(rest.starts_with('-') ? trim(rest.substr(1)) : rest);
}

std::optional<std::size_t> spoken_place(std::string_view spoken) {
  static constexpr std::array<std::string_view, 10> kEnglish{"first", "second", "third",   "fourth",
                                                             "fifth", "sixth",  "seventh", "eighth",
                                                             "ninth", "tenth"};
  const auto text = normal(spoken);
  const auto core = core_of(text);
  if (const auto it = std::ranges::find(kEnglish, core); it != kEnglish.end())
    return static_cast<std::size_t>(it - kEnglish.begin()) + 1;
  constexpr std::string_view kPlace = "第";
  if (!core.starts_with(kPlace)) return std::nullopt;
  const auto number = number_of(trim(core.substr(kPlace.size())));
  return number && *number > 0 ? std::optional(static_cast<std::size_t>(*number)) : std::nullopt;
}

}  // namespace mtc::alerts
