// The tools that change clusters, as people and clients of all kinds meet them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "base/encoding.h"
#include "services/basic/cluster_tools_world.h"

namespace mtc::services {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kSecretValue = "tr0ub4dor-Xy7";
const Json kAgreed{{"confirm", true}};

struct Case {
  const char* tool;
  Json arguments;
  bool in_cloud = false;
};

// One dangerous call of each tool.
std::vector<Case> dangerous() {
  return {
      {"scale_workload", {{"workload", "order"}, {"replicas", 1}}},
      {"restart_workload", {{"name", "order"}}},
      {"update_config",
       {{"kind", "configmap"}, {"name", "order-config"}, {"key", "LEVEL"}, {"value", "debug"}}},
      {"update_config",
       {{"kind", "secret"}, {"name", "db-secret"}, {"key", "password"}, {"value", kSecretValue}}},
      {"apply_yaml",
       {{"yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: order-config}\ndata: {A: b}"},
        {"namespace", "shop"}}},
      {"create_node_pool", {{"name", "gpu"}, {"desired", 2}}, true},
      {"resize_node_pool", {{"pool", "default"}, {"desired", 4}}, true},
  };
}

TEST_F(ClusterChangeTools, AHarmlessChangeIsDoneAtOnce) {
  const auto done = call("scale_workload", {{"workload", "order"}, {"replicas", 5}});
  EXPECT_EQ(text(done), "order 改成五个副本了，五个副本都好了。要改回来就说：撤销。");
  EXPECT_EQ(done["structuredContent"]["number"], 1);
  EXPECT_EQ(done["structuredContent"]["ready"], 5);
  EXPECT_EQ(done["structuredContent"]["change"]["from"], 3);
  EXPECT_THAT(writes(), ElementsAre("scale Deployment/order 5"));
  EXPECT_THAT(approval.log.events(), ElementsAre("begun", "done"));
  EXPECT_THAT(approval.log.rows[1].entry.after, Not(IsEmpty()));
}

TEST_F(ClusterChangeTools, ADangerousOneIsDoneWhenItsCodeIsSaid) {
  for (const auto& c : dangerous()) {
    SCOPED_TRACE(c.tool);
    writes().clear();
    const auto planned = call(c.tool, c.arguments);
    EXPECT_FALSE(refused(planned)) << text(planned);
    EXPECT_THAT(text(planned), AllOf(StartsWith("准备"), HasSubstr("确认请说：确认")));
    EXPECT_THAT(writes(), IsEmpty());
    EXPECT_EQ(planned["structuredContent"]["plan"]["state"], "waiting");
    const auto done = confirm(planned);
    EXPECT_FALSE(refused(done)) << text(done);
    EXPECT_EQ(done["structuredContent"]["plan"]["state"], "done");
    if (!c.in_cloud) EXPECT_EQ(writes().size(), 1U);
  }
  EXPECT_EQ(shop.pools().size(), 3U);
  EXPECT_EQ(shop.pools()[0].desired, 4);
}

TEST_F(ClusterChangeTools, ADangerousOneIsDoneWhenTheFormIsAccepted) {
  for (const auto& c : dangerous()) {
    SCOPED_TRACE(c.tool);
    writes().clear();
    const auto asked = call_with_forms(c.tool, c.arguments);
    ASSERT_EQ(asked["resultType"], "input_required") << asked;
    EXPECT_THAT(string_or(asked["inputRequests"]["confirm"]["params"], "message"),
                AllOf(StartsWith("准备"), EndsWith("要执行吗？")));
    const auto done = answer(c.tool, c.arguments, asked, "confirm", kAgreed);
    EXPECT_FALSE(refused(done)) << text(done);
    if (!c.in_cloud) EXPECT_EQ(writes().size(), 1U);
  }
  EXPECT_THAT(approval.plans.plans, IsEmpty());
}

TEST_F(ClusterChangeTools, ItIsSaidInEnglishToo) {
  speak(Language::en);
  const auto planned = call("restart_workload", {{"name", "order"}});
  EXPECT_THAT(text(planned), StartsWith("About to restart order in shop of 广州生产集群. Three "
                                        "replicas will be replaced one after the other"));
  EXPECT_EQ(text(confirm(planned)), "order is restarting. All three replicas are ready.");
  EXPECT_EQ(
      text(call("scale_workload", {{"workload", "order"}, {"replicas", 5}})),
      "order is set to five replicas. All five replicas are ready. To take it back, say: undo.");
}

TEST_F(ClusterChangeTools, WhatFailsBelowIsSaidAndNothingIsDone) {
  const Errc codes[] = {Errc::rate_limited, Errc::denied,      Errc::not_found,      Errc::conflict,
                        Errc::timed_out,    Errc::unavailable, Errc::unauthenticated};
  for (const auto& c : dangerous()) {
    for (const auto code : codes) {
      SCOPED_TRACE(std::string(c.tool) + " " + std::string(name_of(code)));
      places.trouble = Error{.code = code, .message = "集群那边出了问题。"};
      const auto told = call(c.tool, c.arguments);
      EXPECT_TRUE(refused(told));
      EXPECT_EQ(text(told), "集群那边出了问题。");
      EXPECT_EQ(told["structuredContent"]["refused"], name_of(code));
      places.trouble.reset();

      if (c.in_cloud) shop.cloud.refuse["pools"] = {.code = code, .message = "太频繁了。"};
      if (code != Errc::not_found)
        shop.cluster->refuse["get"] = {.code = code, .message = "没有回答。"};
      EXPECT_EQ(refused(call(c.tool, c.arguments)), c.in_cloud || code != Errc::not_found);
      shop.cloud.refuse.clear();
      shop.cluster->refuse.clear();
    }
  }
  EXPECT_THAT(writes(), IsEmpty());
  EXPECT_THAT(shop.checkpoints.checkpoints, IsEmpty());
}

TEST_F(ClusterChangeTools, WordsFromBelowAreNotHeard) {
  const Json arguments{{"workload", "order"}, {"replicas", 1}};
  places.trouble = Error{.code = Errc::unavailable, .message = "GET /version: connection refused"};
  EXPECT_THAT(text(call("scale_workload", arguments)), HasSubstr("暂时连不上"));
  places.trouble = Error{.code = Errc::invalid_argument, .message = "spec.x: Required value"};
  EXPECT_EQ(text(call("scale_workload", arguments)), "这个要求不被接受：spec.x: Required value");
  places.trouble.reset();
  const auto planned = call("scale_workload", arguments);
  places.trouble = Error{.code = Errc::denied, .message = "deployments is forbidden"};
  EXPECT_THAT(text(confirm(planned)), HasSubstr("没有权限"));
  speak(Language::en);
  EXPECT_THAT(text(call("scale_workload", arguments)), HasSubstr("may not do that"));
}

TEST_F(ClusterChangeTools, WhatFailsWhenItIsDoneIsSaidAndRecorded) {
  const auto planned = call("scale_workload", {{"workload", "order"}, {"replicas", 1}});
  shop.cluster->refuse["scale"] = {.code = Errc::timed_out, .message = "集群没有回答。"};
  const auto done = confirm(planned);
  EXPECT_TRUE(refused(done));
  EXPECT_THAT(text(done), HasSubstr("不知道做成了没有"));
  EXPECT_THAT(approval.log.events(), ElementsAre("planned", "confirmed", "begun", "failed"));
}

TEST_F(ClusterChangeTools, WhatIsNotThereIsNamed) {
  EXPECT_TRUE(refused(call("scale_workload", {{"workload", "zzzzqqq"}, {"replicas", 2}})));
  EXPECT_TRUE(refused(
      call("scale_workload", {{"workload", "order"}, {"replicas", 2}, {"cluster", "火星"}})));
  EXPECT_TRUE(refused(call("restart_workload", {{"pod", "no-such-pod"}, {"namespace", "shop"}})));
  EXPECT_TRUE(refused(call("undo_change", Json::object())));
  EXPECT_THAT(writes(), IsEmpty());
}

TEST_F(ClusterChangeTools, PeopleSayNamesTheirWay) {
  places.aliases.aliases[person().user.id]["下单"] = {
      .spoken = "下单", .cluster_id = "", .ns = "", .name = "order"};
  for (const auto* said : {"order", "订单服务", "Order Service", "下单"}) {
    const auto planned = call("scale_workload", {{"workload", said}, {"replicas", 1}});
    EXPECT_THAT(text(planned), HasSubstr("order 从三个副本改成一个")) << said;
  }
}

TEST_F(ClusterChangeTools, TheNamespaceMayBeLeftOutForAConfiguration) {
  const auto planned =
      call("update_config",
           {{"kind", "configmap"}, {"name", "order-config"}, {"key", "LEVEL"}, {"value", "debug"}});
  EXPECT_THAT(text(planned), HasSubstr("shop 里的配置 order-config 的 LEVEL 从 info 改成 debug"));
}

TEST_F(ClusterChangeTools, ATargetThatChangedBetweenPlanAndConfirmationIsLeftAlone) {
  for (const bool form : {false, true}) {
    SCOPED_TRACE(form);
    const Json arguments{{"workload", "order"}, {"replicas", 1}};
    const auto planned =
        form ? call_with_forms("scale_workload", arguments) : call("scale_workload", arguments);
    order()["spec"]["replicas"] = integer_or(order()["spec"], "replicas") + 1;
    const auto done =
        form ? answer("scale_workload", arguments, planned, "confirm", kAgreed) : confirm(planned);
    EXPECT_TRUE(refused(done));
    EXPECT_THAT(writes(), IsEmpty());
  }
}

TEST_F(ClusterChangeTools, AStatusThatMovesMeanwhileDoesNotMatter) {
  const Json arguments{{"workload", "order"}, {"replicas", 1}};
  const auto asked = call_with_forms("scale_workload", arguments);
  Json moved = order();
  moved["status"]["readyReplicas"] = 2;
  shop.cluster->put(moved);
  EXPECT_FALSE(refused(answer("scale_workload", arguments, asked, "confirm", kAgreed)));
  EXPECT_EQ(writes().size(), 1U);
}

TEST_F(ClusterChangeTools, ProtectedNamespacesAreNotTouched) {
  shop.cluster->put_yaml(R"(
{apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns, namespace: kube-system}
spec: {replicas: 2, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: dns, namespace: kube-system}, data: {a: b}}
)");
  const Case cases[] = {
      {"scale_workload", {{"workload", "coredns"}, {"replicas", 3}}},
      {"restart_workload", {{"name", "coredns"}}},
      {"update_config",
       {{"kind", "configmap"},
        {"name", "dns"},
        {"namespace", "kube-system"},
        {"key", "a"},
        {"value", "c"}}},
      {"apply_yaml",
       {{"yaml",
         "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: dns, namespace: kube-system}\ndata: "
         "{a: x}"}}},
  };
  for (const auto& c : cases) {
    const auto told = call(c.tool, c.arguments);
    EXPECT_TRUE(refused(told)) << c.tool;
    EXPECT_THAT(text(told), HasSubstr("kube-system")) << c.tool;
  }
  EXPECT_THAT(writes(), IsEmpty());
  EXPECT_THAT(approval.plans.plans, IsEmpty());
}

