// How much an alert matters, 0 to 100, and why. Pure, and quick: fifty thousand a second.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "base/zone.h"
#include "domain/alerts/alert.h"
#include "domain/alerts/evidence.h"
#include "domain/alerts/rules.h"
#include "domain/alerts/weights.h"

namespace mtc::alerts {

// One thing that was looked at, of one dimension. Numbers and a name, no text: scoring is quick.
enum class Input {
  affected_workloads,
  missing_replicas,
  user_share,
  faces_outside,  // impact
  source_level,
  resource_use,
  error_rate,
  over_limit,
  restarts,         // severity
  business_weight,  // business
  working_time,     // time
};
std::string_view name_of(Input input);

struct InputScore {
  Input input{};
  bool known = false;
  double points = 0;  // 0 to 100, if known
  double share = 0;   // of its dimension, among those known
};

struct DimensionScore {
  Dimension dimension{};
  double points = 0;       // 0 to 100: the known inputs; without any, the middle
  double uncertainty = 0;  // half the width of what it may be: 0 all known, 50 nothing known
  double weight = 0;       // percent
};

struct Score {
  double value = 0;        // 0 to 100
  double uncertainty = 0;  // plus or minus
  std::array<DimensionScore, 4> dimensions{};
  std::array<InputScore, 11> inputs{};
  double opinion = 0;  // by which the model's opinion has moved it
  double before_opinion = 0;
};

// `opinion`: the model's, 1 to 10; what lies outside is cut. It moves the value by at most
// rules.opinion_moves_by, and is stored with it.
Score score(const Evidence& evidence, const Subject& subject, std::string_view policy_name,
            const Weights& weights, const AlertRules& rules, const Zone& zone,
            std::optional<double> opinion = {});

// "八十六分：三个副本全都不可用，错误是平时的四十倍，是核心交易，又在上班时间；受影响的用户数不知道，所以上下可能差四分。"
std::string say_score(const Score& score, const Evidence& evidence, const AlertRules& rules,
                      const Subject& subject, std::string_view policy_name, Language language);
// For readers: one row an input; and "evidence", from which it can be said again later.
Json to_json(const Score& score, const Evidence& evidence);
// Of what to_json() made, as far as learning needs it; nullopt: that is not a score.
std::optional<Score> score_from_json(const Json& json);

}  // namespace mtc::alerts
