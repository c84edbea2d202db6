#include "emulator/scheduled_sql.h"

#include <gtest/gtest.h>

#include "emulator/emulator_test_exchange.h"
#include "emulator/log_body.h"

namespace mtc::emulator {
namespace {

struct TaskWorld : EmulatorWorld {
  std::string target;

  TaskWorld() {
    fill(360);  // three a second: two minutes
    const auto logset =
        string_or(call("DescribeLogsets", Json::object())["Logsets"][0], "LogsetId");
    target =
        string_or(call("CreateTopic", {{"LogsetId", logset}, {"TopicName", "sums"}}), "TopicId");
    const auto text = [](const char* name, const char* type) {
      return Json{{"Key", name}, {"Value", {{"Type", type}, {"SqlFlag", true}}}};
    };
    EXPECT_EQ(
        code("CreateIndex", {{"TopicId", target},
                             {"Rule",
                              {{"KeyValue",
                                {{"CaseSensitive", false},
                                 {"KeyValues", {text("level", "text"), text("cnt", "long")}}}}}}}),
        "");
  }
  Json task(const Json& more = {}) const {
    Json out{
        {"SrcTopicId", topic},
        {"Name", "sums"},
        {"EnableFlag", 1},
        {"DstResource", {{"TopicId", target}, {"Region", "ap-guangzhou"}, {"BizType", 0}}},
        {"ScheduledSqlContent", "* | select level, count(*) as cnt group by level order by level"},
        {"ProcessStartTime", kTestTime + 60'000},
        {"ProcessType", 1},
        {"ProcessPeriod", 1},
        {"ProcessTimeWindow", "@m-1m,@m"},
        {"ProcessDelay", 60},
        {"SrcTopicRegion", "ap-guangzhou"},
        {"SyntaxRule", 1}};
    if (more.is_object()) out.update(more);
    return out;
  }
  // "minute level cnt" of what the task wrote
  std::string written() {
    std::string out;
    const auto found = call("SearchLog", {{"TopicId", target},
                                          {"From", kTestTime - 60'000},
                                          {"To", kTestTime + 86'400'000},
                                          {"QueryString", "*"},
                                          {"Sort", "asc"}});
    for (const auto& one : array_or_empty(found, "Results")) {
      const auto log = *parse_json(string_or(one, "LogJson"));
      out += fmt::format("{} {} {}; ", (integer_or(one, "Time") - kTestTime) / 60'000,
                         string_or(log, "level"), string_or(log, "cnt"));
    }
    return out;
  }
  void at(int minute) { clock.time = TimePoint(Millis(kTestTime + minute * 60'000)); }
};

TEST(ScheduledSql, WritesEachWindowOnce) {
  TaskWorld world;
  EXPECT_EQ(world.code("CreateScheduledSql", world.task()), "");
  world.at(1);
  EXPECT_EQ(world.written(), "") << "the delay has not passed";
  world.at(2);
  EXPECT_EQ(world.written(), "0 ERROR 90; 0 INFO 90; ");
  world.at(3);
  EXPECT_EQ(world.written(), "0 ERROR 90; 0 INFO 90; 1 ERROR 90; 1 INFO 90; ");
  world.at(30);
  EXPECT_EQ(world.written(), "0 ERROR 90; 0 INFO 90; 1 ERROR 90; 1 INFO 90; ");
}

TEST(ScheduledSql, EndsWhenItIsTold) {
  TaskWorld world;
  EXPECT_EQ(world.code("CreateScheduledSql",
                       world.task({{"ProcessType", 2}, {"ProcessEndTime", kTestTime + 90'000}})),
            "");
  world.at(10);
  EXPECT_EQ(world.written(), "0 ERROR 90; 0 INFO 90; ");
}

TEST(ScheduledSql, GivesMetricsTheirLabels) {
  TaskWorld world;
  const auto logset =
      string_or(world.call("DescribeLogsets", Json::object())["Logsets"][0], "LogsetId");
  world.target = string_or(
      world.call("CreateTopic", {{"LogsetId", logset}, {"TopicName", "m"}, {"BizType", 1}}),
      "TopicId");
  EXPECT_EQ(
      world.code("CreateScheduledSql",
                 world.task({{"DstResource",
                              {{"TopicId", world.target},
                               {"BizType", 1},
                               {"MetricName", "cnt"},
                               {"MetricLabels", {"level"}},
                               {"CustomMetricLabels", {{{"Key", "env"}, {"Value", "prod"}}}}}}})),
      "");
  world.at(2);
  EXPECT_EQ(world.code("DescribeTopics", Json::object()), "");  // runs what is due
  const auto& cloud = world.emulator.cloud();
  const auto* topic =
      cloud.find_topic({.uin = demo_account().uin, .region = "ap-guangzhou"}, world.target);
  Statement rows(world.emulator.cloud().db(), "SELECT body FROM " + topic->table->name());
  std::string fields;
  while (rows.step()) {
    BodyReader reader(rows.text(0));
    for (std::string_view key, value; reader.next(key, value);)
      fields += fmt::format("{}={} ", key, value);
  }
  EXPECT_EQ(fields,
            "__name__=cnt __value__=90 level=ERROR env=prod "
            "__name__=cnt __value__=90 level=INFO env=prod ");
}

TEST(ScheduledSql, CatchesUpWithinLimits) {
  TaskWorld world;
  EXPECT_EQ(world.code("CreateScheduledSql", world.task({{"ProcessStartTime", 0}})), "");
  EXPECT_EQ(world.written(), "") << "half a century is not made up for";
}

TEST(ScheduledSql, ReadsWindows) {
  const auto window = [](std::string_view text) {
    const auto found = read_window(text, TimePoint(Millis(kTestTime + 95'000)));
    return found ? fmt::format("{}..{}", (found->from_ms - kTestTime) / 1000,
                               (found->to_ms - kTestTime) / 1000)
                 : "none";
  };
  EXPECT_EQ(window("@m-15m,@m"), "-840..60");
  EXPECT_EQ(window("@h-1h,@h"), "-3600..0");
  EXPECT_EQ(window("-5m,@m"), "-205..60");
  EXPECT_EQ(window("@d,@m"), "-28800..60");
  for (const auto* bad : {"", "@m", "@m,@m", "@m,@m-1m", "@x,@m", "@m-m,@m", "@m-1,@m", "5m,@m",
                          "@m-99999999999999999999m,@m", "@m-1m,@m,@m"})
    EXPECT_EQ(window(bad), "none") << bad;
}

}  // namespace
}  // namespace mtc::emulator