TEST_F(ClusterChangeTools, RightsOverTheClusterAreForAdministrators) {
  const Json role{
      {"yaml", "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\n"},
      {"namespace", "shop"}};
  EXPECT_THAT(text(call("apply_yaml", role)), HasSubstr("ops.admin"));
  person().scopes = {identity::Scope::admin};
  EXPECT_FALSE(refused(call("apply_yaml", role)));
}

TEST_F(ClusterChangeTools, WhoOnlyReadsChangesNothing) {
  person().scopes = {identity::Scope::read};
  for (const auto& c : dangerous()) EXPECT_TRUE(refused(call(c.tool, c.arguments))) << c.tool;
  EXPECT_THAT(writes(), IsEmpty());
}

TEST_F(ClusterChangeTools, ASecretsValueIsAskedForByAForm) {
  const Json arguments{{"kind", "secret"}, {"name", "db-secret"}, {"key", "password"}};
  const auto asked = call_with_forms("update_config", arguments);
  ASSERT_EQ(asked["resultType"], "input_required") << asked;
  const auto planned =
      answer("update_config", arguments, asked, "value", {{"value", kSecretValue}});
  ASSERT_EQ(planned["resultType"], "input_required") << planned;
  const auto done = answer("update_config", arguments, planned, "confirm", kAgreed);
  EXPECT_FALSE(refused(done)) << text(done);
  EXPECT_EQ(shop.cluster->at("Secret", "shop", "db-secret")["data"]["password"],
            to_base64(kSecretValue));
  EXPECT_THAT(everything(), Not(HasSubstr(kSecretValue)));

  const auto again = call_with_forms("update_config", arguments);
  const auto no = answer("update_config", arguments, again, "value", Json::object(), "decline");
  EXPECT_EQ(text(no), "好的，没有执行。");
}

