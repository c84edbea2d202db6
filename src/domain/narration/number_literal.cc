#include "domain/narration/number_literal.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/characters.h"

namespace mtc::narration {
namespace {

constexpr std::size_t kMaxLiteral = 64;  // bytes; no number that people say is longer

double place_of(double value) {
  double unit = 1;
  if (value < 100 || value > 1e17) return unit;
  while (std::fmod(value, unit * 10) == 0) unit *= 10;
  return unit;
}

}  // namespace

bool stands_at(std::string_view text, std::size_t at, std::string_view word) {
  return at <= text.size() && text.substr(at).starts_with(word);
}

std::size_t skip_any(std::string_view text, std::size_t at,
                     std::initializer_list<std::string_view> words) {
  for (const auto word : words) {
    if (stands_at(text, at, word)) return word.size();
  }
  return 0;
}

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(
      words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.ends_with(word); });
}

std::size_t skip_spaces(std::string_view text, std::size_t at) {
  while (at_or_zero(text, at) == ' ') ++at;
  return at;
}

std::string_view english_word(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (is_letter(at_or_zero(text, end))) ++end;
  return text.substr(at, end - at);
}

void scale(Literal& literal, double factor) {
  literal.value *= factor;
  literal.unit = literal.exact_place ? literal.unit * factor : place_of(literal.value);
}

// 一千零五, 两百万, 二零二五, 十五.
std::optional<Literal> read_han_integer(std::string_view text, std::size_t at) {
  double total = 0;    // of closed 万 and 亿
  double section = 0;  // below 10000
  double digit = -1;
  double last_unit = 1;
  std::string run;  // digits without units: a code or a year
  bool any_unit = false;
  std::size_t i = at;
  for (; i < text.size() && i - at < kMaxLiteral;) {
    if (const auto* d = match(text, i, kHanDigits)) {
      if (digit > 0 && any_unit) break;  // 一百二三: not one number
      digit = d->value;
      run += static_cast<char>('0' + static_cast<int>(d->value));
      i += d->word.size();
    } else if (const auto* u = match(text, i, kHanUnits)) {
      if (digit < 0 && (u->value != 10 || (i > at && last_unit <= 10 && any_unit))) break;
      if (run.size() > 1 && !any_unit && run[0] != '0') break;  // 二三十
      section += (digit <= 0 ? 1 : digit) * u->value;
      digit = -1;
      last_unit = u->value;
      any_unit = true;
      i += u->word.size();
    } else if (const auto* s = match(text, i, kHanScales)) {
      const double value = section + std::max(digit, 0.0);
      if (value == 0 && total == 0) break;
      if (s->value == 1e8) {
        total = (total + value) * s->value;
      } else {
        total += value * s->value;
      }
      section = 0;
      digit = -1;
      last_unit = s->value;
      any_unit = true;
      i += s->word.size();
    } else {
      break;
    }
  }
  if (i == at) return std::nullopt;
  Literal out{.value = 0, .end = i, .in_han = true};
  if (!any_unit) {
    for (const char c : run) out.value = out.value * 10 + (c - '0');
    out.digits_only = true;
    out.digit_count = run.size();
  } else {
    // 一万二 is 12000, 一百五 is 150.
    const bool shortened = digit > 0 && last_unit >= 100 && run.size() > 0 &&
                           !text.substr(at, i - at).ends_with("零") &&
                           text.substr(at, i - at).find("零") == std::string_view::npos;
    out.value = total + section + std::max(digit, 0.0) * (shortened ? last_unit / 10 : 1);
  }
  out.unit = place_of(out.value);
  return out;
}

// 1200, 1,200 and 2.1; digits of any length, the value bounded by what a double holds.
std::optional<Literal> read_arabic(std::string_view text, std::size_t at) {
  if (!is_digit(at_or_zero(text, at))) return std::nullopt;
  Literal out{.digits_only = true};
  std::size_t i = at;
  const auto take_digits = [&](auto each) {
    while (is_digit(at_or_zero(text, i))) each(text[i++] - '0');
  };
  const auto is_thousands = [&](std::size_t comma) {
    return at_or_zero(text, comma) == ',' && is_digit(at_or_zero(text, comma + 1)) &&
           is_digit(at_or_zero(text, comma + 2)) && is_digit(at_or_zero(text, comma + 3)) &&
           !is_digit(at_or_zero(text, comma + 4));
  };
  take_digits([&](int d) { out.value = out.value * 10 + d; });
  out.digit_count = i - at;
  while (is_thousands(i)) {
    out.digits_only = false;
    ++i;
    take_digits([&](int d) { out.value = out.value * 10 + d; });
  }
  out.unit = place_of(out.value);
  if (at_or_zero(text, i) == '.' && is_digit(at_or_zero(text, i + 1))) {
    ++i;
    out.unit = 1;
    take_digits([&](int d) {
      out.unit /= 10;
      out.value += d * out.unit;
    });
    out.exact_place = true;
    out.digits_only = false;
  }
  out.end = i;
  return out;
}

