#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "domain/alerts/score.h"

namespace mtc::alerts {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

TimePoint tuesday(std::chrono::minutes time) {
  return Zone::shanghai().at(std::chrono::year_month_day{2026y, std::chrono::November, 24d}, time);
}

AlertRules rules() {
  AlertRules out;
  out.business = {{.name = "payment", .weight = 95, .why = "核心交易"},
                  {.ns = "test", .weight = 10, .why = "测试环境"},
                  {.name = "toy", .weight = 10}};
  return out;
}

std::string said(const Subject& subject, const Evidence& evidence, Language language) {
  const auto s = score(evidence, subject, "", Weights{}, rules(), Zone::shanghai());
  return say_score(s, evidence, rules(), subject, "", language);
}

TEST(SayScore, OneSentenceWithTheWorstFirst) {
  const struct {
    const char* name;
    Subject subject;
    Evidence evidence;
    const char *zh, *en;
  } cases[] = {
      {"down at work",
       {.name = "payment"},
       {.affected_workloads = 1,
        .wanted_replicas = 3,
        .ready_replicas = 0,
        .faces_outside = true,
        .error_rate = 0.4,
        .usual_error_rate = 0.01,
        .at = tuesday(10h)},
       "",
       ""},
      {"a test at night",
       {.ns = "test", .name = "web"},
       {.affected_workloads = 1,
        .wanted_replicas = 2,
        .ready_replicas = 1,
        .user_share = 0.0,
        .faces_outside = false,
        .level = Level::warning,
        .resource_use = 0.4,
        .error_rate = 0.0,
        .over_limit = 1.1,
        .restarts = 3,
        .at = tuesday(2h)},
       "",
       ""},
      {"nothing bad",
       {.name = "toy"},
       {.affected_workloads = 1,
        .wanted_replicas = 2,
        .ready_replicas = 2,
        .user_share = 0.0,
        .faces_outside = false,
        .level = Level::info,
        .resource_use = 0.4,
        .error_rate = 0.0,
        .over_limit = 0.5,
        .restarts = 0,
        .at = tuesday(10h)},
       "",
       ""},
      {"nothing known", {}, {}, "", ""},
      {"a disk",
       {.instance = "ins-1"},
       {.level = Level::critical, .resource_use = 0.94, .over_limit = 2.5, .at = tuesday(10h)},
       "",
       ""},
      {"many",
       {.name = "web"},
       {.affected_workloads = 12,
        .wanted_replicas = 2,
        .ready_replicas = 0,
        .user_share = 0.3,
        .level = Level::critical,
        .error_rate = 0.3,
        .restarts = 8,
        .at = tuesday(20h)},
       "",
       ""},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(said(c.subject, c.evidence, Language::zh), c.zh) << c.name;
    EXPECT_EQ(said(c.subject, c.evidence, Language::en), c.en) << c.name;
  }
}

TEST(SayScore, AReasonFromTheRulesIsDataAndShort) {
  AlertRules odd = rules();
  odd.business = {{.weight = 90, .why = "\xff" + std::string(5000, 'x')}};
  const Evidence evidence{.at = tuesday(10h)};
  const auto s = score(evidence, {.name = "a"}, "", Weights{}, odd, Zone::shanghai());
  for (const auto language : {Language::zh, Language::en}) {
    const auto text = say_score(s, evidence, odd, {.name = "a"}, "", language);
    EXPECT_TRUE(is_valid_utf8(text));
    EXPECT_LE(count_characters(text), 300U);
  }
}

TEST(SayScore, AScoreWithoutItsEvidenceIsSaidAllTheSame) {
  const Evidence evidence{.affected_workloads = 30,
                          .wanted_replicas = 3,
                          .ready_replicas = 0,
                          .user_share = 1.0,
                          .faces_outside = true,
                          .level = Level::critical,
                          .resource_use = 1.0,
                          .error_rate = 1.0,
                          .over_limit = 4.0,
                          .restarts = 10};
  const auto s = score(evidence, {}, "", Weights{}, rules(), Zone::shanghai());
  EXPECT_THAT(say_score(s, {}, rules(), {}, "", Language::en), Not(HasSubstr("replica")));
}

}  // namespace
}  // namespace mtc::alerts
