#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/alerts/score.h"
#include "domain/alerts/score_inputs.h"

namespace mtc::alerts {
namespace {

constexpr double kWorthSaying = 40;      // points
constexpr double kImportant = 70;        // business weight
constexpr double kUnimportant = 30;      // business weight
constexpr double kUncertain = 3;         // points, off either way
constexpr std::size_t kMostFacts = 3;    // of impact and severity; more nobody keeps in mind
constexpr std::size_t kMostUnknown = 2;  // named
constexpr std::size_t kMostWhy = 20;     // characters of a rule's reason

struct Words {
  std::string_view zh, en;
  std::string_view in(Language language) const { return language == Language::zh ? zh : en; }
};

// What is missing, as the subject of "is unknown"; in the order of the inputs.
constexpr std::array<Words, kInputCount> kUnknown{
    {{"波及多少服务", "how many services are affected"},
     {"副本的状态", "the state of its replicas"},
     {"受影响的用户数", "how many users are affected"},
     {"是不是对外", "whether it serves the outside"},
     {"告警级别", "the reported level"},
     {"资源用量", "its use of resources"},
     {"错误率", "its error rate"},
     {"超出阈值多少", "how far it is over its limit"},
     {"重启次数", "how often it restarted"},
     {"是什么业务", "what business it is"},
     {"发生的时间", "when it happened"}}};

std::string say_workloads(std::int64_t count, Language language) {
  const std::string said = say_count(count, language);
  return language == Language::zh ? fmt::format("波及{}个服务", said)
                                  : fmt::format("{} services are affected", said);
}

std::string say_replicas(std::int64_t wanted, std::int64_t ready, Language language) {
  const bool zh = language == Language::zh;
  const auto missing = wanted - std::clamp<std::int64_t>(ready, 0, wanted);
  const std::string all = say_count(wanted, language);
  if (missing < wanted) {
    const std::string some = say_count(missing, language);
    return zh ? fmt::format("{}个副本有{}个不可用", all, some)
              : fmt::format("{} of {} replicas {} down", some, all, missing == 1 ? "is" : "are");
  }
  if (wanted == 1) return zh ? "唯一的副本不可用" : "its only replica is down";
  if (zh) return fmt::format("{}个副本全都不可用", all);
  return wanted == 2 ? "both replicas are down" : fmt::format("all {} replicas are down", all);
}

std::string say_users(double share, Language language) {
  const std::string percent = say_percent(std::min(share, 1.0), language);
  return language == Language::zh ? fmt::format("{}的用户受影响", percent)
                                  : fmt::format("{} of the users are affected", percent);
}

std::string say_errors(double rate, double usual, Language language) {
  const bool zh = language == Language::zh;
  if (usual > 0 && rate >= 2 * usual && rate < 1000 * usual) {
    const std::string times = say_times(rate / usual, language);
    return zh ? fmt::format("错误是平时的{}", times)
              : fmt::format("errors are {} the usual", times);
  }
  const std::string percent = say_percent(std::min(rate, 1.0), language);
  return zh ? fmt::format("错误率{}", percent) : fmt::format("the error rate is {}", percent);
}

std::string say_over_limit(double over, Language language) {
  const bool zh = language == Language::zh;
  if (over < 2) {
    const std::string percent = say_percent(over - 1, language);
    return zh ? fmt::format("超过阈值{}", percent)
              : fmt::format("it is {} over its limit", percent);
  }
  const std::string times = say_times(over, language);
  return zh ? fmt::format("达到阈值的{}", times) : fmt::format("it is {} its limit", times);
}

std::string say_use(double use, Language language) {
  const bool zh = language == Language::zh;
  if (use >= 1) return zh ? "资源已经用满" : "its resources are used up";
  const std::string percent = say_percent(use, language);
  return zh ? fmt::format("资源用到{}", percent)
            : fmt::format("{} of its resources are in use", percent);
}

std::string say_restarts(std::int64_t count, Language language) {
  const std::string said = say_count(count, language);
  return language == Language::zh
             ? fmt::format("一刻钟里重启了{}次", said)
             : fmt::format("it restarted {} times in a quarter of an hour", said);
}

// Of impact and severity; empty: nothing that anybody wants to hear.
std::string say_fact(Input input, const Evidence& e, Language language) {
  const bool zh = language == Language::zh;
  switch (input) {
    case Input::affected_workloads:
      return e.affected_workloads ? say_workloads(*e.affected_workloads, language) : "";
    case Input::missing_replicas:
      if (e.wanted_replicas.value_or(0) <= 0 || !e.ready_replicas) return "";
      return say_replicas(*e.wanted_replicas, *e.ready_replicas, language);
    case Input::user_share:
      return e.user_share ? say_users(*e.user_share, language) : "";
    case Input::faces_outside:
      if (!e.faces_outside.value_or(false)) return "";
      return zh ? "直接对外服务" : "it serves the outside";
    case Input::source_level:
      if (e.level != Level::critical) return "";
      return zh ? "告警级别是严重" : "it is reported as critical";
    case Input::resource_use:
      return e.resource_use ? say_use(*e.resource_use, language) : "";
    case Input::error_rate:
      if (!e.error_rate) return "";
      return say_errors(*e.error_rate, e.usual_error_rate.value_or(0), language);
    case Input::over_limit:
      return e.over_limit.value_or(0) > 1 ? say_over_limit(*e.over_limit, language) : "";
    case Input::restarts:
      return e.restarts ? say_restarts(*e.restarts, language) : "";
    case Input::business_weight:
    case Input::working_time:
      return "";
  }
  return "";
}

double weight_of(const Score& score, Input input) {
  const auto& rule = rule_of(input);
  return score.dimensions[static_cast<std::size_t>(rule.dimension)].weight * rule.share;
}

// Of impact and severity, worst first.
std::vector<std::string> say_facts(const Score& score, const Evidence& e, Language language) {
  std::vector<InputScore> rows;
  for (const auto& row : score.inputs) {
    if (row.known && row.points >= kWorthSaying &&
        rule_of(row.input).dimension <= Dimension::severity)
      rows.push_back(row);
  }
  std::ranges::sort(rows, std::greater(), [&](const InputScore& row) {
    return row.points * weight_of(score, row.input);
  });
  std::vector<std::string> out;
  for (const auto& row : rows) {
    if (out.size() == kMostFacts) break;
    if (auto fact = say_fact(row.input, e, language); !fact.empty()) out.push_back(std::move(fact));
  }
  return out;
}

const InputScore& row_of(const Score& score, Input input) {
  return score.inputs[static_cast<std::size_t>(input)];
}

bool is_known(const Score& score, Dimension dimension) {
  return std::ranges::any_of(score.inputs, [&](const InputScore& row) {
    return row.known && rule_of(row.input).dimension == dimension;
  });
}

std::string say_nothing_found(const Score& score, Language language) {
  const bool zh = language == Language::zh;
  if (!is_known(score, Dimension::impact) && !is_known(score, Dimension::severity)) {
    return zh ? "影响和严重程度都还没有查到" : "neither its impact nor its severity is known yet";
  }
  return zh ? "没有看到严重的迹象" : "nothing that was looked at is bad";
}

std::string say_business(const BusinessRule* rule, bool important, Language language) {
  const bool zh = language == Language::zh;
  const std::string why =
      rule == nullptr ? "" : shorten_characters(sanitize_utf8(trim(rule->why)), kMostWhy);
  if (!why.empty()) return zh ? "属于" + why : "it belongs to " + why;
  if (important) return zh ? "业务很重要" : "the business depends on it";
  return zh ? "业务不重要" : "the business hardly depends on it";
}

// What speaks for the score besides the facts, and what against it.
struct Circumstances {
  std::vector<std::string> pro, contra;
};

Circumstances circumstances(const Score& score, const BusinessRule* rule, bool found,
                            Language language) {
  const bool zh = language == Language::zh;
  Circumstances out;
  if (const auto& row = row_of(score, Input::business_weight); row.known) {
    if (row.points >= kImportant) out.pro.push_back(say_business(rule, true, language));
    if (row.points <= kUnimportant) out.contra.push_back(say_business(rule, false, language));
  }
  if (const auto& row = row_of(score, Input::working_time); row.known) {
    if (row.points > 50) {
      out.pro.emplace_back(!zh ? "people are at work" : found ? "又在上班时间" : "发生在上班时间");
    } else {
      out.contra.emplace_back(zh ? "不在上班时间" : "it is outside working hours");
    }
  }
  return out;
}

std::string say_list(const std::vector<std::string>& parts, Language language) {
  if (language == Language::zh || parts.size() < 2) {
    return join(parts, language == Language::zh ? "，" : ", ");
  }
  const std::vector<std::string> first(parts.begin(), parts.end() - 1);
  return join(first, ", ") + " and " + parts.back();
}

// "受影响的用户数不知道，所以上下可能差四分"
std::string say_uncertainty(const Score& score, Language language) {
  const bool zh = language == Language::zh;
  std::vector<Input> unknown;
  for (const auto& row : score.inputs) {
    if (!row.known) unknown.push_back(row.input);
  }
  std::ranges::sort(unknown, std::greater(), [&](Input input) { return weight_of(score, input); });
  std::vector<std::string> names;
  for (const auto input : unknown) {
    if (names.size() == kMostUnknown) break;
    names.emplace_back(kUnknown[static_cast<std::size_t>(input)].in(language));
  }
  const bool more = unknown.size() > names.size();
  const std::string points = say_count(std::llround(score.uncertainty), language);
  if (zh) {
    return fmt::format("{}{}不知道，所以上下可能差{}分", join(names, more ? "、" : "和"),
                       more ? "等" : "", points);
  }
  return fmt::format("{}{} {} unknown, so it may be {} points off either way",
                     more ? join(names, ", ") : join(names, " and "), more ? " and more" : "",
                     unknown.size() > 1 ? "are" : "is", points);
}

}  // namespace

std::string say_score(const Score& score, const Evidence& evidence, const AlertRules& rules,
                      const Subject& subject, std::string_view policy_name, Language language) {
  const bool zh = language == Language::zh;
  auto pro = say_facts(score, evidence, language);
  const bool found = !pro.empty();
  auto around = circumstances(score, find_business(rules, subject, policy_name), found, language);
  if (!found) pro.push_back(say_nothing_found(score, language));
  std::ranges::move(around.pro, std::back_inserter(pro));
  std::string out = zh ? say_number(std::llround(score.value), language) + "分："
                       : fmt::format("{} points: ", std::llround(score.value));
  out += say_list(pro, language);
  if (!around.contra.empty()) {
    // Something bad is set against it; nothing bad goes on with it.
    const std::string_view but = zh ? (found ? "，不过" : "，") : (found ? ", but " : ", and ");
    out += but;
    out += zh ? join(around.contra, "，也") : say_list(around.contra, language);
  }
  if (score.uncertainty > kUncertain) {
    out += (zh ? "；" : "; ") + say_uncertainty(score, language);
  }
  return out + (zh ? "。" : ".");
}

}  // namespace mtc::alerts