// "two hundred and fifty thousand", "forty-two", "a dozen".
std::optional<Literal> read_english(std::string_view text, std::size_t at) {
  double total = 0;
  double section = 0;
  bool any = false;
  std::size_t end = at;
  for (std::size_t i = at; i - at < kMaxLiteral * 2;) {
    const std::string_view word = english_word(text, i);
    if (word.empty()) break;
    const auto* small = std::ranges::find(kEnglishSmall, word, &NumberWord::word);
    const auto* scale_word = std::ranges::find(kEnglishScales, word, &NumberWord::word);
    if (small != kEnglishSmall.end()) {
      if (any && section != 0 && std::fmod(section, 100) != 0 &&
          (std::fmod(section, 10) != 0 || small->value >= 10)) {
        break;  // "two three"
      }
      section += small->value;
    } else if (scale_word != kEnglishScales.end() && (any || end > at)) {
      if (scale_word->value == 100) {
        section = (section == 0 ? 1 : section) * 100;
      } else {
        total += (section == 0 ? 1 : section) * scale_word->value;
        section = 0;
      }
    } else if (word == "dozen" && end > at) {
      section = (section == 0 ? 1 : section) * 12;
    } else if ((word == "a" || word == "an") && !any && end == at) {
      end = i + word.size();  // "a hundred"; alone it is an article
      i = skip_spaces(text, end);
      continue;
    } else if (word == "and" && any) {
      i = skip_spaces(text, i + word.size());
      const auto next = english_word(text, i);
      if (std::ranges::find(kEnglishSmall, next, &NumberWord::word) == kEnglishSmall.end()) break;
      if (section == 0 ? total == 0 : std::fmod(section, 100) != 0) break;  // "two and three"
      continue;
    } else {
      break;
    }
    any = true;
    end = i + word.size();
    i = at_or_zero(text, end) == '-' ? end + 1 : skip_spaces(text, end);
  }
  if (!any) return std::nullopt;
  Literal out{.value = total + section, .end = end};
  out.unit = place_of(out.value);
  return out;
}

// Decimals behind a spoken point: 三点五, "three point five".
void read_spoken_decimals(std::string_view text, std::size_t at, Literal& literal) {
  double unit = 1;
  std::size_t i = at;
  for (const NumberWord* d = nullptr;
       i - at < kMaxLiteral && (d = match(text, i, kHanDigits)) != nullptr;) {
    unit /= 10;
    literal.value += d->value * unit;
    i += d->word.size();
  }
  for (; i - at < kMaxLiteral && literal.in_han && is_digit(at_or_zero(text, i)); ++i) {
    unit /= 10;
    literal.value += (text[i] - '0') * unit;
  }
  if (unit == 1) return;
  literal.unit = unit;
  literal.exact_place = true;
  literal.digits_only = false;
  literal.end = i;
}

void read_english_decimals(std::string_view text, std::size_t at, Literal& literal) {
  for (std::size_t count = 0; count < 6; ++count) {
    const auto word = english_word(text, at);
    const auto* digit = std::ranges::find(kEnglishSmall, word, &NumberWord::word);
    if (digit == kEnglishSmall.end() || digit->value > 9) return;
    literal.unit = literal.exact_place ? literal.unit / 10 : 0.1;
    literal.exact_place = true;
    literal.value += digit->value * literal.unit;
    literal.end = at + word.size();
    at = skip_spaces(text, literal.end);
  }
}

std::optional<Literal> read_figure(std::string_view text, std::size_t at) {
  auto literal = read_arabic(text, at);
  if (literal) return literal;
  literal = read_han_integer(text, at);
  if (literal && stands_at(text, literal->end, "点"))
    read_spoken_decimals(text, literal->end + 3, *literal);
  return literal;
}

}  // namespace mtc::narration
