#include "services/devops/rollback_tools.h"

#include <gmock/gmock.h>

#include "domain/clusters/object.h"
#include "services/common/app_pages.h"
#include "services/devops/answer_check_for_test.h"
#include "services/devops/devops_world_for_test.h"

namespace mtc::services {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

using rollback::OperationState;
using rollback::StepState;

class RollbackTools : public DevopsWorld {
 protected:
  RollbackTools() {
    executors.emplace("handle_alert", handle_alert_executor(ports));
    executors.emplace("roll_back", start_rollback_executor(ports));
  }
  // How order was before its image 1.4.
  void note_good_state() {
    auto& live = shop.cluster->at("Deployment", "shop", "order");
    Json before = clusters::sendable(live);
    before["spec"]["template"]["spec"]["containers"][0]["image"] = "r.example.com/order:1.3";
    good.states.push_back({.account = 0,
                           .release = clusters::release_of("cls-1", live),
                           .objects = {before},
                           .fingerprint = "before",
                           .since = now() - std::chrono::hours(48),
                           .seen = now() - std::chrono::hours(24)});
  }

  mcp::Tool handle_tool = handle_alert_tool(ports);
  mcp::Tool start = start_rollback_tool(ports);
  mcp::Tool status = rollback_status_tool(ports);
  mcp::Tool stop = stop_rollback_tool(ports);
  mcp::Tool history = rollback_history_tool(ports);
};

TEST_F(RollbackTools, AnAlertIsHandledWhenItsCodeIsSaid) {
  const auto id = put(alert_of("order", 78)).id;
  const auto planned = call(handle_tool, {{"alert", "1"}});
  EXPECT_THAT(planned.speech,
              AllOf(StartsWith("准备处理一号告警"), HasSubstr("order"), HasSubstr("确认请说")));
  EXPECT_EQ(complaint(handle_tool.output_schema, planned.data), "");
  EXPECT_THAT(handled, IsEmpty());
  const auto done = confirm(planned);
  EXPECT_EQ(done.speech, "已经开始了，大约三分钟，好了我告诉你。");
  EXPECT_EQ(done.data["plan"]["state"], "done");
  EXPECT_EQ(done.data["verdict"], "running");
  EXPECT_THAT(handled, ElementsAre(id));
  ASSERT_EQ(ran.size(), 1U);
  EXPECT_EQ(done.data["rollback_id"], ran[0].id);
}

TEST_F(RollbackTools, ItIsSaidInEnglishToo) {
  put(alert_of("order", 78));
  const auto planned = call(handle_tool, {{"alert", "order"}}, "john");
  EXPECT_THAT(planned.speech, StartsWith("About to handle alert number one, "));
  EXPECT_EQ(confirm(planned, "john").speech, "It has begun. About three minutes; I will tell you.");
}

TEST_F(RollbackTools, WhatIsOverIsNotHandled) {
  auto over = alert_of("order", 78);
  over.state = alerts::State::recovered;
  put(over);
  EXPECT_THAT(say(handle_tool, {{"alert", "1"}}), HasSubstr("已经恢复了，不用处理"));
  EXPECT_TRUE(call(handle_tool, {{"alert", "7"}}).is_error);
  EXPECT_THAT(approval.plans.plans, IsEmpty());
}

TEST_F(RollbackTools, AnAlertThatChangedMeanwhileIsLeftAlone) {
  const auto id = put(alert_of("order", 78)).id;
  const auto planned = call(handle_tool, {{"alert", "1"}});
  run(alerts.change(id, {.handling = alerts::Handling::handed_over}, now()));
  const auto done = confirm(planned);
  EXPECT_TRUE(done.is_error);
  EXPECT_THAT(done.speech, HasSubstr("变过了，没有动手"));
  EXPECT_THAT(handled, IsEmpty());
}

TEST_F(RollbackTools, WhatIsNotBegunIsSaid) {
  put(alert_of("order", 78));
  begins = false;
  auto planned = call(handle_tool, {{"alert", "1"}});
  auto done = confirm(planned);
  EXPECT_TRUE(done.is_error);
  EXPECT_THAT(done.speech, HasSubstr("这次没有动手"));
  // Somebody else was quicker.
  planned = call(handle_tool, {{"alert", "1"}});
  begin(operation_of("order"));
  done = confirm(planned);
  EXPECT_FALSE(done.is_error);
  EXPECT_THAT(done.speech, StartsWith("已经有人在处理了。"));
  EXPECT_THAT(ran, IsEmpty());
}

TEST_F(RollbackTools, NeedThePermissionToRollBack) {
  put(alert_of("order", 78));
  callers.people["zhangsan"].user.rollback_permission = false;
  for (const auto& [tool, arguments] : {std::pair(handle_tool, Json{{"alert", "1"}}),
                                        std::pair(start, Json{{"service", "order"}})}) {
    const auto reply = call(tool, arguments);
    EXPECT_TRUE(reply.is_error);
    EXPECT_THAT(reply.speech, StartsWith("你的账号没有回滚权限。"));
  }
  callers.people["guest"].user.rollback_permission = true;
  const auto reply = call(handle_tool, {{"alert", "1"}}, "guest");
  EXPECT_TRUE(reply.is_error);
  EXPECT_EQ(reply.data["refused"], "denied");
}

TEST_F(RollbackTools, AServiceIsRolledBackWhenItsCodeIsSaid) {
  note_good_state();
  const auto planned = call(start, {{"service", "order"}, {"to_version", "previous"}});
  EXPECT_THAT(planned.speech, AllOf(HasSubstr("order"), HasSubstr("1.3"), HasSubstr("确认请说")));
  EXPECT_EQ(complaint(start.output_schema, planned.data), "");
  EXPECT_THAT(requests, IsEmpty());
  EXPECT_EQ(confirm(planned).speech, "已经开始了，大约三分钟，好了我告诉你。");
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].only, rollback::Rung::previous_version);
  EXPECT_EQ(requests[0].target.object.name, "order");
  EXPECT_EQ(requests[0].trigger, rollback::Trigger::person);
  EXPECT_EQ(ran.size(), 1U);
  EXPECT_THAT(shop.cluster->writes, IsEmpty());
}

