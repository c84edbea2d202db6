#include <gtest/gtest.h>

#include "adapters/tencent/alarm_reading.h"
#include "adapters/tencent/log_alarms.h"
#include "adapters/tencent/monitor_alarms.h"
#include "adapters/tencent/scripted_cloud.h"
#include "base/zone.h"
#include "infra/loop/run.h"

namespace mtc::tencent {
namespace {

using namespace std::chrono_literals;
using alerts::Level;

struct World : ScriptedCloud {
  MonitorAlarmHistory monitor{client, "ap-guangzhou"};
  LogAlarmHistory logs{client, "ap-shanghai"};
  std::int64_t ago(Millis past) const {
    return std::chrono::floor<std::chrono::seconds>(clock.time - past).time_since_epoch().count();
  }
  Json row(std::string id, std::string status, Millis first, Millis last) const {
    return {{"AlarmId", std::move(id)},     {"AlarmStatus", std::move(status)},
            {"FirstOccurTime", ago(first)}, {"LastOccurTime", ago(last)},
            {"PolicyId", "policy-1"},       {"Content", "CPU利用率 > 90%"}};
  }
  Json record(std::string id, int status, Millis began, int minutes) const {
    return {{"RecordId", std::move(id)},
            {"Status", status},
            {"CreateTime", (clock.time - began).time_since_epoch().count()},
            {"Duration", minutes},
            {"AlarmId", "alarm-1"},
            {"Trigger", "$1.errors > 5"}};
  }
};

std::vector<std::string> ids_of(const std::vector<alerts::Report>& reports) {
  std::vector<std::string> out;
  for (const auto& report : reports) out.push_back(report.id);
  return out;
}

TEST(MonitorAlarmHistory, ReadsTheRowOfTheManual) {
  const auto reports = read_monitor_history(Json::parse(
      R"json({"AlarmId":"6870aa11bb22cc33dd44ee55","MonitorType":"MT_QCE","Namespace":"cvm_device",
      "AlarmObject":"ins-0a1b2c3d(pay-1)","Content":"CPU利用率 > 90%","FirstOccurTime":1767225660,
      "LastOccurTime":1767226260,"AlarmStatus":"ALARM","PolicyId":"policy-0a1b2c3d",
      "PolicyName":"核心机器","Region":"gz","MetricsInfo":[{"QceNamespace":"qce/cvm",
      "MetricName":"CpuUsage","Period":60,"Value":"97.3","Description":"CPU利用率"}],
      "Dimensions":"{\"unInstanceId\":\"ins-0a1b2c3d\"}","AlarmLevel":"Serious","ShieldFlag":0})json"));
  ASSERT_EQ(reports.size(), 1U);
  const auto& report = reports[0];
  EXPECT_TRUE(report.firing);
  EXPECT_EQ(report.metric, "cpu_usage");  // as in the callback
  EXPECT_EQ(report.condition, "CPU利用率 > 90%");
  EXPECT_EQ(report.limit, 90);
  EXPECT_EQ(report.unit, "%");
  EXPECT_EQ(report.value, 97.3);
  EXPECT_EQ(report.level, Level::critical);
  EXPECT_EQ(report.subject.instance, "ins-0a1b2c3d");
  EXPECT_EQ(report.subject.text, "ins-0a1b2c3d(pay-1)");
  EXPECT_EQ(report.subject.region, "ap-guangzhou");
  EXPECT_EQ(report.at - report.first, 10min);
}

TEST(MonitorAlarmHistory, ReadsTheOtherWordsOfTheManualToo) {
  const auto reports = read_monitor_history(Json::parse(
      R"json({"AlarmId":"a","AlarmObject":"cls-0a1b2c3d(prod)","FirstOccurTime":"1767225660",
      "AlarmStatus":"2","AlarmType":"metric_alarm","AlarmLevel":"high","Region":"ap-guangzhou",
      "MonitorType":"cvm","MetricsInfo":null,"Dimensions":null,"MetricName":"K8sClusterCpuUsage"})json"));
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_TRUE(reports[0].firing);
  EXPECT_EQ(reports[0].level, Level::critical);
  EXPECT_EQ(reports[0].subject.cluster_id, "cls-0a1b2c3d");
  EXPECT_EQ(reports[0].subject.instance, "");
  EXPECT_EQ(reports[0].metric, "k8s_cluster_cpu_usage");
  for (const Json& none :
       {Json(7), Json::object(), Json{{"AlarmId", "a"}}, Json{{"FirstOccurTime", 1767225660}}}) {
    EXPECT_TRUE(read_monitor_history(none).empty()) << none;
  }
}

TEST(MonitorAlarmHistory, TellsTheFiringOfWhatIsOver) {
  World world;
  for (const char* status : {"OK", "NO_CONF", "NO_DATA"}) {
    const auto reports = read_monitor_history(world.row("a", status, 30min, 10min));
    ASSERT_EQ(reports.size(), 2U) << status;
    EXPECT_TRUE(reports[0].firing);
    EXPECT_EQ(reports[0].at, reports[0].first);
    EXPECT_FALSE(reports[1].firing);
    EXPECT_EQ(reports[1].at, world.clock.time - 10min);
    EXPECT_NE(reports[0].id, reports[1].id);
  }
}

TEST(MonitorAlarmHistory, LooksADayBackAndKeepsWhatIsNew) {
  World world;
  world.answer({{"TotalCount", 4},
                {"Histories",
                 {world.row("old", "OK", 20h, 19h), world.row("ended", "OK", 20h, 5min),
                  world.row("quiet", "ALARM", 20h, 20h)}}});
  world.answer({{"TotalCount", 4}, {"Histories", {world.row("new", "ALARM", 1min, 1min)}}});
  const auto now = world.clock.time;
  const auto reports = run(world.monitor.since(now - 10min, now));
  ASSERT_TRUE(reports) << reports.error().message;
  ASSERT_EQ(reports->size(), 3U);
  EXPECT_TRUE((*reports)[0].id.starts_with("monitor-history:ended:1:"));
  EXPECT_TRUE((*reports)[1].id.starts_with("monitor-history:ended:0:"));
  EXPECT_TRUE((*reports)[2].id.starts_with("monitor-history:new:1:"));
  EXPECT_EQ(world.action(0), "DescribeAlarmHistories");
  EXPECT_EQ(world.body(0)["StartTime"], world.ago(24h + 10min));
  EXPECT_EQ(world.body(0)["Order"], "ASC");
  EXPECT_EQ(world.body(1)["PageNumber"], 2);
}

TEST(MonitorAlarmHistory, SaysWhenItIsRefused) {
  World world;
  world.refuse("UnauthorizedOperation");
  const auto reports = run(world.monitor.since(world.clock.time - 1min, world.clock.time));
  ASSERT_FALSE(reports);
  EXPECT_EQ(reports.error().code, Errc::denied);
}

TEST(LogAlarmHistory, HasTheIdsOfTheCallbacks) {
  World world;
  EXPECT_EQ(ids_of(read_log_history(world.record("r", 0, 5min, 5))),
            (std::vector<std::string>{"logs:r:1"}));
  for (const int over : {1, 2}) {
    const auto reports = read_log_history(world.record("r", over, 5min, 3));
    EXPECT_EQ(ids_of(reports), (std::vector<std::string>{"logs:r:1", "logs:r:0"}));
    EXPECT_EQ(reports[1].at - reports[1].first, 3min);
  }
}

TEST(LogAlarmHistory, AsksForAllPagesAndPutsThemInOrder) {
  World world;
  Json newest = world.record("newest", 0, 1min, 1);
  newest["GroupTriggerCondition"] = {{{"Key", "namespace"}, {"Value", "shop"}},
                                     {{"Key", "service"}, {"Value", "payment"}}};
  newest["AlarmLevel"] = 0;
  newest["Region"] = "ap-shanghai";
  world.answer({{"TotalCount", 3}, {"Records", {newest, world.record("ended", 1, 20h, 1199)}}});
  world.answer({{"TotalCount", 3}, {"Records", {world.record("old", 1, 20h, 3)}}});
  const auto now = world.clock.time;
  const auto reports = run(world.logs.since(now - 10min, now));
  ASSERT_TRUE(reports) << reports.error().message;
  EXPECT_EQ(ids_of(*reports),
            (std::vector<std::string>{"logs:ended:1", "logs:newest:1", "logs:ended:0"}));
  const auto& report = (*reports)[1];
  EXPECT_EQ(report.subject.ns, "shop");
  EXPECT_EQ(report.subject.name, "payment");
  EXPECT_EQ(report.level, Level::warning);
  EXPECT_EQ(report.limit, 5);
  EXPECT_EQ((*reports)[0].subject.region, "ap-shanghai");
  EXPECT_EQ(world.body(0)["From"], (now - 24h - 10min).time_since_epoch().count());
  EXPECT_EQ(world.body(1)["Offset"], 2);
  EXPECT_EQ(world.logs.name(), "logs/ap-shanghai");
}

TEST(AlarmReading, NamesAMetricInOneWay) {
  const struct {
    const char *name, *key;
  } cases[] = {{"CpuUsage", "cpu_usage"},
               {"CPUUsage", "cpu_usage"},
               {"cpu_usage", "cpu_usage"},
               {"K8sWorkloadRateCpuCoreUsedLimit", "k8s_workload_rate_cpu_core_used_limit"},
               {"", ""}};
  for (const auto& c : cases) EXPECT_EQ(metric_key(c.name), c.key);
}

TEST(AlarmReading, FindsSimpleThresholds) {
  const struct {
    const char* text;
    std::optional<double> limit;
    const char* unit;
  } cases[] = {{"CPU利用率 > 90%", 90, "%"},
               {"CPU利用率>=90.5%，持续 5 分钟", 90.5, "%"},
               {"$1.errors > 5", 5, ""},
               {"延迟 ≥ 200ms", 200, "ms"},
               {"$1.a > 5 && $2.b < 3", std::nullopt, ""},
               {"$1.a > $2.b", std::nullopt, ""},
               {"机器重启", std::nullopt, ""},
               {"a > 1e999", std::nullopt, ""},
               {">", std::nullopt, ""}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(threshold_of(c.text).limit, c.limit);
    EXPECT_EQ(threshold_of(c.text).unit, c.unit);
  }
}

TEST(AlarmReading, KnowsRegionsHoweverTheyAreWritten) {
  const struct {
    const char *text, *code;
  } cases[] = {{"gz", "ap-guangzhou"},
               {"广州", "ap-guangzhou"},
               {"1", "ap-guangzhou"},
               {"ap-new-1", "ap-new-1"},
               {"xyz", ""},
               {"", ""},
               {"../a-b", ""}};
  for (const auto& c : cases) EXPECT_EQ(region_code(c.text), c.code) << c.text;
}

TEST(AlarmReading, KnowsTimesHoweverTheyAreWritten) {
  const auto time = parse_iso("2026-01-01T00:01:00Z");
  for (const char* text : {"2026-01-01 08:01:00", "2026-01-01T00:01:00Z", "1767225660",
                           "1767225660000", " 1767225660 "}) {
    EXPECT_EQ(cloud_time(text), *time) << text;
  }
  for (const char* text : {"0", "", "-5", "99999999999999999999", "1999-01-01 00:00:00",
                           "9999-01-01T00:00:00Z", "null"}) {
    EXPECT_FALSE(cloud_time(text)) << text;
  }
}

}  // namespace
}  // namespace mtc::tencent
