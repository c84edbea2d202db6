#include "domain/alerts/score.h"

#include <gtest/gtest.h>

#include <limits>

#include "domain/alerts/score_world_for_test.h"

namespace mtc::alerts {
namespace {

using namespace std::chrono_literals;

TEST(Score, OfThingsThatHappen) {
  const struct {
    const char* name;
    Subject subject;
    Evidence evidence;
    double from, to;
    double most_uncertain;
  } cases[] = {
      {"payment is down at work, users and resources unknown",
       kPayment,
       {.affected_workloads = 1,
        .wanted_replicas = 3,
        .ready_replicas = 0,
        .faces_outside = true,
        .level = Level::critical,
        .at = kWork},
       90,
       100,
       5},
      {"the same, and a quiet inside",
       kPayment,
       {.affected_workloads = 1,
        .wanted_replicas = 3,
        .ready_replicas = 0,
        .faces_outside = false,
        .level = Level::critical,
        .error_rate = 1.0,
        .usual_error_rate = 0.002,
        .at = kWork},
       90,
       100,
       5},
      {"payment is down at night: time is a tenth",
       kPayment,
       {.affected_workloads = 1,
        .wanted_replicas = 3,
        .ready_replicas = 0,
        .faces_outside = true,
        .level = Level::critical,
        .at = kNight},
       80,
       90,
       5},
      {"a pod of a test restarts at night",
       kTest,
       {.affected_workloads = 1,
        .wanted_replicas = 2,
        .ready_replicas = 1,
        .faces_outside = false,
        .level = Level::warning,
        .restarts = 2,
        .at = kNight},
       10,
       50,
       30},
      {"a test is down at night, and restarts again and again",
       kTest,
       {.affected_workloads = 1,
        .wanted_replicas = 1,
        .ready_replicas = 0,
        .level = Level::warning,
        .restarts = 5,
        .at = kNight},
       50,
       70,
       15},
      {"one of three replicas of order is missing at work",
       {.ns = "shop", .name = "order-api"},
       {.affected_workloads = 1,
        .wanted_replicas = 3,
        .ready_replicas = 2,
        .faces_outside = true,
        .level = Level::warning,
        .at = kWork},
       50,
       70,
       30},
      {"a fifth of payment's requests fails, forty times the usual",
       kPayment,
       {.affected_workloads = 1,
        .wanted_replicas = 3,
        .ready_replicas = 3,
        .user_share = 0.2,
        .faces_outside = true,
        .level = Level::critical,
        .error_rate = 0.2,
        .usual_error_rate = 0.005,
        .at = kWork},
       70,
       90,
       10},
      {"half of the users cannot order",
       {.ns = "shop", .name = "order-api"},
       {.affected_workloads = 2,
        .wanted_replicas = 4,
        .ready_replicas = 2,
        .user_share = 0.5,
        .faces_outside = true,
        .level = Level::critical,
        .error_rate = 0.5,
        .usual_error_rate = 0.01,
        .at = kWork},
       80,
       95,
       10},
      {"a disk is nearly full, nobody knows of what",
       {.instance = "ins-0a1b2c3d"},
       {.level = Level::critical, .resource_use = 0.94, .over_limit = 1.04, .at = kWork},
       50,
       75,
       30},
      {"CPU is high within an inner service at night",
       kReports,
       {.affected_workloads = 1,
        .wanted_replicas = 3,
        .ready_replicas = 3,
        .user_share = 0.0,
        .faces_outside = false,
        .level = Level::warning,
        .resource_use = 0.92,
        .at = kNight},
       25,
       45,
       15},
      {"errors as always",
       kReports,
       {.affected_workloads = 1,
        .wanted_replicas = 3,
        .ready_replicas = 3,
        .user_share = 0.0,
        .faces_outside = false,
        .level = Level::warning,
        .error_rate = 0.4,
        .usual_error_rate = 0.4,
        .at = kNight},
       10,
       30,
       15},
      {"forty times nearly nothing",
       kReports,
       {.affected_workloads = 1,
        .wanted_replicas = 3,
        .ready_replicas = 3,
        .user_share = 0.002,
        .faces_outside = true,
        .level = Level::info,
        .error_rate = 0.002,
        .usual_error_rate = 0.00005,
        .at = kNight},
       10,
       30,
       20},
      {"a node took twelve services down at work",
       {.cluster_id = "cls-1", .node = "10.0.0.7"},
       {.affected_workloads = 12, .level = Level::warning, .at = kWork},
       60,
       80,
       25},
      {"the cluster's names are half gone on a Sunday",
       {.ns = "kube-system", .name = "coredns"},
       {.affected_workloads = 5,
        .wanted_replicas = 2,
        .ready_replicas = 1,
        .faces_outside = false,
        .level = Level::critical,
        .restarts = 4,
        .at = tuesday(10h) - std::chrono::days(2)},
       50,
       75,
       30},
      {"somebody scaled it to nothing",
       kReports,
       {.affected_workloads = 0,
        .wanted_replicas = 0,
        .ready_replicas = 0,
        .user_share = 0.0,
        .faces_outside = false,
        .level = Level::info,
        .resource_use = 0.0,
        .error_rate = 0.0,
        .over_limit = 0.0,
        .restarts = 0,
        .at = kNight},
       10,
       10,
       0},
      {"nobody knows anything", {}, {}, 50, 50, 50},
  };
  for (const auto& c : cases) {
    const Score s = score_of(c.subject, c.evidence);
    EXPECT_GE(s.value, c.from) << c.name;
    EXPECT_LE(s.value, c.to) << c.name;
    EXPECT_LE(s.uncertainty, c.most_uncertain) << c.name;
  }
}

TEST(Score, TheWorstOfAllIsAHundredAndTheBestNothing) {
  AlertRules extreme = rules();
  extreme.business = {{.name = "core", .weight = 100}, {.name = "toy", .weight = 0}};
  const auto high = score(worst(), {.name = "core"}, "", Weights{}, extreme, zone());
  EXPECT_NEAR(high.value, 100, 1e-9);
  EXPECT_NEAR(high.uncertainty, 0, 1e-9);
  const auto low = score(best(), {.name = "toy"}, "", Weights{}, extreme, zone());
  EXPECT_NEAR(low.value, 0, 1e-9);
  EXPECT_NEAR(low.uncertainty, 0, 1e-9);
}

TEST(Score, AllReplicasGoneIsNotAveragedAway) {
  Evidence evidence = best();
  evidence.ready_replicas = 0;
  EXPECT_GE(score_of(kReports, evidence).dimensions[0].points, 90);
}

TEST(Score, FacingOutsideIsNoTroubleByItself) {
  Evidence evidence = best();
  evidence.faces_outside = true;
  EXPECT_LE(score_of(kReports, evidence).dimensions[0].points, 20);
}

TEST(Score, TheRestOfADimensionStandsInForWhatIsMissing) {
  Evidence evidence{.level = Level::critical, .at = kWork};
  EXPECT_NEAR(score_of(kPayment, evidence).dimensions[1].points, 100, 1e-9);
  evidence.error_rate = 0;  // known, and nothing: that is another thing than not known
  EXPECT_LT(score_of(kPayment, evidence).dimensions[1].points, 90);
}

TEST(Score, WhatIsNoNumberWasNotMeasured) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  for (const double odd : {kNan, kInfinite, -kInfinite}) {
    const Score s = score_of(kPayment, {.user_share = odd,
                                        .resource_use = odd,
                                        .error_rate = odd,
                                        .usual_error_rate = odd,
                                        .over_limit = odd});
    for (const auto& row : s.inputs) {
      EXPECT_EQ(row.known, row.input == Input::business_weight) << name_of(row.input);
    }
    EXPECT_EQ(s.dimensions[0].points, 50);
    EXPECT_EQ(s.dimensions[0].uncertainty, 50);
  }
  const Score s = score_of(kPayment, {.affected_workloads = -5,
                                      .wanted_replicas = 3,
                                      .ready_replicas = 9,
                                      .user_share = 7.0,
                                      .error_rate = -1.0,
                                      .over_limit = -3.0,
                                      .restarts = INT64_MIN});
  for (const auto& row : s.inputs) {
    EXPECT_GE(row.points, 0) << name_of(row.input);
    EXPECT_LE(row.points, 100) << name_of(row.input);
  }
}

TEST(Score, TheModelsOpinionMovesItByTheBoundAtMost) {
  const Evidence evidence{.affected_workloads = 2,
                          .wanted_replicas = 3,
                          .ready_replicas = 2,
                          .level = Level::warning,
                          .at = kWork};
  const double plain = score_of(kReports, evidence).value;
  ASSERT_GT(plain, 30);
  ASSERT_LT(plain, 70);
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  const struct {
    std::optional<double> opinion;
    double moved;
  } cases[] = {
      {std::nullopt, 0}, {10, 5},          {1, -5},
      {99, 5},           {-99, -5},        {kNan, 0},
      {kInfinite, 5},    {-kInfinite, -5}, {1 + plain / 100 * 9, 0},
  };
  for (const auto& c : cases) {
    const Score s = score_of(kReports, evidence, c.opinion);
    EXPECT_NEAR(s.opinion, c.moved, 1e-9);
    EXPECT_NEAR(s.value, plain + c.moved, 1e-9);
    EXPECT_NEAR(s.before_opinion, plain, 1e-9);
  }
  EXPECT_EQ(score_of(kPayment, worst(), 10).value,
            score_of(kPayment, worst()).value + score_of(kPayment, worst(), 10).opinion);
  EXPECT_LE(score_of(kPayment, worst(), 10).value, 100);
}

TEST(Score, SharesAreAmongWhatIsKnownAndSumUpToOne) {
  const Score s = score_of(kPayment, {.affected_workloads = 1, .user_share = 0.5, .at = kWork});
  EXPECT_NEAR(s.inputs[0].share, 0.5, 1e-9);
  EXPECT_EQ(s.inputs[1].share, 0);
  EXPECT_NEAR(s.inputs[2].share, 0.5, 1e-9);
  EXPECT_EQ(s.dimensions[2].points, 95);
}

TEST(Score, ComesBackFromItsTable) {
  const Evidence evidence{.wanted_replicas = 3,
                          .ready_replicas = 1,
                          .error_rate = 0.2,
                          .usual_error_rate = 0.01,
                          .at = kWork};
  const Score s = score_of(kPayment, evidence, 9);
  const Json json = to_json(s, evidence);
  const Json& row = json["inputs"][1];
  EXPECT_EQ(row["input"], "missing_replicas");
  EXPECT_EQ(row["dimension"], "impact");
  EXPECT_EQ(row["measured"], (Json{{"wanted", 3}, {"ready", 1}}));
  EXPECT_EQ(json["inputs"][0]["known"], false);
  EXPECT_FALSE(json["inputs"][0].contains("points"));
  const auto back = score_from_json(json);
  ASSERT_TRUE(back);
  EXPECT_EQ(to_json(*back, evidence), json);
  EXPECT_FALSE(score_from_json(nullptr));
  EXPECT_FALSE(score_from_json(Json::object()));
}

}  // namespace
}  // namespace mtc::alerts
