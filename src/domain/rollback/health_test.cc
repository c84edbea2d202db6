#include "domain/rollback/health.h"

#include <gtest/gtest.h>

#include <vector>

namespace mtc::rollback {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStep{1'760'000'000s};
constexpr Millis kSettled = 10s;
using Looks = std::vector<Health>;

Health at(int second, Health health) {
  health.at = kStep + std::chrono::seconds(second);
  return health;
}
// The same from one second to another, every two seconds.
Looks lasting(int from, int to, const Health& health) {
  Looks out;
  for (int second = from; second <= to; second += 2) out.push_back(at(second, health));
  return out;
}
Looks operator+(Looks first, const Looks& then) {
  first.insert(first.end(), then.begin(), then.end());
  return first;
}

Health pods(std::int64_t ready, std::int64_t wanted = 3) {
  return at(0, {.wanted = wanted, .ready = ready, .crashing = 0});
}
Health rolling(Health health) {
  health.rolling = true;
  return health;
}
Health stuck(Health health) {
  health.rolling = health.stuck = true;
  return health;
}
Health crashing(Health health, std::int64_t count) {
  health.crashing = count;
  return health;
}
Health errors(Health health, double rate, std::optional<double> usual = 0.01) {
  health.error_rate = rate;
  health.usual_error_rate = usual;
  return health;
}
Health use(Health health, double share) {
  health.resource_use = share;
  return health;
}
Health alert(Health health, bool firing, int changed = -300) {
  health.alert_firing = firing;
  health.alert_changed = kStep + std::chrono::seconds(changed);
  return health;
}
Health release(Health health, std::int64_t ready, std::int64_t wanted) {
  health.release_ready = ready;
  health.release_wanted = wanted;
  return health;
}
Health restarts(Health health, std::int64_t count) {
  health.restarts = count;
  return health;
}
Health gone() {
  return {.at = kStep, .exists = false};
}

std::string spoken(const std::optional<Verdict>& verdict) {
  return verdict ? std::string(name_of(*verdict)) : "look on";
}

TEST(Judge, DecidesEachSituation) {
  const Health sick = pods(1);
  const Health failing = errors(pods(3), 0.4);
  const struct {
    const char* name;
    Health before;
    Looks looks;
    const char *meanwhile, *in_the_end;
  } cases[] = {
      // Well.
      {"well for long enough", sick, lasting(2, 12, pods(3)), "well", "well"},
      {"well, but only just", sick, lasting(2, 6, pods(1)) + lasting(8, 10, pods(3)), "look on",
       "well"},
      {"errors are back to usual", failing, lasting(2, 12, errors(pods(3), 0.012)), "well", "well"},
      {"few errors where the usual is unknown", errors(pods(3), 0.4, {}),
       lasting(2, 12, errors(pods(3), 0.02, {})), "well", "well"},
      {"relieved", use(pods(3), 1.0), lasting(2, 12, use(pods(5, 5), 0.6)), "well", "well"},
      {"the alert is over too", alert(failing, true),
       lasting(2, 12, alert(errors(pods(3), 0.01), false, 4)), "well", "well"},
      {"well after a rollout took pods away", sick,
       lasting(2, 20, rolling(pods(0))) + lasting(22, 34, pods(3)), "well", "well"},
      // Not yet.
      {"a restart takes pods away for a moment", failing, lasting(2, 30, rolling(pods(2))),
       "look on", "worse"},
      {"the newest version comes up", sick, lasting(2, 30, rolling(pods(2))), "look on", "better"},
      {"fewer are ready for one look only", pods(2), lasting(2, 2, pods(1)), "look on", "worse"},
      {"nothing has changed yet", sick, lasting(2, 30, sick), "look on", "same"},
      // Better, and not well.
      {"errors down, not yet usual", failing, lasting(2, 30, errors(pods(3), 0.1)), "look on",
       "better"},
      {"more are ready, not all", pods(0), lasting(2, 30, pods(2)), "look on", "better"},
      {"fewer crash", crashing(pods(0), 3), lasting(2, 30, crashing(pods(0), 1)), "look on",
       "better"},
      {"it comes and goes", sick,
       lasting(2, 6, pods(3)) + lasting(8, 12, pods(1)) + lasting(14, 18, pods(3)), "look on",
       "better"},
      {"ready between its crashes", restarts(sick, 5),
       lasting(2, 8, restarts(pods(3), 5)) + lasting(10, 14, restarts(pods(3), 6)), "look on",
       "better"},
      {"pods are ready, and still full of errors", errors(pods(1), 0.4),
       lasting(2, 30, errors(pods(3), 0.4)), "look on", "better"},
      // Worse.
      {"stuck", sick, {at(2, stuck(pods(1)))}, "worse", "worse"},
      {"stuck already before", stuck(pods(1)), lasting(2, 30, stuck(pods(1))), "look on", "same"},
      {"new crashes while it rolls",
       failing,
       {at(2, crashing(rolling(pods(3)), 1))},
       "worse",
       "worse"},
      {"old and new ones crash side by side", crashing(pods(0), 3),
       lasting(2, 6, crashing(rolling(pods(0)), 4)), "look on", "worse"},
      {"fewer ready with nothing rolling", pods(2), lasting(2, 12, pods(1)), "worse", "worse"},
      {"more errors, and they last", errors(pods(3), 0.05), lasting(2, 12, errors(pods(3), 0.3)),
       "worse", "worse"},
      {"more errors also while it rolls", errors(pods(3), 0.05),
       lasting(2, 12, errors(rolling(pods(3)), 0.3)), "worse", "worse"},
      {"more errors for a moment", errors(pods(3), 0.05),
       lasting(2, 4, errors(pods(3), 0.3)) + lasting(6, 16, errors(pods(3), 0.01)), "well", "well"},
      {"a little more errors is chance", errors(pods(3), 0.30),
       lasting(2, 30, errors(pods(3), 0.33)), "look on", "same"},
      {"more than before, not twice the usual", errors(pods(1), 0.02),
       lasting(2, 30, errors(pods(1), 0.028, 0.015)), "look on", "same"},
      {"a neighbour of its release suffers", release(sick, 7, 9),
       lasting(2, 12, release(pods(3), 7, 9)), "worse", "worse"},
      {"a neighbour was away before as well", release(sick, 5, 9),
       lasting(2, 12, release(pods(3), 7, 9)), "well", "well"},
      // What cannot be seen.
      {"errors were the trouble and cannot be seen now", failing, lasting(2, 30, pods(3)),
       "look on", "undecided"},
      {"errors could never be seen", sick, lasting(2, 12, pods(3)), "well", "well"},
      {"deleted by somebody", sick, lasting(2, 12, gone()), "undecided", "undecided"},
      {"deleted a moment ago", sick, {at(2, gone())}, "look on", "undecided"},
      {"scaled to nothing by somebody", sick, lasting(2, 12, pods(0, 0)), "undecided", "undecided"},
      // Alerts.
      {"the alert still fires, pods are ready", alert(sick, true),
       lasting(2, 20, alert(pods(3), true)), "look on", "better"},
      {"the alert's source lags", alert(sick, true), lasting(2, 34, alert(pods(3), true)), "well",
       "well"},
      {"the alert fired anew after the step", alert(sick, true),
       lasting(2, 60, alert(pods(3), true, 20)), "look on", "better"},
      {"errors speak for the alert", alert(failing, true),
       lasting(2, 60, alert(errors(pods(3), 0.4), true)), "look on", "same"},
      {"nothing but the alert shows the trouble", alert(pods(3), true),
       lasting(2, 120, alert(pods(3), true)), "look on", "undecided"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(spoken(judge(c.before, c.looks, kSettled, false)), c.meanwhile);
    EXPECT_EQ(spoken(judge(c.before, c.looks, kSettled, true)), c.in_the_end);
  }
}

TEST(Health, IsWellWhereNothingThatWasMeasuredSaysOtherwise) {
  EXPECT_TRUE(is_well(pods(3)));
  EXPECT_TRUE(is_well(errors(pods(3), 0.009, 0.0)));
  EXPECT_FALSE(is_well(pods(2)));
  EXPECT_FALSE(is_well(rolling(pods(3))));
  EXPECT_FALSE(is_well(crashing(pods(3), 1)));
  EXPECT_FALSE(is_well(errors(pods(3), 0.05)));
  EXPECT_FALSE(is_well(use(pods(3), 0.97)));
  EXPECT_FALSE(is_well(alert(pods(3), true)));
  EXPECT_FALSE(is_well(gone()));
}

TEST(Health, ComesBackFromJsonWithWhatIsUnknownStillUnknown) {
  const Health full = release(restarts(use(alert(errors(pods(2), 0.2), true), 0.5), 4), 8, 9);
  EXPECT_EQ(to_json(health_from_json(to_json(full))), to_json(full));
  const Health known = health_from_json(to_json(pods(2)));
  EXPECT_EQ(known.ready, 2);
  EXPECT_FALSE(known.error_rate || known.alert_firing || known.restarts || known.alert_changed);
}

TEST(Health, IsToldBriefly) {
  const Health before = errors(pods(1), 0.4);
  const struct {
    Health now;
    const char *zh, *en;
  } cases[] = {
      {errors(pods(3), 0.01), "三个副本都好了，错误降到平时的水平",
       "all three pods are ready, errors are back to normal"},
      {errors(pods(1), 0.12), "三个副本里只有一个就绪，错误占百分之十二，平时百分之一",
       "one of three pods is ready, errors are at 12 percent, usually 1 percent"},
      {pods(0), "三个副本都没有就绪，错误多少现在看不到",
       "none of the three pods is ready, how many errors there are cannot be seen now"},
      {alert(errors(stuck(pods(2)), 0.01), true),
       "三个副本里只有两个就绪，发布卡住了，错误降到平时的水平，告警还没有解除",
       "two of three pods are ready, its rollout is stuck, errors are back to normal, the alert "
       "still fires"},
      {gone(), "它已经不在集群里了", "it is no longer in the cluster"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(say_health(c.now, before, Language::zh), c.zh);
    EXPECT_EQ(say_health(c.now, before, Language::en), c.en);
  }
}

}  // namespace
}  // namespace mtc::rollback
