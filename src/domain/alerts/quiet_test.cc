#include "domain/alerts/quiet.h"

#include <gtest/gtest.h>

#include "domain/alerts/alert_examples.h"

namespace mtc::alerts {
namespace {

using namespace std::chrono_literals;

TimePoint at(const char* iso) {
  return *parse_iso(iso);
}

Quiet quiet_for(const char* name) {
  return {.account = 1,
          .name = name,
          .from = at("2026-11-22T09:00:00+08:00"),
          .until = at("2026-11-22T15:00:00+08:00")};
}

// From eleven in the evening until one, for some weeks.
Quiet nightly(std::vector<unsigned> weekdays = {}) {
  return {.account = 1,
          .from = at("2026-11-01T00:00:00+08:00"),
          .until = at("2026-12-01T00:00:00+08:00"),
          .daily_from = 23h,
          .daily_until = 1h,
          .weekdays = std::move(weekdays)};
}

TEST(Quiet, CoversFromItsBeginningUntilItsEnd) {
  const auto quiet = quiet_for("payment");
  const auto alert = example_alert();
  EXPECT_FALSE(covers(quiet, alert, quiet.from - 1ms));
  EXPECT_TRUE(covers(quiet, alert, quiet.from));
  EXPECT_TRUE(covers(quiet, alert, quiet.until - 1ms));
  EXPECT_FALSE(covers(quiet, alert, quiet.until));
}

TEST(Quiet, CoversWhatItNames) {
  const auto now = at("2026-11-22T10:00:00+08:00");
  const auto alert = example_alert();
  const struct {
    const char* what;
    Quiet quiet;
    bool covered;
  } cases[] = {
      {"everything", {}, true},
      {"the workload", {.name = "payment"}, true},
      {"another", {.name = "order"}, false},
      {"the namespace", {.ns = "shop"}, true},
      {"another of the namespace", {.ns = "shop", .name = "order"}, false},
      {"the cluster", {.cluster_id = "cls-1"}, true},
      {"the same name elsewhere", {.cluster_id = "cls-2", .name = "payment"}, false},
      {"the policy", {.policy_id = "policy-1"}, true},
      {"another policy", {.policy_id = "policy-2"}, false},
  };
  for (const auto& c : cases) {
    auto quiet = c.quiet;
    quiet.account = 1;
    quiet.from = now;
    quiet.until = now + 1h;
    EXPECT_EQ(covers(quiet, alert, now), c.covered) << c.what;
    quiet.account = 2;
    EXPECT_FALSE(covers(quiet, alert, now)) << c.what << ", of another account";
  }
}

TEST(Quiet, LiftedIsOver) {
  auto quiet = quiet_for("payment");
  quiet.lifted = quiet.from + 1h;
  EXPECT_TRUE(covers(quiet, example_alert(), quiet.from + 59min));
  EXPECT_FALSE(covers(quiet, example_alert(), quiet.from + 1h));
}

TEST(Quiet, WindowsPassMidnight) {
  const struct {
    const char* when;
    bool covered;
  } cases[] = {
      {"2026-11-22T22:59:59+08:00", false}, {"2026-11-22T23:00:00+08:00", true},
      {"2026-11-23T00:59:59+08:00", true},  {"2026-11-23T01:00:00+08:00", false},
      {"2026-11-22T12:00:00+08:00", false}, {"2026-12-01T00:30:00+08:00", false},
      {"2026-10-31T23:30:00+08:00", false},
  };
  for (const auto& c : cases)
    EXPECT_EQ(covers(nightly(), example_alert(), at(c.when)), c.covered) << c.when;
}

TEST(Quiet, AWindowBelongsToTheDayItBeganOn) {
  const auto saturdays = nightly({6});  // the 21st of November 2026 is one
  const struct {
    const char* when;
    bool covered;
  } cases[] = {
      {"2026-11-21T00:30:00+08:00", false},
      {"2026-11-21T23:30:00+08:00", true},
      {"2026-11-22T00:30:00+08:00", true},
      {"2026-11-22T23:30:00+08:00", false},
  };
  for (const auto& c : cases)
    EXPECT_EQ(covers(saturdays, example_alert(), at(c.when)), c.covered) << c.when;
  const auto sundays = nightly({0});
  EXPECT_TRUE(covers(sundays, example_alert(), at("2026-11-23T00:30:00+08:00")));
  EXPECT_FALSE(covers(sundays, example_alert(), at("2026-11-22T00:30:00+08:00")));
}

TEST(Quiet, WindowsAreInTheirZone) {
  auto quiet = nightly();
  quiet.zone = "America/New_York";
  EXPECT_TRUE(covers(quiet, example_alert(), at("2026-11-22T23:30:00-05:00")));
  EXPECT_FALSE(covers(quiet, example_alert(), at("2026-11-22T23:30:00+08:00")));
}

TEST(Quiet, AWindowOfOneLengthIsTheWholeDay) {
  auto quiet = nightly();
  quiet.daily_until = quiet.daily_from;
  EXPECT_TRUE(covers(quiet, example_alert(), at("2026-11-22T12:00:00+08:00")));
}

TEST(Quiet, TheFirstThatCoversIsFound) {
  const std::vector<Quiet> all{quiet_for("order"), quiet_for("payment"), quiet_for("")};
  EXPECT_EQ(find_quiet(all, example_alert(), kExampleNow), &all[1]);
  EXPECT_EQ(find_quiet(all, example_alert(), kExampleNow + 24h), nullptr);
}

TEST(Quiet, IsSaid) {
  const auto now = at("2026-11-22T10:00:00+08:00");
  auto all = quiet_for("");
  auto lifted = quiet_for("payment");
  lifted.lifted = now;
  auto tomorrow = quiet_for("payment");
  tomorrow.from = at("2026-11-23T02:00:00+08:00");
  tomorrow.until = at("2026-11-23T04:00:00+08:00");
  auto hostile = quiet_for("payment");
  hostile.spoken = "支付\x1b[31m<b>\xff";
  const struct {
    Quiet quiet;
    const char *zh, *en;
  } cases[] = {
      {quiet_for("payment"), "payment 的告警静音到今天下午三点。",
       "Alerts of payment are silenced until 3 pm."},
      {all, "所有告警静音到今天下午三点。", "All alerts are silenced until 3 pm."},
      {lifted, "payment 的告警的静音已经解除。", "Alerts of payment are no longer silenced."},
      {tomorrow, "payment 的告警从明天凌晨两点静音到明天凌晨四点。",
       "Alerts of payment are silenced from tomorrow at 2 am until tomorrow at 4 am."},
      {nightly({6, 0}), "所有告警周末晚上十一点到第二天凌晨一点静音，一直到十二月一号凌晨零点。",
       "All alerts are silenced at weekends from 11 pm until 1 am the next day, until "
       "December 1 at midnight."},
      {hostile, "支付 31m b 的告警静音到今天下午三点。",
       "Alerts of 支付 31m b are silenced until 3 pm."},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(say_quiet(c.quiet, now, Zone::shanghai(), Language::zh), c.zh);
    EXPECT_EQ(say_quiet(c.quiet, now, Zone::shanghai(), Language::en), c.en);
  }
}

TEST(Quiet, IsJsonWhateverItHolds) {
  auto quiet = nightly({1});
  quiet.reason = "\xff\x01" + std::string(10'000, 'x');
  const auto json = to_json(quiet);
  EXPECT_EQ(string_or(json, "daily_from"), "23:00");
  EXPECT_LT(dump_json(json).size(), 3000U);
  EXPECT_TRUE(parse_json(dump_json(json)));
}

}  // namespace
}  // namespace mtc::alerts
