#include "domain/rollback/rules.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace mtc::rollback {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kFile = R"({
  "automatic": true,
  "bands": [
    {"from": 90, "attempts": 6, "highest": "whole_release"},
    {"from": 70, "attempts": 4, "highest": "whole_release"},
    {"from": 0, "attempts": 1, "highest": "scale_out"}
  ],
  "least_score": 20,
  "windows": [
    {"from": "22:00", "to": "06:00", "weekdays": [1, 2]}
  ],
  "clusters": ["gz-prod"],
  "protected_namespaces": ["kube-system"],
  "never": ["shop-prod/payment*"],
  "operations_an_hour": 5,
  "operations_of_target_a_day": 2,
  "pause_of_target_minutes": 45,
  "most_replicas": 50,
  "most_share_percent": 40,
  "most_scaled": 12,
  "most_objects": 30,
  "verify_at_least_seconds": 5,
  "verify_at_most_seconds": 60,
  "look_every_seconds": 1
})";

std::string edited(std::string_view from, std::string_view to) {
  return replace_all(std::string(kFile), from, to);
}

TEST(RollbackRules, AreReadInFull) {
  const auto rules = parse_rules(kFile, "rollback_config.json");
  ASSERT_TRUE(rules) << rules.error().message;
  ASSERT_EQ(rules->bands.size(), 3U);
  EXPECT_EQ(rules->bands[1].attempts, 4);
  EXPECT_EQ(rules->bands[2].highest, Rung::scale_out);
  EXPECT_EQ(rules->least_score, 20);
  EXPECT_EQ(rules->windows.at(0).from, 22h);
  EXPECT_EQ(rules->windows.at(0).weekdays, (std::vector<unsigned>{1, 2}));
  EXPECT_EQ(rules->never, std::vector<std::string>{"shop-prod/payment*"});
  EXPECT_EQ(rules->pause_of_target, 45min);
  EXPECT_EQ(rules->most_share, 40);
  EXPECT_EQ(rules->verify_at_most, 60s);
  EXPECT_EQ(rules->look_every, 1s);
}

TEST(RollbackRules, ComeBackFromTheirOwnJson) {
  const Json shown = to_json(*parse_rules(kFile, "a"));
  const auto again = parse_rules(dump_json(shown), "a");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(to_json(*again), shown);
}

TEST(RollbackRules, KeepTheirDefaultsWhereTheFileSaysNothing) {
  const auto rules = parse_rules("{}", "a");
  ASSERT_TRUE(rules);
  EXPECT_EQ(to_json(*rules), to_json(RollbackRules{}));
}

