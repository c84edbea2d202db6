#include "domain/narration/claim_subject.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/characters.h"
#include "base/text.h"
#include "domain/narration/number_literal.h"

namespace mtc::narration {
namespace {

struct Noun {
  std::string_view word;
  Subject subject;
};
constexpr std::array<Noun, 16> kNouns{{{"错误", Subject::errors},
                                       {"报错", Subject::errors},
                                       {"出错", Subject::errors},
                                       {"异常", Subject::errors},
                                       {"失败", Subject::errors},
                                       {"超时", Subject::errors},
                                       {"error", Subject::errors},
                                       {"exception", Subject::errors},
                                       {"fail", Subject::errors},
                                       {"timeout", Subject::errors},
                                       {"警告", Subject::warnings},
                                       {"告警", Subject::warnings},
                                       {"warn", Subject::warnings},
                                       {"日志", Subject::lines},
                                       {"line", Subject::lines},
                                       {"volume", Subject::lines}}};

struct Found {
  std::size_t begin = 0;
  std::size_t end = 0;
  Subject subject = Subject::any;
};

std::optional<Found> noun_at(std::string_view text, std::size_t at) {
  for (const auto& noun : kNouns) {
    if (!stands_at(text, at, noun.word)) continue;
    std::size_t end = at + noun.word.size();
    // 错误日志 and "error lines" are errors.
    while (is_letter(at_or_zero(text, end))) ++end;
    end += skip_any(text, end, {"日志", " line", " log"});
    return Found{.begin = at, .end = end, .subject = noun.subject};
  }
  return std::nullopt;
}

std::vector<Found> nouns_in(std::string_view text) {
  std::vector<Found> out;
  for (std::size_t i = 0; i < text.size();) {
    const auto found = noun_at(text, i);
    if (found) out.push_back(*found);
    i = found ? found->end : i + 1;
  }
  return out;
}

// Behind a number of services, bursts and the like. `either`: "two new errors" are kinds or errors.
enum class Kind { measure, thing, either };

Kind chinese_kind(std::string_view behind) {
  if (skip_any(behind, 0, {"种", "类", "处", "波", "起", "项", "件"}) > 0) return Kind::thing;
  const std::size_t measure = skip_any(behind, 0, {"个", "次"});
  if (measure == 0) return Kind::measure;
  behind.remove_prefix(measure);
  const std::string_view near = prefix_of_characters(behind, 6);
  if (contains_any(near, {"服务", "突增", "高峰", "峰", "状况", "波动", "模板", "主题", "地方",
                          "部分", "阶段", "来源", "问题"}))
    return Kind::thing;
  return stands_at(behind, 0, "新") ? Kind::either : Kind::measure;
}

Kind english_kind(std::string_view behind) {
  static constexpr std::array<std::string_view, 12> kAdjectives{
      "more",     "new",    "other", "different", "separate", "failing",
      "affected", "silent", "open",  "of",        "the",      "short"};
  static constexpr std::array<std::string_view, 14> kThings{
      "service", "part",   "burst",    "spike", "kind",    "type",     "template",
      "topic",   "source", "question", "thing", "problem", "incident", "are"};
  bool fresh = false;
  std::size_t at = skip_spaces(behind, 0);
  for (int words = 0; words < 3; ++words) {
    const std::string_view word = english_word(behind, at);
    if (word.empty()) break;
    if (std::ranges::any_of(kThings, [&](auto thing) { return word.starts_with(thing); }))
      return Kind::thing;
    if (std::ranges::find(kAdjectives, word) == kAdjectives.end())
      return fresh && word.starts_with("error") ? Kind::either : Kind::measure;
    fresh = fresh || word == "new" || word == "different";
    at = skip_spaces(behind, at + word.size());
  }
  return Kind::measure;
}

constexpr std::size_t kNear = 24;  // bytes in which a noun behind a number is the number's

}  // namespace

std::set<Subject> subjects_in(std::string_view text) {
  std::set<Subject> out;
  for (const auto& noun : nouns_in(text)) out.insert(noun.subject);
  return out;
}

std::set<Subject> subjects_of(std::string_view clause, const std::vector<SpokenClaim>& claims,
                              std::size_t index) {
  const std::size_t begin = claims[index].begin;
  const std::size_t end = claims[index].end;
  const std::size_t limit = index + 1 < claims.size() ? claims[index + 1].begin : clause.size();
  const std::string_view behind = clause.substr(end, limit - end);
  const Kind kind = std::max(chinese_kind(trim(behind)), english_kind(behind));
  if (kind == Kind::thing) return {Subject::things};
  const auto nouns = nouns_in(clause);
  std::set<Subject> out;
  if (kind == Kind::either) out.insert(Subject::things);
  const auto after = std::ranges::find_if(
      nouns, [&](const Found& noun) { return noun.begin >= end && noun.begin < limit; });
  const auto before = std::find_if(nouns.rbegin(), nouns.rend(),
                                   [&](const Found& noun) { return noun.begin < begin; });
  const bool near = after != nouns.end() && after->begin - end <= kNear;
  if (near || (after != nouns.end() && before == nouns.rend())) {
    out.insert(after->subject);
  } else if (before != nouns.rend()) {
    out.insert(before->subject);
  }
  return out;
}

}  // namespace mtc::narration
