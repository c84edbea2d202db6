#include "adapters/tencent/alarm_callbacks.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/text.h"
#include "base/zone.h"

namespace mtc::tencent {
namespace {

using namespace std::chrono_literals;
using alerts::Level;
using alerts::Report;

const TimePoint kNow = *parse_iso("2026-01-01T00:20:00Z");  // 08:20 in Shanghai

const char kMetric[] = R"({"sessionId":"xxxxxxxx-0001","alarmStatus":"1","alarmType":"metric",
 "alarmObjInfo":{"region":"gz","namespace":"qce/cvm","appId":"1250000000","uin":"100000000001",
  "dimensions":{"unInstanceId":"ins-0a1b2c3d","objId":"aaaaaaaa-0000-0000-0000-000000000001","objName":"10.0.0.8#1"}},
 "alarmPolicyInfo":{"policyId":"policy-0a1b2c3d","policyType":"cvm_device","policyName":"核心机器","policyTypeCName":"云服务器-基础监控",
  "conditions":{"metricName":"cpu_usage","metricShowName":"CPU 利用率","calcType":">","calcValue":"90","calcUnit":"%","currentValue":"100","historyValue":"5","unit":"%",
   "period":"60","periodNum":"1","alarmNotifyType":"continuousAlarm","alarmNotifyPeriod":300}},
 "firstOccurTime":"2026-01-01 08:01:00","durationTime":500,"recoverTime":"0"})";

const char kLog[] =
    R"({"source":"cls","uin":"100000000001","region":"广州","alarm":"支付错误率","alarm_id":"alarm-0a1b2c3d","level":"Critical","notify_type":1,
 "record_id":"rec-1","record_group_id":"grp-1","condition":"$1.err_rate > 5","trigger_params":"$1.err_rate=12.5",
 "topic":"pay","topic_id":"11111111-2222-3333-4444-555555555555","start_time_ms":1767225660000,"notify_time_ms":1767225720000,"duration_min":1,
 "consecutive":2,"detail_url":"https://alarm.cls.tencentcs.com/abc","query_url":"https://q","message":"namespace=shop-prod workload: payment 报错"})";

Json monitor_callback() {
  return Json::parse(kMetric);
}
Json log_callback() {
  return Json::parse(kLog);
}

Report monitor_report(const Json& callback) {
  const auto reports = parse_monitor_callback(callback.dump(), kNow);
  EXPECT_TRUE(reports) << reports.error().message;
  return reports ? reports->at(0) : Report{};
}
Report log_report(const Json& callback) {
  const auto reports = parse_log_callback(callback.dump(), kNow);
  EXPECT_TRUE(reports) << reports.error().message;
  return reports ? reports->at(0) : Report{};
}

TEST(MonitorCallback, ReadsTheMetricAlarmOfTheManual) {
  const Report report = monitor_report(monitor_callback());
  EXPECT_TRUE(report.firing);
  EXPECT_EQ(report.source, alerts::Source::monitor);
  EXPECT_EQ(report.policy_id, "policy-0a1b2c3d");
  EXPECT_EQ(report.policy_name, "核心机器");
  EXPECT_EQ(report.metric, "cpu_usage");
  EXPECT_EQ(report.condition, "CPU 利用率 > 90%");
  EXPECT_EQ(report.subject.region, "ap-guangzhou");
  EXPECT_EQ(report.subject.instance, "ins-0a1b2c3d");
  EXPECT_EQ(report.subject.text, "10.0.0.8#1");
  EXPECT_EQ(report.value, 100);
  EXPECT_EQ(report.limit, 90);
  EXPECT_EQ(report.unit, "%");
  EXPECT_EQ(format_iso_utc(report.first), "2026-01-01T00:01:00.000Z");
  EXPECT_EQ(report.at - report.first, 500s);
}

TEST(MonitorCallback, TakesNumbersForTextsAndTextsForNumbers) {
  Json callback = monitor_callback();
  callback["alarmStatus"] = 1;
  callback["durationTime"] = "500";
  callback["recoverTime"] = 0;
  Json& conditions = callback["alarmPolicyInfo"]["conditions"];
  conditions["calcValue"] = 90;
  conditions["currentValue"] = 100.0;
  callback["sessionID"] = callback["sessionId"];
  callback.erase("sessionId");
  const Report report = monitor_report(callback), other = monitor_report(monitor_callback());
  EXPECT_EQ(report.id, other.id);
  EXPECT_EQ(report.condition, other.condition);
  EXPECT_EQ(report.limit, 90);
  EXPECT_EQ(report.value, 100);
  EXPECT_EQ(report.at, other.at);
}

