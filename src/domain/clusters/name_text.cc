#include "domain/clusters/name_text.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/characters.h"
#include "base/contains.h"
#include "base/edit_distance.h"
#include "base/pinyin.h"
#include "base/small_number.h"
#include "base/text.h"
#include "domain/clusters/name_words.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kMostCharacters = 120;  // longer is no name

// A Latin word, a number, or one Chinese character.
using Units = std::vector<NameToken>;

// ａ and Ａ as a recogniser for Chinese may write them.
std::string to_half_width(std::string text) {
  if (text.size() != 3 || static_cast<unsigned char>(text[0]) != 0xef) return text;
  const int code = (static_cast<unsigned char>(text[1]) & 0x3f) << 6 |
                   (static_cast<unsigned char>(text[2]) & 0x3f);
  constexpr int kFirst = 0xf01, kLast = 0xf5e;  // U+FF01 … U+FF5E below U+F000
  if (code < kFirst || code > kLast) return text;
  return {static_cast<char>(code - kFirst + '!')};
}

// 0 to 9; ten and a hundred answer -1, anything else nothing.
std::optional<int> numeral(const Sound& sound) {
  static constexpr std::array<std::string_view, 10> kDigits{"零", "一", "二", "三", "四",
                                                            "五", "六", "七", "八", "九"};
  if (const auto it = std::ranges::find(kDigits, sound.text); it != kDigits.end())
    return static_cast<int>(it - kDigits.begin());
  if (sound.text == "〇") return 0;
  if (sound.text == "幺") return 1;
  if (sound.text == "两") return 2;
  if (sound.text == "十" || sound.text == "百") return -1;
  return std::nullopt;
}

bool is_ascii_word(const std::string& text) {
  return text.size() == 1 && is_alnum(text[0]);
}

// 杠, 下划线 and so on, said aloud; how many characters from `at` on.
std::size_t spoken_separator(const std::vector<Sound>& sounds, std::size_t at) {
  const auto follows = [&](std::string_view word) {
    std::string there;
    for (std::size_t i = at; i < sounds.size() && there.size() < word.size(); ++i)
      there += sounds[i].text;
    return there == word;
  };
  for (const std::string_view word :
       {"下划线", "中划线", "短横线", "横线", "横杠", "中杠", "减号", "杠"})
    if (follows(word)) return word.size() / 3;
  // 点 only where no Chinese word can go on: 点餐 is one.
  const bool before = at > 0 && !sounds[at - 1].han();
  const bool behind = at + 1 < sounds.size() && !sounds[at + 1].han();
  return follows("点") && before && behind ? 1 : 0;
}

// The end of a number in Chinese that begins at `at`, or `at`. Inside a word it is none: 统一认证.
std::size_t numeral_end(const std::vector<Sound>& sounds, std::size_t at) {
  if (!numeral(sounds[at])) return at;
  std::size_t end = at;
  while (end < sounds.size() && numeral(sounds[end])) ++end;
  const bool opens = at == 0 || !sounds[at - 1].han() || sounds[at - 1].text == "第";
  const bool closes = end == sounds.size() || !sounds[end].han() ||
                      contains(std::array{"号", "区", "期", "组", "台"}, sounds[end].text);
  return opens || closes ? end : at;
}

std::string number_text(const std::vector<Sound>& sounds, std::size_t at, std::size_t end) {
  std::string text, digits;
  bool only_digits = true;
  for (std::size_t i = at; i < end; ++i) {
    const int digit = numeral(sounds[i]).value_or(-1);
    text += sounds[i].text;
    digits += static_cast<char>('0' + std::max(digit, 0));
    only_digits = only_digits && digit >= 0;
  }
  if (only_digits) return digits;
  const auto number = parse_small_number(text);
  return number ? std::to_string(*number) : text;
}

std::string english_number(const std::string& word) {
  static constexpr std::array<std::string_view, 13> kWords{
      "zero",  "one",   "two",  "three", "four",   "five",  "six",
      "seven", "eight", "nine", "ten",   "eleven", "twelve"};
  const auto it = std::ranges::find(kWords, word);
  return it == kWords.end() ? word : std::to_string(it - kWords.begin());
}

Units read_units(std::string_view name, bool numbers) {
  auto sounds = sounds_of(prefix_of_characters(name, kMostCharacters));
  for (auto& sound : sounds) sound.text = to_lower_ascii(to_half_width(std::move(sound.text)));
  Units out;
  bool joins = false;  // the next letter belongs to the last unit
  for (std::size_t at = 0; at < sounds.size();) {
    const auto& sound = sounds[at];
    if (const auto skip = spoken_separator(sounds, at); skip > 0) {
      at += skip;
      joins = false;
      continue;
    }
    if (numbers) {
      if (const auto end = numeral_end(sounds, at); end > at) {
        const auto text = number_text(sounds, at, end);
        out.push_back({.text = text, .letters = text});
        at = end;
        joins = false;
        continue;
      }
    }
    if (sound.han()) {
      out.push_back({.text = sound.text, .letters = sound.syllable, .han = true});
      joins = false;
    } else if (is_ascii_word(sound.text)) {
      if (!joins) out.emplace_back();
      out.back().text += sound.text;
      out.back().letters += sound.text;
      joins = true;
    } else {
      joins = false;
    }
    ++at;
  }
  if (numbers) {
    for (auto& unit : out) {
      if (!unit.han) unit.text = unit.letters = english_number(unit.letters);
    }
  }
  return out;
}

