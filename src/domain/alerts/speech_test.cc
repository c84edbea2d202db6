#include "domain/alerts/speech.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.h"
#include "domain/alerts/alert_examples.h"

namespace mtc::alerts {
namespace {

using namespace std::chrono_literals;

AlertCounts counts_of(std::span<const Alert> alerts) {
  AlertCounts out;
  for (const auto& alert : alerts) {
    ++out.all;
    out.firing += alert.state == State::firing;
    out.recovered += alert.state == State::recovered;
    out.quiet += alert.handling == Handling::quiet;
    out.handed_over += alert.handling == Handling::handed_over;
    out.solved += alert.handling == Handling::solved;
    if (alert.score) out.highest = std::max(out.highest.value_or(0), *alert.score);
  }
  return out;
}

std::string say(std::span<const Alert> alerts, Language language, AlertCounts counts) {
  return say_alerts(alerts, counts, kExampleNow, Zone::shanghai(), language);
}
std::string say(std::span<const Alert> alerts, Language language) {
  return say(alerts, language, counts_of(alerts));
}

std::string tell(const Alert& alert, Language language) {
  return say_alert(alert, kExampleNow, Zone::shanghai(), language);
}

TEST(SpokenName, IsWhatPeopleCallIt) {
  auto cpu = example_alert();
  auto english = example_alert();
  english.condition = "CPU usage > 90%";
  auto pod = example_alert();
  pod.subject = {.cluster_id = "cls-1", .ns = "shop", .pod = "payment-7d9f4c5b6-x2k4q"};
  pod.metric = "K8sPodRestartTotal";
  pod.condition.clear();
  auto node = example_alert();
  node.subject = {.cluster_id = "cls-1", .node = "10.0.0.5"};
  auto server = example_alert();
  server.subject = {.instance = "ins-0a1b2c3d", .text = "ins-0a1b2c3d(10.0.0.8)"};
  auto named = server;
  named.subject.text = "ins-0a1b2c3d(pay-1)";
  auto logs = example_alert();
  logs.source = Source::logs;
  logs.policy_name = "支付错误率";
  logs.condition = "$1.err_rate > 5";
  auto nothing = Alert{};
  const struct {
    const Alert& alert;
    const char *zh, *en;
  } cases[] = {
      {cpu, "payment 的 CPU 利用率", "payment's CPU usage"},
      {english, "payment 的 CPU 利用率", "payment's CPU usage"},
      {pod, "payment 的重启次数", "payment's restarts"},
      {node, "一个节点的 CPU 利用率", "a node's CPU usage"},
      {server, "一台云服务器的 CPU 利用率", "a server's CPU usage"},
      {named, "pay-1 的 CPU 利用率", "pay-1's CPU usage"},
      {logs, "payment 的支付错误率", "payment's 支付错误率"},
      {nothing, "告警", "alert"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(spoken_name(c.alert, Language::zh), c.zh);
    EXPECT_EQ(spoken_name(c.alert, Language::en), c.en);
  }
}

TEST(SayAlerts, NothingIsSaidShortly) {
  EXPECT_EQ(say({}, Language::zh), "没有告警。");
  EXPECT_EQ(say({}, Language::en), "There are no alerts.");
}

TEST(SayAlerts, WhatNeedsAPersonComesFirst) {
  std::vector<Alert> alerts(3, example_alert());
  alerts[0] = example_alert(1);
  alerts[0].score = 86;
  alerts[1] = example_alert(2);
  alerts[1].score = 70;
  alerts[1].handling = Handling::handed_over;
  alerts[1].subject.name = "order";
  alerts[2] = example_alert(1204);
  alerts[2].state = State::recovered;
  alerts[2].recovered = kExampleNow;
  alerts[2].subject.name = "gateway";
  EXPECT_EQ(say(alerts, Language::zh),
            "有三条告警，两条还没恢复，最高八十六分。"
            "二号，order 的 CPU 利用率，七十分，需要你处理。"
            "一号，payment 的 CPU 利用率，八十六分，上午九点零一分开始。"
            "一二零四号，gateway 的 CPU 利用率，已经恢复。");
  EXPECT_EQ(say(alerts, Language::en),
            "There are three alerts, two still go on, the highest has 86 points. "
            "Number two, order's CPU usage, seventy points, needs you. "
            "Number one, payment's CPU usage, 86 points, since 9:01 am. "
            "Number 1 2 0 4, gateway's CPU usage, recovered.");
}

TEST(SayAlerts, FewAreNamedAndTheRestCounted) {
  std::vector<Alert> alerts;
  for (int i = 1; i <= 7; ++i) alerts.push_back(example_alert(i));
  EXPECT_TRUE(say(alerts, Language::zh).ends_with("还有四条，要听吗？"));
  EXPECT_TRUE(say(alerts, Language::en).ends_with("There are four more; shall I go on?"));
}

TEST(SayAlerts, AStormIsOneSentence) {
  std::vector<Alert> alerts;
  for (int i = 0; i < 10'000; ++i) {
    auto alert = example_alert(i + 1);
    alert.source = Source::logs;
    alert.policy_name = i < 9800 ? "连接超时" : i < 9900 ? "磁盘满" : i < 9950 ? "内存" : "证书";
    alert.created += std::chrono::milliseconds(5 * i);
    alerts.push_back(std::move(alert));
  }
  auto counts = counts_of(alerts);
  EXPECT_EQ(say(alerts, Language::zh, counts),
            "一分钟里来了一万条告警，九千八百条是 payment 的连接超时，另外还有三种。"
            "一万条还没恢复。");
  EXPECT_EQ(say(std::span(alerts).first(100), Language::zh, counts),
            "一共有一万条告警，先看的一百条里都是 payment 的连接超时。一万条还没恢复。");
  alerts[5].handling = Handling::handed_over;
  alerts[5].score = 91;
  counts = counts_of(alerts);
  EXPECT_EQ(say(alerts, Language::en, counts),
            "10 thousand alerts in one minute, 9800 are payment's 连接超时, and there are three "
            "other kinds. One needs you. 10 thousand still going on, the highest has 91 points. "
            "Number six, payment's 连接超时, 91 points, needs you.");
}

TEST(SayAlerts, AStormOfOneThingInManyPlacesSaysTheThing) {
  std::vector<Alert> alerts;
  for (int i = 0; i < 300; ++i) {
    alerts.push_back(example_alert(i + 1));
    alerts.back().subject.name = "service-" + std::string(1, static_cast<char>('a' + i % 26)) +
                                 std::string(1, static_cast<char>('a' + i / 26));
  }
  EXPECT_TRUE(say(alerts, Language::zh).starts_with("一分钟里来了三百条告警，都是 CPU 利用率。"))
      << say(alerts, Language::zh);
}

TEST(SayAlert, TellsTheWholeCourse) {
  auto alert = example_alert();
  alert.state = State::recovered;
  alert.recovered = kExampleNow - 10min;
  alert.reports = 12;
  alert.score = 86;
  alert.handling = Handling::solved;
  alert.note = "回滚到上一个版本，两分钟后恢复";
  EXPECT_EQ(
      tell(alert, Language::zh),
      "三号告警，payment 的 CPU 利用率，上午九点零一分开始，上午九点五十分恢复，前后四十九分钟。"
      "自动处理已经做完。最近一次是百分之九十五，线是百分之九十。"
      "在广州生产集群的 shop 里。一共报了十二次，评分八十六分。"
      "备注：回滚到上一个版本，两分钟后恢复。");
  EXPECT_EQ(tell(alert, Language::en),
            "Number three: payment's CPU usage began at 9:01 am and ended at 9:50 am, after 49 "
            "minutes. The repair is done. The last value was 95 percent, the limit is 90 percent. "
            "It is in shop of 广州生产. It was reported twelve times and scores 86 points.");
}

TEST(SayAlert, OneThatFlapsIsSaidToComeAndGo) {
  auto alert = example_alert();
  alert.flaps = 5;
  EXPECT_NE(tell(alert, Language::zh).find("时好时坏，已经反复了五次"), std::string::npos);
  EXPECT_NE(tell(alert, Language::en).find("comes and goes, five times so far"), std::string::npos);
  EXPECT_NE(say(std::span(&alert, 1), Language::zh).find("时好时坏"), std::string::npos);
}

TEST(SayAlert, SaysWhoHasIt) {
  auto alert = example_alert();
  alert.handling = Handling::handed_over;
  alert.assigned_to = "李四";
  alert.snoozed_until = kExampleNow + 5h;
  const auto zh = tell(alert, Language::zh);
  EXPECT_NE(zh.find("需要你处理。"), std::string::npos) << zh;
  EXPECT_NE(zh.find("已经交给李四。先放到下午三点。"), std::string::npos) << zh;
  const auto en = tell(alert, Language::en);
  EXPECT_NE(en.find("李四 has it. It is put off until 3 pm."), std::string::npos) << en;
}

TEST(SayAlert, FalseAlarmsAreSaidSo) {
  auto alert = example_alert();
  alert.state = State::closed;
  alert.handling = Handling::false_alarm;
  EXPECT_NE(tell(alert, Language::zh).find("是误报，已经关掉"), std::string::npos);
}

TEST(SayAlert, ValuesAreSaidAsPeopleDo) {
  const struct {
    double value;
    const char *unit, *zh, *en;
  } cases[] = {
      {320, "ms", "三百二十毫秒", "320 milliseconds"},
      {2.5, "s", "二点五秒", "2.5 seconds"},
      {2, "次", "两次", "two times"},
      {0.01, "", "不到零点一", "less than 0.1"},
      {-3, "", "负三", "minus three"},
      {1234567, "", "一百二十三万", "1.23 million"},
  };
  for (const auto& c : cases) {
    auto alert = example_alert();
    alert.value = c.value;
    alert.limit.reset();
    alert.unit = c.unit;
    EXPECT_NE(tell(alert, Language::zh).find("最近一次是" + std::string(c.zh) + "。"),
              std::string::npos)
        << tell(alert, Language::zh);
    EXPECT_NE(tell(alert, Language::en).find("value was " + std::string(c.en) + "."),
              std::string::npos)
        << tell(alert, Language::en);
  }
}

rc::Gen<std::string> any_text() {
  return rc::gen::oneOf(rc::gen::arbitrary<std::string>(), rc::gen::just(std::string(10'000, 'x')),
                        rc::gen::just(std::string(10'000, '\xe4')),
                        rc::gen::just(std::string("\x1b[2J\xff\x00b", 7)),
                        rc::gen::just(std::string("\u202e<b>`rm -rf /`</b>{\"a\":[1]}")),
                        rc::gen::just(std::string("支付")));
}

Alert any_alert() {
  auto out = example_alert(*rc::gen::arbitrary<std::int64_t>());
  for (auto* text :
       {&out.policy_name, &out.policy_id, &out.metric, &out.condition, &out.unit, &out.message,
        &out.note, &out.assigned_to, &out.subject.name, &out.subject.ns, &out.subject.pod,
        &out.subject.node, &out.subject.cluster_name, &out.subject.text, &out.subject.instance})
    *text = *any_text();
  out.state = *rc::gen::element(State::firing, State::recovered, State::closed);
  out.handling = *rc::gen::element(Handling::none, Handling::quiet, Handling::handed_over);
  out.value = *rc::gen::arbitrary<double>();
  out.score = *rc::gen::element(0.0, 50.0, 1e300, std::numeric_limits<double>::quiet_NaN());
  return out;
}

bool can_be_said(const std::string& text, Language language) {
  return is_valid_utf8(text) &&
         count_characters(text) <= (language == Language::zh ? 300U : 600U) &&
         text.find_first_of("<>`{}[]|\\\x1b\n\x7f") == std::string::npos &&
         text.find("\u202e") == std::string::npos;
}

RC_GTEST_PROP(Speech, StaysFitForTheEarWhateverComes, ()) {
  const std::vector<Alert> alerts{any_alert(), any_alert(), any_alert()};
  for (const auto language : {Language::zh, Language::en}) {
    RC_ASSERT(can_be_said(say(alerts, language), language));
    auto storm = counts_of(alerts);
    storm.all = 10'000;
    RC_ASSERT(can_be_said(say(alerts, language, storm), language));
    RC_ASSERT(can_be_said(tell(alerts[0], language), language));
  }
  const auto json = dump_json(to_json(alerts[0]));
  RC_ASSERT(parse_json(json).has_value());
  RC_ASSERT(json.size() < 100'000U);
}

}  // namespace
}  // namespace mtc::alerts
