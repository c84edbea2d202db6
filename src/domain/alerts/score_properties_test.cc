// What holds of every score, whatever is known.
#include <gtest/gtest.h>

#include "domain/alerts/score_world_for_test.h"

namespace mtc::alerts {
namespace {

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
