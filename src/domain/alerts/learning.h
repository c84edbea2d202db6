// Learning from what came of it: moves the weights of scores and the choice of the first step, in
// small steps, within bounds, each on record and each to be taken back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/language.h"
#include "base/random.h"
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

struct LearningRules {
  double most_a_step = 0.5;         // percent points that a weight moves at once
  double most_in_all = 10;          // percent points away from where the rules have it
  double most_a_day = 2;            // percent points of one weight, so that nobody rushes it
  double least_cases = 5;           // before a record says anything about a step
  double fading = 0.98;             // what an older case still counts, for each newer one
  double most_of_one_person = 0.3;  // share of a day's lessons that one person may teach
};

// What that outcome teaches; nullopt: nothing (pinned, bound reached, told before). Pure.
// `base`: where the rules begin. `today`: what was learned today already, newest first.
std::optional<Learned> learn(const Learned& now, const Weights& base, const Outcome& outcome,
                             const LearningRules& rules, const std::vector<Learned>& today,
                             TimePoint at);

// How likely each rung (1 to 5) is to solve that trouble, 0 to 1: a cautious estimate (the lower
// end of what the record allows), the same for all where the record is too short.
std::array<double, 5> chances(const Learned& learned, std::string_view trouble,
                              const LearningRules& rules);

std::string say_learned(const Learned& learned, const Learned& before, Language language);

}  // namespace mtc::alerts