TEST_F(ClusterChangeTools, ASecretsValueIsNotTakenByVoiceNorAskedForWithoutAForm) {
  peer.voice = true;
  Json arguments{{"kind", "secret"}, {"name", "db-secret"}, {"key", "password"}};
  EXPECT_THAT(text(call("update_config", arguments)), HasSubstr("控制台或者桌面客户端"));
  arguments["value"] = kSecretValue;
  EXPECT_THAT(text(call("update_config", arguments)), HasSubstr("密钥的值不能用语音说"));
  EXPECT_THAT(approval.plans.plans, IsEmpty());
  EXPECT_THAT(everything(), Not(HasSubstr(kSecretValue)));
}

TEST_F(ClusterChangeTools, ASecretsValueShowsNowhere) {
  const Case cases[] = {
      {"update_config",
       {{"kind", "secret"}, {"name", "db-secret"}, {"key", "password"}, {"value", kSecretValue}}},
      {"apply_yaml",
       {{"yaml",
         std::string("apiVersion: v1\nkind: Secret\nmetadata: {name: fresh}\nstringData: {p: ") +
             kSecretValue + "}"},
        {"namespace", "shop"}}}};
  for (const auto& c : cases) {
    confirm(call(c.tool, c.arguments));
    confirm(call("undo_change", Json::object()));
    call("list_changes", Json::object());
  }
  EXPECT_GE(writes().size(), 4U);
  for (const std::string value : {kSecretValue, clusters::kDbPassword}) {
    EXPECT_THAT(everything(), Not(HasSubstr(value)));
    EXPECT_THAT(everything(), Not(HasSubstr(to_base64(value))));
  }
}

