// A changing tool, its plans and its forms, as clients of all kinds meet them.
#include "services/common/guarded_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "domain/approval/code.h"
#include "domain/approval/memory_approval.h"
#include "domain/approval/wording.h"
#include "mcp/testing/rich_server.h"
#include "services/common/fake_callers.h"
#include "services/common/plan_tools.h"

namespace mtc::services {
namespace {

using approval::MemoryApproval;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

const Json kForms{{"elicitation", Json::object()}};

// What there is to change.
struct Workload {
  int replicas = 3;
  int version = 41;
  int changes = 0;
  bool broken = false;  // throws
  bool slow = false;    // waits until it is cancelled
  bool away = false;
  bool stubborn = false;  // answers that it did not work
};

Async<Result<ChangeDone>> scale(Workload* workload, approval::Proposal proposal,
                                identity::Principal, mcp::CallContext) {
  if (workload->slow) {
    asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::hours(1));
    co_await timer.async_wait(asio::use_awaitable);
  }
  if (workload->broken) throw std::runtime_error("secret detail");
  if (workload->away) co_return fail(Errc::unavailable, "集群连不上");
  if (proposal.target_version != std::to_string(workload->version)) {
    co_return fail(Errc::conflict, "它刚刚变过");
  }
  ChangeDone done;
  if (workload->stubborn) {
    done.reply.speech = "没有改成。";
    done.reply.is_error = true;
    co_return done;
  }
  workload->replicas = static_cast<int>(integer_or(proposal.arguments, "replicas"));
  ++workload->version;
  ++workload->changes;
  done.reply.speech = "改好了。";
  done.reply.data = {{"replicas", workload->replicas}};
  done.after = "after";
  co_return done;
}

struct ScaleArgs {
  int replicas = 0;
};

class GuardedChange : public mcp::RichServer {
 protected:
  GuardedChange() {
    approval.clock.time = TimePoint(std::chrono::hours{24 * 20'000});
    callers.add("me");
    person().scopes = {identity::Scope::operate};
    person().assurance = identity::Assurance::voice;
    executors.emplace("scale_workload", [this](approval::Proposal proposal, identity::Principal who,
                                               mcp::CallContext context) {
      return scale(&workload, std::move(proposal), std::move(who), std::move(context));
    });
    auto tool =
        mcp::make_tool<ScaleArgs>({.name = "scale_workload",
                                   .title = {},
                                   .description = "Scale.",
                                   .fields = {field("replicas", &ScaleArgs::replicas, "How many")},
                                   .dialogue = [this](ScaleArgs args, mcp::CallContext context) {
                                     return propose(args, std::move(context));
                                   }});
    EXPECT_TRUE(world.tools.add(std::move(tool)));
    const PlanToolPorts plans{
        .approver = approval.approver, .callers = callers, .executors = executors};
    // Any client may try here; that the scope is asked for is the server's work.
    for (auto one : {confirm_plan_tool(plans), cancel_plan_tool(plans)}) {
      one.scope.clear();
      EXPECT_TRUE(world.tools.add(std::move(one)));
    }
  }

  Async<Result<mcp::Outcome>> propose(ScaleArgs args, mcp::CallContext context) {
    auto who = co_await callers.resolve(context.principal);
    if (!who) co_return fail(who.error());
    const bool up = args.replicas > workload.replicas;
    approval::Proposal proposal{.action = up ? "scale_workload.up" : "scale_workload",
                                .target = "cls-1/shop/Deployment/pay",
                                .target_version = std::to_string(workload.version),
                                .ns = "shop",
                                .arguments = {{"replicas", args.replicas}},
                                .summary = "准备把 pay 从" + std::to_string(workload.replicas) +
                                           "个副本改成" + std::to_string(args.replicas) + "个。",
                                .channel = context.principal.channel,
                                .before = "before"};
    co_return co_await guarded_change(approval.approver, std::move(*who), std::move(context),
                                      std::move(proposal),
                                      *find_executor(executors, "scale_workload"));
  }

  identity::Principal& person() { return callers.people["me"]; }

  static Json tool(std::string name, Json arguments = Json::object()) {
    return {{"name", std::move(name)}, {"arguments", std::move(arguments)}};
  }
  static Json scale_to(int replicas) { return tool("scale_workload", {{"replicas", replicas}}); }
  // As a client that cannot be asked.
  Json call_tool(const Json& params) { return result(mcp::modern("tools/call", params)); }
  static std::string text(const Json& answer) { return answer["content"][0]["text"]; }
  // The code at the end of what was said.
  static std::string code_in(const Json& answer) {
    const auto said = text(answer);
    return approval::read_code(said.substr(said.find("确认请说"))).value_or("none");
  }
  static Json agree(bool yes) { return {{"action", "accept"}, {"content", {{"confirm", yes}}}}; }
  static Json again(Json params, const Json& last, const Json& answers) {
    params["inputResponses"] = answers;
    params["requestState"] = last["requestState"];
    return params;
  }
  Json round(const Json& params) { return result(mcp::modern("tools/call", params, kForms)); }

  MemoryApproval approval;
  FakeCallers callers;
  ChangeExecutors executors;
  Workload workload;
};

TEST_F(GuardedChange, AHarmlessChangeIsDoneAtOnceBetweenItsRows) {
  const auto answer = call_tool(scale_to(5));
  EXPECT_EQ(text(answer), "改好了。");
  EXPECT_EQ(answer["structuredContent"]["replicas"], 5);
  EXPECT_EQ(workload.replicas, 5);
  EXPECT_THAT(approval.log.events(), ElementsAre("begun", "done"));
  EXPECT_EQ(approval.log.rows[0].entry.before, "before");
  EXPECT_EQ(approval.log.rows[1].entry.after, "after");
  EXPECT_THAT(approval.plans.plans, IsEmpty());
}

TEST_F(GuardedChange, ARefusalIsSpokenAsItIsAndNothingHappens) {
  person().assurance = identity::Assurance::device;
  const auto answer = call_tool(scale_to(5));
  EXPECT_TRUE(answer["isError"]);
  EXPECT_EQ(text(answer),
            "我还不能确定是你本人，所以没有执行。请管理员把这个设备或令牌的信任改成 voice。");
  EXPECT_EQ(answer["structuredContent"]["refused"], "denied");
  EXPECT_EQ(workload.changes, 0);
  EXPECT_THAT(approval.log.events(), ElementsAre("refused"));
}

TEST_F(GuardedChange, ADangerousOneWaitsForItsSpokenCode) {
  const auto answer = call_tool(scale_to(1));
  EXPECT_FALSE(answer.value("isError", false));
  EXPECT_THAT(text(answer), StartsWith("准备把 pay 从3个副本改成1个。确认请说：确认"));
  EXPECT_EQ(workload.changes, 0);
  const Json plan = answer["structuredContent"]["plan"];
  const std::string id = plan["id"];
  EXPECT_EQ(id, approval.plans.plans.at(0).id);
  EXPECT_EQ(plan["state"], "waiting");
  const auto code = code_in(answer);
  ASSERT_EQ(code.size(), 4U);
  EXPECT_FALSE(plan.contains("code"));

  const auto done = call_tool(tool("confirm_plan", {{"code", "确认" + code}}));
  EXPECT_EQ(text(done), "改好了。");
  EXPECT_EQ(done["structuredContent"]["replicas"], 1);
  EXPECT_EQ(done["structuredContent"]["plan"]["state"], "done");
  EXPECT_EQ(workload.replicas, 1);
  EXPECT_THAT(approval.log.events(), ElementsAre("planned", "confirmed", "begun", "done"));
  for (const auto& row : approval.log.rows) EXPECT_EQ(row.entry.plan, id);
  EXPECT_EQ(approval.plans.plans[0].state, approval::PlanState::done);
  EXPECT_EQ(approval.plans.plans[0].outcome, "改好了。");

  const auto replayed = call_tool(tool("confirm_plan", {{"code", code}}));
  EXPECT_TRUE(replayed["isError"]);
  EXPECT_EQ(text(replayed), "这个操作已经做完了，没有再做一次。");
  EXPECT_EQ(workload.changes, 1);
}

TEST_F(GuardedChange, AWrongCodeAndACancelledPlanDoNothing) {
  const auto code = code_in(call_tool(scale_to(1)));
  const auto wrong = call_tool(tool("confirm_plan", {{"code", code == "7315" ? "7316" : "7315"}}));
  EXPECT_TRUE(wrong["isError"]);
  EXPECT_THAT(text(wrong), StartsWith("这个确认码不对，操作没有执行。"));
  const auto dropped = call_tool(tool("cancel_plan"));
  EXPECT_EQ(text(dropped), "好的，已经取消，没有执行。");
  EXPECT_EQ(dropped["structuredContent"]["plan"]["state"], "cancelled");
  EXPECT_TRUE(call_tool(tool("confirm_plan", {{"code", code}}))["isError"]);
  EXPECT_EQ(text(call_tool(tool("cancel_plan"))), "现在没有等你确认的操作。要做什么，请说一遍。");
  EXPECT_EQ(workload.changes, 0);
}

TEST_F(GuardedChange, WhatChangedSinceThePlanIsNotOverwritten) {
  const auto code = code_in(call_tool(scale_to(1)));
  workload.version = 50;
  const auto answer = call_tool(tool("confirm_plan", {{"code", code}}));
  EXPECT_TRUE(answer["isError"]);
  EXPECT_THAT(text(answer), HasSubstr("它刚刚变过"));
  EXPECT_EQ(workload.changes, 0);
  EXPECT_THAT(approval.log.events(), ElementsAre("planned", "confirmed", "begun", "failed"));
  EXPECT_EQ(approval.plans.plans[0].state, approval::PlanState::failed);
}

TEST_F(GuardedChange, APlanThatNobodyHereCanCarryOutFails) {
  const auto code = code_in(call_tool(scale_to(1)));
  executors.clear();
  const auto answer = call_tool(tool("confirm_plan", {{"code", code}}));
  EXPECT_TRUE(answer["isError"]);
  EXPECT_EQ(approval.plans.plans[0].state, approval::PlanState::failed);
}

TEST_F(GuardedChange, AClientThatCanAskGetsAForm) {
  const auto asked = round(scale_to(1));
  EXPECT_EQ(asked["resultType"], "input_required");
  const auto& question = asked["inputRequests"]["confirm"];
  EXPECT_EQ(question["method"], "elicitation/create");
  EXPECT_EQ(question["params"]["message"], "准备把 pay 从3个副本改成1个。要执行吗？");
  EXPECT_EQ(workload.changes, 0);
  EXPECT_THAT(approval.plans.plans, IsEmpty());

  const auto params = again(scale_to(1), asked, {{"confirm", agree(true)}});
  EXPECT_EQ(text(round(params)), "改好了。");
  EXPECT_EQ(workload.replicas, 1);
  EXPECT_THAT(approval.log.events(), ElementsAre("confirmed", "begun", "done"));
  EXPECT_EQ(mcp::code_of(ask(mcp::modern("tools/call", params, kForms))), mcp::rpc::kInvalidParams)
      << "the answer is good once";
  EXPECT_EQ(workload.changes, 1);
}

TEST_F(GuardedChange, WhoSaysNoInTheFormHasSaidNo) {
  for (const auto& no : {agree(false), Json{{"action", "decline"}}, Json{{"action", "cancel"}},
                         Json{{"action", "accept"}}}) {
    const auto asked = round(scale_to(1));
    const auto answer = round(again(scale_to(1), asked, {{"confirm", no}}));
    EXPECT_EQ(text(answer), "好的，没有执行。") << no;
    EXPECT_FALSE(answer.value("isError", false));
  }
  EXPECT_EQ(workload.changes, 0);
  EXPECT_THAT(approval.log.events(),
              ElementsAre("cancelled", "cancelled", "cancelled", "cancelled"));
}

TEST_F(GuardedChange, AnAnswerThatNobodyAskedForIsNone) {
  auto params = scale_to(1);
  params["inputResponses"] = {{"confirm", agree(true)}};
  EXPECT_EQ(round(params)["resultType"], "input_required");
  EXPECT_EQ(workload.changes, 0);
}

TEST_F(GuardedChange, AStateWithoutAnAnswerAsksAgain) {
  const auto asked = round(scale_to(1));
  const auto second = round(again(scale_to(1), asked, Json::object()));
  EXPECT_EQ(second["resultType"], "input_required");
  EXPECT_EQ(text(round(again(scale_to(1), second, {{"confirm", agree(true)}}))), "改好了。");
}

TEST_F(GuardedChange, WhatChangedWhileTheFormWasOpenIsNotTouched) {
  const auto asked = round(scale_to(1));
  workload.version = 50;
  const auto answer = round(again(scale_to(1), asked, {{"confirm", agree(true)}}));
  EXPECT_TRUE(answer["isError"]);
  EXPECT_EQ(text(answer), approval::say_target_changed(Language::zh));
  EXPECT_EQ(workload.changes, 0);
}

TEST_F(GuardedChange, WhoMayNotIsNotAsked) {
  person().assurance = identity::Assurance::device;
  EXPECT_TRUE(round(scale_to(1))["isError"]);
  person().assurance = identity::Assurance::voice;
  const auto asked = round(scale_to(1));
  person().scopes = {identity::Scope::read};  // withdrawn meanwhile
  EXPECT_TRUE(round(again(scale_to(1), asked, {{"confirm", agree(true)}}))["isError"]);
  EXPECT_EQ(workload.changes, 0);
}

TEST_F(GuardedChange, OlderClientsAreAskedInTheMiddleOfTheCall) {
  open("2025-11-25", kForms);
  auto& pending = start(mcp::legacy("tools/call", scale_to(1), 2));
  ASSERT_FALSE(pending.ended);
  ASSERT_EQ(outlet.sent.size(), 1U);
  EXPECT_EQ(outlet.sent[0]["method"], "elicitation/create");
  start(dump_json({{"jsonrpc", "2.0"}, {"id", outlet.sent[0]["id"]}, {"result", agree(true)}}));
  ASSERT_TRUE(pending.ended);
  EXPECT_EQ(text(pending.result()), "改好了。");
  EXPECT_EQ(workload.replicas, 1);
}

TEST_F(GuardedChange, OlderClientsWithoutFormsHearTheCode) {
  open("2025-11-25");
  const auto answer = result(mcp::legacy("tools/call", scale_to(1), 2));
  EXPECT_THAT(text(answer), HasSubstr("确认请说：确认"));
}

TEST_F(GuardedChange, AFailureStandsInTheLog) {
  workload.away = true;
  EXPECT_TRUE(call_tool(scale_to(5))["isError"]);
  workload.away = false;
  workload.stubborn = true;
  EXPECT_TRUE(call_tool(scale_to(5))["isError"]);
  EXPECT_THAT(approval.log.events(), ElementsAre("begun", "failed", "begun", "failed"));
  EXPECT_EQ(approval.log.rows[1].entry.reason, "集群连不上");
  EXPECT_EQ(approval.log.rows[3].entry.reason, "没有改成。");
}

TEST_F(GuardedChange, AToolThatBreaksDownIsRecordedAsUnknown) {
  workload.broken = true;
  const auto code = code_in(call_tool(scale_to(1)));
  const auto answer = call_tool(tool("confirm_plan", {{"code", code}}));
  EXPECT_TRUE(answer["isError"]);
  EXPECT_THAT(text(answer), Not(HasSubstr("secret detail")));
  EXPECT_EQ(approval.log.rows.back().entry.event, audit::Event::failed);
  EXPECT_EQ(approval.log.rows.back().entry.reason, approval::say_nobody_knows(Language::zh));
  EXPECT_EQ(approval.plans.plans[0].state, approval::PlanState::failed);
}

TEST_F(GuardedChange, ACallThatIsCancelledInTheMiddleIsRecordedAsUnknown) {
  workload.slow = true;
  auto& pending = start(mcp::modern("tools/call", scale_to(5)));
  ASSERT_FALSE(pending.ended);
  EXPECT_THAT(approval.log.events(), ElementsAre("begun"));
  pending.caller.emit(asio::cancellation_type::terminal);
  poll();
  EXPECT_TRUE(pending.ended);
  EXPECT_THAT(approval.log.events(), ElementsAre("begun", "failed"));
  EXPECT_EQ(workload.changes, 0);
}

TEST_F(GuardedChange, WhatCannotBeRecordedIsNotDone) {
  approval.log.broken = true;
  const auto answer = call_tool(scale_to(5));
  EXPECT_TRUE(answer["isError"]);
  EXPECT_EQ(text(answer), approval::say_not_recorded(Language::zh));
  EXPECT_EQ(workload.changes, 0);
}

TEST_F(GuardedChange, StrangersHearNothing) {
  callers.people.clear();
  EXPECT_TRUE(call_tool(tool("confirm_plan", {{"code", "7315"}}))["isError"]);
  EXPECT_TRUE(call_tool(tool("cancel_plan"))["isError"]);
}

TEST_F(GuardedChange, VariantsFallBackToTheirTool) {
  EXPECT_NE(find_executor(executors, "scale_workload.up"), nullptr);
  EXPECT_EQ(find_executor(executors, "restart_workload"), nullptr);
  executors.emplace("scale_workload.up", executors.at("scale_workload"));
  EXPECT_EQ(find_executor(executors, "scale_workload.up"), &executors.at("scale_workload.up"));
}

TEST(PlanTools, AreForThoseWhoMayChangeThings) {
  MemoryApproval approval;
  FakeCallers callers;
  ChangeExecutors executors;
  const PlanToolPorts ports{
      .approver = approval.approver, .callers = callers, .executors = executors};
  for (const auto& tool : {confirm_plan_tool(ports), cancel_plan_tool(ports)}) {
    EXPECT_EQ(tool.scope, identity::name_of(identity::Scope::operate));
    EXPECT_FALSE(tool.hints.read_only);
  }
}

}  // namespace
}  // namespace mtc::services
