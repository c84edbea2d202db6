// create_logset, create_log_topic, create_alarm, create_scheduled_sql, change_log_rule.
#include <gmock/gmock.h>

#include "services/basic/change_log_rule_tool.h"
#include "services/basic/create_log_tools.h"
#include "services/basic/log_tools_fixture.h"

namespace mtc::services {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class ChangingTools : public LogTools {
 protected:
  ChangingTools() {
    store.on_sql = [](const std::string&, const std::string&) {
      return logs::Table{.columns = {"errors"}, .rows = {{12}}};
    };
  }
  std::string alarm(Json arguments) {
    arguments["topic"] = "shop-app";
    return say(create_alarm_tool(ports), std::move(arguments));
  }
};

TEST_F(ChangingTools, ALogsetIsMadeAndRecorded) {
  EXPECT_EQ(say(create_logset_tool(ports), {{"name", "audit-all"}, {"region", "南京"}}),
            "日志集 audit-all 建好了。");
  EXPECT_THAT(admin.logset_names, ElementsAre("audit-all"));
  EXPECT_EQ(regions.back(), "ap-nanjing");
  EXPECT_THAT(approval.log.events(), ElementsAre("begun", "done"));
  EXPECT_EQ(say(create_logset_tool(ports), {{"name", "crm-all"}}), "已经有叫 crm-all 的日志集了");
  EXPECT_EQ(failure(create_logset_tool(ports), {{"name", "a|b"}}), Errc::invalid_argument);
}

TEST_F(ChangingTools, NobodyChangesWithoutBeingAllowed) {
  trust(identity::Scope::read, identity::Assurance::voice);
  const auto refused = reply(create_logset_tool(ports), {{"name", "x"}});
  EXPECT_TRUE(refused.is_error);
  trust(identity::Scope::operate, identity::Assurance::device);
  EXPECT_TRUE(reply(create_logset_tool(ports), {{"name", "x"}}).is_error);
  EXPECT_THAT(admin.done, IsEmpty());
}

TEST_F(ChangingTools, ATopicIsIndexedLikeItsSibling) {
  const auto topic = create_log_topic_tool(ports);
  EXPECT_EQ(say(topic, {{"name", "sms-gateway"}, {"logset", "shop"}, {"retention_days", 45}}),
            "日志主题 sms-gateway 建好了，索引也开了。");
  ASSERT_EQ(admin.topics_made.size(), 1U);
  EXPECT_EQ(admin.topics_made[0].logset_id, "s-shop");
  EXPECT_EQ(admin.topics_made[0].retention_days, 45);
  ASSERT_EQ(admin.topics_made[0].keys.size(), 2U);
  EXPECT_EQ(admin.topics_made[0].keys[1].name, "service") << "as shop-app has them";
  say(topic, {{"name", "other"}, {"logset", "crm all"}});
  EXPECT_GT(admin.topics_made[1].keys.size(), 4U) << "the usual ones";
  EXPECT_EQ(admin.topics_made[1].retention_days, 30);
  EXPECT_THAT(say(topic, {{"name", "shop-app"}, {"logset", "shop"}}), HasSubstr("已经有主题"));
  EXPECT_THAT(say(topic, {{"name", "x"}}), HasSubstr("你说哪一个"));
  EXPECT_THAT(say(topic, {{"name", "x"}, {"logset", "shop"}, {"retention_days", 3605}}),
              StartsWith("retention_days"));
}

TEST_F(ChangingTools, AnAlarmIsMadeOfWhatWasSaid) {
  EXPECT_EQ(alarm({{"condition", "五分钟内 ERROR 大于 50 次就通知运维组"}, {"name", "错误太多"}}),
            "告警错误太多建好了，已经开始检查。最近五分钟是十二条。");
  ASSERT_EQ(admin.alarm_list.size(), 1U);
  const auto& made = admin.alarm_list[0];
  EXPECT_EQ(made.condition, "$1.errors > 50");
  EXPECT_EQ(made.queries[0].topic_id, "t-shop");
  EXPECT_EQ(made.queries[0].logset_id, "s-shop");
  EXPECT_EQ(made.queries[0].minutes, 5);
  EXPECT_THAT(made.queries[0].query, HasSubstr("| select count(*) as errors"));
  EXPECT_THAT(made.notice_ids, ElementsAre("notice-1"));
  EXPECT_EQ(store.statements.back(), made.queries[0].query) << "tried before it was kept";
}

TEST_F(ChangingTools, AnAlarmTakesTheSlotsOfAnUtterance) {
  say(create_alarm_tool(ports), {{"topic", "shop"},
                                 {"condition", "log_count >"},
                                 {"threshold", "500"},
                                 {"period_minutes", 20},
                                 {"notice", "dba值班组"},
                                 {"level", "critical"}});
  ASSERT_EQ(admin.alarm_list.size(), 1U);
  const auto& made = admin.alarm_list[0];
  EXPECT_EQ(made.condition, "$1.lines > 500");
  EXPECT_EQ(made.queries[0].minutes, 20);
  EXPECT_EQ(made.level, logs::AlarmLevel::critical);
  EXPECT_THAT(made.notice_ids, ElementsAre("notice-2"));
  EXPECT_EQ(made.name, "二十分钟内日志超过五百条");
  alarm({{"condition", "错误超过 5 条"}, {"notice", "sms"}, {"name", "b"}});
  EXPECT_THAT(admin.alarm_list[1].notice_ids, ElementsAre("notice-2")) << "by the channel";
}

TEST_F(ChangingTools, AnAlarmAsksForWhatItLacks) {
  EXPECT_THAT(alarm({{"condition", "错误太多"}}), StartsWith("condition: 没说到多少"));
  EXPECT_THAT(alarm({{"condition", "错误超过 5 条"}}), HasSubstr("你说哪一个"));
  EXPECT_THAT(alarm({{"condition", "错误超过 5 条就通知测试组"}}),
              HasSubstr("没有找到测试组通知组"));
  EXPECT_THAT(alarm({{"condition", "延迟高于两秒"}, {"notice", "运维组"}}),
              StartsWith("这个主题没有耗时字段；可统计的字段有 level"));
  admin.alarm_list = {{.id = "a", .name = "x"}};
  EXPECT_THAT(alarm({{"condition", "错误超过 5 条"}, {"notice", "运维组"}, {"name", "x"}}),
              HasSubstr("已经有叫 x 的告警规则"));
  admin.notices.clear();
  admin.alarm_list.clear();
  EXPECT_THAT(alarm({{"condition", "错误超过 5 条"}}), StartsWith("告警"));
  EXPECT_THAT(admin.alarm_list[0].notice_ids, IsEmpty());
}

TEST_F(ChangingTools, WhatTheServiceRefusesIsNotKept) {
  store.on_sql = [](const std::string&, const std::string&) -> Result<logs::Table> {
    return fail(Errc::invalid_argument, "SyntaxError [field: x, not indexed]");
  };
  EXPECT_THAT(alarm({{"condition", "错误超过 5 条"}, {"notice", "运维组"}}),
              HasSubstr("SyntaxError [field: x, not indexed]"));
  EXPECT_THAT(say(create_scheduled_sql_tool(ports),
                  {{"topic", "waf"}, {"query", "* | select nonsense"}, {"name", "n"}}),
              HasSubstr("SyntaxError"));
  EXPECT_THAT(admin.done, IsEmpty());
  EXPECT_THAT(approval.log.events(), IsEmpty());
}

TEST_F(ChangingTools, FailuresOfTheServiceAreSentencesAndRecorded) {
  for (const auto& [code, zh] : {std::pair{Errc::rate_limited, "问得太频繁"},
                                 {Errc::denied, "没有给这个账号权限"},
                                 {Errc::conflict, "有冲突"},
                                 {Errc::timed_out, "不知道做成了没有"}}) {
    admin.refuse_action["create_logset"] = Error{code, "service words"};
    approval.clock.time += std::chrono::hours(1);
    EXPECT_THAT(say(create_logset_tool(ports), {{"name", "new-one"}}), HasSubstr(zh));
    EXPECT_EQ(approval.log.events().back(), "failed");
  }
}

TEST_F(ChangingTools, AScheduledQueryGetsATopicForItsResults) {
  store.index.keys.push_back({.name = "client_ip", .type = "text", .in_sql = true});
  store.on_sql = [](const std::string&, const std::string&) {
    return logs::Table{.columns = {"client_ip", "lines"}, .rows = {{"10.0.0.1", 12}}};
  };
  EXPECT_EQ(say(create_scheduled_sql_tool(ports), {{"topic", "waf"},
                                                   {"sql_intent", "按来源IP统计拦截次数"},
                                                   {"period", "6h"},
                                                   {"name", "ip-top"}}),
            "定时 SQL ip-top 建好了，下个周期开始跑。");
  EXPECT_THAT(admin.done, ElementsAre("create_topic waf-ip-top", "create_scheduled_sql ip-top"));
  EXPECT_EQ(admin.topics_made[0].keys[1].type, "long");
  EXPECT_EQ(admin.tasks[0].target_topic, "topic-1");
  EXPECT_EQ(admin.tasks[0].every_minutes, 360);
  EXPECT_THAT(admin.tasks[0].query, StartsWith("\"拦截\" | select client_ip, count(*)"));
}

TEST_F(ChangingTools, AScheduledQueryUsesTheTopicThatIsNamed) {
  const auto schedule = create_scheduled_sql_tool(ports);
  EXPECT_THAT(say(schedule,
                  {{"topic", "waf"}, {"sql_intent", "每小时错误数"}, {"target_topic", "shop app"}}),
              StartsWith("定时 SQL"));
  EXPECT_EQ(admin.tasks[0].target_topic, "t-shop");
  EXPECT_EQ(admin.tasks[0].every_minutes, 60);
  EXPECT_THAT(admin.topics_made, IsEmpty());
  EXPECT_THAT(
      say(schedule,
          {{"topic", "waf"}, {"sql_intent", "错误数"}, {"target_topic", "waf"}, {"name", "q"}}),
      HasSubstr("不能写回"));
  EXPECT_THAT(say(schedule, {{"topic", "waf"}, {"sql_intent", "讲个笑话"}}),
              StartsWith("sql_intent: "));
  EXPECT_THAT(say(schedule, {{"topic", "waf"}, {"sql_intent", "错误数"}, {"period", "2d"}}),
              StartsWith("period: "));
}

TEST_F(ChangingTools, ATopicMadeForAQueryThatFailedGoesAgain) {
  admin.refuse_action["create_scheduled_sql"] = Error{Errc::resource_exhausted, "quota"};
  EXPECT_THAT(say(create_scheduled_sql_tool(ports),
                  {{"topic", "waf"}, {"sql_intent", "错误数"}, {"name", "q"}}),
              HasSubstr("配额"));
  EXPECT_THAT(admin.done, ElementsAre("create_topic waf-q", "delete_topic topic-1"));
  admin.refuse_action["delete_topic"] = Error{Errc::unavailable, "away"};
  EXPECT_THAT(say(create_scheduled_sql_tool(ports),
                  {{"topic", "waf"}, {"sql_intent", "错误数"}, {"name", "q2"}}),
              HasSubstr("没能删掉"));
  admin.refuse_action = {{"create_scheduled_sql", Error{Errc::timed_out, "slow"}}};
  admin.done.clear();
  EXPECT_THAT(say(create_scheduled_sql_tool(ports),
                  {{"topic", "waf"}, {"sql_intent", "错误数"}, {"name", "q3"}}),
              HasSubstr("不知道做成了没有"));
  EXPECT_THAT(admin.done, ElementsAre("create_topic waf-q3"));
}

class ChangingRules : public ChangingTools {
 protected:
  ChangingRules() {
    admin.alarm_list = {{.id = "alarm-1",
                         .name = "错误太多",
                         .queries = {{.topic_id = "t-shop", .query = "* | select 1"}},
                         .condition = "$1.n > 1"}};
    admin.tasks = {{.id = "task-1", .name = "ip-top", .source_topic = "t-waf"}};
  }
  std::string change(const char* what, const char* name, const char* act) {
    return say(change_log_rule_tool(ports), {{"what", what}, {"name", name}, {"do", act}});
  }
};

TEST_F(ChangingRules, AnAlarmIsSwitchedOffAfterItsCodeAndOnAtOnce) {
  const auto planned = change("alarm", "错误太多", "disable");
  EXPECT_THAT(planned, StartsWith("准备关掉告警规则错误太多。之后它不会再报。确认请说"));
  EXPECT_TRUE(admin.alarm_list[0].enabled);
  EXPECT_EQ(confirm(planned), "告警规则错误太多已经关掉。");
  EXPECT_FALSE(admin.alarm_list[0].enabled);
  EXPECT_EQ(change("alarm", "错误", "disable"), "错误太多本来就是关着的。");
  EXPECT_EQ(change("alarm", "错误", "enable"), "告警规则错误太多已经打开。");
  EXPECT_THAT(admin.done, ElementsAre("enable_alarm alarm-1 off", "enable_alarm alarm-1 on"));
}

TEST_F(ChangingRules, WhatChangedSinceThePlanIsLeftAlone) {
  const auto planned = change("alarm", "错误太多", "delete");
  admin.alarm_list[0].condition = "$1.n > 2";
  EXPECT_THAT(confirm(planned), HasSubstr("变过了"));
  EXPECT_EQ(admin.alarm_list.size(), 1U);
}

TEST_F(ChangingRules, RulesAreDeletedAfterTheirCode) {
  EXPECT_EQ(confirm(change("alarm", "错误太多", "delete")), "告警规则错误太多已经删除。");
  EXPECT_EQ(confirm(change("scheduled_sql", "ip top", "delete")), "定时 SQL ip-top 已经删除。");
  EXPECT_THAT(admin.done, ElementsAre("delete_alarm alarm-1", "delete_scheduled_sql task-1"));
}

TEST_F(ChangingRules, TopicsAndLogsetsGoOnlyForWhoIsCertain) {
  EXPECT_TRUE(
      reply(change_log_rule_tool(ports), {{"what", "log_topic"}, {"name", "waf"}, {"do", "delete"}})
          .is_error)
      << "an operator by voice may not";
  trust(identity::Scope::admin, identity::Assurance::strong);
  const auto planned = change("log_topic", "shop-app", "delete");
  EXPECT_THAT(planned, HasSubstr("里面的日志都会没有，不能恢复。还有一条告警在用它。"));
  EXPECT_EQ(confirm(planned), "日志主题 shop-app 已经删除。");
  EXPECT_EQ(change("logset", "shop", "delete"), "日志集 shop 里还有一个主题，先删主题");
  EXPECT_EQ(confirm(change("logset", "crm all", "delete")), "日志集 crm-all 已经删除。");
  EXPECT_THAT(admin.done, ElementsAre("delete_topic t-shop", "delete_logset s-empty"));
}

TEST_F(ChangingRules, SayWhatTheyCannot) {
  EXPECT_THAT(change("log_topic", "waf", "disable"), StartsWith("do: 主题和日志集没有开关"));
  EXPECT_THAT(change("alarm", "", "delete"), StartsWith("name: "));
  EXPECT_THAT(change("alarm", "nope", "delete"), HasSubstr("没有找到 nope 告警规则"));
  EXPECT_EQ(
      failure(change_log_rule_tool(ports), {{"what", "alarm"}, {"name", "x"}, {"do", "explode"}}),
      Errc::invalid_argument);
  admin.refuse = Error{Errc::unavailable, "away"};
  EXPECT_THAT(change("alarm", "错误太多", "delete"), HasSubstr("暂时连不上"));
}

TEST_F(ChangingRules, SpeakEnglishToo) {
  speak_english();
  const auto planned = change("alarm", "错误太多", "disable");
  EXPECT_THAT(planned,
              StartsWith("I will switch off alarm rule 错误太多. It will not tell anybody"));
  EXPECT_EQ(say(create_logset_tool(ports), {{"name", "new-one"}}), "Logset new-one is there.");
  EXPECT_EQ(alarm({{"condition", "more than 100 errors in five minutes"}, {"notice", "运维组"}}),
            "Alarm more than 100 errors in five minutes is set up and watching. It was twelve in "
            "the last five minutes.");
}

TEST_F(ChangingRules, HostileNamesAreNotSpoken) {
  admin.alarm_list[0].name = "x\x1b[31m`id` <b>\"y";
  const auto planned = change("alarm", "x", "disable");
  for (const char c : {'\x1b', '`', '<', '"', '['})
    EXPECT_EQ(planned.find(c), std::string::npos) << planned;
}

}  // namespace
}  // namespace mtc::services