TEST(MonitorCallback, KnowsTheEndAndTellsItFromTheBeginning) {
  Json callback = monitor_callback();
  callback["alarmStatus"] = "0";
  callback["recoverTime"] = "2026-01-01 08:11:00";
  const Report report = monitor_report(callback);
  EXPECT_FALSE(report.firing);
  EXPECT_EQ(report.at - report.first, 10min);
  EXPECT_NE(report.id, monitor_report(monitor_callback()).id);
}

TEST(MonitorCallback, HasOneIdHoweverOftenAndWheneverItComes) {
  const auto first = parse_monitor_callback(kMetric, kNow),
             again = parse_monitor_callback(kMetric, kNow + 3h);
  EXPECT_EQ(first->front().id, again->front().id);
  Json without = monitor_callback();
  without.erase("sessionId");
  Json elsewhere = without;
  elsewhere["alarmObjInfo"]["dimensions"]["unInstanceId"] = "ins-other";
  EXPECT_NE(monitor_report(without).id, monitor_report(elsewhere).id);
  EXPECT_LE(monitor_report(without).id.size(), 200U);
  EXPECT_EQ(monitor_report(without).id, monitor_report(without).id);
}

TEST(MonitorCallback, ReadsEvents) {
  Json callback = monitor_callback();
  callback["alarmType"] = "event";
  callback.erase("durationTime");
  callback["alarmObjInfo"]["dimensions"]["objDetail"] = {{"deviceLanIp", "10.0.0.8"}};
  callback["alarmPolicyInfo"]["conditions"] = {{"productName", "cvm"},
                                               {"eventName", "guest_reboot"},
                                               {"eventShowName", "机器重启"},
                                               {"alarmNotifyPeriod", 300}};
  const Report report = monitor_report(callback);
  EXPECT_EQ(report.metric, "guest_reboot");
  EXPECT_EQ(report.condition, "机器重启");
  EXPECT_FALSE(report.limit);
  EXPECT_EQ(report.at, report.first);
}

TEST(MonitorCallback, KnowsWhatRunsInClusters) {
  Json callback = monitor_callback();
  callback["alarmObjInfo"]["dimensions"] = {{"tke_cluster_instance_id", "cls-0a1b2c3d"},
                                            {"namespace", "shop-prod"},
                                            {"workload_kind", "Deployment"},
                                            {"workload_name", "payment"},
                                            {"pod_name", "payment-7d9f4c5b6-x2k4q"},
                                            {"node", "10.0.0.8"},
                                            {"un_instance_id", "ins-0a1b2c3d"},
                                            {"objName", "payment-7d9f4c5b6-x2k4q"}};
  const alerts::Subject subject = monitor_report(callback).subject;
  EXPECT_EQ(subject.cluster_id, "cls-0a1b2c3d");
  EXPECT_EQ(subject.ns, "shop-prod");
  EXPECT_EQ(subject.kind, "Deployment");
  EXPECT_EQ(subject.name, "payment");
  EXPECT_EQ(subject.pod, "payment-7d9f4c5b6-x2k4q");
  EXPECT_EQ(subject.node, "10.0.0.8");
  EXPECT_EQ(subject.instance, "");  // the machine is not what this is about
}

TEST(MonitorCallback, PutsTimesThatCannotBeWhereTheyCan) {
  Json callback = monitor_callback();
  for (const char* time : {"0", "", "2099-01-01 00:00:00", "yesterday", "2026-13-45 99:00:00"}) {
    SCOPED_TRACE(time);
    callback["firstOccurTime"] = time;
    const Report report = monitor_report(callback);
    EXPECT_EQ(report.first, kNow);
    EXPECT_EQ(report.at, kNow);
  }
  callback["firstOccurTime"] = "2026-01-01 08:01:00";
  callback["durationTime"] = 1e300;
  EXPECT_EQ(monitor_report(callback).at, kNow);
  callback["durationTime"] = "-5";
  EXPECT_EQ(monitor_report(callback).at, monitor_report(callback).first);
}

