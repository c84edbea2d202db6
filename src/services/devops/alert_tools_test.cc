#include "services/devops/alert_tools.h"

#include <gmock/gmock.h>

#include "domain/alerts/score.h"
#include "services/devops/answer_check_for_test.h"
#include "services/devops/devops_world_for_test.h"

namespace mtc::services {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using alerts::Handling;
using alerts::State;

class AlertTools : public DevopsWorld {
 protected:
  AlertTools() {
    put(alert_of("order", 86));
    auto over = alert_of("payment", 40);
    over.level = alerts::Level::warning;
    over.state = State::recovered;
    over.recovered = now() - std::chrono::minutes(5);
    put(over);
  }
  std::vector<std::string> names(const mcp::Reply& reply) {
    std::vector<std::string> out;
    for (const auto& alert : reply.data["alerts"]) out.push_back(alert.dump());
    return out;
  }

  mcp::Tool list = list_alerts_tool(ports);
  mcp::Tool explain = explain_alert_tool(ports);
  mcp::Tool update = update_alert_tool(ports);
  mcp::Tool silence = silence_alerts_tool(ports);
};

TEST_F(AlertTools, ThoseOfNowAreToldWhereNothingElseIsSaid) {
  const auto reply = call(list, Json::object());
  EXPECT_EQ(complaint(list.output_schema, reply.data), "");
  EXPECT_THAT(reply.speech, AllOf(HasSubstr("order"), Not(HasSubstr("payment"))));
  EXPECT_EQ(reply.data["counts"]["all"], 1);
  EXPECT_THAT(say(list, Json::object(), "john"), AllOf(HasSubstr("order"), HasSubstr("alert")));
}

TEST_F(AlertTools, AreFoundByWhatIsSaidOfThem) {
  const struct {
    Json arguments;
    std::vector<std::string> found;
  } cases[] = {
      {{{"status", "recovered"}}, {"payment"}},
      {{{"status", "firing"}}, {"order"}},
      {{{"severity", "warning"}, {"time_range", "last_1h"}}, {"payment"}},
      {{{"least_score", 50}, {"time_range", "今天"}}, {"order"}},
      {{{"service", "订单服务"}, {"time_range", "近二十分钟"}}, {"order"}},
      {{{"service", "oder"}, {"time_range", "last_1h"}}, {"order"}},
      {{{"namespace", "crm"}, {"time_range", "last_1h"}}, {}},
      {{{"status", "acknowledged"}, {"time_range", "last_1h"}}, {}},
      {{{"status", "waiting"}}, {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.arguments.dump());
    const auto reply = call(list, c.arguments);
    ASSERT_EQ(reply.data["alerts"].size(), c.found.size()) << reply.speech;
    for (std::size_t i = 0; i < c.found.size(); ++i)
      EXPECT_THAT(reply.data["alerts"][i].dump(), HasSubstr(c.found[i]));
    if (c.found.empty()) EXPECT_THAT(reply.speech, HasSubstr("没有"));
  }
}

TEST_F(AlertTools, WhereNothingFiresThoseOfTheLastDayAreTold) {
  run(alerts.change(alerts.all()[0].id, {.state = State::closed}, now()));
  const auto reply = call(list, Json::object());
  EXPECT_THAT(reply.speech, AllOf(HasSubstr("现在没有告警。最近一天的是："), HasSubstr("payment")));
}

TEST_F(AlertTools, ATimeThatIsNotUnderstoodIsRefusedWithExamples) {
  const auto reply = call(list, {{"time_range", "很久以前"}});
  EXPECT_TRUE(reply.is_error);
  EXPECT_EQ(reply.data["refused"], "invalid_argument");
}

TEST_F(AlertTools, OneIsExplainedByNumberAndByWords) {
  for (const char* said : {"1", "一号", "E1", "alert 1", "order", "oder", ""}) {
    SCOPED_TRACE(said);
    const auto reply = call(explain, {{"alert", said}});
    EXPECT_FALSE(reply.is_error) << reply.speech;
    EXPECT_EQ(complaint(explain.output_schema, reply.data), "");
    EXPECT_THAT(reply.speech, HasSubstr("order"));
  }
  EXPECT_THAT(say(explain, {{"alert", "order"}}, "john"), HasSubstr("order"));
}

TEST_F(AlertTools, WhatIsNotThereIsSaid) {
  EXPECT_EQ(say(explain, {{"alert", "99"}}), "没有找到 99 这条告警。问我有哪些告警，我念给你听。");
  EXPECT_EQ(say(explain, {{"alert", "证书"}}, "john"),
            "There is no alert 证书. Ask me which there are.");
}

TEST_F(AlertTools, TwoThatFitAreAskedAbout) {
  auto second = alert_of("order", 60);
  second.policy_name = "order latency";
  second.cause = "another";
  put(second);
  const auto reply = call(explain, {{"alert", "order"}});
  EXPECT_TRUE(reply.is_error);
  EXPECT_EQ(reply.data["refused"], "conflict");
  EXPECT_THAT(reply.speech, AllOf(HasSubstr("你说的是"), HasSubstr("还是")));
  EXPECT_THAT(say(explain, {{"alert", "order"}}, "john"), HasSubstr("Do you mean number one, "));
}

TEST_F(AlertTools, AScoreIsExplainedFromWhatWasKept) {
  EXPECT_THAT(say(explain, {{"alert", "1"}, {"part", "score"}}), HasSubstr("八十六分"));
  const alerts::Evidence evidence{.wanted_replicas = 3, .ready_replicas = 0, .at = now()};
  const auto scored = alerts::score(evidence, newest().subject, "", {}, {}, Zone::shanghai());
  run(alerts.change(alerts.all()[0].id,
                    {.score = scored.value, .scoring = alerts::to_json(scored, evidence)}, now()));
  const auto reply = call(explain, {{"alert", "1"}, {"part", "score"}});
  EXPECT_THAT(reply.speech, AllOf(HasSubstr("副本"), HasSubstr("分")));
  EXPECT_TRUE(reply.data.contains("scoring"));
  auto unscored = alert_of("search", 0);
  unscored.score.reset();
  put(unscored);
  EXPECT_THAT(say(explain, {{"alert", "search"}, {"part", "score"}}), HasSubstr("还没有打分"));
}

TEST_F(AlertTools, WhatAnAlertSaysOfItselfIsOnlyData) {
  auto bad = alert_of("order", 90);
  bad.policy_name = bad.message = bad.condition = bad.subject.text = kHostile;
  bad.metric = kHostile;
  bad.subject.name = "";
  bad.cause = "hostile";
  put(bad);
  for (const auto& [tool, arguments] :
       {std::pair(list, Json::object()), std::pair(explain, Json{{"alert", "3"}}),
        std::pair(update, Json{{"alert", "3"}, {"change", "acknowledge"}})}) {
    const auto reply = call(tool, arguments);
    EXPECT_TRUE(is_plain(reply.speech)) << reply.speech;
    EXPECT_LE(count_characters(reply.speech), 320U);
    EXPECT_THAT(reply.data.dump(), Not(HasSubstr("\\u001b")));
  }
}

TEST_F(AlertTools, PeopleDoSomethingAboutThem) {
  EXPECT_THAT(say(update, {{"alert", "1"}, {"change", "acknowledge"}}), HasSubstr("记在你名下"));
  EXPECT_EQ(alerts.all()[0].acknowledged_by, callers.people["zhangsan"].user.id);
  EXPECT_THAT(say(update, {{"alert", "1"}, {"change", "assign"}, {"to", "john"}}),
              HasSubstr("交给 john 了"));
  EXPECT_EQ(alerts.all()[0].assigned_to, "john");
  EXPECT_THAT(say(update, {{"alert", "1"}, {"change", "snooze"}, {"duration", "两小时"}}),
              HasSubstr("不再提醒"));
  EXPECT_EQ(alerts.all()[0].snoozed_until, now() + std::chrono::hours(2));
  EXPECT_THAT(say(update, {{"alert", "1"}, {"change", "wake"}}, "john"), HasSubstr("again"));
  EXPECT_FALSE(alerts.all()[0].snoozed_until);
  EXPECT_THAT(say(update, {{"alert", "1"}, {"change", "false_alarm"}}), HasSubstr("误报"));
  EXPECT_EQ(alerts.all()[0].handling, Handling::false_alarm);
}

TEST_F(AlertTools, AreRefusedToWhoMayOnlyRead) {
  for (const auto& [tool, arguments] :
       {std::pair(update, Json{{"alert", "1"}, {"change", "close"}}),
        std::pair(silence, Json{{"mode", "add"}, {"duration", "1h"}})}) {
    const auto reply = call(tool, arguments, "guest");
    EXPECT_TRUE(reply.is_error);
    EXPECT_EQ(reply.data["refused"], "denied");
  }
  EXPECT_EQ(alerts.all()[0].state, State::firing);
  EXPECT_TRUE(quiet.all.empty());
  EXPECT_FALSE(call(silence, {{"mode", "list"}}, "guest").is_error);
}

TEST_F(AlertTools, WhatTheDeskRefusesIsSaid) {
  EXPECT_TRUE(call(update, {{"alert", "1"}, {"change", "assign"}, {"to", "王五"}}).is_error);
  EXPECT_TRUE(call(update, {{"alert", "1"}, {"change", "snooze"}, {"duration", "很久"}}).is_error);
}

TEST_F(AlertTools, AreSilencedListedAndLifted) {
  EXPECT_EQ(say(silence, {{"mode", "list"}}), "现在没有静音。");
  EXPECT_THAT(say(silence, {{"service", "oder"}, {"duration", "2h"}}), HasSubstr("order"));
  ASSERT_EQ(quiet.all.size(), 1U);
  EXPECT_EQ(quiet.all[0].name, "order");
  EXPECT_EQ(quiet.all[0].until, now() + std::chrono::hours(2));
  EXPECT_THAT(say(silence, {{"mode", "list"}}), HasSubstr("一号"));
  EXPECT_THAT(say(silence, {{"mode", "list"}}, "john"), HasSubstr("Number one"));
  EXPECT_THAT(say(silence, {{"mode", "lift"}}), HasSubstr("静音取消了"));
  EXPECT_TRUE(quiet.all[0].lifted);
  EXPECT_THAT(say(silence, {{"mode", "lift"}}), HasSubstr("没有这样的静音"));
}

TEST_F(AlertTools, AServiceWithoutAlertsIsLookedForInTheCluster) {
  EXPECT_FALSE(call(silence, {{"service", "single"}, {"duration", "1h"}}).is_error);
  EXPECT_EQ(quiet.all.at(0).name, "single");
  EXPECT_EQ(quiet.all.at(0).ns, "shop");
  EXPECT_THAT(say(silence, {{"service", "nowhere"}, {"duration", "1h"}}), HasSubstr("没有叫"));
}

TEST_F(AlertTools, AMaintenanceWindowComesEveryDay) {
  EXPECT_FALSE(call(silence, {{"daily", "凌晨两点到四点"}, {"reason", "备份"}}).is_error);
  EXPECT_EQ(quiet.all.at(0).daily_from, std::chrono::hours(2));
  EXPECT_EQ(quiet.all.at(0).daily_until, std::chrono::hours(4));
  EXPECT_EQ(quiet.all.at(0).reason, "备份");
  EXPECT_THAT(say(silence, {{"service", "order"}}), HasSubstr("要静音多久"));
}

}  // namespace
}  // namespace mtc::services
