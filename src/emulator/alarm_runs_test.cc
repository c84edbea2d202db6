#include "emulator/alarm_runs.h"

#include <gtest/gtest.h>

#include "emulator/emulator_test_exchange.h"

namespace mtc::emulator {
namespace {

// The whole stand-in with one topic; time moves by hand, in minutes after kTestTime.
struct AlarmWorld : EmulatorWorld {
  std::string logset;

  AlarmWorld() {
    fill(0);
    logset = string_or(call("DescribeLogsets", Json::object())["Logsets"][0], "LogsetId");
  }
  void log(double minute, const std::string& level, const std::string& service = "pay") {
    const Owner owner{.uin = emulator.options().accounts.front().uin, .region = region};
    const Topic* stored = *emulator.cloud().topic(owner, topic);
    LogWriter writer(*stored->table);
    const int stream = stored->table->stream({.source = "s"});
    writer.add({.stream = stream, .group = 1},
               kTestTime + static_cast<std::int64_t>(minute * 60'000),
               {{"level", level}, {"service", service}});
    writer.commit();
  }
  Json policy(const Json& more = {}) const {
    Json out{{"Name", "errors"},
             {"AlarmTargets",
              {{{"TopicId", topic},
                {"LogsetId", logset},
                {"Query", "level:ERROR | select service, count(*) as cnt group by service"},
                {"Number", 1},
                {"StartTimeOffset", -1},
                {"EndTimeOffset", 0},
                {"SyntaxRule", 1}}}},
             {"MonitorTime", {{"Type", "Period"}, {"Time", 1}}},
             {"TriggerCount", 1},
             {"AlarmPeriod", 15},
             {"Condition", "$1.cnt >= 2"},
             {"AlarmLevel", 2}};
    if (more.is_object()) out.update(more);
    return out;
  }
  std::string create(const Json& more = {}) {
    const auto answer = call("CreateAlarm", policy(more));
    EXPECT_FALSE(answer.contains("Error")) << answer;
    return string_or(answer, "AlarmId");
  }
  void at(double minute) {
    clock.time = TimePoint(Millis(kTestTime + static_cast<std::int64_t>(minute * 60'000)));
  }
  Json records(const Json& filters = Json::array()) {
    return call("DescribeAlertRecordHistory", {{"From", kTestTime},
                                               {"To", kTestTime + 86'400'000},
                                               {"Offset", 0},
                                               {"Limit", 100},
                                               {"Filters", filters}});
  }
  // "minute status duration" of each firing, oldest first
  std::string history() {
    std::string out;
    const auto found = records();
    for (const auto& one : array_or_empty(found, "Records")) {
      out = fmt::format("{} {} {}; ", (integer_or(one, "CreateTime") - kTestTime) / 60'000,
                        integer_or(one, "Status"), integer_or(one, "Duration")) +
            out;
    }
    return out;
  }
  // How often the run log has the condition.
  std::int64_t runs(const std::string& query) {
    const auto answer = call("GetAlarmLog", {{"From", kTestTime},
                                             {"To", kTestTime + 86'400'000},
                                             {"Query", query + " | select count(*) as n"},
                                             {"UseNewAnalysis", true}});
    const auto row = parse_json(answer["AnalysisRecords"][0].get<std::string>());
    return integer_or(*row, "n");
  }
};

TEST(Alarms, FireAndRecover) {
  AlarmWorld world;
  const auto id = world.create();
  for (const double minute : {2.1, 2.2, 3.1, 3.2, 3.3}) world.log(minute, "ERROR");
  world.at(2);
  EXPECT_EQ(world.history(), "");
  world.at(3);
  EXPECT_EQ(world.history(), "3 0 0; ");
  world.at(4.5);
  EXPECT_EQ(world.history(), "3 0 1; ");
  world.at(6);
  EXPECT_EQ(world.history(), "3 1 2; ") << "recovered at minute 5";
  EXPECT_EQ(world.runs("condition_evaluate_result:QueryResultMatch"), 2);
  EXPECT_EQ(world.runs("alert_id:\"" + id + "\""), 6);
  EXPECT_EQ(world.runs("notify_type:2"), 1);
}

TEST(Alarms, WaitForConsecutiveMatches) {
  AlarmWorld world;
  world.create({{"TriggerCount", 3}, {"Condition", "$1.__QUERYCOUNT__ > 0"}});
  for (const double minute : {0.5, 1.5, 3.5, 4.5, 5.5, 6.5}) world.log(minute, "ERROR");
  world.at(10);
  EXPECT_EQ(world.history(), "6 1 2; ") << "the gap at minute 2 begins the count anew";
}

TEST(Alarms, RepeatTheirNoticeOncePerPeriod) {
  AlarmWorld world;
  const auto notice = string_or(world.call("CreateAlarmNotice", {{"Name", "ops"}, {"Type", "All"}}),
                                "AlarmNoticeId");
  world.create(
      {{"AlarmPeriod", 5}, {"Condition", "$1.cnt > 0"}, {"AlarmNoticeIds", Json::array({notice})}});
  for (int minute = 0; minute < 12; ++minute) world.log(minute + 0.5, "ERROR");
  world.at(12);
  EXPECT_EQ(world.history(), "1 0 11; ");
  EXPECT_EQ(world.runs("notification_send_result:SendSuccess"), 3) << "minutes 1, 6 and 11";
}

TEST(Alarms, AreSilentBehindAShield) {
  AlarmWorld world;
  const auto notice = string_or(world.call("CreateAlarmNotice", {{"Name", "ops"}, {"Type", "All"}}),
                                "AlarmNoticeId");
  world.create({{"Condition", "$1.cnt > 0"}, {"AlarmNoticeIds", Json::array({notice})}});
  const auto shield = [&](const std::string& level) {
    return Json{{"AlarmNoticeId", notice},
                {"StartTime", kTestTime / 1000},
                {"EndTime", kTestTime / 1000 + 3600},
                {"Type", 2},
                {"Reason", "release"},
                {"Rule", R"({"Type":"Operation","Value":"AND","Children":[{"Type":"Condition",)"
                         R"("Value":"Level","Children":[{"Type":"Compare","Value":"In"},)"
                         R"({"Type":"Value","Value":"[)" +
                             level + R"(]"}]}]})"}};
  };
  EXPECT_EQ(world.code("CreateAlarmShield", shield("0,1")), "");
  world.log(0.5, "ERROR");
  world.at(2);
  EXPECT_EQ(world.runs("silent:true"), 0) << "the shield is for other levels";
  EXPECT_EQ(world.code("CreateAlarmShield", shield("2")), "");
  world.log(4.5, "ERROR");
  world.at(6);
  EXPECT_EQ(world.history(), "1 1 1; 5 1 1; ") << "a shield hides no firing";
  EXPECT_EQ(world.runs("silent:true AND notification_send_result:NotSend"), 2);
}

TEST(Alarms, JudgeEachGroupByItself) {
  AlarmWorld world;
  world.create({{"GroupTriggerStatus", true},
                {"GroupTriggerCondition", {"service"}},
                {"Condition", "$1.cnt > 0"}});
  world.log(0.5, "ERROR", "pay");
  world.log(1.5, "ERROR", "pay");
  world.log(1.6, "ERROR", "cart");
  world.at(4);
  EXPECT_EQ(world.history(), "1 1 2; 2 1 1; ");
  const auto found = world.records();
  EXPECT_EQ(dump_json(found["Records"][0]["GroupTriggerCondition"]),
            R"([{"Key":"service","Value":"cart"}])");
}

TEST(Alarms, FireOnTheWorstLevelThatHolds) {
  AlarmWorld world;
  Json more = world.policy({{"MultiConditions",
                             {{{"Condition", "$1.cnt > 0"}, {"AlarmLevel", 1}},
                              {{"Condition", "$1.cnt > 1"}, {"AlarmLevel", 2}}}}});
  more.erase("Condition");
  more.erase("AlarmLevel");
  EXPECT_EQ(world.code("CreateAlarm", more), "");
  world.log(0.5, "ERROR");
  world.log(2.5, "ERROR");
  world.log(2.6, "ERROR");
  world.at(5);
  const auto found = world.records();
  EXPECT_EQ(found["Records"][0]["AlarmLevel"], 2);
  EXPECT_EQ(found["Records"][1]["AlarmLevel"], 1);
  const Json critical = {{{"Key", "alarmLevel"}, {"Values", {"2"}}}};
  EXPECT_EQ(world.records(critical)["TotalCount"], 1);
}

TEST(Alarms, LookAtRawLogsToo) {
  AlarmWorld world;
  auto targets = world.policy()["AlarmTargets"];
  targets[0]["Query"] = "level:ERROR";
  world.create({{"AlarmTargets", targets}, {"Condition", "$1.service == \"cart\""}});
  world.log(0.5, "ERROR", "pay");
  world.log(1.5, "ERROR", "cart");
  world.at(3);
  EXPECT_EQ(world.history(), "2 1 1; ");
}

TEST(Alarms, ThatAreDisabledEndTheirFirings) {
  AlarmWorld world;
  const auto id = world.create({{"Condition", "$1.cnt > 0"}});
  world.log(0.5, "ERROR");
  world.log(3.5, "ERROR");
  world.at(1.5);
  EXPECT_EQ(world.history(), "1 0 0; ");
  EXPECT_EQ(world.code("ModifyAlarm", {{"AlarmId", id}, {"Status", false}}), "");
  world.at(5);
  EXPECT_EQ(world.history(), "1 2 0; ");
  EXPECT_EQ(world.code("ModifyAlarm", {{"AlarmId", id}, {"Status", true}}), "");
  world.at(7);
  EXPECT_EQ(world.history(), "1 2 0; ") << "what it missed is not made up for";
}

TEST(Alarms, CatchUpWithinLimits) {
  AlarmWorld world;
  world.create({{"Condition", "$1.cnt > 0"}});
  world.log(0.5, "ERROR");
  world.at(30 * 24 * 60.0);
  EXPECT_EQ(world.history(), "") << "too long ago";
  world.at(30 * 24 * 60.0 + 1);
  EXPECT_EQ(world.history(), "");
}

TEST(Alarms, SayWhenTheyCannotRun) {
  AlarmWorld world;
  world.create();
  EXPECT_EQ(world.code("DeleteTopic", {{"TopicId", world.topic}}), "FailedOperation.BindedAlarm");
  EXPECT_EQ(world.code("DeleteIndex", {{"TopicId", world.topic}}), "");
  world.at(2);
  EXPECT_EQ(world.runs("condition_evaluate_result:ProcessError"), 2);
}

TEST(Alarms, SurviveInTheFile) {
  const auto file = std::filesystem::temp_directory_path() / "mtc_alarm_runs_test.db";
  std::filesystem::remove(file);
  FakeClock clock;
  SeededRandom random(3);
  const Owner owner{.uin = 1, .region = "ap-guangzhou"};
  {
    Cloud cloud(file, clock, random);
    cloud.records().add(kClsAlarm, owner, "alarm-1", {{"Policy", {{"Name", "错误"}}}});
    ASSERT_NE(alarm_log(cloud, owner), nullptr);
    EXPECT_TRUE(cloud.topics(owner).empty()) << "the run log is nobody's topic";
  }
  Cloud again(file, clock, random);
  const Record* alarm = again.records().find(kClsAlarm, owner, "alarm-1");
  ASSERT_NE(alarm, nullptr);
  EXPECT_EQ(string_or(alarm->document["Policy"], "Name"), "错误");
  EXPECT_TRUE(alarm_log(again, owner)->table->index());
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace mtc::emulator
