// What each input of a score is worth: its points, its share of the dimension, and how far it alone
// may carry that dimension.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "domain/alerts/score.h"

namespace mtc::alerts {

inline constexpr std::size_t kInputCount = 11;

struct InputRule {
  Input input{};
  Dimension dimension{};
  double share = 0;  // of its dimension, when all of its inputs are known; they sum up to 1
  // 0 to 1: how much of its points the dimension reaches by this input alone. That all replicas are
  // gone is enough by itself; that something faces outside says nothing without trouble.
  double carries = 0;
};

inline constexpr std::array<InputRule, kInputCount> kInputRules{{
    {Input::affected_workloads, Dimension::impact, 0.25, 1.0},
    {Input::missing_replicas, Dimension::impact, 0.35, 1.0},
    {Input::user_share, Dimension::impact, 0.25, 1.0},
    {Input::faces_outside, Dimension::impact, 0.15, 0.0},
    {Input::source_level, Dimension::severity, 0.25, 0.85},
    {Input::resource_use, Dimension::severity, 0.20, 0.8},
    {Input::error_rate, Dimension::severity, 0.30, 1.0},
    {Input::over_limit, Dimension::severity, 0.10, 0.7},
    {Input::restarts, Dimension::severity, 0.15, 0.85},
    {Input::business_weight, Dimension::business, 1.0, 1.0},
    {Input::working_time, Dimension::time, 1.0, 1.0},
}};

constexpr const InputRule& rule_of(Input input) {
  return kInputRules[static_cast<std::size_t>(input)];
}

// 0 to 100, in the order of kInputRules; nullopt: not known. Each grows with what was measured.
using Points = std::array<std::optional<double>, kInputCount>;
Points points_of(const Evidence& evidence, const Subject& subject, std::string_view policy_name,
                 const AlertRules& rules, const Zone& zone);

}  // namespace mtc::alerts
