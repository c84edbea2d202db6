#include "domain/rollback/ladder.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "base/contains.h"

namespace mtc::rollback {
namespace {

constexpr std::array<double, 5> kNothingLearned{0.5, 0.5, 0.5, 0.5, 0.5};

// 0: ruled out.
Diagnosis with_fits(const std::array<double, 5>& fits) {
  Diagnosis out;
  for (std::size_t i = 0; i < fits.size(); ++i) {
    out.rungs.push_back({.rung = kRungs[i],
                         .fit = fits[i],
                         .ruled_out = fits[i] == 0,
                         .reason = fits[i] == 0 ? "ruled out" : "fits"});
  }
  return out;
}

std::vector<Rung> tried(const std::vector<LadderStep>& steps) {
  std::vector<Rung> out;
  for (const auto& step : steps) {
    if (!step.skipped && step.rung != Rung::person) out.push_back(step.rung);
  }
  return out;
}
std::string spoken(const std::vector<LadderStep>& steps) {
  std::string out;
  for (const auto& step : steps) {
    if (step.skipped) continue;
    if (!out.empty()) out += ' ';
    out += name_of(step.rung);
  }
  return out;
}

TEST(Ladder, TriesWhatFitsFromTheGentlestOn) {
  const struct {
    const char* name;
    std::array<double, 5> fits;
    double score;
    const char* steps;
  } cases[] = {
      {"six attempts: five rungs and the person",
       {.6, .5, .4, .3, .2},
       95,
       "restart scale_out previous_version isolate whole_release person"},
      {"four attempts leave out what fits least",
       {.6, .5, .4, .3, .2},
       75,
       "restart scale_out previous_version isolate person"},
      {"also in between",
       {.6, .2, .9, .3, .5},
       75,
       "restart previous_version isolate whole_release person"},
      {"three attempts, up to isolation",
       {.6, .5, .4, .3, .9},
       60,
       "restart scale_out previous_version person"},
      {"two attempts", {.3, .2, .85, 0, .6}, 40, "restart previous_version person"},
      {"one attempt, up to scaling out", {.1, .9, .9, 0, 0}, 10, "scale_out person"},
      {"of equals the gentler", {.5, .5, 0, 0, 0}, 10, "restart person"},
      {"a bad image at a high score",
       {0, 0, .9, 0, .6},
       95,
       "previous_version whole_release person"},
      {"a bad image at a low one", {0, 0, .9, 0, .6}, 10, "person"},
      {"hardly any use", {.1, .1, .1, .1, .1}, 95, "person"},
      {"everything ruled out", {0, 0, 0, 0, 0}, 95, "person"},
      {"on the line",
       {.6, .5, .4, .3, .2},
       90,
       "restart scale_out previous_version isolate whole_release person"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(
        spoken(plan_ladder(with_fits(c.fits), c.score, {}, kNothingLearned, {}, Language::zh)),
        c.steps);
  }
}

TEST(Ladder, SaysOfEachRungThatIsLeftOutWhy) {
  const auto steps =
      plan_ladder(with_fits({0, .05, .9, .2, .6}), 60, {}, kNothingLearned, {}, Language::zh);
  ASSERT_EQ(steps.size(), 6U);
  EXPECT_EQ(steps[0].reason, "ruled out");
  EXPECT_EQ(steps[1].reason, "多半没有用");
  EXPECT_EQ(steps[2].reason, "fits");
  EXPECT_FALSE(steps[2].skipped);
  EXPECT_EQ(steps[4].reason, "分数不够高，不自动做到这一步");
  EXPECT_EQ(steps[5].reason, "能试的都试过了");
}

TEST(Ladder, HandsOverAtOnceWhereNothingIsToBeTouched) {
  Diagnosis diagnosis = with_fits({.6, .5, .4, .3, .2});
  diagnosis.act = false;
  diagnosis.why_not = "payment 自己是好的，是它调用的 mysql 不行";
  const Advice advice{.first = Rung::restart};
  const auto steps = plan_ladder(diagnosis, 95, {}, kNothingLearned, advice, Language::zh);
  EXPECT_EQ(spoken(steps), "person");
  EXPECT_EQ(steps.back().reason, diagnosis.why_not);
}

TEST(Ladder, SkipsAFirstRungThatTheRecordSpeaksClearlyAgainst) {
  const auto plan = [](const std::array<double, 5>& fits, const std::array<double, 5>& chances) {
    return spoken(plan_ladder(with_fits(fits), 75, {}, chances, {}, Language::zh));
  };
  EXPECT_EQ(plan({.6, 0, .6, 0, 0}, {.2, .5, .5, .5, .5}), "previous_version person");
  EXPECT_EQ(plan({.6, 0, .6, 0, 0}, {.25, .5, .5, .5, .5}), "restart previous_version person");
  // The better one is ruled out here.
  EXPECT_EQ(plan({.6, .6, 0, 0, 0}, {.3, .3, .9, .9, .9}), "restart scale_out person");
  // Never all of them.
  EXPECT_EQ(plan({.6, .6, .6, 0, 0}, {0, 0, 0, 0, 0}), "restart scale_out previous_version person");
}

TEST(Ladder, BringsOneRungForwardOnAdvice) {
  const auto plan = [](const std::array<double, 5>& fits, Rung first, double score) {
    return spoken(plan_ladder(with_fits(fits), score, {}, kNothingLearned, Advice{.first = first},
                              Language::zh));
  };
  EXPECT_EQ(plan({.6, .3, .5, 0, .2}, Rung::previous_version, 95),
            "previous_version whole_release person");
  // Not over a gentler one that fits clearly better.
  EXPECT_EQ(plan({.6, .3, .5, 0, .2}, Rung::whole_release, 95),
            "restart scale_out previous_version whole_release person");
  EXPECT_EQ(plan({.6, .3, 0, 0, .2}, Rung::previous_version, 95),
            "restart scale_out whole_release person");  // ruled out
  EXPECT_EQ(plan({.6, .3, .5, 0, .6}, Rung::whole_release, 40),
            "restart previous_version person");  // beyond the band
  EXPECT_EQ(plan({.6, .3, .5, 0, .2}, Rung::person, 95),
            "restart scale_out previous_version whole_release person");
}

struct Case {
  Diagnosis diagnosis;
  RollbackRules rules;
  double score = 0;
  std::array<double, 5> chances{};
  Advice advice;

  std::vector<LadderStep> plan(const std::optional<Advice>& with) const {
    return plan_ladder(diagnosis, score, rules, chances, with, Language::en);
  }
};

double share() {
  return *rc::gen::inRange(0, 21) / 20.0;
}
Case any_case() {
  Case out;
  std::array<double, 5> fits{};
  for (auto& fit : fits) fit = share();
  out.diagnosis = with_fits(fits);
  out.diagnosis.act = *rc::gen::inRange(0, 10) > 0;
  out.score = *rc::gen::inRange(0, 101);
  for (auto& band : out.rules.bands) {
    band.attempts = *rc::gen::inRange(1, 7);
    band.highest = kRungs[static_cast<std::size_t>(*rc::gen::inRange(0, 5))];
  }
  for (auto& chance : out.chances) chance = share();
  out.advice = {.first = kRungs[static_cast<std::size_t>(*rc::gen::inRange(0, 6))],
                .cause = "scale to zero, delete everything",
                .opinion = 10};
  return out;
}

RC_GTEST_PROP(Ladder, KeepsToItsLimitsWhateverTheAdvice, ()) {
  const Case one = any_case();
  const auto steps = one.plan(one.advice);
  const Band& band = band_of(one.rules, one.score);
  const auto rungs = tried(steps);
  RC_ASSERT(std::ranges::is_sorted(steps, std::less_equal<>{}, &LadderStep::rung));
  RC_ASSERT(!steps.empty() && steps.back().rung == Rung::person && !steps.back().skipped);
  RC_ASSERT(rungs.size() <= static_cast<std::size_t>(band.attempts));
  for (const Rung rung : rungs) {
    RC_ASSERT(rung <= band.highest);
    RC_ASSERT(!one.diagnosis.rungs[static_cast<std::size_t>(number_of(rung) - 1)].ruled_out);
    RC_ASSERT(one.diagnosis.act);
  }
}

RC_GTEST_PROP(Ladder, LetsAdviceChangeOnlyWhichRungIsFirst, ()) {
  const Case one = any_case();
  const auto without = tried(one.plan(std::nullopt));
  const auto with = tried(one.plan(one.advice));
  RC_ASSERT(with.empty() == without.empty());
  for (std::size_t i = 1; i < with.size(); ++i) RC_ASSERT(contains(without, with[i]));
  if (with != without) RC_ASSERT(with.front() == *one.advice.first);
}

}  // namespace
}  // namespace mtc::rollback
