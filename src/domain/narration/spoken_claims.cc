#include "domain/narration/spoken_claims.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

#include "base/characters.h"
#include "base/text.h"
#include "domain/narration/claim_readings.h"
#include "domain/narration/number_idioms.h"
#include "domain/narration/number_literal.h"
#include "domain/narration/spoken_clock.h"

namespace mtc::narration {
namespace {

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
  bool here(std::string_view word) const { return stands_at(text_, at_, word); }

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
    for (const auto& [few, low, high] :
         {std::tuple<std::string_view, double, double>{"couple", 2, 3},
          {"few", 2, 9},
          {"handful", 2, 9},
          {"several", 2, 12}}) {
      if (word == few) return read_several(end, low, high);
    }
    if (word == "midnight" || word == "noon") {
      add_clock(readings_, 12, 0, word == "noon" ? DayHalf::evening : DayHalf::morning, 0, 0);
      return end;
    }
    if (word == "half") return read_half(end);
    if (word == "an" && stands_at(text_, end, " hour and a half")) {
      readings_.push_back(duration_reading(1.5, 3600, Margin::exact));
      return end + 16;
    }
    if (word == "single" && is_countable(english_word(text_, skip_spaces(text_, end)))) {
      readings_.push_back({Quantity::count, 1, 1});
      return end;
    }
    auto literal = read_english(text_, at_);
    if (!literal) return end;
    if (literal->end == end && word == "one" && is_pronoun(end)) return end;
    return read_number(literal);
  }

  // 几条, 几倍, 几分钟; "a few errors", "several minutes", "a couple of hours".
  std::size_t read_several(std::size_t end, double low, double high) {
    std::size_t at = skip_spaces(text_, end);
    if (english_word(text_, at) == "of") at = skip_spaces(text_, at + 2);
    const double middle = (low + high) / 2;
    const std::size_t unit =
        read_duration(text_, at, {.value = middle, .end = end}, Margin::exact, readings_);
    if (unit > 0) {
      Reading& reading = readings_.back();
      const double each = (reading.low + reading.high) / 2 / middle;
      reading.low = low * each;
      reading.high = high * each;
      return unit;
    }
    const bool times = stands_at(text_, at, "倍") || english_word(text_, at) == "times";
    readings_.push_back({times ? Quantity::times : Quantity::count, low, high});
    return end;
  }

