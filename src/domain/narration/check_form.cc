// Form: how a text for the ear may look.
#include <algorithm>
#include <array>

#include "base/characters.h"
#include "base/text.h"
#include "domain/narration/checks.h"

namespace mtc::narration {
namespace {

bool is_list_line(std::string_view line) {
  line = trim(line);
  if (line.size() < 2) return false;
  if (is_one_of(line[0], "-+>") || line.starts_with("•") || line.starts_with("·")) return true;
  return is_digit(line[0]) &&
         (line[1] == '.' || line[1] == ')' || line.substr(1).starts_with("、")) &&
         !is_digit(at_or_zero(line, 2));
}

// Hexadecimal ids, hashes, pod names, placeholders without their brackets. 40x, 2pm and p99 are
// none.
bool is_id(std::string_view word) {
  const auto count = [&](auto is) { return std::ranges::count_if(word, is); };
  const auto digits = count(is_digit);
  const auto letters = count(is_letter);
  if (word.size() >= 8 && digits >= 2 && letters >= 2) return true;
  if (digits >= 12) return true;
  const std::size_t hyphen = word.rfind('-');
  if (hyphen == std::string_view::npos || hyphen + 1 == word.size()) return false;
  const std::string_view kind = word.substr(0, hyphen);
  static constexpr std::array<std::string_view, 14> kKinds{
      "private-key", "secret", "credentials", "token", "key", "email", "id-card",
      "bank-card",   "phone",  "uuid",        "ip",    "mac", "hash",  "host"};
  return std::ranges::find(kKinds, to_lower_ascii(kind)) != kKinds.end() &&
         std::ranges::all_of(word.substr(hyphen + 1), is_digit);
}

std::string_view find_id(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && (is_alnum(text[end]) || is_one_of(text[end], "-_"))) ++end;
    if (end > i && is_id(text.substr(i, end - i))) return text.substr(i, end - i);
    i = std::max(end, i + 1);
  }
  return {};
}

std::string_view find_dotted(std::string_view text) {  // 10.0.0.1, foo.bar(), example.com, a.b.c
  for (std::size_t i = text.find('.'); i != std::string_view::npos; i = text.find('.', i + 1)) {
    const char before = before_or_zero(text, i);
    const char after = at_or_zero(text, i + 1);
    if (!is_alnum(before) || !is_alnum(after)) continue;
    const std::string_view around = text.substr(i - 1, 3);
    const bool decimal = is_digit(before) && is_digit(after);
    const bool half_day = is_one_of(before, "apAP") && is_one_of(after, "mM");  // a.m.
    if (!decimal && !half_day) return around;
    std::size_t end = i + 1;
    while (is_digit(at_or_zero(text, end))) ++end;
    if (decimal && at_or_zero(text, end) == '.' && is_digit(at_or_zero(text, end + 1)))
      return around;
  }
  return {};
}

// Letters, Han and the punctuation of both languages. Everything else is what a voice would skip or
// describe (emoji, invisible marks), or a number that the check of figures does not read: Ⅷ, ⑧, ８.
bool is_plain(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return is_ascii(character[0]);
  if (character.size() == 2) return byte(0) == 0xc3;  // é, ü
  if (character.size() != 3) return false;
  const bool han = (byte(0) == 0xe3 && byte(1) >= 0x90) || (byte(0) >= 0xe4 && byte(0) <= 0xe9);
  static constexpr std::array<std::string_view, 24> kMarks{
      "，", "。", "、", "；", "：", "？", "！", "“", "”",  "‘",  "’",  "「",
      "」", "『", "』", "～", "％", "〇", "–",  "—", "（", "）", "《", "》"};
  return han || std::ranges::find(kMarks, character) != kMarks.end();
}

bool has_strange_characters(std::string_view text) {
  while (!text.empty()) {
    const std::string_view character = prefix_of_characters(text, 1);
    if (!is_plain(character)) return true;
    text.remove_prefix(character.size());
  }
  return false;
}

// 贰, 萬: numbers of contracts and of other scripts.
bool has_disguised_numbers(std::string_view text) {
  static constexpr std::array<std::string_view, 29> kSigns{
      "壹", "贰", "叁", "肆", "伍",   "柒",   "捌",   "玖",   "拾",  "佰",
      "仟", "廿", "卅", "萬", "億",   "兩",   "貳",   "參",   "陸",  "弌",
      "弍", "弎", "弐", "壱", "陆十", "陆百", "陆千", "陆万", "陆条"};
  return std::ranges::any_of(kSigns,
                             [&](auto sign) { return text.find(sign) != std::string_view::npos; });
}