TEST_F(ClusterChangeTools, AChangeIsUndoneAndListed) {
  call("scale_workload", {{"workload", "order"}, {"replicas", 5}});
  EXPECT_EQ(text(call("list_changes", Json::object())), "一号，刚才：order 从三个副本改成五个。");
  const auto planned = call("undo_change", Json::object());
  EXPECT_THAT(text(planned), StartsWith("准备撤销一号改动：order 改回三个副本。"));
  EXPECT_EQ(text(confirm(planned)), "order 已经改回去了。三个副本都好了。");
  EXPECT_EQ(order()["spec"]["replicas"], 3);
  const auto listed = call("list_changes", {{"limit", 5}});
  EXPECT_EQ(listed["structuredContent"]["changes"].size(), 2U);
  EXPECT_EQ(listed["structuredContent"]["changes"][1]["undone"], true);
  EXPECT_TRUE(refused(call("undo_change", Json::object())));
}

TEST_F(ClusterChangeTools, ANodePoolIsTakenBackWithoutTheClustersOwnApi) {
  confirm(call("create_node_pool", {{"name", "gpu"}}));
  EXPECT_EQ(shop.pools().size(), 3U);
  confirm(call("undo_change", Json::object()));
  EXPECT_EQ(shop.pools().size(), 2U);
}

TEST_F(ClusterChangeTools, ASlowRolloutGoesOnAsATask) {
  shop.cluster->reads_until_ready = 40;
  const Json tasks{{"extensions", {{std::string(mcp::kTasksExtension), Json::object()}}}};
  const auto begun = result(mcp::modern(
      "tools/call",
      {{"name", "scale_workload"}, {"arguments", {{"workload", "order"}, {"replicas", 5}}}},
      tasks));
  EXPECT_EQ(begun["resultType"], "task") << begun;
  ASSERT_EQ(world.tasks.started.size(), 1U);
  auto& request = world.tasks.started[0];
  EXPECT_EQ(request.message, "order 从三个副本改成五个，已经开始了，好了我告诉你。");
  EXPECT_THAT(writes(), ElementsAre("scale Deployment/order 5"));

  // The task calls the tool again: it only looks, also after a restart.
  for (int times = 0; times < 2; ++times) {
    auto context = request.context;
    context.background = true;
    std::optional<Result<mcp::Outcome>> end;
    asio::co_spawn(loop, world.tools.find("scale_workload")->call(request.arguments, {}, context),
                   [&end](const std::exception_ptr&, Result<mcp::Outcome> outcome) {
                     end = std::move(outcome);
                   });
    poll();
    ASSERT_TRUE(end && *end);
    EXPECT_EQ(std::get<mcp::Reply>(**end).speech, "order 好了，五个副本都好了。");
  }
  EXPECT_EQ(writes().size(), 1U);
}

