// Which steps are tried, in which order, and which are left out and why. Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "domain/rollback/diagnosis.h"
#include "domain/rollback/rules.h"

namespace mtc::rollback {

// What a model proposed: it may bring one rung forward, never one that is ruled out, never beyond
// the band.
struct Advice {
  std::optional<Rung> first;
  std::string cause;  // checked against the evidence; for people
  std::vector<std::string> evidence;
  std::optional<double> opinion;  // 1 to 10: how much it matters
};

struct LadderStep {
  Rung rung{};
  bool skipped = false;
  std::string reason;  // why skipped, or why now; for people
};

// Rungs go up: a step is never followed by a gentler one. The last is always the person.
// Attempts count steps that are done, not those skipped. `chances`: what was learned, for rungs 1
// to 5, 0 to 1; equal: nothing learned. A first rung that the record speaks clearly against (its
// chance is less than half of a later one's, which the evidence allows) is skipped.
std::vector<LadderStep> plan_ladder(const Diagnosis& diagnosis, double score,
                                    const RollbackRules& rules,
                                    const std::array<double, 5>& chances,
                                    const std::optional<Advice>& advice, Language language);

}  // namespace mtc::rollback