TEST(RollbackRules, AreRefusedWithTheLineAndThePlace) {
  const struct {
    const char *from, *to, *error;
  } cases[] = {
      {R"("automatic": true)", R"("automatic": "yes")",
       "r.json: line 2: automatic: expected true or false"},
      {R"("attempts": 4)", R"("attempts": 7)",
       "r.json: line 5: bands[1].attempts: at most 6, not 7"},
      {R"("attempts": 4)", R"("attempts": 0)",
       "r.json: line 5: bands[1].attempts: at least 1, not 0"},
      {R"("attempts": 4)", R"("attempts": 1.5)",
       "r.json: line 5: bands[1].attempts: expected an integer"},
      {R"("attempts": 4, )", "", "r.json: line 5: bands[1].attempts: missing"},
      {R"("from": 70)", R"("from": 90)",
       "r.json: line 5: bands[1].from: the bands descend: less than 90, not 90"},
      {R"("from": 0)", R"("from": 10)",
       "r.json: line 3: bands: the last band is from 0, so that each score has one"},
      {R"("highest": "scale_out")", R"("highest": "person")",
       "r.json: line 6: bands[2].highest: expected restart, scale_out, previous_version, isolate "
       "or whole_release"},
      {R"("highest": "scale_out")", R"("highest": 2)",
       "r.json: line 6: bands[2].highest: expected restart, scale_out, previous_version, isolate "
       "or whole_release"},
      {R"("least_score": 20)", R"("least_score": 120)",
       "r.json: line 8: least_score: at most 100, not 120"},
      {R"("22:00")", R"("25:00")",
       "r.json: line 10: windows[0].from: \"25:00\" is not a time of day; write it as 06:00"},
      {R"("to": "06:00")", R"("to": "22:00")",
       "r.json: line 10: windows[0].to: the window is empty: it ends when it begins"},
      {"[1, 2]", "[1, 7]",
       "r.json: line 10: windows[0].weekdays[1]: expected 0 (Sunday) to 6 (Saturday)"},
      {"[1, 2]", "[1, -1]",
       "r.json: line 10: windows[0].weekdays[1]: expected 0 (Sunday) to 6 (Saturday)"},
      {R"(["gz-prod"])", R"("gz-prod")", "r.json: line 12: clusters: expected a list"},
      {R"(["gz-prod"])", R"(["gz-prod", 5])", "r.json: line 12: clusters[1]: expected text"},
      {R"("shop-prod/payment*")", R"("payment")",
       "r.json: line 14: never[0]: expected \"namespace/workload\", where * stands for any text"},
      {R"("verify_at_most_seconds": 60)", R"("verify_at_most_seconds": 5)",
       "r.json: line 23: verify_at_most_seconds: has to be more than verify_at_least_seconds"},
      {R"("most_objects": 30)", R"("most_objects": 99999999999999999999)",
       "r.json: line 21: most_objects: expected an integer"},
      {R"("most_replicas": 50)", R"("most_replica": 50)", "r.json: line 18: most_replica: unknown"},
      {R"("weekdays")", R"("days")",
       "r.json: line 10: windows[0].days: unknown; there are from, to"},
      {R"("clusters": [)", R"("clusters": [[)", "r.json: line 13: not valid JSON"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.to);
    const auto rules = parse_rules(edited(c.from, c.to), "r.json");
    ASSERT_FALSE(rules);
    EXPECT_EQ(rules.error().code, Errc::invalid_argument);
    EXPECT_EQ(rules.error().message.substr(0, std::string_view(c.error).size()), c.error);
  }
  EXPECT_EQ(parse_rules("[]", "r.json").error().message, "r.json: line 1: expected an object");
}

TEST(RollbackRules, FindTheBandOfAScore) {
  const RollbackRules rules;
  EXPECT_EQ(band_of(rules, 100).attempts, 6);
  EXPECT_EQ(band_of(rules, 90).attempts, 6);
  EXPECT_EQ(band_of(rules, 89.9).attempts, 4);
  EXPECT_EQ(band_of(rules, 50).attempts, 3);
  EXPECT_EQ(band_of(rules, 30).attempts, 2);
  EXPECT_EQ(band_of(rules, 0).attempts, 1);
  EXPECT_EQ(band_of(rules, -1).attempts, 1);
}

TEST(RollbackRules, ActWithinTheirWindows) {
  const Zone& zone = Zone::shanghai();
  const auto day = [&](unsigned date, int hour, int minute) {  // 2026-11-23 is a Monday
    return zone.at(std::chrono::year(2026) / 11 / date,
                   std::chrono::hours(hour) + std::chrono::minutes(minute));
  };
  RollbackRules rules;
  EXPECT_TRUE(may_act_at(rules, day(22, 12, 0), zone));
  rules.windows = {{.from = 22h, .to = 6h, .weekdays = {1}}};
  EXPECT_FALSE(may_act_at(rules, day(23, 21, 59), zone));
  EXPECT_TRUE(may_act_at(rules, day(23, 22, 0), zone));
  EXPECT_TRUE(may_act_at(rules, day(24, 5, 59), zone));  // still Monday's window
  EXPECT_FALSE(may_act_at(rules, day(24, 6, 0), zone));
  EXPECT_FALSE(may_act_at(rules, day(23, 3, 0), zone));  // Sunday's night
  EXPECT_FALSE(may_act_at(rules, day(24, 23, 0), zone));
  rules.windows.push_back({.from = 0h, .to = 24h, .weekdays = {0, 6}});
  EXPECT_TRUE(may_act_at(rules, day(22, 23, 59), zone));
}

}  // namespace
}  // namespace mtc::rollback