TEST_F(RollbackTools, AServiceThatChangedMeanwhileIsLeftAlone) {
  note_good_state();
  const auto planned = call(start, {{"service", "order"}});
  shop.cluster->at("Deployment", "shop",
                   "order")["spec"]["template"]["spec"]["containers"][0]["image"] =
      "r.example.com/order:1.5";
  const auto done = confirm(planned);
  EXPECT_TRUE(done.is_error);
  EXPECT_THAT(requests, IsEmpty());
}

TEST_F(RollbackTools, WhatCannotBeRolledBackIsSaid) {
  EXPECT_THAT(say(start, {{"service", "nowhere"}}), HasSubstr("没有叫 nowhere 的服务"));
  EXPECT_TRUE(call(start, {{"service", "single"}}).is_error);  // there is no earlier version
}

TEST_F(RollbackTools, AClientThatCanBeAskedFollowsItAsATask) {
  put(alert_of("order", 78));
  auto context = called_by("zhangsan");
  context.can_ask = true;
  context.client.form_elicitation = true;
  auto asked = run(handle_tool.call({{"alert", "1"}}, {}, context));
  ASSERT_TRUE(asked && std::holds_alternative<mcp::NeedInput>(*asked));
  context.state = std::get<mcp::NeedInput>(*asked).state;
  context.answers["confirm"] = {{"action", "accept"}, {"content", {{"confirm", true}}}};
  auto begun = run(handle_tool.call({{"alert", "1"}}, {}, context));
  ASSERT_TRUE(begun && std::holds_alternative<mcp::LongWork>(*begun));
  const auto& work = std::get<mcp::LongWork>(*begun);
  EXPECT_EQ(work.message, "已经开始了，大约三分钟，好了我告诉你。");

  end("operation-order", OperationState::recovered);
  auto followed = called_by("zhangsan");
  followed.background = true;
  followed.state = work.state;
  auto over = run(handle_tool.call({{"alert", "1"}}, {}, followed));
  ASSERT_TRUE(over && std::holds_alternative<mcp::Reply>(*over));
  EXPECT_EQ(std::get<mcp::Reply>(*over).data["verdict"], "recovered");
}

