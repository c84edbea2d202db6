#include "domain/rollback/grounding.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/characters.h"
#include "base/text.h"
#include "domain/narration/checks.h"
#include "domain/narration/spoken_claims.h"
#include "domain/rollback/investigation_prompt.h"

namespace mtc::rollback {
namespace {

using narration::Quantity;

constexpr std::size_t kMostLength = 18;  // digits of a number that anybody would repeat
constexpr int kShownMinutes = 2;         // of a clock time that was rounded

bool is_name_part(char c) {
  return is_alnum(c) || is_one_of(c, "-_.");
}

bool joins_words(char c) {
  return is_one_of(c, "-_.") || is_digit(c);
}

// payment-7d9f, OOMKilled, order_db; in a Chinese sentence every Latin word.
bool is_distinctive(std::string_view word, Language language) {
  if (std::ranges::none_of(word, is_letter)) return false;
  if (std::ranges::any_of(word, joins_words)) return true;
  if (std::ranges::any_of(word.substr(1), is_upper)) return true;
  return language == Language::zh && word.size() > 2;
}

// For people it is a sentence: no markup, no addresses, no placeholders of what was hidden.
bool is_plain_sentence(std::string_view sentence) {
  return sentence.find("://") == std::string_view::npos &&
         std::ranges::none_of(sentence, [](char c) { return is_one_of(c, "<>{}[]`\\|*#$"); });
}

bool is_addressed_to_people(std::string_view sentence) {
  return narration::check_orders(sentence, {}, false).has_value() ||
         narration::check_leak(sentence, investigation_rules()).has_value();
}

}  // namespace

void ShownText::add(std::string_view text) {
  text_ += to_lower_ascii(text);
  text_ += '\n';
  for (std::size_t i = 0; i < text.size();) {
    if (!is_digit(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (is_digit(at_or_zero(text, end))) ++end;
    if (at_or_zero(text, end) == '.' && is_digit(at_or_zero(text, end + 1))) {
      ++end;
      while (is_digit(at_or_zero(text, end))) ++end;
    }
    double number = 0;
    const auto digits = text.substr(i, std::min(end - i, kMostLength));
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    numbers_.push_back(number);
    i = end;
  }
  std::ranges::sort(numbers_);
}

bool ShownText::has_word(std::string_view lower) const {
  for (auto at = text_.find(lower); at != std::string::npos; at = text_.find(lower, at + 1)) {
    if (!is_alnum(before_or_zero(text_, at)) && !is_alnum(at_or_zero(text_, at + lower.size())))
      return true;
  }
  return false;
}

bool ShownText::has_number(double low, double high) const {
  constexpr double kTiny = 1e-9;
  const auto it = std::ranges::lower_bound(numbers_, low - kTiny);
  return it != numbers_.end() && *it <= high + kTiny;
}

bool ShownText::has_clock(double low, double high) const {
  const int first = static_cast<int>(std::ceil(low));
  for (int minute = first; minute <= high && minute < first + kShownMinutes; ++minute) {
    if (has_word(fmt::format("{:02}:{:02}", minute / 60, minute % 60)) ||
        has_word(fmt::format("{}:{:02}", minute / 60, minute % 60)))
      return true;
  }
  return false;
}

bool ShownText::has_claims_of(std::string_view lower, std::size_t& count) const {
  const auto holds = [this](const narration::Reading& reading) {
    switch (reading.quantity) {
      case Quantity::count:
      case Quantity::times:
      case Quantity::calendar:
        return has_number(reading.low, reading.high);
      case Quantity::percent:
        return has_number(reading.low, reading.high) ||
               has_number(reading.low / 100, reading.high / 100);
      case Quantity::duration:
        return has_number(reading.low, reading.high) ||
               has_number(reading.low / 60, reading.high / 60) ||
               has_number(reading.low / 3600, reading.high / 3600);
      case Quantity::clock:
        return has_clock(reading.low, reading.high);
      case Quantity::weekday:
        return true;
    }
    return false;
  };
  for (const auto& claim : narration::find_claims(lower)) {
    ++count;
    if (std::ranges::none_of(claim.readings, holds)) return false;
  }
  return true;
}

bool ShownText::has_names_of(std::string_view sentence, Language language,
                             std::size_t& count) const {
  for (std::size_t i = 0; i < sentence.size();) {
    std::size_t end = i;
    while (end < sentence.size() && is_name_part(sentence[end])) ++end;
    if (end == i) {
      ++i;
      continue;
    }
    std::string_view word = sentence.substr(i, end - i);
    i = end;
    while (!word.empty() && !is_alnum(word.back())) word.remove_suffix(1);
    while (!word.empty() && !is_alnum(word.front())) word.remove_prefix(1);
    if (word.empty() || !is_distinctive(word, language)) continue;
    ++count;
    if (!has_word(to_lower_ascii(word))) return false;
  }
  return true;
}

bool ShownText::supports(std::string_view sentence, bool needs_anchor, Language language) const {
  if (sentence.empty() || !is_plain_sentence(sentence) || is_addressed_to_people(sentence))
    return false;
  std::size_t anchors = 0;
  return has_claims_of(to_lower_ascii(sentence), anchors) &&
         has_names_of(sentence, language, anchors) && (anchors > 0 || !needs_anchor);
}

}  // namespace mtc::rollback
