#include "domain/rollback/ladder.h"

#include <algorithm>
#include <cmath>

namespace mtc::rollback {
namespace {

constexpr double kLeastFit = 0.15;     // below it a rung is not worth an attempt
constexpr double kClearlyWorse = 0.5;  // of a later one's chance
// So much a proposal adds to a rung's fit: enough to tip the scales, not to overrule them.
constexpr double kAdviceWeight = 0.25;

using Chances = std::array<double, 5>;

struct Candidate {
  Rung rung{};
  double fit = 0;
  double chance = 0;
  double worth() const { return fit * (0.5 + chance); }  // chances that are equal change nothing
};

double chance_of(const Chances& chances, Rung rung) {
  const double chance = chances[static_cast<std::size_t>(number_of(rung) - 1)];
  return std::isfinite(chance) ? std::clamp(chance, 0.0, 1.0) : 0;
}

// Plans one ladder: which rungs are tried, and of the others why not.
class Planner {
 public:
  Planner(const Diagnosis& diagnosis, const Band& band, const Chances& chances, Language language)
      : diagnosis_(diagnosis), band_(band), chances_(chances), zh_(language == Language::zh) {}

  std::vector<LadderStep> plan(const std::optional<Advice>& advice) {
    find_candidates();
    tried_ = allowed_;
    skip_what_the_record_speaks_against();
    keep_the_best();
    if (advice && advice->first) bring_forward(*advice->first);
    std::vector<LadderStep> steps;
    for (const auto& opinion : diagnosis_.rungs) steps.push_back(step_of(opinion));
    steps.push_back({.rung = Rung::person, .reason = why_person()});
    return steps;
  }

 private:
  std::string words(std::string_view zh, std::string_view en) const {
    return std::string(zh_ ? zh : en);
  }
  void skip(Rung rung, std::string why) {
    skipped_[static_cast<std::size_t>(number_of(rung) - 1)] = std::move(why);
  }

  void find_candidates() {
    for (const auto& opinion : diagnosis_.rungs) {
      if (!diagnosis_.act) {
        skip(opinion.rung, diagnosis_.why_not);
      } else if (opinion.ruled_out) {
        skip(opinion.rung, opinion.reason);
      } else if (opinion.rung > band_.highest) {
        skip(opinion.rung,
             words("分数不够高，不自动做到这一步", "the score is not high enough to go that far"));
      } else if (!(opinion.fit >= kLeastFit)) {
        skip(opinion.rung, words("多半没有用", "it would hardly help"));
      } else {
        allowed_.push_back({.rung = opinion.rung,
                            .fit = std::min(opinion.fit, 1.0),
                            .chance = chance_of(chances_, opinion.rung)});
      }
    }
  }

  void skip_what_the_record_speaks_against() {
    while (tried_.size() > 1) {
      const auto best = std::ranges::max_element(
          tried_.begin() + 1, tried_.end(),
          [](const auto& a, const auto& b) { return a.chance < b.chance; });
      if (tried_.front().chance >= kClearlyWorse * best->chance) return;
      skip(tried_.front().rung,
           words("按以往的记录，这一步多半没有用", "by the record it would hardly help here"));
      tried_.erase(tried_.begin());
    }
  }

  // As many as there are attempts, those that fit best; of equals the gentler.
  void keep_the_best() {
    while (tried_.size() > static_cast<std::size_t>(std::max(0, band_.attempts))) {
      const auto worst = std::ranges::min_element(tried_, [](const auto& a, const auto& b) {
        return a.worth() != b.worth() ? a.worth() < b.worth() : a.rung > b.rung;
      });
      leave_out(worst->rung);
    }
  }
  void leave_out(Rung rung) {
    skip(rung, words("次数有限，先做更对症的", "attempts are few, and others fit better"));
    std::erase_if(tried_, [rung](const auto& one) { return one.rung == rung; });
  }

  // Never over a gentler rung that fits clearly better. What comes after it stays as it was.
  void bring_forward(Rung rung) {
    const auto wanted =
        std::ranges::find_if(allowed_, [rung](const auto& one) { return one.rung == rung; });
    if (wanted == allowed_.end()) return;
    const bool over_a_better_one = std::ranges::any_of(tried_, [&](const auto& one) {
      return one.rung < rung && one.fit > wanted->fit + kAdviceWeight;
    });
    if (over_a_better_one) return;
    for (const auto& one : tried_) {
      if (one.rung < rung)
        skip(one.rung,
             words("看到的情况更支持后面的步骤", "what was seen speaks for a later step"));
    }
    std::erase_if(tried_, [rung](const auto& one) { return one.rung <= rung; });
    tried_.insert(tried_.begin(), *wanted);
    while (tried_.size() > static_cast<std::size_t>(std::max(1, band_.attempts))) {
      const auto worst = std::ranges::min_element(
          tried_.begin() + 1, tried_.end(),
          [](const auto& a, const auto& b) { return a.worth() < b.worth(); });
      leave_out(worst->rung);
    }
  }

  LadderStep step_of(const RungOpinion& opinion) const {
    const bool tried =
        std::ranges::any_of(tried_, [&](const auto& one) { return one.rung == opinion.rung; });
    if (tried) return {.rung = opinion.rung, .reason = opinion.reason};
    return {.rung = opinion.rung,
            .skipped = true,
            .reason = skipped_[static_cast<std::size_t>(number_of(opinion.rung) - 1)]};
  }

  std::string why_person() const {
    if (!diagnosis_.act) return diagnosis_.why_not;
    if (tried_.empty()) return words("没有我能做的步骤", "there is nothing that I can try");
    return words("能试的都试过了", "everything that may be tried has been");
  }

  const Diagnosis& diagnosis_;
  const Band& band_;
  const Chances& chances_;
  bool zh_;
  std::vector<Candidate> allowed_, tried_;  // gentlest first
  std::array<std::string, 5> skipped_;
};

}  // namespace

std::vector<LadderStep> plan_ladder(const Diagnosis& diagnosis, double score,
                                    const RollbackRules& rules,
                                    const std::array<double, 5>& chances,
                                    const std::optional<Advice>& advice, Language language) {
  return Planner(diagnosis, band_of(rules, score), chances, language).plan(advice);
}

}  // namespace mtc::rollback
