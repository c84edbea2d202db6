#include "domain/narration/spoken_claims.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "base/text.h"
#include "domain/narration/characters.h"

namespace mtc::narration {
namespace {

constexpr std::size_t kMaxLiteral = 64;  // bytes; no number that people say is longer

// ---- words
// -------------------------------------------------------------------------------------------------------

struct NumberWord {
  std::string_view word;
  double value;
};

constexpr std::array<NumberWord, 12> kHanDigits{{{"零", 0},
                                                 {"〇", 0},
                                                 {"一", 1},
                                                 {"二", 2},
                                                 {"两", 2},
                                                 {"三", 3},
                                                 {"四", 4},
                                                 {"五", 5},
                                                 {"六", 6},
                                                 {"七", 7},
                                                 {"八", 8},
                                                 {"九", 9}}};
constexpr std::array<NumberWord, 3> kHanUnits{{{"十", 10}, {"百", 100}, {"千", 1000}}};
constexpr std::array<NumberWord, 2> kHanScales{{{"万", 1e4}, {"亿", 1e8}}};

constexpr std::array<NumberWord, 28> kEnglishSmall{
    {{"zero", 0},     {"one", 1},      {"two", 2},        {"three", 3},     {"four", 4},
     {"five", 5},     {"six", 6},      {"seven", 7},      {"eight", 8},     {"nine", 9},
     {"ten", 10},     {"eleven", 11},  {"twelve", 12},    {"thirteen", 13}, {"fourteen", 14},
     {"fifteen", 15}, {"sixteen", 16}, {"seventeen", 17}, {"eighteen", 18}, {"nineteen", 19},
     {"twenty", 20},  {"thirty", 30},  {"forty", 40},     {"fifty", 50},    {"sixty", 60},
     {"seventy", 70}, {"eighty", 80},  {"ninety", 90}}};
constexpr std::array<NumberWord, 5> kEnglishScales{
    {{"hundred", 1e2}, {"thousand", 1e3}, {"million", 1e6}, {"billion", 1e9}, {"trillion", 1e12}}};
// Whole claims in one word.
constexpr std::array<NumberWord, 11> kEnglishTimes{{{"once", 1},
                                                    {"twice", 2},
                                                    {"double", 2},
                                                    {"doubled", 2},
                                                    {"doubling", 2},
                                                    {"triple", 3},
                                                    {"tripled", 3},
                                                    {"tripling", 3},
                                                    {"quadruple", 4},
                                                    {"quadrupled", 4},
                                                    {"tenfold", 10}}};

// Look like numbers and are none. An article (一个, 一种) counts nothing.
constexpr std::array<std::string_view, 63> kHanIdioms{
    "一切", "一直", "一些", "一下",   "一样", "一般",   "一起",     "一共",   "一旦",
    "一致", "一时", "一度", "一定",   "一律", "一并",   "一如",     "一贯",   "一向",
    "一边", "一方", "一早", "一晚",   "一夜", "一会",   "一阵",     "一波",   "一轮",
    "一步", "一来", "一眼", "同一",   "统一", "唯一",   "万一",     "之一",   "单一",
    "另一", "任一", "每一", "这一",   "那一", "某一",   "不一",     "一种",   "一处",
    "一类", "一批", "一段", "一部分", "一项", "一件",   "一份",     "一点点", "有一点",
    "两者", "零星", "零散", "半夜",   "夜半", "百分点", "五花八门", "一旁",   "一路"};

template <std::size_t size>
const NumberWord* match(std::string_view text, std::size_t at,
                        const std::array<NumberWord, size>& words) {
  for (const auto& word : words) {
    if (text.substr(at, word.word.size()) == word.word) return &word;
  }
  return nullptr;
}

// The first of these that stands there; its length, or 0.
std::size_t skip_any(std::string_view text, std::size_t at,
                     std::initializer_list<std::string_view> words) {
  for (const auto word : words) {
    if (text.substr(at, word.size()) == word) return word.size();
  }
  return 0;
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

// ---- literals: the digits, before it is known what they count
// ----------------------------------------------------

struct Literal {
  double value = 0;
  double unit = 1;  // place of the last digit that counts: 100 for 1200, 0.1 for 3.5
  std::size_t end = 0;
  bool exact_place = false;  // unit was given by decimals
  bool digits_only = false;  // 五零三, 08: may stand behind 点
  std::size_t digit_count = 0;
  bool in_han = false;
};

double place_of(double value) {
  double unit = 1;
  if (value < 100 || value > 1e17) return unit;
  while (std::fmod(value, unit * 10) == 0) unit *= 10;
  return unit;
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

// ---- readings
// ----------------------------------------------------------------------------------------------------

enum class Margin { exact, about, more, less };

Reading count_reading(const Literal& n, Margin margin) {
  const double v = n.value;
  const bool small = v < 100 && !n.exact_place;
  const double half = small ? 0 : std::min(n.unit / 2, 0.05 * v);
  switch (margin) {
    case Margin::exact:
      return {Quantity::count, v - half, v + half};
    case Margin::about:
      return {Quantity::count, v * 0.95, v * 1.05};
    case Margin::more:
      return {Quantity::count, v, v + std::max(0.1 * v, std::min(n.unit, 0.5 * v))};
    case Margin::less:
      return {Quantity::count, v * 0.9, v};
  }
  return {};
}

Reading percent_reading(double value, double unit, Margin margin) {
  const double half = std::min(unit, 1.0) / 2;
  switch (margin) {
    case Margin::exact:
      return {Quantity::percent, value - half, value + half};
    case Margin::about:
      return {Quantity::percent, value - 2, value + 2};
    case Margin::more:
      return {Quantity::percent, value, value + std::max(1.0, 0.1 * value)};
    case Margin::less:
      return {Quantity::percent, value > 1 ? value * 0.9 : 0, value};
  }
  return {};
}

Reading times_reading(double value, double unit, Margin margin) {
  if (unit == 1 && value >= 10 && std::fmod(value, 10) == 0)
    unit = 10;  // forty times is said with one digit
  const double half = std::min(unit / 2, 0.05 * value);
  switch (margin) {
    case Margin::exact:
      return {Quantity::times, value - half, value + half};
    case Margin::about:
      return {Quantity::times, value * 0.95, value * 1.05};
    case Margin::more:
      return {Quantity::times, value, value + std::max(unit, 0.1 * value)};
    case Margin::less:
      return {Quantity::times, value * 0.9, value};
  }
  return {};
}

Reading duration_reading(double amount, double seconds_each, Margin margin) {
  const double value = amount * seconds_each;
  const double half = seconds_each == 3600
                          ? 930
                          : seconds_each / 2;  // said to the half hour, after rounding to minutes
  switch (margin) {
    case Margin::exact:
    case Margin::about:
      return {Quantity::duration, value - half, value + half};
    case Margin::more:
      return {Quantity::duration, value, value + std::max(seconds_each, 0.1 * value)};
    case Margin::less:
      return {Quantity::duration, value - std::max(half, 0.1 * value), value};
  }
  return {};
}

enum class DayHalf { unknown, morning, evening };

// Minutes of the day, in one or both halves of it. `slack` is for an hour without minutes.
void add_clock(std::vector<Reading>& out, int hour, int minute, DayHalf half, double before,
               double after) {
  if (hour > 24 || minute > 59) return;
  const auto add = [&](int h) {
    const double at = (h % 24) * 60 + minute;
    out.push_back({Quantity::clock, at - before, at + after});
  };
  if (hour > 12) return add(hour);
  if (half == DayHalf::morning) return add(hour % 12);
  if (half == DayHalf::evening) return add(hour == 12 ? 12 : hour + 12);
  add(hour);
  add((hour + 12) % 24);
  if (hour == 12) add(0);
}

// ---- the scanner
// -------------------------------------------------------------------------------------------------

class Scanner {
 public:
  explicit Scanner(std::string_view text) : original_(text), text_(to_lower_ascii(text)) {}

  std::vector<SpokenClaim> scan() {
    while (at_ < text_.size()) {
      const std::size_t begin = at_;
      readings_.clear();
      const std::size_t end = step();
      if (!readings_.empty()) {
        out_.push_back({std::string(original_.substr(begin, end - begin)), begin, end, readings_});
      }
      at_ = std::max(end, begin + 1);
      while (at_ < text_.size() && (static_cast<unsigned char>(text_[at_]) & 0xc0U) == 0x80U) ++at_;
    }
    return std::move(out_);
  }

 private:
  std::string_view before() const { return std::string_view(text_).substr(0, at_); }
  bool here(std::string_view word) const { return text_.compare(at_, word.size(), word) == 0; }

  // Reads what stands at at_; returns where to go on.
  std::size_t step() {
    const char c = text_[at_];
    if (is_alnum(c) && (is_letter(before_or_zero(text_, at_)) || before_or_zero(text_, at_) == '_'))
      return at_ + 1;
    if (is_digit(c)) return read_number(read_arabic(text_, at_));
    if (is_letter(c)) return read_english_claim();
    if (is_ascii(c)) return at_ + 1;
    if (const std::size_t end = read_han_claim(); end > 0) return end;
    return read_number(read_han_integer(text_, at_));
  }

  std::size_t read_english_claim() {
    const std::string_view word = english_word(text_, at_);
    const std::size_t end = at_ + word.size();
    if (const auto* times = std::ranges::find(kEnglishTimes, word, &NumberWord::word);
        times != kEnglishTimes.end()) {
      readings_.push_back(times_reading(times->value, 1, Margin::exact));
      return end;
    }
    if (word == "halved") return add_percent(50, end);
    for (const auto& [several, low] : {std::pair<std::string_view, double>{"dozens", 24},
                                       {"hundreds", 200},
                                       {"thousands", 2e3},
                                       {"millions", 2e6},
                                       {"billions", 2e9}}) {
      if (word != several) continue;
      readings_.push_back({Quantity::count, low, low == 24 ? 99 : 5 * low});
      return end;
    }
    if (word == "midnight" || word == "noon") {
      add_clock(readings_, 12, 0, word == "noon" ? DayHalf::evening : DayHalf::morning, 0, 0);
      return end;
    }
    if (word == "half") return read_half(end);
    if (word == "an" && text_.compare(end, 16, " hour and a half") == 0) {
      readings_.push_back(duration_reading(1.5, 3600, Margin::exact));
      return end + 16;
    }
    auto literal = read_english(text_, at_);
    if (!literal) return end;
    if (literal->end == end && word == "one" && is_pronoun(end)) return end;
    return read_number(literal);
  }

  // "half past two", "half an hour", "half of the errors"
  std::size_t read_half(std::size_t end) {
    const std::size_t next = skip_spaces(text_, end);
    if (text_.compare(next, 5, "past ") == 0) {
      const auto hour = read_hour(next + 5);
      if (!hour) return end;
      add_clock(readings_, static_cast<int>(hour->value), 30, day_half(hour->end), 0, 0);
      return hour->end;
    }
    if (const std::size_t skipped = skip_any(text_, next, {"an hour", "a minute", "a day"})) {
      const char unit = text_[next + (text_[next + 1] == 'n' ? 3 : 2)];
      readings_.push_back(duration_reading(0.5,
                                           unit == 'h'   ? 3600
                                           : unit == 'm' ? 60
                                                         : 86400,
                                           Margin::exact));
      return next + skipped;
    }
    return add_percent(50, end);
  }

  std::optional<Literal> read_hour(std::size_t at) const {
    auto hour = read_arabic(text_, at);
    if (!hour) hour = read_english(text_, at);
    return hour;
  }

  // "one of them", "this one": counts nothing. "one error" does.
  bool is_pronoun(std::size_t end) const {
    const std::string_view next = english_word(text_, skip_spaces(text_, end));
    if (before().ends_with("this ") || before().ends_with("that ") || before().ends_with("no "))
      return true;
    static constexpr std::array<std::string_view, 12> kCounted{
        "error", "errors", "warning", "line",   "time", "failure",
        "spike", "minute", "hour",    "second", "day",  "point"};
    const bool counted =
        std::ranges::find(kCounted, next) != kCounted.end() ||
        std::ranges::find(kEnglishScales, next, &NumberWord::word) != kEnglishScales.end() ||
        next == "percent" || next == "am" || next == "pm" || next == "o" || next == "and";
    return !counted;
  }

  std::size_t add_percent(double value, std::size_t end) {
    readings_.push_back(percent_reading(value, 4, Margin::about));
    return end;
  }

  // Chinese claims that do not begin with a number, and words that only look like one. 0: none
  // stands here.
  std::size_t read_han_claim() {
    if (const std::size_t end = skip_idiom(); end > 0) return end;
    for (const auto& [word, divisor] :
         {std::pair<std::string_view, double>{"百分之", 1}, {"千分之", 10}, {"万分之", 100}}) {
      if (here(word)) return read_parts(at_ + word.size(), divisor);
    }
    for (const std::string_view word : {"星期", "礼拜", "周"}) {
      if (here(word)) return read_weekday(at_ + word.size());
    }
    if (here("一半") || here("减半")) return add_percent(50, at_ + 6);
    if (here("翻倍") || here("翻番") || here("翻了一番") || here("翻了一倍")) {
      readings_.push_back(times_reading(2, 1, Margin::exact));
      return at_ + (here("翻了") ? 12 : 6);
    }
    if (here("半")) return read_han_half();
    return read_vague();
  }

  std::size_t skip_idiom() const {
    for (const std::string_view idiom : kHanIdioms) {
      if (here(idiom)) return at_ + idiom.size();
    }
    const bool after_number =
        ends_with_any(before(), {"点", "十", "百", "千", "一", "二", "两", "三", "四", "五", "六",
                                 "七", "八", "九", "零", "万"}) ||
        is_digit(before_or_zero(text_, at_));
    if (here("十分") && !after_number && skip_any(text_, at_ + 6, {"钟", "之"}) == 0)
      return at_ + 6;
    if (here("千万") && !after_number) return at_ + 6;
    if (here("一个") && skip_any(text_, skip_spaces(text_, at_ + 6),
                                 {"小时", "半", "钟头", "月", "星期", "百分点"}) == 0) {
      return at_ + 6;
    }
    // 一点 is "a little" unless it is a time.
    if (here("一点") && !after_number && day_half_before() == DayHalf::unknown &&
        !before().ends_with("昨晚") &&
        skip_any(text_, at_ + 6,
                 {"半", "钟", "整", "左右", "多", "前后", "零", "一", "二", "三", "四", "五", "六",
                  "七", "八", "九", "十", "两"}) == 0) {
      return at_ + 6;
    }
    if (here("第")) {
      const auto ordinal = read_any(at_ + 3);
      if (ordinal) return ordinal->end;
    }
    return 0;
  }

  std::optional<Literal> read_any(std::size_t at) const {
    auto literal = read_arabic(text_, at);
    if (literal) return literal;
    literal = read_han_integer(text_, at);
    if (literal && text_.compare(literal->end, 3, "点") == 0)
      read_spoken_decimals(text_, literal->end + 3, *literal);
    return literal;
  }

  std::size_t read_parts(std::size_t at, double divisor) {
    const Margin before_it = margin_before();
    if (text_.compare(at, 3, "百") == 0) {  // 百分之百
      readings_.push_back(percent_reading(100, 1, before_it));
      return at + 3;
    }
    const auto literal = read_any(at);
    if (!literal) return at;
    std::size_t end = literal->end;
    const Margin margin = margin_after(end, before_it);
    readings_.push_back(percent_reading(
        literal->value / divisor, (literal->exact_place ? literal->unit : 1) / divisor, margin));
    return end;
  }

  std::size_t read_weekday(std::size_t at) {
    if (skip_any(text_, at, {"日", "天"}) > 0) {
      readings_.push_back({Quantity::weekday, 0, 0});
      return at + 3;
    }
    const auto* day = match(text_, at, kHanDigits);
    if (day == nullptr || day->value < 1 || day->value > 6) return at;
    readings_.push_back({Quantity::weekday, day->value, day->value});
    return at + day->word.size();
  }

  std::size_t read_han_half() {
    const std::size_t at = at_ + 3;
    const std::size_t measure = skip_any(text_, at, {"个"});
    for (const auto& [unit, seconds] : {std::pair<std::string_view, double>{"小时", 3600},
                                        {"钟头", 3600},
                                        {"天", 86400},
                                        {"分钟", 60}}) {
      if (text_.compare(at + measure, unit.size(), unit) != 0) continue;
      readings_.push_back(duration_reading(0.5, seconds, Margin::exact));
      return at + measure + unit.size();
    }
    return at;
  }

  // 几十, 数百, 上千, 十几: the range they stand for.
  std::size_t read_vague() {
    if (here("十几")) {
      readings_.push_back({Quantity::count, 11, 19});
      return at_ + 6;
    }
    const bool several = here("几") || here("数");
    double unit = 1;
    std::size_t at = at_ + 3;
    if (!several) {  // 上百, 上千; but 晚上十一点, 早上百分之三
      if (!here("上") || ends_with_any(before(), {"晚", "早"}) ||
          skip_any(text_, at, {"十", "百分", "千分", "万分"}) > 0)
        return 0;
    }
    if (const auto* u = match(text_, at, kHanUnits)) {
      unit = u->value;
      at += u->word.size();
    }
    if (const auto* s = match(text_, at, kHanScales)) {
      unit *= s->value;
      at += s->word.size();
    }
    if (unit == 1) return 0;
    for (const Quantity quantity : {Quantity::count, Quantity::times}) {
      if ((text_.compare(at, 3, "倍") == 0) != (quantity == Quantity::times)) continue;
      readings_.push_back({quantity, several ? 2 * unit : unit, 10 * unit});
    }
    return at;
  }

  // What was said before and behind a number about its exactness.
  Margin margin_before() const {
    const std::string_view text = before();
    const std::string_view words = text.substr(0, text.find_last_not_of(' ') + 1);
    if (ends_with_any(words, {"近", "接近", "不到", "不足", "少于", "低于", "nearly", "almost",
                              "under", "below", "less than", "fewer than"})) {
      return Margin::less;
    }
    if (ends_with_any(words, {"超过", "多于", "逾", "至少", "高于", "大于", "over", "more than",
                              "above", "at least"})) {
      return Margin::more;
    }
    if (ends_with_any(words,
                      {"约", "大概", "差不多", "about", "around", "roughly", "approximately"}))
      return Margin::about;
    return Margin::exact;
  }

  Margin margin_after(std::size_t& end, Margin margin) const {
    if (const std::size_t more = skip_any(text_, end, {"多", "余"})) {
      // 多 also begins 多少, 多次; only a measure or a unit may follow, which we need not know.
      end += more;
      return Margin::more;
    }
    if (const std::size_t about = skip_any(text_, end, {"左右", "上下"})) {
      end += about;
      return margin == Margin::exact ? Margin::about : margin;
    }
    return margin;
  }

  DayHalf day_half_before() const {
    const std::string_view text = before();
    if (ends_with_any(text, {"凌晨", "早上", "上午", "清晨", "早晨"})) return DayHalf::morning;
    if (ends_with_any(text, {"下午", "晚上", "傍晚", "中午"}) && !text.ends_with("昨天晚上"))
      return DayHalf::evening;
    return DayHalf::unknown;
  }

  DayHalf day_half(std::size_t end) const {
    const std::size_t at = skip_spaces(text_, end);
    if (skip_any(text_, at, {"am", "a.m", "in the morning"}) > 0) return DayHalf::morning;
    if (skip_any(text_, at, {"pm", "p.m", "in the afternoon", "in the evening"}) > 0)
      return DayHalf::evening;
    return day_half_before();
  }

  std::size_t read_number(std::optional<Literal> literal) {
    if (!literal) return at_ + 1;
    Literal n = *literal;
    Margin margin = margin_before();
    if (const std::size_t end = read_clock(n); end > 0) return end;
    if (n.in_han || n.digits_only) {
      const bool point = text_.compare(n.end, 3, "点") == 0;
      if (point) read_spoken_decimals(text_, n.end + 3, n);
    }
    if (const std::size_t point = skip_any(text_, n.end, {" point "})) {
      read_english_decimals(n.end + point, n);
    }
    read_and_a_half(n);
    margin = margin_after(n.end, margin);
    read_scale(n);
    margin = margin_after(n.end, margin);
    return read_unit(n, margin);
  }

  void read_english_decimals(std::size_t at, Literal& n) const {
    for (std::size_t count = 0; count < 6; ++count) {
      const auto word = english_word(text_, at);
      const auto* digit = std::ranges::find(kEnglishSmall, word, &NumberWord::word);
      if (digit == kEnglishSmall.end() || digit->value > 9) return;
      n.unit = n.exact_place ? n.unit / 10 : 0.1;
      n.exact_place = true;
      n.value += digit->value * n.unit;
      n.end = at + word.size();
      at = skip_spaces(text_, n.end);
    }
  }

  void read_and_a_half(Literal& n) const {
    const std::size_t skipped = skip_any(text_, n.end, {" and a half"});
    if (skipped == 0) return;
    n.value += 0.5;
    n.unit = 0.5;
    n.exact_place = true;
    n.end += skipped;
  }

  // 4.2万, 3千, 2.1k, 4.2 million
  void read_scale(Literal& n) const {
    for (int i = 0; i < 2; ++i) {
      const auto* unit = n.in_han ? nullptr : match(text_, n.end, kHanUnits);
      if (unit == nullptr) unit = match(text_, n.end, kHanScales);
      if (unit == nullptr) break;
      scale(n, unit->value);
      n.end += unit->word.size();
    }
    const std::size_t at = skip_spaces(text_, n.end);
    const std::string_view word = english_word(text_, at);
    const bool adjacent = at == n.end;
    double factor = 1;
    if (const auto* s = std::ranges::find(kEnglishScales, word, &NumberWord::word);
        s != kEnglishScales.end()) {
      factor = s->value;
    } else if (adjacent && word == "k") {
      factor = 1e3;
    } else if (adjacent && (word == "m" || word == "mn")) {
      factor = 1e6;
    } else if (adjacent && (word == "b" || word == "bn")) {
      factor = 1e9;
    }
    if (factor == 1) return;
    scale(n, factor);
    n.end = at + word.size();
  }

  // 2:08, 2:08 am, 两点零八分, 下午三点半, 2 am. 0: it is no time of day. May leave readings and go
  // on (三点五).
  std::size_t read_clock(const Literal& n) {
    const int hour =
        n.value <= 24 && n.value == std::floor(n.value) ? static_cast<int>(n.value) : 99;
    if (hour == 99 || n.exact_place) return 0;
    if (at_or_zero(text_, n.end) == ':') return read_colon_clock(hour, n);
    if (text_.compare(n.end, 3, "点") == 0 || text_.compare(n.end, 3, "时") == 0)
      return read_han_clock(hour, n.end + 3);
    const std::size_t at = skip_spaces(text_, n.end);
    if (const std::size_t skipped =
            skip_any(text_, at, {"am", "pm", "a.m.", "p.m.", "a.m", "p.m", "o'clock"})) {
      if (is_letter(at_or_zero(text_, at + skipped))) return 0;
      add_clock(readings_, hour, 0, day_half(n.end), 5, 5);
      return at + skipped;
    }
    return 0;
  }

  std::size_t read_colon_clock(int hour, const Literal& n) {
    const auto minute = read_arabic(text_, n.end + 1);
    if (!minute || minute->digit_count != 2 || !minute->digits_only) return 0;
    std::size_t end = minute->end;
    if (at_or_zero(text_, end) == ':' && is_digit(at_or_zero(text_, end + 1))) end += 3;
    const bool full_day = hour == 0 || (n.digit_count == 2 && hour < 10);  // 02:08
    add_clock(readings_, hour, static_cast<int>(minute->value),
              full_day ? DayHalf::morning : day_half(end), 0, 0);
    const std::size_t at = skip_spaces(text_, end);
    end = std::max(end, at + skip_any(text_, at, {"a.m.", "p.m.", "am", "pm"}));
    return std::min(end, text_.size());
  }

  std::size_t read_han_clock(int hour, std::size_t at) {
    const DayHalf half = day_half_before();
    if (const std::size_t skipped = skip_any(text_, at, {"半", "一刻", "三刻", "整"})) {
      const int minute = skipped == 6 ? (text_.compare(at, 3, "一") == 0 ? 15 : 45)
                         : text_.compare(at, 3, "半") == 0 ? 30
                                                           : 0;
      add_clock(readings_, hour, minute, half, 0, 0);
      return at + skipped;
    }
    if (const std::size_t skipped = skip_any(text_, at, {"多", "左右", "前后"})) {
      const bool after = text_.compare(at, 3, "多") == 0;
      add_clock(readings_, hour, 0, half, after ? 0 : 15, after ? 59 : 15);
      return at + skipped;
    }
    const std::size_t zero = skip_any(text_, at, {"零", "〇"});
    auto minute = read_arabic(text_, at);
    if (!minute) minute = read_han_integer(text_, at);
    if (!minute) {
      add_clock(readings_, hour, 0, half, 5, 5);
      return at + skip_any(text_, at, {"钟"});
    }
    const bool minutes_follow =
        text_.compare(minute->end, 3, "分") == 0 && text_.compare(minute->end, 6, "分之") != 0;
    if (minutes_follow) {
      add_clock(readings_, hour, static_cast<int>(std::min(minute->value, 99.0)), half, 0, 0);
      return minute->end + 3;
    }
    // 两点零八, 两点十四 are times, 三点五 may be one; a number with a unit behind it is none.
    const bool sure =
        half != DayHalf::unknown || before().ends_with("昨晚") || zero > 0 || !minute->digits_only;
    if (minute->value >= 60) return 0;
    add_clock(readings_, hour, static_cast<int>(minute->value), half, 0, 0);
    if (sure &&
        skip_any(text_, minute->end, {"倍", "万", "亿", "%", "个百分点", "秒", "个小时"}) == 0)
      return minute->end;
    return 0;
  }

  std::size_t read_unit(const Literal& n, Margin margin) {
    const std::size_t at = skip_spaces(text_, n.end);
    const double unit = n.exact_place ? n.unit : 1;
    const auto next = [&](std::initializer_list<std::string_view> words) {
      return skip_any(text_, at, words);
    };
    if (const std::size_t skipped = next({"倍半"})) {
      readings_.push_back(times_reading(n.value + 0.5, 0.5, margin));
      return at + skipped;
    }
    if (const std::size_t skipped = next({"倍", "times", "×", "-fold", "fold"})) {
      std::size_t end = at + skipped;
      readings_.push_back(times_reading(n.value, n.unit, margin_after(end, margin)));
      return end;
    }
    if (const std::size_t skipped = next({"x"});
        skipped > 0 && !is_alnum(at_or_zero(text_, at + 1))) {
      readings_.push_back(times_reading(n.value, n.unit, margin));
      return at + skipped;
    }
    if (const std::size_t skipped = next({"%", "％", "个百分点", "percent", "per cent"})) {
      readings_.push_back(percent_reading(n.value, unit, margin));
      return at + skipped;
    }
    if (next({"分之"}) > 0 && n.value > 0) {
      const auto part = read_any(at + 6);
      if (!part) return n.end;
      readings_.push_back(percent_reading(part->value / n.value * 100, 4, Margin::about));
      return part->end;
    }
    if (next({"成功", "成员", "成本", "成为", "成立"}) == 0 && next({"成"}) > 0 && n.value <= 10) {
      readings_.push_back({Quantity::percent, n.value * 10 - 2.5, n.value * 10 + 2.5});
      return at + 3;
    }
    if (const std::size_t end = read_duration(n, at, margin); end > 0) return end;
    if (const std::size_t skipped = next({"年", "月", "日", "号", "st ", "nd ", "rd ", "th "})) {
      readings_.push_back({Quantity::calendar, n.value, n.value});
      return at + skipped;
    }
    if (after_month_name()) {
      readings_.push_back({Quantity::calendar, n.value, n.value});
      return n.end;
    }
    if (is_letter(at_or_zero(text_, n.end)) && !n.in_han &&
        is_digit(before_or_zero(text_, n.end))) {
      return n.end;  // 7d9f: a part of a word, not a number; whether such a word may be said is not
                     // decided here
    }
    readings_.push_back(count_reading(n, margin));
    return n.end;
  }

  std::size_t read_duration(const Literal& n, std::size_t at, Margin margin) {
    struct Unit {
      std::string_view word;
      double seconds;
    };
    static constexpr std::array<Unit, 16> kUnits{{{"毫秒", 0.001},
                                                  {"秒", 1},
                                                  {"分钟", 60},
                                                  {"个小时", 3600},
                                                  {"小时", 3600},
                                                  {"个钟头", 3600},
                                                  {"天", 86400},
                                                  {"个星期", 604800},
                                                  {"周", 604800},
                                                  {"second", 1},
                                                  {"minute", 60},
                                                  {"hour", 3600},
                                                  {"day", 86400},
                                                  {"week", 604800},
                                                  {"millisecond", 0.001},
                                                  {"min", 60}}};
    if (text_.compare(at, 12, "个半小时") == 0) {
      readings_.push_back(duration_reading(n.value + 0.5, 3600, margin));
      return at + 12;
    }
    for (const auto& unit : kUnits) {
      if (text_.compare(at, unit.word.size(), unit.word) != 0) continue;
      std::size_t end = at + unit.word.size();
      end += skip_any(text_, end, {"s", "钟"});
      if (is_letter(at_or_zero(text_, end))) continue;
      readings_.push_back(duration_reading(n.value, unit.seconds, margin_after(end, margin)));
      return end;
    }
    return 0;
  }

  bool after_month_name() const {
    return ends_with_any(
        before(), {"january ", "february ", "march ", "april ", "may ", "june ", "july ", "august ",
                   "september ", "october ", "november ", "december "});
  }

  std::string_view original_;
  std::string text_;
  std::size_t at_ = 0;
  std::vector<Reading> readings_;
  std::vector<SpokenClaim> out_;
};

}  // namespace

std::vector<SpokenClaim> find_claims(std::string_view text) {
  return Scanner(text).scan();
}

}  // namespace mtc::narration
