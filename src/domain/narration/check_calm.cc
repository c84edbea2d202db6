// Calm: nobody is told that all is well where the data does not say so.
#include <algorithm>
#include <array>
#include <span>

#include "base/characters.h"
#include "domain/narration/checks.h"
#include "domain/narration/digest_names.h"
#include "domain/narration/number_literal.h"

namespace mtc::narration {
namespace {

constexpr auto kAllWellChinese = std::to_array<std::string_view>(
    {"平稳",       "平静",      "放心",     "稳定",     "良好",     "健康",     "太平",
     "顺利",       "安然",      "无恙",     "很少",     "极少",     "不多",     "少量",
     "个别",       "零星",      "偶尔",     "偶发",     "轻微",     "都正常",   "没问题",
     "无异常",     "不用管",    "别担心",   "不要紧",   "没大碍",   "不影响",   "没影响",
     "一切正常",   "一切良好",  "风平浪静", "没有问题", "不用担心", "没有影响", "可以忽略",
     "一切都正常", "没什么问题"});
constexpr auto kAllWellEnglish = std::to_array<std::string_view>(
    {"minor",           "quiet",         "stable",         "healthy",         "is fine",
     "all good",        "smoothly",      "very few",       "harmless",        "are fine",
     "was fine",        "all clear",     "no issues",      "were fine",       "no impact",
     "no need to",      "negligible",    "hardly any",     "barely any",      "looks fine",
     "all is well",     "all systems",   "no problems",    "don't worry",     "everything is",
     "nothing to do",   "nothing wrong", "everything was", "nothing serious", "nothing to worry",
     "without incident"});

constexpr auto kNoErrorsChinese = std::to_array<std::string_view>(
    {"零条", "零错误", "没出错", "没报错", "无错误", "无报错", "未报错", "没有错误", "没有报错",
     "没有异常", "没有出错", "没有失败", "未见异常", "不存在错误", "没有任何错误", "没有任何异常"});
constexpr auto kNoErrorsEnglish = std::to_array<std::string_view>(
    {"no errors", "no error ", "error-free", "zero errors", "no failures", "without errors",
     "nothing failed", "free of errors", "not a single error"});

constexpr auto kNothingNew = std::to_array<std::string_view>(
    {"没有新的错误", "没有新错误", "没有出现新", "no new errors", "nothing new"});

constexpr auto kWellAgain = std::to_array<std::string_view>(
    {"恢复", "好转", "解决了", "已解决", "消失", "recovered", "resolved", "back to normal",
     "went away", "排除", "平息", "it is over", "it was over"});

bool has_question(const digest::Digest& digest, digest::OpenQuestion::Kind kind) {
  return std::ranges::any_of(digest.questions, [&](const auto& q) { return q.kind == kind; });
}

bool has_trouble(const digest::Digest& digest) {
  using Kind = digest::OpenQuestion::Kind;
  return !digest.spikes.empty() || has_question(digest, Kind::new_error) ||
         has_question(digest, Kind::still_failing) || has_question(digest, Kind::silent_service);
}

// 还没有恢复 and "not recovered" say the opposite of 恢复.
bool affirms(std::string_view text, std::string_view phrase) {
  for (std::size_t i = text.find(phrase); i != std::string_view::npos;
       i = text.find(phrase, i + 1)) {
    const std::string_view before = text.substr(i > 15 ? i - 15 : 0, std::min<std::size_t>(i, 15));
    // 不稳定, "unstable"
    const bool reversed =
        before.ends_with("不") || (is_letter(phrase.front()) && is_letter(before_or_zero(text, i)));
    const bool negated = reversed || before.find("没") != std::string_view::npos ||
                         before.find("未") != std::string_view::npos ||
                         before.find("not ") != std::string_view::npos ||
                         before.find("n't ") != std::string_view::npos ||
                         before.find("never ") != std::string_view::npos;
    if (!negated) return true;
  }
  return false;
}

// 正常 of a state; not 不正常, 恢复正常 (judged apart) or 正常的四十倍.
bool calls_normal(std::string_view text) {
  static constexpr std::string_view kNormal = "正常";
  for (std::size_t i = text.find(kNormal); i != std::string_view::npos;
       i = text.find(kNormal, i + 1)) {
    const std::string_view before = text.substr(0, i);
    const std::string_view behind = text.substr(i + kNormal.size());
    const auto ends = [&](std::string_view word) { return before.ends_with(word); };
    const auto follows = [&](std::string_view word) { return behind.starts_with(word); };
    const bool other = ends("不") || ends("没有") || ends("未") || ends("恢复") || ends("恢复了") ||
                       ends("回到") || ends("回归") || follows("的") || follows("值") ||
                       follows("水平") || follows("时") || follows("情况") || follows("范围");
    if (!other) return true;
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

// 其它服务正常; but not "payment 和其它服务正常", where payment is the trouble.
bool is_about_the_rest(std::string_view clause, const digest::Digest& digest) {
  if (!contains_any(clause, {"其它", "其他", "其余", "else", "other"})) return false;
  if (contains_any(clause, {"除", "except", "apart from", "besides", "other than"})) return true;
  const auto is_named = [&](const auto& trouble) {
    return name_of_service(trouble.service).is_mentioned_in(clause);
  };
  return std::ranges::none_of(digest.spikes, is_named) &&
         std::ranges::none_of(digest.questions, is_named);
}

}  // namespace

std::optional<Complaint> check_calm(std::string_view clause, std::string_view own,
                                    const digest::Digest& digest) {
  const bool about_the_rest = is_about_the_rest(clause, digest);
  std::string_view phrase;
  if (!about_the_rest && has_trouble(digest) && calls_normal(clause) && !calls_normal(own)) {
    return complain(Objection::calm, "the data does not say that all is well", "正常");
  }
  if (!about_the_rest && has_trouble(digest) &&
      (says_one_of(clause, own, kAllWellChinese, phrase) ||
       says_one_of(clause, own, kAllWellEnglish, phrase))) {
    return complain(Objection::calm, "the data does not say that all is well", phrase);
  }
  if (!about_the_rest && digest.errors() > 0 &&
      (says_one_of(clause, own, kNoErrorsChinese, phrase) ||
       says_one_of(clause, own, kNoErrorsEnglish, phrase))) {
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
      !digest.spikes.empty() && !has_question(digest, digest::OpenQuestion::Kind::still_failing);
  if (!over && says_one_of(clause, own, kWellAgain, phrase)) {
    return complain(Objection::calm, "the data does not say that it is over", phrase);
  }
  return std::nullopt;
}

}  // namespace mtc::narration