// "82 000", 八十二 万: heard as one number and read as two.
bool has_parted_numbers(std::string_view text) {
  static constexpr std::string_view kNumerals = "零〇一二两三四五六七八九十百千万亿";
  const auto is_numeral = [&](std::string_view character) {
    return character.size() == 3 && kNumerals.find(character) != std::string_view::npos;
  };
  for (std::size_t i = text.find(' '); i != std::string_view::npos; i = text.find(' ', i + 1)) {
    const std::string_view behind = text.substr(i + 1);
    if (is_digit(before_or_zero(text, i)) && is_digit(at_or_zero(text, i + 1))) return true;
    if (i >= 3 && is_numeral(text.substr(i - 3, 3)) && is_numeral(behind.substr(0, 3))) return true;
  }
  return false;
}

std::string_view find_written_thousands(std::string_view text) {  // 1,200
  for (std::size_t i = text.find(','); i != std::string_view::npos; i = text.find(',', i + 1)) {
    if (is_digit(before_or_zero(text, i)) && is_digit(at_or_zero(text, i + 1)))
      return text.substr(i - 1, 3);
  }
  return {};
}

struct Letters {
  std::size_t han = 0;
  std::size_t latin_words = 0;
  std::size_t latin_run = 0;  // the most words in a row
};

Letters count_letters(std::string_view text) {
  Letters out;
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (is_letter(text[i])) {
      while (is_alnum(at_or_zero(text, i)) || is_one_of(at_or_zero(text, i), "'-_")) ++i;
      ++out.latin_words;
      out.latin_run = std::max(out.latin_run, ++run);
      continue;
    }
    if (byte >= 0xe4 && byte <= 0xe9) {  // U+4000 … U+9FFF
      ++out.han;
      run = 0;
      i += 3;
      continue;
    }
    if (!is_space(text[i])) run = 0;
    ++i;
  }
  return out;
}

constexpr std::size_t kLatinRunInChinese = 5;

bool is_han(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(at_or_zero(text, at));
  return byte >= 0xe4 && byte <= 0xe9 && at + 3 <= text.size();
}

// A run of Chinese characters that our own English text does not hold either (a name may be
// Chinese).
bool has_foreign_han(std::string_view text, std::string_view own_text) {
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (is_han(text, end)) end += 3;
    if (end > i && own_text.find(text.substr(i, end - i)) == std::string_view::npos) return true;
    i = std::max(end, i + 1);
  }
  return false;
}

}  // namespace

std::optional<Complaint> check_form(std::string_view blanked, std::string_view text) {
  if (!is_valid_utf8(text)) return complain(Objection::form, "the text is not valid UTF-8");
  for (const char c : blanked) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) {
      return complain(Objection::form, "the text holds control characters");
    }
    if (is_one_of(c, "*#`_[]{}()<>|\\^~=$@&\"+/")) {
      return complain(Objection::form, "plain sentences only, without the sign",
                      std::string_view(&c, 1));
    }
  }
  for (const std::string_view sign :
       {"（", "）", "【", "】", "《", "》", "｛", "｝", "／", "——", "www", "://", "…"}) {
    if (blanked.find(sign) != std::string_view::npos) {
      return complain(Objection::form, "plain sentences only, without the sign", sign);
    }
  }
  for (const auto line : split(blanked, '\n')) {
    if (is_list_line(line)) return complain(Objection::form, "sentences, not a list");
  }
  if (has_strange_characters(blanked))
    return complain(Objection::form, "no emoji, no invisible characters and no other script");
  if (has_disguised_numbers(blanked)) {
    return complain(Objection::form, "numbers in plain digits or common Chinese numerals only");
  }
  if (has_parted_numbers(text)) return complain(Objection::form, "no blanks inside of numbers");
  if (const auto id = find_id(blanked); !id.empty())
    return complain(Objection::form, "ids are not spoken", id);
  if (const auto dotted = find_dotted(blanked); !dotted.empty()) {
    return complain(Objection::form, "addresses, file names and code are not spoken", dotted);
  }
  if (const auto number = find_written_thousands(blanked); !number.empty()) {
    return complain(Objection::form, "numbers are written without commas", number);
  }
  return std::nullopt;
}

std::optional<Complaint> check_language(std::string_view text, std::string_view own_text,
                                        Language language) {
  const Letters letters = count_letters(text);
  if (language == Language::en) {
    if (has_foreign_han(text, own_text) || letters.latin_words == 0)
      return complain(Objection::language, "the text must be English");
    return std::nullopt;
  }
  const bool chinese = letters.han > 0 && letters.han >= 2 * letters.latin_words &&
                       letters.latin_run < kLatinRunInChinese;
  if (!chinese) return complain(Objection::language, "the text must be Chinese");
  return std::nullopt;
}

}  // namespace mtc::narration
