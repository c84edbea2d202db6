// Names: nothing may be spoken of that the digest does not know.
#include <algorithm>
#include <array>
#include <unordered_set>
#include <vector>

#include "base/characters.h"
#include "base/text.h"
#include "domain/narration/checks.h"

namespace mtc::narration {
namespace {

using Vocabulary = std::unordered_set<std::string>;

void add_words(std::string_view text, Vocabulary& out) {
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && (is_alnum(text[end]) || is_one_of(text[end], "_-"))) ++end;
    if (end > i) {
      const std::string word = to_lower_ascii(text.substr(i, end - i));
      out.insert(word);
      for (const auto part : split(word, '-')) out.emplace(part);
    }
    i = std::max(end, i + 1);
  }
}

Vocabulary vocabulary_of(const digest::Digest& digest, std::string_view own_text) {
  Vocabulary out;
  add_words(own_text, out);
  // From log text plain words only: whoever writes a line must not be able to introduce a name.
  Vocabulary of_logs;
  for (const auto* list : {&digest.top_errors, &digest.new_templates}) {
    for (const auto& total : *list) add_words(total.text, of_logs);
  }
  for (const auto& keyword : digest.keywords) add_words(keyword.word, of_logs);
  for (const auto& word : of_logs) {
    if (std::ranges::all_of(word, is_letter)) out.insert(word);
  }
  return out;
}

// Latin words that Chinese engineers say.
constexpr std::array<std::string_view, 34> kSpokenLatin{
    "api",   "app",     "cpu", "db",  "dns", "error",   "errors", "gc",  "http",
    "https", "io",      "ip",  "k8s", "log", "mq",      "ok",     "pod", "qps",
    "rpc",   "sql",     "ssh", "ssl", "tcp", "timeout", "tls",    "url", "vm",
    "warn",  "warning", "web", "am",  "pm",  "x",       "k"};

// Parts that make a hyphenated word plain English: up-to-date, higher-than-usual, ten-minute.
constexpr std::array<std::string_view, 44> kJoiners{
    "than", "to",    "up",     "down",   "in",    "of",    "the",   "and",     "time",
    "day",  "hour",  "minute", "second", "wide",  "known", "new",   "high",    "higher",
    "low",  "lower", "long",   "short",  "early", "late",  "mid",   "non",     "well",
    "over", "on",    "off",    "out",    "by",    "per",   "level", "related", "side",
    "end",  "last",  "first",  "fold",   "two",   "three", "half",  "one"};

bool has_inner_capital(std::string_view word) {
  for (std::size_t i = 1; i < word.size(); ++i) {
    if (is_upper(word[i]) && is_lower(word[i - 1])) return true;
  }
  return false;
}

bool is_plain_compound(std::string_view lower, const Vocabulary& known) {
  static constexpr std::array<std::string_view, 27> kNumbers{
      "one",     "two",     "three",     "four",     "five",     "six",      "seven",
      "eight",   "nine",    "ten",       "eleven",   "twelve",   "thirteen", "fourteen",
      "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",   "thirty",
      "forty",   "fifty",   "sixty",     "seventy",  "eighty",   "ninety"};
  for (const auto part : split(lower, '-')) {
    if (std::ranges::find(kNumbers, part) != kNumbers.end() ||
        std::ranges::find(kJoiners, part) != kJoiners.end())
      return true;
  }
  return std::ranges::all_of(split(lower, '-'),
                             [&](auto part) { return known.contains(std::string(part)); });
}

// In Chinese any unknown Latin word is taken for a name; in English one that is shaped like a name.
bool is_foreign_name(std::string_view word, Language language, const Vocabulary& known) {
  const std::string lower = to_lower_ascii(word);
  if (known.contains(lower) || std::ranges::find(kSpokenLatin, lower) != kSpokenLatin.end())
    return false;
  if (std::ranges::none_of(word, is_letter)) return false;
  if (is_digit(word[0])) return false;  // 40x, 2am, 20th: judged as numbers
  if (language == Language::zh) return true;
  const bool digits = std::ranges::any_of(word, is_digit);
  if (word.find('-') != std::string_view::npos) return !is_plain_compound(lower, known);
  return digits || has_inner_capital(word) || word.find('_') != std::string_view::npos;
}