TEST_F(ClusterChangeTools, NoTaskKeepsASecretsValue) {
  shop.cluster->reads_until_ready = 1000;
  const Json tasks{{"elicitation", Json::object()},
                   {"extensions", {{std::string(mcp::kTasksExtension), Json::object()}}}};
  const std::string order =
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: order, namespace: shop}\n"
      "spec: {template: {metadata: {labels: {v: \"2\"}}}}\n";
  const std::string secret =
      std::string("---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\n") +
      "stringData: {p: " + kSecretValue + "}\n";
  for (const bool with_secret : {true, false}) {
    Json params{{"name", "apply_yaml"},
                {"arguments", {{"yaml", with_secret ? order + secret : order}}}};
    order_label("1");
    const auto asked = result(mcp::modern("tools/call", params, tasks));
    params["inputResponses"] = {{"confirm", {{"action", "accept"}, {"content", kAgreed}}}};
    params["requestState"] = asked["requestState"];
    const auto done = result(mcp::modern("tools/call", params, tasks));
    EXPECT_EQ(done["resultType"], with_secret ? "complete" : "task") << done;
    EXPECT_EQ(world.tasks.started.size(), with_secret ? 0U : 1U);
  }
}

TEST_F(ClusterChangeTools, ASlowRolloutAfterACodeIsAnsweredWithWhatThereIs) {
  shop.cluster->reads_until_ready = 1000;
  const auto done = confirm(call("restart_workload", {{"workload", "order"}}));
  EXPECT_THAT(text(done),
              AllOf(StartsWith("order 开始重启了，"), HasSubstr("过一会儿可以问我好了没有")));
}

TEST_F(ClusterChangeTools, PodsThatDoNotComeUpAreAFailure) {
  shop.cluster->stuck_because = "exceeded quota: compute";
  const auto done = call("scale_workload", {{"workload", "order"}, {"replicas", 5}});
  EXPECT_TRUE(refused(done));
  EXPECT_THAT(text(done), HasSubstr("exceeded quota: compute"));
  EXPECT_THAT(approval.log.events(), ElementsAre("begun", "failed"));
}

TEST_F(ClusterChangeTools, WhatIsSoAlreadyIsSaid) {
  const auto told = call("scale_workload", {{"workload", "order"}, {"replicas", 3}});
  EXPECT_FALSE(refused(told));
  EXPECT_EQ(text(told), "order 已经是三个副本了，不用改。");
  EXPECT_THAT(approval.log.rows, IsEmpty());
}

TEST(ClusterChangeToolDescriptions, AreShortAndSayWhatTheyNeed) {
  clusters::ChangeWorld shop;
  approval::MemoryApproval approval;
  FakeCallers callers;
  OnePlace places{shop};
  const ClusterChangePorts ports{
      .callers = callers, .approver = approval.approver, .places = places, .changes = shop.ports};
  for (const auto& tool :
       {scale_workload_tool(ports), restart_workload_tool(ports), update_config_tool(ports),
        apply_yaml_tool(ports), create_node_pool_tool(ports), resize_node_pool_tool(ports),
        undo_change_tool(ports)}) {
    EXPECT_EQ(tool.scope, "ops.operate") << tool.name;
    EXPECT_FALSE(tool.hints.read_only) << tool.name;
    EXPECT_LE(tool.description.size(), 200U) << tool.name;
    EXPECT_LE(tool.input_schema.dump().size(), 1200U) << tool.name;
  }
  EXPECT_EQ(list_changes_tool(ports).scope, "ops.read");
  EXPECT_TRUE(list_changes_tool(ports).hints.read_only);
}

}  // namespace
}  // namespace mtc::services