bool ends_with_text(const Units& units, std::string_view word) {
  std::string end;
  for (std::size_t i = units.size(); i-- > 0 && end.size() < word.size();)
    end = units[i].text + end;
  return end == word;
}

// How many units at the end are only words around a name: 那个, 里的.
std::size_t filler_at_end(const Units& units) {
  for (const std::string_view word : {"里面的", "里面", "里的", "下面的", "下面", "下的", "那个",
                                      "这个", "那边", "这边", "那里", "的", "里"}) {
    if (ends_with_text(units, word)) return count_characters(word);
  }
  return 0;
}

std::size_t filler_at_begin(const Units& units) {
  for (const std::string_view word : {"那一个", "那个", "这个", "我们的", "咱们的", "我的",
                                      "名字叫", "名叫", "叫做", "名为", "叫"}) {
    std::string begin;
    for (std::size_t i = 0; i < units.size() && begin.size() < word.size(); ++i)
      begin += units[i].text;
    if (begin == word) return count_characters(word);
  }
  if (!units.empty() && contains(std::array{"the", "our"}, units[0].text)) return 1;
  return 0;
}

// How many units at the end say the kind of thing, by sound: 节点持 is 节点池.
std::size_t kind_at_end(const Units& units, const KindWords& kinds) {
  for (const auto& word : kinds.syllables) {
    if (word.size() > units.size()) continue;
    const auto tail = std::span(units).last(word.size());
    if (std::ranges::equal(tail, word, [](const NameToken& unit, const std::string& syllable) {
          return unit.letters == syllable;  // also "fu wu", as pinyin
        }))
      return word.size();
  }
  if (units.empty() || units.back().han) return 0;
  const auto& last = units.back().letters;
  const auto is_kind = [&](const std::string& word) {
    return last == word || (word.size() >= 6 && edit_distance(last, word, 1) <= 1);
  };
  return std::ranges::any_of(kinds.letters, is_kind) ? 1 : 0;
}

Units without_filler(Units units) {
  for (;;) {
    const auto begin = filler_at_begin(units);
    if (begin > 0 && begin < units.size())
      units.erase(units.begin(), units.begin() + static_cast<std::ptrdiff_t>(begin));
    const auto end = filler_at_end(units);
    if (end > 0 && end < units.size()) units.resize(units.size() - end);
    if ((begin == 0 || begin >= units.size()) && (end == 0 || end >= units.size())) return units;
  }
}

Units without_kind(Units units, const KindWords& kinds) {
  for (;;) {
    const auto end = kind_at_end(units, kinds);
    if (end == 0 || end >= units.size()) return units;
    units.resize(units.size() - end);
    units = without_filler(std::move(units));
  }
}

// Chinese characters into words of the dictionary; what it does not know stays together.
std::vector<NameToken> into_words(const Units& units) {
  std::vector<NameToken> out;
  bool unknown = false;  // the last token is Chinese that the dictionary does not know
  for (std::size_t at = 0; at < units.size();) {
    if (!units[at].han) {
      out.push_back(units[at++]);
      unknown = false;
      continue;
    }
    std::size_t length = 0;
    for (const auto& word : dictionary_syllables()) {
      if (word.size() > units.size() - at) continue;
      const auto there = std::span(units).subspan(at, word.size());
      if (std::ranges::equal(there, word, [](const NameToken& unit, const std::string& syllable) {
            return unit.han && unit.letters == syllable;
          })) {
        length = word.size();
        break;
      }
    }
    if (length == 0 && unknown) {
      out.back().text += units[at].text;
      out.back().letters += units[at].letters;
      ++at;
      continue;
    }
    unknown = length == 0;
    NameToken token{.han = true};
    for (const auto end = at + std::max<std::size_t>(length, 1); at < end; ++at) {
      token.text += units[at].text;
      token.letters += units[at].letters;
    }
    out.push_back(std::move(token));
  }
  return out;
}

// "dash" and the like, said between two words.
void drop_spoken_signs(Units& units) {
  for (std::size_t i = units.size(); i-- > 1;) {
    const bool inside = i + 1 < units.size();
    if (inside &&
        contains(std::array{"dash", "hyphen", "underscore", "dot", "minus"}, units[i].text))
      units.erase(units.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

std::string joined(const std::vector<NameToken>& tokens, std::string NameToken::* part) {
  std::string out;
  for (const auto& token : tokens) out += token.*part;
  return out;
}

}  // namespace

std::string NameText::plain() const {
  return joined(all, &NameToken::text);
}
std::string NameText::plain_core() const {
  return joined(core, &NameToken::text);
}
std::string NameText::letters() const {
  return joined(all, &NameToken::letters);
}
std::string NameText::letters_core() const {
  return joined(core, &NameToken::letters);
}

NameText read_name(std::string_view name, Named what, bool numbers) {
  Units units = read_units(name, numbers);
  drop_spoken_signs(units);
  units = without_filler(std::move(units));
  NameText out;
  out.han = std::ranges::any_of(units, &NameToken::han);
  out.core = into_words(without_kind(units, kind_words(what)));
  out.all = into_words(units);
  return out;
}

}  // namespace mtc::clusters
