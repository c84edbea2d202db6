#include "domain/narration/number_check.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/characters.h"
#include "base/text.h"
#include "domain/narration/claim_subject.h"
#include "domain/narration/digest_names.h"
#include "domain/narration/number_literal.h"
#include "domain/narration/spoken_claims.h"

namespace mtc::narration {
namespace {

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

// Where a clause that names several services passes from one to the next.
constexpr std::array<std::string_view, 9> kLinks{" and ", " while ", " but ", " whereas ", "和",
                                                 "而",    "与",      "跟",    "以及"};

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

bool compares(std::string_view clause) {
  return contains_any(
      clause, {"前一天",  "前天",    "平时",      "往常",     "通常",   "平常",     "上周",
               "同期",    "以往",    "相比",      "原来",     "before", "usual",    "normal",
               "average", "typical", "last week", "compared", "than",   "previous", "earlier"});
}

bool speaks_of_a_minute(std::string_view clause) {
  return contains_any(clause,
                      {"分钟", "最多", "最高", "峰", "瞬间", "minute", "peak", "worst", "at once"});
}

bool speaks_of_the_whole(std::string_view clause) {
  return contains_any(clause, {"全天", "全部", "总共", "总计", "合计", "整个", "所有", "in total",
                               "in all", "overall", "altogether", "all day", "whole"});
}

bool speaks_of_another_day(std::string_view clause) {
  return contains_any(
      clause, {"前一天", "前天", "上周", "同期", "day before", "last week", "previous day"});
}

bool speaks_of_trouble(std::string_view clause) {
  return contains_any(
      clause, {"错", "失败", "异常", "超时", "恢复", "涨", "故障", "出现", "状况", "error", "fail",
               "recover", "rose", "burst", "spike", "trouble", "start", "began"});
}

// "502" and "502 错误" name a code; "502 次" and "一共 502" count.
bool names_a_code(const SpokenClaim& claim, std::string_view clause) {
  if (claim.text.size() != 3 || !std::ranges::all_of(claim.text, is_digit)) return false;
  const std::string_view before = trim(clause.substr(0, claim.begin));
  if (ends_with_any(before, {"共", "有", "了", "达", "约", "近", "到", "过", "少", "多", "total",
                             "about", "only", "just", "were", "had", "to", "错误", "报错"}))
    return false;
  const std::string_view behind = trim(clause.substr(claim.end));
  return behind.empty() || skip_any(behind, 0,
                                    {"错误", "状态", "的", "响应", "和", "或", "code", "status",
                                     "response", "answer", "and", "or", "from", "in"}) > 0;
}

// Whether this figure may be told where it stands: a minute's is not the day's, another day's only
// compares, and the bounds of the period are no moment at which anything happened.
bool fits(const Fact& fact, const Clause& clause) {
  switch (fact.basis) {
    case Basis::period:
      return true;
    case Basis::worst_minute:
      return fact.quantity == Quantity::times ? !speaks_of_another_day(clause.text)
                                              : speaks_of_a_minute(clause.text);
    case Basis::another_time:
      return compares(clause.text);
    case Basis::bounds:
      return !speaks_of_trouble(clause.text);
  }
  return false;
}

bool counts(Quantity quantity) {
  return quantity == Quantity::count || quantity == Quantity::percent ||
         quantity == Quantity::times;
}

bool is_of(const Fact& fact, const std::set<Subject>& subjects) {
  if (!counts(fact.quantity) || fact.subject == Subject::any) return true;
  if (fact.subject == Subject::things) return subjects.contains(Subject::things);
  return subjects.empty() || subjects.contains(fact.subject);
}

// A service's figure, where that service is not named, would pass for the whole.
bool is_whose(const Fact& fact, const Clause& clause) {
  if (fact.owner.empty()) return true;
  if (clause.about.empty()) return !counts(fact.quantity);
  if (!clause.named && counts(fact.quantity) && speaks_of_the_whole(clause.text)) return false;
  return clause.about.contains(fact.owner);
}

// "payment had 3360 errors and gateway 1920": one piece for each service.
std::vector<std::string_view> pieces_of(std::string_view clause,
                                        const std::vector<ServiceName>& services) {
  std::vector<std::string_view> out;
  std::size_t begin = 0;
  for (const auto piece : split_at(clause, kLinks)) {
    const auto end = static_cast<std::size_t>(piece.data() + piece.size() - clause.data());
    const bool named_here = !services_in(clause.substr(begin, end - begin), services).empty();
    const bool named_later = !services_in(clause.substr(end), services).empty();
    if (!named_here || (!named_later && end < clause.size())) continue;
    out.push_back(clause.substr(begin, end - begin));
    begin = end;
  }
  if (begin < clause.size() || out.empty()) out.push_back(clause.substr(begin));
  return out;
}

}  // namespace

std::vector<Clause> clauses_of(std::string_view text, const digest::Digest& digest,
                               const std::vector<std::string>& names) {
  std::vector<Clause> out;
  const auto services = services_of(digest);
  const std::string lower = to_lower_ascii(text);
  std::set<std::string> before;  // the services spoken of last
  if (services.size() == 1) before.insert(services.front().service);
  for (const auto sentence : split_at(lower, kSentenceEnds)) {
    const auto of_sentence = services_in(sentence, services);
    std::set<Subject> spoken_of;
    for (const auto clause : split_at(sentence, kClauseEnds)) {
      for (const auto piece : pieces_of(clause, services)) {
        auto about = services_in(piece, services);
        if (about.empty()) about = of_sentence.empty() ? before : of_sentence;
        spoken_of.merge(subjects_in(piece));
        out.push_back({.text = std::string(piece),
                       .blanked = without_names(piece, names),
                       .about = std::move(about),
                       .named = !of_sentence.empty(),
                       .spoken_of = spoken_of});
      }
    }
    if (!of_sentence.empty()) before = of_sentence;
  }
  return out;
}

NumberCheck::NumberCheck(const digest::Digest& digest, std::string_view own_text,
                         const std::vector<std::string>& names)
    : facts_(measured_facts(digest)) {
  // What our own text says beyond the figures of the digest (a score, the end of the data) belongs
  // to nobody.
  std::vector<Fact> more;
  for (const auto& clause : clauses_of(own_text, digest, names)) {
    for (const auto& [claim, outcome] : judge_all(clause)) {
      if (outcome == Outcome::supported) continue;
      for (const auto& reading : claim.readings) {
        more.push_back({.quantity = reading.quantity, .value = (reading.low + reading.high) / 2});
      }
    }
  }
  facts_.insert(facts_.end(), more.begin(), more.end());
}

std::optional<Complaint> NumberCheck::check(const Clause& clause) {
  for (const auto& [claim, outcome] : judge_all(clause)) {
    switch (outcome) {
      case Outcome::supported:
        ++supported_;
        break;
      case Outcome::unknown:
        return complain(Objection::number, "this number is not in the data", claim.text);
      case Outcome::other_service:
        return complain(Objection::number, "this number belongs to another service", claim.text);
      case Outcome::other_direction:
        return complain(Objection::number, "more and less are mixed up", claim.text);
    }
  }
  return std::nullopt;
}

std::vector<std::pair<SpokenClaim, NumberCheck::Outcome>> NumberCheck::judge_all(
    const Clause& clause) const {
  std::vector<std::pair<SpokenClaim, Outcome>> out;
  const auto claims = find_claims(clause.blanked);
  const int direction = direction_of(clause.text, claims);
  for (std::size_t i = 0; i < claims.size(); ++i) {
    auto subjects = subjects_of(clause.blanked, claims, i);
    if (subjects.empty()) subjects = clause.spoken_of;
    out.emplace_back(claims[i], judge(claims[i], clause, subjects, direction));
  }
  return out;
}

NumberCheck::Outcome NumberCheck::judge(const SpokenClaim& claim, const Clause& clause,
                                        const std::set<Subject>& subjects, int direction) const {
  Outcome outcome = Outcome::unknown;
  for (const auto& fact : facts_) {
    const bool said = std::ranges::any_of(
        claim.readings, [&](const auto& reading) { return supports(fact, reading); });
    if (!said || !fits(fact, clause)) continue;
    if (fact.subject == Subject::code) {
      if (names_a_code(claim, clause.blanked)) return Outcome::supported;
    } else if (!is_of(fact, subjects)) {
      continue;
    } else if (!is_whose(fact, clause)) {
      if (outcome == Outcome::unknown) outcome = Outcome::other_service;
    } else if (fact.direction * direction < 0) {
      outcome = Outcome::other_direction;
    } else {
      return Outcome::supported;
    }
  }
  return outcome;
}

}  // namespace mtc::narration
