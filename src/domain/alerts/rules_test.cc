#include "domain/alerts/rules.h"

#include <gtest/gtest.h>

#include "infra/files/files.h"

namespace mtc::alerts {
namespace {

using namespace std::chrono_literals;

std::string trouble(std::string_view text) {
  const auto rules = parse_rules(text, "alert_rules.json");
  return rules ? "" : rules.error().message;
}

TEST(AlertRules, TheShippedFileIsFineAndComesBackAsItIs) {
  const auto text = read_file(MTC_SOURCE_DIR "/config/alert_rules.json");
  ASSERT_TRUE(text) << text.error().message;
  const auto rules = parse_rules(*text, "alert_rules.json");
  ASSERT_TRUE(rules) << rules.error().message;
  EXPECT_EQ(rules->weights, Weights{});
  EXPECT_EQ(rules->business.size(), 5U);
  EXPECT_EQ(rules->returns_within, 30min);
  const auto again = parse_rules(to_json(*rules).dump(), "again");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(to_json(*again), to_json(*rules));
}

TEST(AlertRules, WhatIsLeftOutKeepsItsDefault) {
  const auto rules = parse_rules("{}", "alert_rules.json");
  ASSERT_TRUE(rules);
  EXPECT_EQ(to_json(*rules), to_json(AlertRules{}));
}

TEST(AlertRules, RefusesWithLinePathAndReason) {
  const struct {
    const char *text, *message;
  } cases[] = {
      {"{\n\"business\": [\n{\"weight\": 1},\n{\"weight\":\n 120}]}",
       "alert_rules.json: line 4: business[1].weight: at most 100, not 120"},
      {"{\n\"business\": [{\"name\": \"a\"}]}",
       "alert_rules.json: line 2: business[0].weight: missing"},
      {"{\"business\": [{\"weight\": 1, \"ns\": \"a\"}]}",
       "alert_rules.json: line 1: business[0].ns: unknown; there are cluster, namespace, name, "
       "policy, weight, why"},
      {"{\"business\": [{\"weight\": 1, \"name\": \"\"}]}",
       "alert_rules.json: line 1: business[0].name: empty; leave it out, or write * for anything"},
      {"{\"business\": {}}", "alert_rules.json: line 1: business: expected a list, not {}"},
      {"{\"busyness\": []}",
       "alert_rules.json: line 1: busyness: unknown; there are weights, business, usual_business, "
       "working_time, urgent_from, opinion_moves_by, returns_within_minutes, flapping_after"},
      {"{\"weights\": {\"impact\": 40, \"severity\": 30, \"business\": 20, \"time\": 10.5}}",
       "alert_rules.json: line 1: weights: together 100, not 100.5"},
      {"{\"weights\": {\"impact\": -1, \"severity\": 61, \"business\": 30, \"time\": 10}}",
       "alert_rules.json: line 1: weights.impact: at least 0, not -1"},
      {"{\"weights\": {\"impact\": 100}}", "alert_rules.json: line 1: weights.severity: missing"},
      {"{\"working_time\": {\"from\": \"9 am\"}}",
       "alert_rules.json: line 1: working_time.from: \"9 am\" is not a time of day; write it as "
       "06:00"},
      {"{\"working_time\": {\"from\": \"18:00\"}}",
       "alert_rules.json: line 1: working_time.to: not after from, 18:00"},
      {"{\"working_time\": {\"weekdays\": [1, 7]}}",
       "alert_rules.json: line 1: working_time.weekdays[1]: at most 6, not 7"},
      {"{\"working_time\": {\"weekdays\": [1, 1]}}",
       "alert_rules.json: line 1: working_time.weekdays[1]: 1 is there twice"},
      {"{\"working_time\": {\"holidays\": [\"2026-02-30\"]}}",
       "alert_rules.json: line 1: working_time.holidays[0]: \"2026-02-30\" is not a date; write "
       "it as 2026-11-22"},
      {"{\"working_time\": {\"holidays\": [\"2026-10-01\"], \"workdays\": [\"2026-10-01\"]}}",
       "alert_rules.json: line 1: working_time.workdays[0]: 2026-10-01 is one of the holidays as "
       "well"},
      {"{\"urgent_from\": \"90\"}",
       "alert_rules.json: line 1: urgent_from: expected a number, not \"90\""},
      {"{\"flapping_after\": 0}", "alert_rules.json: line 1: flapping_after: at least 1, not 0"},
      {"{\"urgent_from\": 90,\n\"urgent_from\": 0}",
       "alert_rules.json: line 2: \"urgent_from\" is there twice"},
      {"[]", "alert_rules.json: line 1: expected an object, not []"},
  };
  for (const auto& c : cases) EXPECT_EQ(trouble(c.text), c.message) << c.text;
  EXPECT_TRUE(trouble("{\n\"urgent_from\": }")
                  .starts_with("alert_rules.json: line 2: not valid "
                               "JSON: "));
}

TEST(AlertRules, WeightsMayMissTheHundredByAHairsBreadth) {
  EXPECT_EQ(trouble("{\"weights\": {\"impact\": 33.33, \"severity\": 33.33, \"business\": 33.33, "
                    "\"time\": 0}}"),
            "");
}

TEST(AlertRules, TheFirstBusinessRuleThatFitsDecides) {
  AlertRules rules;
  rules.business = {{.ns = "*test*", .weight = 1},
                    {.name = "*payment*", .weight = 2},
                    {.cluster = "cls-1", .name = "a*b*c", .weight = 3},
                    {.cluster = "广州*", .ns = "shop", .weight = 4},
                    {.policy = "*订单*", .weight = 5}};
  const struct {
    const char* name;
    Subject subject;
    const char* policy;
    double weight;  // 0: none fits
  } cases[] = {
      {"the first of two", {.ns = "pre-test-2", .name = "payment"}, "", 1},
      {"any part", {.ns = "shop", .name = "my-Payment-api"}, "", 2},
      {"a pod stands for its workload", {.ns = "shop", .pod = "payment-7d9f-x2k"}, "", 2},
      {"a pod does not, if the workload is known", {.name = "web", .pod = "payment-1"}, "", 0},
      {"several stars, by id", {.cluster_id = "cls-1", .name = "aXbXbc"}, "", 3},
      {"another end", {.cluster_id = "cls-1", .name = "aXbXcd"}, "", 0},
      {"another cluster", {.cluster_id = "cls-12", .name = "abc"}, "", 0},
      {"by the cluster's name",
       {.cluster_id = "x", .cluster_name = "广州生产", .ns = "shop"},
       "",
       4},
      {"by policy", {}, "华南订单失败", 5},
      {"nothing", {}, "", 0},
  };
  for (const auto& c : cases) {
    const auto* rule = find_business(rules, c.subject, c.policy);
    EXPECT_EQ(rule == nullptr ? 0 : rule->weight, c.weight) << c.name;
  }
}

TEST(AlertRules, WorkingTimeKnowsHolidaysAndDaysThatAreMadeUpFor) {
  WorkingTime times;
  times.holidays = {"2026-10-01"};
  times.workdays = {"2026-10-10"};
  const auto shanghai = [](const char* day, std::chrono::minutes time) {
    return Zone::shanghai().at(*parse_day(day), time);
  };
  const struct {
    const char* day;
    std::chrono::minutes time;
    bool working;
  } cases[] = {
      {"2026-11-24", 9h, true},   {"2026-11-24", 8h + 59min, false},
      {"2026-11-24", 18h, false}, {"2026-11-24", 17h + 59min, true},
      {"2026-11-22", 10h, false},  // Sunday
      {"2026-10-01", 10h, false},  // a Thursday off
      {"2026-10-10", 10h, true},   // a Saturday on
      {"2026-10-10", 20h, false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(is_working_time(times, shanghai(c.day, c.time), Zone::shanghai()), c.working)
        << c.day << " " << c.time.count();
  }
  // Ten in Shanghai is two in the morning in Greenwich.
  EXPECT_FALSE(is_working_time(times, shanghai("2026-11-24", 10h), Zone::utc()));
}

}  // namespace
}  // namespace mtc::alerts
