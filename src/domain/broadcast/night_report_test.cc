#include "domain/broadcast/night_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "domain/rollback/telling.h"

namespace mtc::broadcast {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kLogs = "昨天日志四百二十万条，错误九百条。错误最多的是 gateway 的上游超时。";
constexpr const char* kShort = "昨天日志四百二十万条，错误九百条。";

TimePoint at(int hour, int minute = 0) {
  return Zone::shanghai().at(2026y / 11 / 22,
                             std::chrono::hours(hour) + std::chrono::minutes(minute));
}

alerts::Alert alert_of(const std::string& name, alerts::Handling handling) {
  return {.id = "alert-" + name,
          .incident = "incident-" + name,
          .policy_name = name + " errors",
          .subject = {.cluster_id = "cls-1", .ns = "shop", .kind = "Deployment", .name = name},
          .handling = handling,
          .first = at(2, 8),
          .last = at(2, 20),
          .score = 86};
}

rollback::Operation operation_of(const std::string& name, rollback::OperationState state) {
  rollback::Operation out{.id = "operation-" + name,
                          .incident = "incident-" + name,
                          .alert_id = "alert-" + name,
                          .title = name + " 报错涨到平时的四十倍",
                          .state = state,
                          .started = at(2, 8),
                          .ended = at(2, 14)};
  out.target.object = {.api_version = "apps/v1", .kind = "Deployment", .ns = "shop", .name = name};
  out.steps = {
      {.rung = rollback::Rung::restart, .state = rollback::StepState::no_better},
      {.rung = rollback::Rung::previous_version,
       .state = state == rollback::OperationState::recovered ? rollback::StepState::good
                                                             : rollback::StepState::no_better}};
  return out;
}

NightOptions options(Language language = Language::zh) {
  return {.language = language, .now = at(7, 30)};
}
NightReport report_of(Night night) {
  return {.night = std::move(night), .logs = kLogs, .logs_short = kShort};
}

TEST(NightReport, TellsWhatNeedsThePersonThenWhatWasRepairedThenTheLogs) {
  const auto report =
      report_of({.alerts = {alert_of("order", alerts::Handling::handed_over),
                            alert_of("payment", alerts::Handling::solved)},
                 .operations = {operation_of("payment", rollback::OperationState::recovered)}});
  const auto text = say_night(report, options());
  EXPECT_THAT(text, StartsWith("有一件事要你处理："));
  EXPECT_THAT(text, EndsWith(kShort));
  const auto order = text.find("order");
  const auto payment = text.find("payment 报错涨到平时的四十倍");
  ASSERT_NE(order, std::string::npos) << text;
  ASSERT_NE(payment, std::string::npos) << text;
  EXPECT_LT(order, payment);
  EXPECT_LT(payment, text.find(kShort));
  EXPECT_THAT(text, HasSubstr(rollback::say_operation(report.night.operations[0], at(7, 30),
                                                      Zone::shanghai(), Language::zh)));
}

TEST(NightReport, TellsItInEnglishToo) {
  auto operation = operation_of("payment", rollback::OperationState::handed_over);
  operation.title = "payment errors are forty times normal";
  auto report = report_of({.operations = {operation}});
  report.logs_short = "Yesterday there were 900 errors.";
  const auto text = say_night(report, options(Language::en));
  EXPECT_THAT(text, StartsWith("One thing needs you: At 2:08 am: payment errors are forty times "
                               "normal. "));
  EXPECT_THAT(text, EndsWith(" Yesterday there were 900 errors."));
}

TEST(NightReport, WhereNothingHappenedTheLogsAreToldInFull) {
  EXPECT_EQ(say_night(report_of({}), options()), std::string("没有要你处理的告警。") + kLogs);
}

TEST(NightReport, TellsWhatThePersonWantsToHear) {
  const auto report = report_of({.alerts = {alert_of("order", alerts::Handling::handed_over)}});
  auto only = options();
  only.content = identity::BroadcastContent::alerts;
  EXPECT_THAT(say_night(report, only), AllOf(HasSubstr("order"), Not(HasSubstr("日志"))));
  only.content = identity::BroadcastContent::logs;
  EXPECT_EQ(say_night(report, only), kLogs);
}

TEST(NightReport, WhatSomebodyHasTakenNoteOfIsNotToldAgain) {
  auto noted = alert_of("order", alerts::Handling::handed_over);
  noted.acknowledged_by = 3;
  auto later = alert_of("payment", alerts::Handling::handed_over);
  later.snoozed_until = at(12);
  const auto text = say_night(
      report_of({.alerts = {noted, later},
                 .operations = {operation_of("order", rollback::OperationState::handed_over)}}),
      options());
  EXPECT_EQ(text, std::string("没有要你处理的告警。") + kLogs);
  // What was put off until before then is told again.
  later.snoozed_until = at(6);
  EXPECT_THAT(say_night(report_of({.alerts = {later}}), options()), HasSubstr("payment"));
}

TEST(NightReport, TheRestIsCounted) {
  Night night;
  for (int i = 0; i < 5; ++i) {
    auto one = alert_of("s" + std::to_string(i), alerts::Handling::none);
    if (i < 3) one.state = alerts::State::recovered;
    night.alerts.push_back(one);
  }
  night.more = 9800;
  const auto text = say_night(report_of(night), options());
  EXPECT_THAT(text, AllOf(HasSubstr("有两条告警还没恢复。"), HasSubstr("三条告警已经恢复。"),
                          HasSubstr("此外还来过九千八百条告警。")));
}

TEST(NightReport, AlertsThatCouldNotBeReadAreMissed) {
  const auto text = say_night(report_of({.known = false}), options());
  EXPECT_EQ(text, std::string("告警没查到。") + kShort);
}

TEST(NightReport, StaysShortAndLeavesOutWhatMattersLeast) {
  Night night;
  for (int i = 0; i < 6; ++i) {
    night.alerts.push_back(
        alert_of("service-with-a-long-name-" + std::to_string(i), alerts::Handling::handed_over));
    night.operations.push_back(operation_of("other-service-with-a-long-name-" + std::to_string(i),
                                            rollback::OperationState::recovered));
  }
  auto report = report_of(night);
  report.dashboard = "支付看板：错误数在十点二十分最高，一千二百，是平时的五倍。";
  for (const auto language : {Language::zh, Language::en}) {
    const auto text = say_night(report, options(language));
    EXPECT_LE(count_characters(text), language == Language::zh ? 300U : 600U);
    EXPECT_THAT(text, HasSubstr("service-with-a-long-name-0"));
  }
  EXPECT_THAT(say_night(report, options()), StartsWith("有六件事要你处理："));
}

TEST(NightReport, ADashboardIsToldBeforeTheLogs) {
  auto report = report_of({});
  report.dashboard = "支付看板上一切如常。";
  EXPECT_EQ(say_night(report, options()),
            std::string("没有要你处理的告警。支付看板上一切如常。") + kLogs);
}

TEST(FirstSentence, IsCutWhereOneEnds) {
  EXPECT_EQ(first_sentence("甲。乙。", Language::zh), "甲。");
  EXPECT_EQ(first_sentence("It was 4.21 million. More.", Language::en), "It was 4.21 million.");
  EXPECT_EQ(first_sentence("One", Language::en), "One");
}

}  // namespace
}  // namespace mtc::broadcast
