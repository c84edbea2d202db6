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
       "九十六分：三个副本全都不可用，错误是平时的四十倍，直接对外服务，属于核心交易，又在上班时间"
       "。",
       "96 points: all three replicas are down, errors are forty times the usual, it serves the "
       "outside, it belongs to 核心交易 and people are at work."},
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
       "二十七分：两个副本有一个不可用，一刻钟里重启了三次，不过属于测试环境，也不在上班时间。",
       "27 points: one of two replicas is down and it restarted three times in a quarter of an "
       "hour, but it belongs to 测试环境 and it is outside working hours."},
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
       "十六分：没有看到严重的迹象，发生在上班时间，业务不重要。",
       "16 points: nothing that was looked at is bad and people are at work, and the business "
       "hardly depends on it."},
      {"nothing known",
       {},
       {},
       "五十分：影响和严重程度都还没有查到；是什么业务、副本的状态等不知道，所以上下可能差五十分。",
       "50 points: neither its impact nor its severity is known yet; what business it is, the "
       "state of its replicas and more are unknown, so it may be fifty points off either way."},
      {"a disk",
       {.instance = "ins-1"},
       {.level = Level::critical, .resource_use = 0.94, .over_limit = 2.5, .at = tuesday(10h)},
       "六十七分：告警级别是严重，资源用到百分之九十四，达到阈值的两倍半，又在上班时间；副本的状态"
       "、波及多少服务等不知道，所以上下可能差二十三分。",
       "67 points: it is reported as critical, 94 percent of its resources are in use, it is two "
       "and a half times its limit and people are at work; the state of its replicas, how many "
       "services are affected and more are unknown, so it may be 23 points off either way."},
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
       "七十六分：两个副本全都不可用，告警级别是严重，波及十二个服务，不过不在上班时间。",
       "76 points: both replicas are down, it is reported as critical and twelve services are "
       "affected, but it is outside working hours."},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(said(c.subject, c.evidence, Language::zh), c.zh) << c.name;
    EXPECT_EQ(said(c.subject, c.evidence, Language::en), c.en) << c.name;
  }
}

TEST(SayScore, OneThingThatIsNotKnownIsNamed) {
  const Evidence evidence{.affected_workloads = 1,
                          .wanted_replicas = 3,
                          .ready_replicas = 1,
                          .faces_outside = true,
                          .level = Level::warning,
                          .resource_use = 0.4,
                          .error_rate = 0.0,
                          .over_limit = 1.1,
                          .restarts = 3,
                          .at = tuesday(10h)};
  EXPECT_THAT(said({.name = "payment"}, evidence, Language::zh),
              HasSubstr("；受影响的用户数不知道，所以上下可能差"));
  EXPECT_THAT(said({.name = "payment"}, evidence, Language::en),
              HasSubstr("; how many users are affected is unknown, so it may be "));
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
