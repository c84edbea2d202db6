#include "domain/narration/fact_check.h"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "domain/digest/phrase.h"
#include "domain/narration/characters.h"
#include "domain/narration/measured_facts.h"
#include "domain/narration/speech_rules.h"
#include "domain/narration/spoken_claims.h"

namespace mtc::narration {
namespace {

using digest::Digest;
using digest::OpenQuestion;

Complaint complain(Objection kind, std::string_view what, std::string_view quoted) {
  return {.kind = kind,
          .reason = std::string(what) + ": \"" + shorten_characters(quoted, 40) + "\""};
}

bool is_word_byte(char c) {
  return is_alnum(c) || c == '_';
}

// Where a name stands as a whole word; Chinese names stand anywhere.
std::size_t find_name(std::string_view lower, std::string_view name, std::size_t from) {
  for (std::size_t i = lower.find(name, from); i != std::string_view::npos;
       i = lower.find(name, i + 1)) {
    const bool begins = !is_word_byte(name.front()) || !is_word_byte(before_or_zero(lower, i));
    const bool ends =
        !is_word_byte(name.back()) || !is_word_byte(at_or_zero(lower, i + name.size()));
    if (begins && ends) return i;
  }
  return std::string_view::npos;
}

bool stands_in(std::string_view lower, const std::string& lower_name) {
  return !lower_name.empty() && find_name(lower, lower_name, 0) != std::string_view::npos;
}

constexpr std::size_t kMaxNames = 500;

// A service by its full name and as people call it: payment-7d9f4c5b6-x2k4q is payment. Lower case.
struct ServiceName {
  std::string service;  // as it stands in the digest
  std::string full;
  std::string spoken;
  bool is_mentioned_in(std::string_view lower) const {
    return stands_in(lower, full) || stands_in(lower, spoken);
  }
};

ServiceName name_of_service(const std::string& service) {
  return {.service = service,
          .full = to_lower_ascii(service),
          .spoken = to_lower_ascii(digest::spoken_service(service))};
}

std::vector<ServiceName> services_of(const Digest& digest) {
  std::vector<ServiceName> out;
  for (const auto& total : digest.services) {
    if (out.size() < kMaxNames) out.push_back(name_of_service(total.service));
  }
  return out;
}

// Names of the digest that a text may hold as they are, longest first.
std::vector<std::string> known_names(const Digest& digest) {
  std::vector<std::string> names;
  const auto add = [&](std::string_view name) {
    if (count_characters(name) > 1 && names.size() < kMaxNames)
      names.push_back(to_lower_ascii(name));
  };
  const auto add_service = [&](const std::string& service) {
    add(service);
    add(digest::spoken_service(service));
  };
  add(digest.scope);
  for (const auto& service : digest.services) add_service(service.service);
  for (const auto& spike : digest.spikes) add_service(spike.service);
  for (const auto& question : digest.questions) add_service(question.service);
  for (const auto& total : digest.top_errors) add_service(total.service);
  for (const auto& total : digest.new_templates) add_service(total.service);
  std::ranges::sort(names, [](const auto& a, const auto& b) {
    return std::pair(b.size(), a) < std::pair(a.size(), b);
  });
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

// The text with its known names blanked, byte for byte: their digits and hyphens are not claims.
std::string without_names(std::string_view text, const std::vector<std::string>& names) {
  std::string out(text);
  std::string lower = to_lower_ascii(text);
  for (const auto& name : names) {
    for (std::size_t i = find_name(lower, name, 0); i != std::string::npos;
         i = find_name(lower, name, i)) {
      std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(i), name.size(), ' ');
      std::fill_n(lower.begin() + static_cast<std::ptrdiff_t>(i), name.size(), ' ');
    }
  }
  return out;
}

// ---- names
// -------------------------------------------------------------------------------------------------------

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

Vocabulary vocabulary_of(const Digest& digest, std::string_view own_text) {
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

std::string log_words_of(const Digest& digest) {
  std::string out;
  for (const auto* list : {&digest.top_errors, &digest.new_templates}) {
    for (const auto& total : *list) out += total.text + "\n";
  }
  for (const auto& keyword : digest.keywords) out += keyword.word + "\n";
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

std::optional<Complaint> check_names(std::string_view blanked, std::string_view own_text,
                                     Language language, const Vocabulary& known) {
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

// ---- calm
// --------------------------------------------------------------------------------------------------------

bool has_question(const Digest& digest, OpenQuestion::Kind kind) {
  return std::ranges::any_of(digest.questions, [&](const auto& q) { return q.kind == kind; });
}

bool has_trouble(const Digest& digest) {
  using Kind = OpenQuestion::Kind;
  return !digest.spikes.empty() || has_question(digest, Kind::new_error) ||
         has_question(digest, Kind::still_failing) || has_question(digest, Kind::silent_service);
}

// 还没有恢复 and "not recovered" say the opposite of 恢复.
bool affirms(std::string_view text, std::string_view phrase) {
  for (std::size_t i = text.find(phrase); i != std::string_view::npos;
       i = text.find(phrase, i + 1)) {
    const std::string_view before = text.substr(i > 15 ? i - 15 : 0, std::min<std::size_t>(i, 15));
    const bool negated = before.find("没") != std::string_view::npos ||
                         before.find("未") != std::string_view::npos ||
                         before.find("not ") != std::string_view::npos ||
                         before.find("n't ") != std::string_view::npos ||
                         before.find("never ") != std::string_view::npos;
    if (!negated) return true;
  }
  return false;
}

bool says_one_of(std::string_view clause, std::string_view own,
                 std::span<const std::string_view> phrases, std::string_view& which) {
  for (const auto phrase : phrases) {
    if (!affirms(clause, phrase) || affirms(own, phrase)) continue;
    which = phrase;
    return true;
  }
  return false;
}

std::optional<Complaint> check_calm(std::string_view clause, std::string_view own,
                                    const Digest& digest) {
  static constexpr std::array<std::string_view, 28> kAllWell{
      "一切正常",    "一切都正常",  "都正常",           "一切良好",       "平稳",
      "平静",        "风平浪静",    "没什么问题",       "没有问题",       "没问题",
      "无异常",      "all is well", "everything is",    "everything was", "all good",
      "all clear",   "all systems", "nothing to worry", "no problems",    "no issues",
      "smoothly",    "不用管",      "不用担心",         "别担心",         "放心",
      "don't worry", "no need to",  "nothing to do"};
  static constexpr std::array<std::string_view, 9> kNoErrors{
      "没有错误",     "没有任何错误", "没有报错",    "零错误",        "没有异常",
      "没有任何异常", "no errors",    "zero errors", "without errors"};
  static constexpr std::array<std::string_view, 5> kNothingNew{
      "没有新的错误", "没有新错误", "没有出现新", "no new errors", "nothing new"};
  static constexpr std::array<std::string_view, 9> kWellAgain{
      "恢复",      "好转",     "解决了",         "已解决",   "消失",
      "recovered", "resolved", "back to normal", "went away"};
  const bool about_the_rest = clause.find("其它") != std::string_view::npos ||
                              clause.find("其他") != std::string_view::npos ||
                              clause.find("其余") != std::string_view::npos ||
                              clause.find("else") != std::string_view::npos ||
                              clause.find("other") != std::string_view::npos;
  std::string_view phrase;
  if (!about_the_rest && has_trouble(digest) && says_one_of(clause, own, kAllWell, phrase)) {
    return complain(Objection::calm, "the data does not say that all is well", phrase);
  }
  if (!about_the_rest && digest.errors() > 0 && says_one_of(clause, own, kNoErrors, phrase)) {
    return complain(Objection::calm, "there were errors", phrase);
  }
  const bool nothing_new =
      digest.has_history && std::ranges::none_of(digest.new_templates, [](const auto& t) {
        return logs::is_error(t.level);
      });
  if (!nothing_new && says_one_of(clause, own, kNothingNew, phrase)) {
    return complain(Objection::calm, "the data does not say that nothing is new", phrase);
  }
  const bool over =
      !digest.spikes.empty() && !has_question(digest, OpenQuestion::Kind::still_failing);
  if (!over && says_one_of(clause, own, kWellAgain, phrase)) {
    return complain(Objection::calm, "the data does not say that it is over", phrase);
  }
  return std::nullopt;
}

// ---- numbers
// -----------------------------------------------------------------------------------------------------

// Sentences and clauses; a dot or comma between digits ends nothing.
std::vector<std::string_view> split_at(std::string_view text,
                                       std::span<const std::string_view> marks) {
  std::vector<std::string_view> out;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t size = 0;
    for (const auto mark : marks) {
      if (text.substr(i, mark.size()) != mark) continue;
      if (mark.size() == 1 && mark != "\n" && !is_space(at_or_zero(text, i + 1)) &&
          i + 1 < text.size())
        continue;
      size = mark.size();
    }
    if (size == 0) {
      ++i;
      continue;
    }
    out.push_back(text.substr(begin, i - begin));
    i += size;
    begin = i;
  }
  out.push_back(text.substr(begin));
  return out;
}

constexpr std::array<std::string_view, 8> kSentenceEnds{"。", "！", "？", "；",
                                                        ".",  "!",  "?",  "\n"};
constexpr std::array<std::string_view, 5> kClauseEnds{"，", "、", "：", ",", ":"};

// 1: the clause speaks of more, -1: of less, 0: of neither or both. The number itself is left out
// (四十多倍).
int direction_of(std::string clause, const std::vector<SpokenClaim>& claims) {
  for (const auto& claim : claims)
    clause = replace_all(std::move(clause), to_lower_ascii(claim.text), " ");
  for (const std::string_view neutral :
       {"最多", "最高", "最少", "最低", "多少", "差不多", "至少", "多数", "at least", "at most"}) {
    clause = replace_all(std::move(clause), neutral, " ");
  }
  const auto says = [&](std::span<const std::string_view> words) {
    return std::ranges::any_of(words,
                               [&](auto word) { return clause.find(word) != std::string::npos; });
  };
  static constexpr std::array<std::string_view, 15> kMore{
      "多",   "增",    "升",      "涨",     "高",   "翻",   " up",  "more",
      "rose", "risen", "increas", "higher", "grew", "jump", "climb"};
  static constexpr std::array<std::string_view, 14> kLess{
      "少",    "减",   "降",   "低",   "跌",      "回落",  " down",
      "fewer", "less", "fell", "drop", "decreas", "lower", "declin"};
  const bool more = says(kMore);
  const bool less = says(kLess);
  return more == less ? 0 : more ? 1 : -1;
}

std::set<std::string> services_in(std::string_view lower,
                                  const std::vector<ServiceName>& services) {
  std::set<std::string> out;
  for (const auto& service : services) {
    if (service.is_mentioned_in(lower)) out.insert(service.service);
  }
  return out;
}

struct Clause {
  std::string text;             // lower case, with names
  std::string blanked;          // without them
  std::set<std::string> about;  // services it names, or else those of its sentence
};

class NumberCheck {
 public:
  NumberCheck(const Digest& digest, std::string_view own_text,
              const std::vector<std::string>& names)
      : facts_(measured_facts(digest)) {
    // What our own text says beyond the figures of the digest (a score, a rounding of its own)
    // belongs to nobody.
    for (const auto& claim : find_claims(without_names(own_text, names))) {
      if (is_measured(claim)) continue;
      for (const auto& reading : claim.readings) {
        facts_.push_back({.quantity = reading.quantity, .value = (reading.low + reading.high) / 2});
      }
    }
  }

  std::optional<Complaint> check(const Clause& clause) {
    const auto claims = find_claims(clause.blanked);
    const int direction = direction_of(clause.text, claims);
    for (const auto& claim : claims) {
      const Outcome outcome = judge(claim, clause, direction);
      if (outcome == Outcome::supported) {
        ++supported_;
        continue;
      }
      const char* why = outcome == Outcome::unknown ? "this number is not in the data"
                        : outcome == Outcome::other_service
                            ? "this number belongs to another service"
                            : "more and less are mixed up";
      return complain(Objection::number, why, claim.text);
    }
    return std::nullopt;
  }

  int supported() const { return supported_; }

 private:
  enum class Outcome { supported, unknown, other_service, other_direction };

  bool is_measured(const SpokenClaim& claim) const {
    return std::ranges::any_of(claim.readings, [&](const Reading& reading) {
      return std::ranges::any_of(facts_, [&](const Fact& fact) {
        return !fact.is_code && fact.word.empty() && supports(fact, reading);
      });
    });
  }

  // "502" may be named; "502 次" counts.
  static bool is_code(const SpokenClaim& claim, const Clause& clause) {
    if (claim.text.size() != 3 || !std::ranges::all_of(claim.text, is_digit)) return false;
    const auto behind = trim(std::string_view(clause.blanked).substr(claim.end));
    for (const std::string_view measure :
         {"次", "条", "个", "行", "遍", "倍", "%", "error", "time", "line", "fail"}) {
      if (behind.starts_with(measure)) return false;
    }
    return true;
  }

  static bool compares(const Clause& clause) {
    static constexpr std::array<std::string_view, 21> kWords{
        "前一天",  "前天",    "平时",      "往常",     "通常",   "平常",     "上周",
        "同期",    "以往",    "相比",      "原来",     "before", "usual",    "normal",
        "average", "typical", "last week", "compared", "than",   "previous", "earlier"};
    return std::ranges::any_of(
        kWords, [&](auto word) { return clause.text.find(word) != std::string::npos; });
  }

  Outcome judge(const SpokenClaim& claim, const Clause& clause, int direction) const {
    Outcome outcome = Outcome::unknown;
    for (const auto& fact : facts_) {
      const bool fits = std::ranges::any_of(
          claim.readings, [&](const auto& reading) { return supports(fact, reading); });
      if (!fits || (fact.is_code && !is_code(claim, clause)) ||
          (fact.is_reference && !compares(clause)) ||
          (!fact.word.empty() &&
           clause.text.find(to_lower_ascii(fact.word)) == std::string::npos)) {
        continue;
      }
      if (!fact.owner.empty() && !clause.about.empty() && !clause.about.contains(fact.owner)) {
        if (outcome == Outcome::unknown) outcome = Outcome::other_service;
      } else if (fact.direction * direction < 0) {
        outcome = Outcome::other_direction;
      } else {
        return Outcome::supported;
      }
    }
    return outcome;
  }

  std::vector<Fact> facts_;
  int supported_ = 0;
};

std::vector<Clause> clauses_of(std::string_view text, const Digest& digest,
                               const std::vector<std::string>& names) {
  std::vector<Clause> out;
  const auto services = services_of(digest);
  const std::string lower = to_lower_ascii(text);
  for (const auto sentence : split_at(lower, kSentenceEnds)) {
    const auto of_sentence = services_in(sentence, services);
    for (const auto clause : split_at(sentence, kClauseEnds)) {
      auto about = services_in(clause, services);
      if (about.empty()) about = of_sentence;
      out.push_back({.text = std::string(clause),
                     .blanked = without_names(clause, names),
                     .about = std::move(about)});
    }
  }
  return out;
}

// ---- omission
// ----------------------------------------------------------------------------------------------------

std::optional<Complaint> check_omission(std::string_view lower, std::string_view own,
                                        const Digest& digest, int supported) {
  const auto is_left_out = [&](const std::string& service) {
    const auto name = name_of_service(service);
    return name.is_mentioned_in(own) && !name.is_mentioned_in(lower);
  };
  for (const auto& spike : digest.spikes) {
    if (is_left_out(spike.service))
      return complain(Objection::omission, "the trouble of this service is left out",
                      spike.service);
  }
  for (const auto& question : digest.questions) {
    if (is_left_out(question.service)) {
      return complain(Objection::omission, "the trouble of this service is left out",
                      question.service);
    }
  }
  if (digest.errors() > 0 && supported == 0 && !find_claims(own).empty()) {
    return Complaint{Objection::omission, "say at least how many errors there were"};
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Objection kind) {
  switch (kind) {
    case Objection::empty:
      return "empty";
    case Objection::too_long:
      return "too_long";
    case Objection::form:
      return "form";
    case Objection::language:
      return "language";
    case Objection::leak:
      return "leak";
    case Objection::action:
      return "action";
    case Objection::claim:
      return "claim";
    case Objection::order:
      return "order";
    case Objection::name:
      return "name";
    case Objection::calm:
      return "calm";
    case Objection::number:
      return "number";
    case Objection::omission:
      return "omission";
  }
  return "unknown";
}

std::optional<Complaint> find_complaint(const Digest& digest, std::string_view deterministic_text,
                                        std::string_view text, const CheckOptions& options) {
  if (trim(text).empty()) return Complaint{Objection::empty, "there is no text"};
  const std::size_t limit = options.max_characters * (options.language == Language::en ? 2 : 1);
  if (const auto size = count_characters(text); size > limit) {
    return Complaint{Objection::too_long, "the text has " + std::to_string(size) +
                                              " characters; at most " + std::to_string(limit) +
                                              " are allowed"};
  }
  const auto names = known_names(digest);
  const std::string blanked = without_names(text, names);
  const std::string lower = to_lower_ascii(text);
  const std::string own = to_lower_ascii(deterministic_text);
  const bool asks_for_a_look = !digest.questions.empty();
  if (auto c = check_form(blanked)) return c;
  if (auto c = check_language(blanked, deterministic_text, options.language)) return c;
  if (auto c = check_leak(text, options.private_text)) return c;
  if (auto c = check_actions(blanked, own)) return c;
  if (auto c = check_subjects(blanked, own, log_words_of(digest))) return c;
  if (auto c = check_orders(blanked, own, asks_for_a_look)) return c;
  if (auto c = check_names(blanked, deterministic_text, options.language,
                           vocabulary_of(digest, deterministic_text)))
    return c;
  NumberCheck numbers(digest, deterministic_text, names);
  for (const auto& clause : clauses_of(text, digest, names)) {
    if (auto c = check_calm(clause.text, own, digest)) return c;
    if (auto c = numbers.check(clause)) return c;
  }
  return check_omission(lower, own, digest, numbers.supported());
}

}  // namespace mtc::narration
