#include "domain/alerts/learning.h"

#include <gtest/gtest.h>

namespace mtc::alerts {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNow = std::chrono::sys_days(2026y / 11 / 24) + 10h;
const LearningRules kRules;

// All of it known, with these points.
Score scored(double impact, double severity, double business, double time) {
  Score out;
  const std::array points{impact, severity, business, time};
  for (std::size_t i = 0; i < points.size(); ++i) {
    out.dimensions[i] = {.dimension = kDimensions[i], .points = points[i], .weight = 25};
  }
  return out;
}

Outcome false_alarm(std::string incident, const Score& score, identity::UserId by = 1) {
  return {.incident = std::move(incident),
          .kind = Outcome::Kind::false_alarm,
          .score = score,
          .by = by};
}

Outcome step(std::string incident, Outcome::Kind kind, int rung) {
  return {.incident = std::move(incident), .kind = kind, .rung = rung, .trouble = "crash_loop"};
}

double sum(const Weights& weights) {
  return weights.impact + weights.severity + weights.business + weights.time;
}

TEST(Learning, AFalseAlarmLowersWhatStoodHighest) {
  const auto learned = learn({}, {}, false_alarm("i-1", scored(10, 30, 95, 100)), kRules, {}, kNow);
  ASSERT_TRUE(learned);
  EXPECT_GT(learned->weights.impact, 40);
  EXPECT_GT(learned->weights.severity, 30);
  EXPECT_LT(learned->weights.business, 20);
  EXPECT_LT(learned->weights.time, 10);
  EXPECT_NEAR(sum(learned->weights), 100, 1e-9);
  for (const auto dimension : kDimensions) {
    EXPECT_LE(std::abs(learned->moved.of(dimension)), kRules.most_a_step + 1e-9);
    EXPECT_NEAR(learned->weights.of(dimension),
                Weights{}.of(dimension) + learned->moved.of(dimension), 1e-9);
  }
  EXPECT_EQ(learned->kind, "false_alarm");
  EXPECT_EQ(learned->incident, "i-1");
  EXPECT_EQ(learned->by, 1);
  EXPECT_EQ(learned->at, kNow);
  EXPECT_FALSE(learned->why.empty());
}

TEST(Learning, WhatWasMissedTeachesTheOpposite) {
  auto outcome = false_alarm("i-1", scored(10, 30, 95, 100));
  const auto lowered = learn({}, {}, outcome, kRules, {}, kNow);
  outcome.kind = Outcome::Kind::missed;
  const auto raised = learn({}, {}, outcome, kRules, {}, kNow);
  ASSERT_TRUE(lowered && raised);
  for (const auto dimension : kDimensions) {
    EXPECT_NEAR(lowered->moved.of(dimension), -raised->moved.of(dimension), 1e-9);
  }
}

TEST(Learning, ADimensionThatNothingWasKnownOfStaysWhereItIs) {
  auto score = scored(50, 20, 90, 50);
  score.dimensions[0].uncertainty = 50;
  const auto learned = learn({}, {}, false_alarm("i-1", score), kRules, {}, kNow);
  ASSERT_TRUE(learned);
  EXPECT_EQ(learned->weights.impact, 40);
}

TEST(Learning, TeachesNothingWithoutReason) {
  const Score score = scored(10, 30, 95, 100);
  Learned pinned;
  pinned.pinned = true;
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const struct {
    const char* name;
    Learned now;
    Outcome outcome;
  } cases[] = {
      {"pinned", pinned, false_alarm("i-1", score)},
      {"pinned, a step", pinned, step("i-1", Outcome::Kind::solved, 1)},
      {"no incident", {}, false_alarm("", score)},
      {"no score", {}, {.incident = "i-1", .kind = Outcome::Kind::false_alarm}},
      {"a broken score", {}, false_alarm("i-1", scored(kNan, 0, 100, 0))},
      {"nothing stood out", {}, false_alarm("i-1", scored(60, 60, 60, 60))},
      {"no rung", {}, step("i-1", Outcome::Kind::solved, 0)},
      {"the person", {}, step("i-1", Outcome::Kind::solved, 6)},
      {"no trouble", {}, {.incident = "i-1", .kind = Outcome::Kind::solved, .rung = 1}},
      {"a person's word on a step",
       {},
       {.incident = "i-1",
        .kind = Outcome::Kind::made_worse,
        .rung = 1,
        .trouble = "crash_loop",
        .by = 1}},
  };
  for (const auto& c : cases) {
    EXPECT_FALSE(learn(c.now, {}, c.outcome, kRules, {}, kNow)) << c.name;
  }
}

TEST(Learning, EachIncidentTeachesOnceForEachStepAndOnceAboutItsScore) {
  std::vector<Learned> past;  // newest first
  Learned now;
  const auto teach = [&](const Outcome& outcome, TimePoint at) {
    const auto learned = learn(now, {}, outcome, kRules, past, at);
    if (learned) {
      now = *learned;
      past.insert(past.begin(), now);
    }
    return learned.has_value();
  };
  EXPECT_TRUE(teach(step("i-1", Outcome::Kind::not_solved, 1), kNow));
  EXPECT_FALSE(teach(step("i-1", Outcome::Kind::not_solved, 1), kNow));
  EXPECT_FALSE(teach(step("i-1", Outcome::Kind::solved, 1), kNow));
  EXPECT_TRUE(teach(step("i-1", Outcome::Kind::solved, 2), kNow));
  EXPECT_TRUE(teach(false_alarm("i-1", scored(0, 0, 90, 0)), kNow));
  auto other = false_alarm("i-1", scored(0, 0, 90, 0), 2);
  other.kind = Outcome::Kind::missed;
  EXPECT_FALSE(teach(other, kNow));
  EXPECT_FALSE(teach(step("i-1", Outcome::Kind::solved, 1), kNow + 100h));
  EXPECT_TRUE(teach(step("i-2", Outcome::Kind::solved, 1), kNow));
}

TEST(Learning, OnePersonTeachesAShareOfADayAndOneLessonInAnyCase) {
  std::vector<Learned> today;
  const auto score = scored(0, 0, 90, 0);
  EXPECT_TRUE(learn({}, {}, false_alarm("a", score, 1), kRules, today, kNow));
  today.push_back({.kind = "false_alarm", .incident = "a", .by = 1, .at = kNow});
  EXPECT_FALSE(learn({}, {}, false_alarm("b", score, 1), kRules, today, kNow));
  EXPECT_TRUE(learn({}, {}, false_alarm("b", score, 2), kRules, today, kNow));
  for (int i = 0; i < 5; ++i) {
    today.push_back({.kind = "solved", .incident = std::to_string(i), .rung = 1, .at = kNow});
  }
  EXPECT_TRUE(learn({}, {}, false_alarm("b", score, 1), kRules, today, kNow));  // 2 of 7
  today.push_back({.kind = "false_alarm", .incident = "b", .by = 1, .at = kNow});
  EXPECT_FALSE(learn({}, {}, false_alarm("c", score, 1), kRules, today, kNow));
  EXPECT_TRUE(learn({}, {}, false_alarm("c", score, 1), kRules, today, kNow + 25h));
}

TEST(Learning, AWeightMovesOnlySoFarADayToAndFroTogether) {
  std::vector<Learned> today;
  Learned now;
  double walked = 0;
  for (int i = 0; i < 100; ++i) {
    auto outcome = false_alarm("i-" + std::to_string(i), scored(10, 30, 95, 100), 100 + i);
    if (i % 2 == 1) outcome.kind = Outcome::Kind::missed;
    const auto learned = learn(now, {}, outcome, kRules, today, kNow + std::chrono::minutes(i));
    if (!learned) continue;
    now = *learned;
    today.insert(today.begin(), now);
    walked += std::abs(now.moved.time);
  }
  EXPECT_LE(walked, kRules.most_a_day + 1e-9);
  EXPECT_GT(walked, kRules.most_a_day / 2);
}

TEST(Learning, ADimensionAtItsBoundStandsAside) {
  const Weights base;
  Learned now{.version = 3, .weights = {45, 35, 20, 0}};  // time is ten below
  const auto learned =
      learn(now, base, false_alarm("i-1", scored(10, 30, 95, 100)), kRules, {}, kNow);
  ASSERT_TRUE(learned);
  EXPECT_EQ(learned->weights.time, 0);
  EXPECT_LT(learned->weights.business, 20);
  EXPECT_NEAR(sum(learned->weights), 100, 1e-9);
}

TEST(Learning, TheWeightsInForceFollowTheRulesUnlessPinned) {
  const Weights base{30, 30, 30, 10}, learned{35, 30, 25, 10}, far{50, 30, 10, 10};
  EXPECT_EQ(weights_in_force(std::nullopt, base, kRules), base);
  EXPECT_EQ(weights_in_force(Learned{}, base, kRules), base);
  EXPECT_EQ(weights_in_force(Learned{.version = 1, .weights = learned}, base, kRules), learned);
  EXPECT_EQ(weights_in_force(Learned{.version = 1, .weights = far}, base, kRules), base);
  EXPECT_EQ(weights_in_force(Learned{.version = 1, .weights = far, .pinned = true}, base, kRules),
            far);
  const auto first = learn({}, base, false_alarm("i-1", scored(0, 0, 90, 0)), kRules, {}, kNow);
  ASSERT_TRUE(first);
  EXPECT_LT(first->weights.business, 30);
  EXPECT_GT(first->weights.business, 29);
}

TEST(Learning, AStepsRecordGrowsAndFades) {
  Learned now;
  for (int i = 0; i < 1000; ++i) {
    now = learn(now, {}, step(std::to_string(i), Outcome::Kind::not_solved, 1), kRules, {}, kNow)
              .value();
  }
  const auto& record = now.steps.at("crash_loop")[0];
  EXPECT_NEAR(record.failed, 1 / (1 - kRules.fading), 1);
  EXPECT_EQ(record.solved, 0);
  EXPECT_EQ(now.weights, Weights{});
}

TEST(Learning, RecordsAreKeptOfSomeKindsOfTroubleOnly) {
  Learned now;
  for (int i = 0; i < 100; ++i) {
    auto outcome = step(std::to_string(i), Outcome::Kind::solved, 1);
    outcome.trouble += std::to_string(i);
    if (auto learned = learn(now, {}, outcome, kRules, {}, kNow)) now = *learned;
  }
  EXPECT_EQ(now.steps.size(), 64U);
}

TEST(Chances, AreCautiousAndTheSameWithoutARecord) {
  const auto of = [](std::array<StepRecord, 5> records) {
    return chances({.steps = {{"crash_loop", records}}}, "crash_loop", kRules);
  };
  const auto none = chances({}, "crash_loop", kRules);
  for (const double chance : none) EXPECT_EQ(chance, none[0]);
  EXPECT_EQ(of({{{.solved = 4}}}), none);              // four are no record
  EXPECT_EQ(of({{{.failed = 3, .worse = 1}}}), none);  // nor are four bad ones
  const auto some = of({{{.solved = 5},
                         {.failed = 5},
                         {.worse = 5},
                         {.solved = 80, .failed = 20},
                         {.solved = 8, .failed = 2}}});
  EXPECT_GT(some[0], none[0]);
  EXPECT_LT(some[1], none[0]);
  EXPECT_LT(some[2], some[1]);
  EXPECT_GT(some[3], some[4]);  // the same share of more cases
  EXPECT_LT(some[3], 0.8);
  for (const double chance : some) {
    EXPECT_GE(chance, 0);
    EXPECT_LE(chance, 1);
  }
  EXPECT_EQ(chances({.steps = {{"crash_loop", {{{.solved = 50}}}}}}, "overload", kRules), none);
}

TEST(SayLearned, InBothLanguages) {
  const Learned before{.version = 1};
  const auto alarm =
      learn(before, {}, false_alarm("i-1", scored(10, 30, 95, 100)), kRules, {}, kNow);
  ASSERT_TRUE(alarm);
  EXPECT_EQ(say_learned(*alarm, before, Language::zh), alarm->why);
  EXPECT_EQ(alarm->why, "因为一次误报，时间的分量从十降到九点六，影响升到四十点五。");
  EXPECT_EQ(say_learned(*alarm, before, Language::en),
            "After a false alarm the weight of time went down from 10 to 9.6, that of impact up to "
            "40.5.");
  const auto solved = learn({}, {}, step("i-1", Outcome::Kind::solved, 3), kRules, {}, kNow);
  ASSERT_TRUE(solved);
  EXPECT_EQ(solved->why, "记住了：遇到反复崩溃，回滚到上一个版本有用。");
  EXPECT_EQ(say_learned(*solved, {}, Language::en),
            "Noted: for crash loops, the previous version helped.");
  Learned pinned = before;
  pinned.pinned = true;
  EXPECT_EQ(say_learned(pinned, before, Language::zh), "评分的分量固定了，不再学习。");
  EXPECT_EQ(say_learned(before, pinned, Language::en), "Learning goes on.");
  EXPECT_EQ(take_back(*alarm, before, 1, kNow).why,
            "已经改回以前的版本：影响的分量从四十点五降到四十，时间升到十。");
}

}  // namespace
}  // namespace mtc::alerts