  // "half past two", "half an hour", "half of the errors"
  std::size_t read_half(std::size_t end) {
    const std::size_t next = skip_spaces(text_, end);
    if (stands_at(text_, next, "past ")) {
      const auto hour = read_hour(next + 5);
      if (!hour) return end;
      add_clock(readings_, static_cast<int>(std::min(hour->value, 99.0)), 30,
                day_half(text_, at_, hour->end), 0, 0);
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

  static bool is_countable(std::string_view word) {
    static constexpr std::array<std::string_view, 14> kCounted{
        "error", "errors", "warning", "line",   "time", "failure", "failures",
        "spike", "minute", "hour",    "second", "day",  "point",   "exception"};
    return std::ranges::find(kCounted, word) != kCounted.end();
  }

  // "one of them", "this one": counts nothing. "one error" does.
  bool is_pronoun(std::size_t end) const {
    const std::string_view next = english_word(text_, skip_spaces(text_, end));
    if (ends_with_any(before(), {"only ", "just ", "merely "})) return false;
    if (before().ends_with("this ") || before().ends_with("that ") || before().ends_with("no "))
      return true;
    const bool counted =
        is_countable(next) ||
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
    if (const std::size_t end = skip_idiom(text_, at_); end > 0) return end;
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

  std::size_t read_parts(std::size_t at, double divisor) {
    const Margin before_it = margin_before(before());
    if (stands_at(text_, at, "百")) {  // 百分之百
      readings_.push_back(percent_reading(100, 1, before_it));
      return at + 3;
    }
    const auto literal = read_figure(text_, at);
    if (!literal) return at;
    std::size_t end = literal->end;
    const Margin margin = margin_after(text_, end, before_it);
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
      if (!stands_at(text_, at + measure, unit)) continue;
      readings_.push_back(duration_reading(0.5, seconds, Margin::exact));
      return at + measure + unit.size();
    }
    return at;
  }

  bool is_time_unit(std::size_t at) const {
    return skip_any(text_, at, {"秒", "分钟", "小时", "天", "周"}) > 0;
  }

  // 十, 百, 千万 …: their product; `at` moves behind them.
  double read_units(std::size_t& at) const {
    double unit = 1;
    if (const auto* u = match(text_, at, kHanUnits)) {
      unit = u->value;
      at += u->word.size();
    }
    if (const auto* s = match(text_, at, kHanScales)) {
      unit *= s->value;
      at += s->word.size();
    }
    return unit;
  }

  // 几条, 几十, 数百, 上千, 十几, 近万, 百余条, 个位数: the range they stand for.
  std::size_t read_vague() {
    if (here("十几")) return add_range(11, 19, at_ + 6);
    if (here("个位数")) return add_range(0, 9, at_ + 9);
    if (here("俩") || here("仨")) return add_range(here("俩") ? 2 : 3, here("俩") ? 2 : 3, at_ + 3);
    const bool several = here("几") || here("数");
    std::size_t at = at_;
    if (several) {
      at += 3;
    } else if (here("上")) {  // 上百, 上千; but 晚上十一点, 早上百分之三
      at += 3;
      if (ends_with_any(before(), {"晚", "早"}) ||
          skip_any(text_, at, {"十", "百分", "千分", "万分"}) > 0)
        return 0;
    }
    const double unit = read_units(at);
    if (several && unit == 1) {
      const bool counts =
          here("几") ? is_counted(text_, at) || is_time_unit(at) : stands_at(text_, at, "倍");
      return counts ? read_several(at, stands_at(text_, at, "倍") ? 3 : 2, 9) : 0;
    }
    if (unit == 1 || here("十")) return 0;
    if (several || here("上")) return add_range(several ? 2 * unit : unit, 10 * unit, at);
    // A unit alone, 近万条 or 百余次, is one of it.
    const Margin margin = margin_before(before());
    if (margin == Margin::exact && !is_counted(text_, at)) return 0;
    const bool more = margin == Margin::more || skip_any(text_, at, {"余", "多"}) > 0;
    return add_range(more ? unit : unit * 0.9, more ? unit * 1.5 : unit, at);
  }

  std::size_t add_range(double low, double high, std::size_t end) {
    readings_.push_back(
        {stands_at(text_, end, "倍") ? Quantity::times : Quantity::count, low, high});
    return end;
  }

  std::size_t read_number(std::optional<Literal> literal) {
    if (!literal) return at_ + 1;
    Literal n = *literal;
    Margin margin = margin_before(before());
    if (const std::size_t end = read_clock(text_, at_, n, readings_); end > 0) return end;
    if (n.in_han || n.digits_only) {
      const bool point = stands_at(text_, n.end, "点");
      if (point) read_spoken_decimals(text_, n.end + 3, n);
    }
    if (const std::size_t point = skip_any(text_, n.end, {" point "})) {
      read_english_decimals(text_, n.end + point, n);
    }
    read_and_a_half(n);
    margin = margin_after(text_, n.end, margin);
    read_scale(n);
    margin = margin_after(text_, n.end, margin);
    return read_unit(n, margin);
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
      const std::size_t at = skip_spaces(text_, n.end);
      const auto* unit = n.in_han ? nullptr : match(text_, at, kHanUnits);
      if (unit == nullptr) unit = match(text_, at, kHanScales);
      if (unit == nullptr) break;
      scale(n, unit->value);
      n.end = at + unit->word.size();
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

  std::size_t read_unit(const Literal& n, Margin margin) {
    const std::size_t at = skip_spaces(text_, n.end);
    const auto next = [&](std::initializer_list<std::string_view> words) {
      return skip_any(text_, at, words);
    };
    if (next({"番"}) > 0 && n.value <= 9) {  // 翻三番 is eight times
      readings_.push_back(times_reading(std::exp2(n.value), 1, margin));
      return at + 3;
    }
    if (const std::size_t skipped = next({"倍半"})) {
      readings_.push_back(times_reading(n.value + 0.5, 0.5, margin));
      return at + skipped;
    }
    if (const std::size_t skipped = next({"倍", "times", "×", "-fold", "fold"})) {
      std::size_t end = at + skipped;
      readings_.push_back(times_reading(n.value, n.unit, margin_after(text_, end, margin)));
      return end;
    }
    if (const std::size_t skipped = next({"x"});
        skipped > 0 && !is_alnum(at_or_zero(text_, at + 1))) {
      readings_.push_back(times_reading(n.value, n.unit, margin));
      return at + skipped;
    }
    if (const std::size_t end = read_share(n, at, margin); end > 0) return end;
    const std::size_t unit_at = at_or_zero(text_, at) == '-' ? at + 1 : at;  // six-minute
    if (const std::size_t end = read_duration(text_, unit_at, n, margin, readings_); end > 0)
      return end;
    if (const std::size_t skipped = next({"年", "月", "日", "号", "st ", "nd ", "rd ", "th "})) {
      readings_.push_back({Quantity::calendar, n.value, n.value});
      return at + skipped;
    }
    if (after_month_name()) {
      readings_.push_back({Quantity::calendar, n.value, n.value});
      return n.end;
    }
    if (is_part_of_a_word(n)) return n.end;
    readings_.push_back(count_reading(n, margin));
    return n.end;
  }

  // 7d9f, 5xx: no number; whether such a word may be said is not decided here. "3errors" is one.
  bool is_part_of_a_word(const Literal& n) const {
    if (!is_digit(before_or_zero(text_, n.end))) return false;
    const std::string_view word = english_word(text_, n.end);
    return !word.empty() && (word.size() < 3 || is_digit(at_or_zero(text_, n.end + word.size())));
  }

  // 12%, 三分之一, 七成
  std::size_t read_share(const Literal& n, std::size_t at, Margin margin) {
    const auto next = [&](std::initializer_list<std::string_view> words) {
      return skip_any(text_, at, words);
    };
    if (const std::size_t skipped = next({"%", "％", "个百分点", "percent", "per cent"})) {
      readings_.push_back(percent_reading(n.value, n.exact_place ? n.unit : 1, margin));
      return at + skipped;
    }
    if (next({"分之"}) > 0 && n.value > 0) {
      const auto part = read_figure(text_, at + 6);
      if (!part) return 0;
      readings_.push_back(percent_reading(part->value / n.value * 100, 4, Margin::about));
      return part->end;
    }
    if (next({"成功", "成员", "成本", "成为", "成立"}) == 0 && next({"成"}) > 0 && n.value <= 10) {
      readings_.push_back({Quantity::percent, n.value * 10 - 2.5, n.value * 10 + 2.5});
      return at + 3;
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
