#include "domain/digest/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"

namespace mtc::digest {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::string_view kVariable = "<*>";

// One word against another, where <*> may stand for any part of a word.
bool same_word(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto in_a = a.find(kVariable);
  const auto in_b = b.find(kVariable);
  if (in_a == std::string_view::npos && in_b == std::string_view::npos) return false;
  const std::size_t head = std::min(in_a, in_b);
  if (a.substr(0, head) != b.substr(0, head)) return false;
  // What follows the last <*> of whichever word has one must be how the other word ends.
  const auto tail_of = [](std::string_view word) {
    const auto at = word.rfind(kVariable);
    return at == std::string_view::npos ? word : word.substr(at + kVariable.size());
  };
  const std::string_view tail_a = tail_of(a);
  const std::string_view tail_b = tail_of(b);
  const std::size_t tail = std::min(tail_a.size(), tail_b.size());
  return tail_a.substr(tail_a.size() - tail) == tail_b.substr(tail_b.size() - tail);
}

bool says_something(std::string_view word) {
  return word.find(kVariable) == std::string_view::npos &&
         std::ranges::any_of(word, [](unsigned char c) { return std::isalpha(c) || c >= 0x80; });
}

std::string_view next_word(std::string_view& text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) {
    text = {};
    return {};
  }
  const auto end = std::min(text.find(' ', begin), text.size());
  const std::string_view word = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return word;
}

Reference mean_of(const std::vector<const DayTotals*>& found) {
  Reference out{.lines = 0, .errors = 0, .periods = static_cast<int>(found.size())};
  for (const auto* day : found) {
    out.lines += day->lines;
    out.errors += day->errors;
  }
  out.lines /= out.periods;
  out.errors /= out.periods;
  return out;
}

std::vector<ServiceTotal> mean_services(const std::vector<const DayTotals*>& found) {
  std::map<std::string, ServiceTotal> sums;
  for (const auto* day : found) {
    for (const auto& one : day->services) {
      auto& sum = sums[one.service];
      sum.service = one.service;
      sum.lines += one.lines;
      sum.errors += one.errors;
      sum.warnings += one.warnings;
    }
  }
  std::vector<ServiceTotal> out;
  out.reserve(sums.size());
  const auto n = static_cast<std::int64_t>(found.size());
  for (auto& [name, sum] : sums) {
    out.push_back({.service = name,
                   .lines = sum.lines / n,
                   .errors = sum.errors / n,
                   .warnings = sum.warnings / n});
  }
  return out;
}

}  // namespace

std::string template_id(std::string_view service, std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto eat = [&hash](std::string_view bytes) {
    for (const unsigned char c : bytes) hash = (hash ^ c) * 0x100000001b3;
  };
  eat(service);
  eat(std::string_view("\0", 1));  // so that ("a", "bc") and ("ab", "c") differ
  eat(text);
  return fmt::format("{:016x}", hash);
}

bool same_template(std::string_view a, std::string_view b) {
  if (a == b) return true;
  bool anchored = false;  // "<*> <*>" must not be everything of two words
  while (true) {
    const std::string_view word_a = next_word(a);
    const std::string_view word_b = next_word(b);
    if (word_a.empty() || word_b.empty()) return anchored && word_a.empty() && word_b.empty();
    if (!same_word(word_a, word_b)) return false;
    anchored = anchored || (word_a == word_b && says_something(word_a));
  }
}

History compare_with(const std::vector<DayTotals>& remembered, std::chrono::year_month_day day) {
  std::vector<const DayTotals*> weekdays;
  std::vector<const DayTotals*> week;
  History out;
  for (const auto& one : remembered) {
    const auto ago = (sys_days(day) - sys_days(one.day)).count();
    if (ago == 1) out.previous_day = Reference{.lines = one.lines, .errors = one.errors};
    if (ago >= 1 && ago <= 7) week.push_back(&one);
    if (ago >= 7 && ago <= 28 && ago % 7 == 0) weekdays.push_back(&one);
  }
  if (weekdays.size() >= 2) out.usual_weekday = mean_of(weekdays);
  if (!week.empty()) out.usual_services = mean_services(week);
  return out;
}

}  // namespace mtc::digest