TEST_F(RollbackTools, HowOneGoesIsWhatThePageShows) {
  auto operation = operation_of("order");
  operation.steps[0].state = StepState::no_better;
  operation.steps[0].summary = "重启 order";
  operation.steps[1].state = StepState::acting;
  begin(operation);
  EXPECT_EQ(status.meta, shown_on(kRollbackPage));
  for (const Json& arguments : {Json::object(), Json{{"rollback_id", "operation-order"}},
                                Json{{"number", 1}}, Json{{"service", "oder"}}}) {
    const auto reply = call(status, arguments);
    EXPECT_EQ(complaint(status.output_schema, reply.data), "");
    EXPECT_EQ(reply.data["verdict"], "running");
    EXPECT_EQ(reply.data["target"], "shop/order");
    ASSERT_EQ(reply.data["steps"].size(), 2U);
    EXPECT_EQ(reply.data["steps"][0]["status"], "failed");
    EXPECT_EQ(reply.data["steps"][1]["status"], "running");
    EXPECT_THAT(reply.speech, HasSubstr("重启"));
  }
}

TEST_F(RollbackTools, OneThatIsNotThereIsSaid) {
  EXPECT_EQ(say(status, Json::object()), "还没有做过回滚。");
  EXPECT_EQ(say(status, {{"service", "billing"}}, "john"), "There was no rollback of billing.");
  auto foreign = operation_of("order");
  foreign.account = 7;
  begin(foreign);
  EXPECT_EQ(say(status, {{"rollback_id", "operation-order"}}), "没有这次回滚。");
}

TEST_F(RollbackTools, EveryStateHasAVerdict) {
  begin(operation_of("order"));
  const std::pair<OperationState, const char*> cases[] = {
      {OperationState::running, "running"},
      {OperationState::recovered, "recovered"},
      {OperationState::undone, "undone"},
      {OperationState::handed_over, "handed_over"},
      {OperationState::cancelled, "undone"}};
  for (const auto& [state, verdict] : cases) {
    end("operation-order", state);
    EXPECT_EQ(call(status, Json::object()).data["verdict"], verdict);
  }
}

TEST_F(RollbackTools, WhatRunsIsStoppedAtOnce) {
  EXPECT_EQ(say(stop, Json::object()), "现在没有正在进行的回滚。");
  begin(operation_of("order"));
  EXPECT_THAT(say(stop, Json::object()), StartsWith("好，停了。"));
  EXPECT_THAT(cancelled, ElementsAre("operation-order by zhangsan"));
  EXPECT_THAT(approval.log.events(), ElementsAre("begun", "done"));
  begin(operation_of("single"));
  EXPECT_THAT(say(stop, {{"service", "single"}}, "john"), StartsWith("Stopped. "));
  EXPECT_EQ(cancelled.back(), "operation-single by john");
  EXPECT_TRUE(call(stop, Json::object(), "guest").is_error);
}

TEST_F(RollbackTools, TheirHistoryIsTold) {
  EXPECT_EQ(say(history, Json::object()), "没有做过回滚。");
  begin(operation_of("order"));
  end("operation-order", OperationState::recovered);
  begin(operation_of("single"));
  end("operation-single", OperationState::handed_over);
  const auto all = call(history, {{"time_range", "近一小时"}});
  EXPECT_EQ(complaint(history.output_schema, all.data), "");
  EXPECT_THAT(all.speech, AllOf(HasSubstr("一共两次回滚，一次恢复。"), HasSubstr("order")));
  EXPECT_EQ(call(history, {{"service", "order"}}).data["rollbacks"].size(), 1U);
  EXPECT_THAT(say(history, {{"time_range", "昨天"}}), HasSubstr("没有做过回滚"));
  EXPECT_THAT(say(history, Json::object(), "john"), HasSubstr("Two rollbacks, one recovered."));
}

TEST_F(RollbackTools, TitlesFromOutsideAreOnlyData) {
  auto bad = operation_of("order");
  bad.title = kHostile;
  bad.steps[0].reason = bad.steps[0].summary = kHostile;
  bad.steps[0].state = StepState::no_better;
  begin(bad);
  for (const auto& reply : {call(status, Json::object()), call(history, Json::object())}) {
    EXPECT_TRUE(is_plain(reply.speech)) << reply.speech;
    EXPECT_THAT(reply.data.dump(), Not(HasSubstr("\\u001b")));
  }
}

}  // namespace
}  // namespace mtc::services