// "the checkout service", "service checkout": the word beside it must be known or plain.
bool is_foreign_service(std::string_view word, const Vocabulary& known) {
  static constexpr std::array<std::string_view, 44> kPlain{
      "a",        "an",     "the",      "this",    "that",   "one",  "each",   "every", "any",
      "all",      "other",  "some",     "no",      "which",  "of",   "in",     "by",    "per",
      "with",     "for",    "and",      "is",      "was",    "has",  "had",    "top",   "worst",
      "same",     "new",    "affected", "failing", "silent", "main", "single", "only",  "most",
      "reported", "logged", "another",  "two",     "three",  "four", "whole",  "its"};
  const std::string lower = to_lower_ascii(word);
  return !lower.empty() && !known.contains(lower) &&
         std::ranges::find(kPlain, lower) == kPlain.end() && std::ranges::none_of(lower, is_digit);
}

struct Word {
  std::string_view text;
  std::size_t begin = 0;
};

std::vector<Word> latin_words(std::string_view text) {
  std::vector<Word> out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && (is_alnum(text[end]) || is_one_of(text[end], "_-"))) ++end;
    std::size_t last = end;
    while (last > i && text[last - 1] == '-') --last;
    if (last > i) out.push_back({text.substr(i, last - i), i});
    i = std::max(end, i + 1);
  }
  return out;
}

// 订单服务, where neither the digest nor our text knows 订单.
std::string_view find_foreign_chinese_service(std::string_view text, std::string_view own_text) {
  static constexpr std::string_view kService = "服务";
  static constexpr std::array<std::string_view, 28> kPlain{
      "个", "的", "它", "他", "有", "些", "各", "项", "台", "该", "是", "新", "本", "这",
      "那", "在", "和", "到", "多", "外", "他", "家", "何", "务", "上", "里", "部", "种"};
  for (std::size_t i = text.find(kService); i != std::string_view::npos;
       i = text.find(kService, i + 1)) {
    if (i < 6) continue;
    const std::string_view before = text.substr(i - 6, 6);
    const bool han = static_cast<unsigned char>(before[0]) >= 0xe4 &&
                     static_cast<unsigned char>(before[3]) >= 0xe4 &&
                     static_cast<unsigned char>(before[0]) <= 0xe9 &&
                     static_cast<unsigned char>(before[3]) <= 0xe9;
    if (!han || std::ranges::find(kPlain, before.substr(3)) != kPlain.end()) continue;
    if (own_text.find(before) == std::string_view::npos)
      return text.substr(i - 6, 6 + kService.size());
  }
  return {};
}

}  // namespace

std::optional<Complaint> check_names(std::string_view blanked, std::string_view own_text,
                                     Language language, const digest::Digest& digest) {
  const Vocabulary known = vocabulary_of(digest, own_text);
  const auto words = latin_words(blanked);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool foreign = is_foreign_name(words[i].text, language, known);
    const bool beside_service =
        language == Language::en && i > 0 && words[i].text == "service" &&
        words[i - 1].begin + words[i - 1].text.size() + 1 == words[i].begin &&
        is_foreign_service(words[i - 1].text, known);
    const std::string_view behind = trim(blanked.substr(words[i].begin + words[i].text.size()));
    if (!foreign && behind.starts_with("服务") && std::ranges::any_of(words[i].text, is_letter)) {
      return complain(Objection::name, "this service is not in the data", words[i].text);
    }
    if (foreign || beside_service) {
      return complain(Objection::name, "this name is not in the data",
                      words[foreign ? i : i - 1].text);
    }
  }
  if (const auto service = find_foreign_chinese_service(blanked, own_text); !service.empty()) {
    return complain(Objection::name, "this name is not in the data", service);
  }
  return std::nullopt;
}

}  // namespace mtc::narration
