#include "domain/alerts/score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "base/random.h"
#include "domain/alerts/score_inputs.h"
#include "infra/files/files.h"

namespace mtc::alerts {
namespace {

using namespace std::chrono_literals;

const Zone& zone() {
  return Zone::shanghai();
}
TimePoint tuesday(std::chrono::minutes time) {
  return zone().at(std::chrono::year_month_day{2026y, std::chrono::November, 24d}, time);
}
const TimePoint kWork = tuesday(10h);
const TimePoint kNight = tuesday(2h + 8min);

// Those that are shipped.
const AlertRules& rules() {
  static const AlertRules rules =
      *parse_rules(*read_file(MTC_SOURCE_DIR "/config/alert_rules.json"), "alert_rules.json");
  return rules;
}

Score score_of(const Subject& subject, const Evidence& evidence,
               std::optional<double> opinion = {}) {
  return score(evidence, subject, "", rules().weights, rules(), zone(), opinion);
}

const Subject kPayment{.ns = "shop", .name = "payment"};
const Subject kReports{.ns = "shop", .name = "reports"};
const Subject kTest{.ns = "test", .name = "payment"};

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

Evidence worst() {
  return {.affected_workloads = 30,
          .wanted_replicas = 3,
          .ready_replicas = 0,
          .user_share = 1.0,
          .faces_outside = true,
          .level = Level::critical,
          .resource_use = 1.0,
          .error_rate = 1.0,
          .usual_error_rate = 0.001,
          .over_limit = 4.0,
          .restarts = 10,
          .at = kWork};
}
Evidence best() {
  return {.affected_workloads = 0,
          .wanted_replicas = 3,
          .ready_replicas = 3,
          .user_share = 0.0,
          .faces_outside = false,
          .level = Level::info,
          .resource_use = 0.0,
          .error_rate = 0.0,
          .usual_error_rate = 0.001,
          .over_limit = 0.0,
          .restarts = 0,
          .at = kNight};
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

// Random evidence, each thing known or not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  double share() { return static_cast<double>(uniform(random_, 1001)) / 1000; }
  bool coin() { return uniform(random_, 2) == 1; }
  std::int64_t below(std::uint64_t bound) {
    return static_cast<std::int64_t>(uniform(random_, bound));
  }
  template <class Value>
  std::optional<Value> maybe(Value value) {
    return coin() ? std::optional(value) : std::nullopt;
  }
  Evidence evidence() {
    Evidence out{.affected_workloads = maybe(below(40)),
                 .wanted_replicas = 1 + below(9),
                 .user_share = maybe(share()),
                 .faces_outside = maybe(coin()),
                 .level = maybe(static_cast<Level>(below(3))),
                 .resource_use = maybe(share() * 1.2),
                 .error_rate = maybe(share()),
                 .usual_error_rate = maybe(share() / 10),
                 .over_limit = maybe(share() * 6),
                 .restarts = maybe(below(20)),
                 .at = coin() ? kWork : kNight};
    out.ready_replicas = maybe(below(10));
    return out;
  }

 private:
  SeededRandom random_;
};

// What is unknown as good as it gets, or as bad.
Evidence filled(Evidence e, const Evidence& with) {
  const auto fill = [](auto& to, const auto& from) {
    if (!to) to = from;
  };
  fill(e.affected_workloads, with.affected_workloads);
  if (!e.ready_replicas) e.ready_replicas = *with.ready_replicas == 0 ? 0 : *e.wanted_replicas;
  fill(e.user_share, with.user_share);
  fill(e.faces_outside, with.faces_outside);
  fill(e.level, with.level);
  fill(e.resource_use, with.resource_use);
  if (!e.error_rate) {
    e.error_rate = with.error_rate;
    e.usual_error_rate = with.usual_error_rate;
  }
  fill(e.over_limit, with.over_limit);
  fill(e.restarts, with.restarts);
  return e;
}

TEST(Score, TheUncertaintyIsHalfOfWhatTheUnknownMayMake) {
  Dice dice(20261124);
  for (int i = 0; i < 2000; ++i) {
    const Evidence evidence = dice.evidence();
    const Score s = score_of(kPayment, evidence);
    const double low = score_of(kPayment, filled(evidence, best())).value;
    const double high = score_of(kPayment, filled(evidence, worst())).value;
    ASSERT_LE(low, s.value + 1e-9) << to_json(evidence);
    ASSERT_GE(high, s.value - 1e-9) << to_json(evidence);
    ASSERT_NEAR(s.uncertainty, (high - low) / 2, 1e-9) << to_json(evidence);
  }
}

TEST(Score, NothingThatGetsWorseLowersIt) {
  using Worsen = void (*)(Evidence&, Dice&);
  const std::vector<Worsen> ways{
      [](Evidence& e, Dice& d) {
        if (e.affected_workloads) *e.affected_workloads += d.below(10);
      },
      [](Evidence& e, Dice& d) {
        if (e.ready_replicas) *e.ready_replicas -= d.below(5);
      },
      [](Evidence& e, Dice& d) {
        if (e.user_share) *e.user_share += d.share();
      },
      [](Evidence& e, Dice&) {
        if (e.faces_outside) e.faces_outside = true;
      },
      [](Evidence& e, Dice&) {
        if (e.level) e.level = Level::critical;
      },
      [](Evidence& e, Dice& d) {
        if (e.resource_use) *e.resource_use += d.share();
      },
      [](Evidence& e, Dice& d) {
        if (e.error_rate) *e.error_rate += d.share();
      },
      [](Evidence& e, Dice& d) {
        if (e.usual_error_rate) *e.usual_error_rate *= d.share();
      },
      [](Evidence& e, Dice& d) {
        if (e.over_limit) *e.over_limit += d.share();
      },
      [](Evidence& e, Dice& d) {
        if (e.restarts) *e.restarts += d.below(5);
      },
      [](Evidence& e, Dice&) { e.at = kWork; },
  };
  Dice dice(7);
  for (int i = 0; i < 3000; ++i) {
    const Evidence before = dice.evidence();
    Evidence after = before;
    ways[static_cast<std::size_t>(i) % ways.size()](after, dice);
    ASSERT_GE(score_of(kPayment, after).value, score_of(kPayment, before).value - 1e-9)
        << to_json(before) << to_json(after);
    ASSERT_GE(score_of(kPayment, after, 3).value, score_of(kPayment, before, 3).value - 1e-9);
  }
  AlertRules light = rules();
  light.business = {{.weight = 20}};
  EXPECT_LT(score(worst(), kPayment, "", Weights{}, light, zone()).value,
            score_of(kPayment, worst()).value);
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

TEST(Evidence, ComesBackFromJsonWithoutWhatIsAbsent) {
  Dice dice(3);
  for (int i = 0; i < 100; ++i) {
    const Evidence evidence = dice.evidence();
    EXPECT_EQ(to_json(evidence_from_json(to_json(evidence))), to_json(evidence));
  }
  EXPECT_EQ(to_json(Evidence{}), Json::object());
  EXPECT_EQ(to_json(evidence_from_json(Json{{"restarts", "many"}, {"level", "odd"}, {"at", 1}})),
            Json::object());
  EXPECT_EQ(to_json(evidence_from_json(nullptr)), Json::object());
}

}  // namespace
}  // namespace mtc::alerts