TEST(MonitorCallback, SaysWhichMemberIsWrong) {
  const auto without = [](const char* pointer, const Json& value) {
    Json callback = monitor_callback();
    callback[Json::json_pointer(pointer)] = value;
    return callback.dump();
  };
  const struct {
    std::string body, error;
  } cases[] = {
      {"", "the body: "},
      {"{", "the body: "},
      {"7", "the body: expected an object"},
      {"[]", "the body: expected an alarm"},
      {"{}", "alarmStatus: expected \"1\""},
      {without("/alarmStatus", "2"), "alarmStatus: expected \"1\""},
      {without("/alarmStatus", Json::array({1})), "alarmStatus: expected \"1\""},
      {without("/alarmObjInfo", nullptr), "alarmObjInfo: expected an object"},
      {without("/alarmPolicyInfo", "x"), "alarmPolicyInfo: expected an object"},
      {without("/alarmPolicyInfo", {{"policyType", "x"}}), "alarmPolicyInfo.policyId: "},
      {"[" + std::string(kMetric) + ",{}]", "[1].alarmStatus: "},
      {std::string(300, '[') + std::string(300, ']'), "the body: "},
      {std::string(kMaxCallbackBytes + 1, ' '), "the body: at most 262144 bytes"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.error);
    const auto reports = parse_monitor_callback(c.body, kNow);
    ASSERT_FALSE(reports);
    EXPECT_EQ(reports.error().code, Errc::invalid_argument);
    EXPECT_TRUE(reports.error().message.starts_with(c.error)) << reports.error().message;
  }
}

TEST(MonitorCallback, MakesWhatComesFromOutsideHarmless) {
  Json callback = monitor_callback();
  callback["sessionId"] = std::string(5000, 'x');
  callback["alarmPolicyInfo"]["policyName"] = std::string("a\0b\nc", 5) + std::string(5000, 'y');
  callback["alarmObjInfo"]["dimensions"] =
      R"([{"name":"namespace","value":"../../etc"},{"Key":"workload_name","Value":"pay"}])";
  callback["alarmObjInfo"]["region"] = "<script>";
  callback["alarmPolicyInfo"]["conditions"]["currentValue"] = "inf";
  const Report report = monitor_report(callback);
  EXPECT_LE(report.id.size(), 200U);
  EXPECT_TRUE(report.policy_name.starts_with("a b c"));
  EXPECT_LE(report.policy_name.size(), 200U);
  EXPECT_EQ(report.subject.ns, "");
  EXPECT_EQ(report.subject.name, "pay");
  EXPECT_EQ(report.subject.region, "");
  EXPECT_FALSE(report.value);
}

TEST(LogCallback, ReadsTheBodyThatWeDocument) {
  const Report report = log_report(log_callback());
  EXPECT_TRUE(report.firing);
  EXPECT_EQ(report.source, alerts::Source::logs);
  EXPECT_EQ(report.id, "logs:rec-1:1");
  EXPECT_EQ(report.policy_id, "alarm-0a1b2c3d");
  EXPECT_EQ(report.policy_name, "支付错误率");
  EXPECT_EQ(report.condition, "$1.err_rate > 5");
  EXPECT_EQ(report.limit, 5);
  EXPECT_EQ(report.value, 12.5);
  EXPECT_EQ(report.level, Level::critical);
  EXPECT_EQ(report.subject.region, "ap-guangzhou");
  EXPECT_EQ(report.subject.instance, "11111111-2222-3333-4444-555555555555");
  EXPECT_EQ(report.subject.text, "pay");
  EXPECT_EQ(report.subject.ns, "shop-prod");
  EXPECT_EQ(report.subject.name, "payment");
  EXPECT_EQ(report.link, "https://alarm.cls.tencentcs.com/abc");
  EXPECT_EQ(report.at - report.first, 1min);
  Json over = log_callback();
  over["notify_type"] = "2";
  EXPECT_FALSE(log_report(over).firing);
  EXPECT_EQ(log_report(over).id, "logs:rec-1:0");
}

