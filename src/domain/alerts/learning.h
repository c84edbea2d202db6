// Learning from what came of it: moves the weights of scores and the choice of the first step, in
// small steps, within bounds, each on record and each to be taken back.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "domain/alerts/score.h"
#include "domain/alerts/weights.h"

namespace mtc::alerts {

struct Outcome {
  enum class Kind {
    solved,       // by step `rung`
    not_solved,   // step `rung` changed nothing
    made_worse,   // step `rung` did, and was undone
    false_alarm,  // a person said so: nothing was wrong
    missed,       // a person says it mattered more than it was scored
  };
  std::string incident;  // each incident teaches once for each step
  Kind kind = Kind::solved;
  int rung = 0;         // 1 to 5; 0: none
  std::string trouble;  // the kind of trouble: "crash_loop"
  std::optional<Score> score{};
  identity::UserId by = 0;  // who said so; 0: we measured it
};
std::string_view name_of(Outcome::Kind kind);  // "solved", "not_solved" …

struct LearningRules {
  double most_a_step = 0.5;         // percent points that a weight moves at once
  double most_in_all = 10;          // percent points away from where the rules have it
  double most_a_day = 2;            // percent points of one weight, so that nobody rushes it
  double least_cases = 5;           // before a record says anything about a step
  double fading = 0.98;             // what an older case still counts, for each newer one
  double most_of_one_person = 0.3;  // share of a day's lessons that one person may teach
};

// The weights that scores have: what was learned. Where the rules begin, if nothing was, or if the
// rules have since been changed by more than learning may move; what is pinned holds all the same.
Weights weights_in_force(const std::optional<Learned>& newest, const Weights& base,
                         const LearningRules& rules);

// What that outcome teaches, as the next version to be stored; nullopt: nothing (pinned, bound
// reached, told before). Pure. What a step did is measured: a person's word on it teaches nothing.
// `base`: where the rules begin. `today`: what was learned already, newest first; what is older
// than a day only tells which incidents have taught.
std::optional<Learned> learn(const Learned& now, const Weights& base, const Outcome& outcome,
                             const LearningRules& rules, const std::vector<Learned>& today,
                             TimePoint at);

// An older version as the next one: everything is as it was then.
Learned take_back(const Learned& now, const Learned& older, identity::UserId by, TimePoint at);

// How likely each rung (1 to 5) is to solve that trouble, 0 to 1: a cautious estimate (the lower
// end of what the record allows), the same for all where the record is too short.
std::array<double, 5> chances(const Learned& learned, std::string_view trouble,
                              const LearningRules& rules);

// "因为一次误报，业务的分量从二十降到十九点七，影响升到四十点二。"
std::string say_learned(const Learned& learned, const Learned& before, Language language);

}  // namespace mtc::alerts