TEST(LogCallback, KnowsTheNamesOfTheVariablesToo) {
  const Report report = log_report({{"AlarmName", "支付错误率"},
                                    {"AlarmID", "alarm-1"},
                                    {"NotifyType", "1"},
                                    {"RecordId", "rec-1"},
                                    {"Region", "1"},
                                    {"TopicId", "topic-1"},
                                    {"TriggerTime", "2026-01-01 08:01:00"},
                                    {"CustomizeMessage", "看一下"},
                                    {"Level", "紧急"},
                                    {"Somebody", {{"else", 1}}}});
  EXPECT_EQ(report.id, "logs:rec-1:1");
  EXPECT_EQ(report.policy_name, "支付错误率");
  EXPECT_EQ(report.subject.region, "ap-guangzhou");
  EXPECT_EQ(report.level, Level::critical);
  EXPECT_EQ(report.message, "看一下");
  EXPECT_EQ(format_iso_utc(report.first), "2026-01-01T00:01:00.000Z");
}

TEST(LogCallback, TakesNamesOnlyWhereTheyAreClear) {
  const struct {
    const char *name, *member;
    Json value;
    const char *ns, *workload;
  } cases[] = {
      {"pairs in a message", "message", "namespace=shop-prod, deployment=payment", "shop-prod",
       "payment"},
      {"full-width colon", "message", "namespace：shop-prod；service：payment。", "shop-prod",
       "payment"},
      {"JSON in a message", "message", R"({"namespace":"shop-prod","workload":"payment"})",
       "shop-prod", "payment"},
      {"group as an object",
       "group",
       {{"namespace", "shop"}, {"service", "order"}},
       "shop",
       "order"},
      {"group as a list", "condition_group",
       Json::array({{{"Key", "kubernetes.namespace_name"}, {"Value", "shop"}}}), "shop", ""},
      {"labels as text", "labels", R"({"workload":"order"})", "", "order"},
      {"trigger parameters", "trigger_params", "$1.workload=order;$1.count=7", "", "order"},
      {"two of them", "message", "namespace=a namespace=b workload=x", "", "x"},
      {"no name", "message", "namespace=Shop_Prod workload=../x service=A B", "", ""},
      {"part of a word", "message", "my_namespace=a theworkload=b namespaces=c", "", ""},
      {"no sign", "message", "workload payment is slow", "", ""},
      {"nothing behind", "message", "workload=", "", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Json callback = log_callback();
    callback["message"] = "";
    callback["trigger_params"] = "";
    callback[c.member] = c.value;
    const Report report = log_report(callback);
    EXPECT_EQ(report.subject.ns, c.ns);
    EXPECT_EQ(report.subject.name, c.workload);
  }
}

TEST(LogCallback, TakesAListAndSaysWhichOneIsWrong) {
  const auto both = parse_log_callback("[" + std::string(kLog) + "," + kLog + "]", kNow);
  ASSERT_TRUE(both);
  EXPECT_EQ(both->size(), 2U);
  const auto wrong = parse_log_callback("[" + std::string(kLog) + R"(,{"notify_type":1}])", kNow);
  ASSERT_FALSE(wrong);
  EXPECT_TRUE(wrong.error().message.starts_with("[1].alarm_id: ")) << wrong.error().message;
  const auto typeless =
      parse_log_callback(R"({"alarm":"x","notify_type":"{{.NotifyType}}"})", kNow);
  ASSERT_FALSE(typeless);
  EXPECT_TRUE(typeless.error().message.starts_with("notify_type: ")) << typeless.error().message;
}

TEST(LogCallback, WithoutARecordTellsFiringsApartByWhenTheyBegan) {
  Json callback = log_callback();
  callback.erase("record_id");
  const auto id = log_report(callback).id;
  EXPECT_EQ(log_report(callback).id, id);
  callback["start_time_ms"] = 1767225670000;
  EXPECT_NE(log_report(callback).id, id);
  EXPECT_LE(id.size(), 200U);
}

TEST(LogCallback, LinksOnlyWhereABrowserMayGo) {
  Json callback = log_callback();
  callback["detail_url"] = "javascript:alert(1)";
  EXPECT_EQ(log_report(callback).link, "");
  callback["detail_url"] = "https://a b";
  EXPECT_EQ(log_report(callback).link, "");
}

}  // namespace
}  // namespace mtc::tencent
