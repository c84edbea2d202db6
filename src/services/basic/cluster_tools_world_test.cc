#include "services/basic/cluster_tools_world.h"

#include "domain/approval/code.h"
#include "services/common/plan_tools.h"

namespace mtc::services {
namespace {

Json params_of(const std::string& name, const Json& arguments) {
  return {{"name", name}, {"arguments", arguments}};
}

const Json& forms() {
  static const Json declared{{"elicitation", Json::object()}};
  return declared;
}

}  // namespace

Async<Result<clusters::Scene>> OnePlace::cloud(identity::User user, SaidCluster said) {
  if (trouble) co_return fail(*trouble);
  auto scene = shop.scene(user.language);
  scene.user = std::move(user);
  scene.api = nullptr;
  if (!said.name.empty() && said.name != scene.cluster.id && said.name != scene.cluster.name) {
    co_return fail(Errc::not_found, "没有叫 " + said.name + " 的集群。");
  }
  co_return scene;
}

Async<Result<clusters::Scene>> OnePlace::open(identity::User user, SaidCluster said) {
  auto scene = co_await cloud(std::move(user), std::move(said));
  if (scene) scene->api = shop.cluster;
  co_return scene;
}

Async<Result<FoundObject>> OnePlace::workload(identity::User user, SaidWorkload said) {
  auto scene = co_await open(user, {.name = said.cluster, .region = ""});
  if (!scene) co_return fail(std::move(scene).error());
  std::vector<clusters::Workload> there;
  for (const auto kind : {clusters::WorkloadKind::deployment, clusters::WorkloadKind::stateful_set,
                          clusters::WorkloadKind::daemon_set}) {
    auto some = co_await shop.cluster->workloads(kind, {});
    if (!some) co_return fail(std::move(some).error());
    there.insert(there.end(), some->begin(), some->end());
  }
  std::vector<clusters::NameCandidate> candidates;
  for (const auto& one : there) candidates.push_back({.name = one.name, .ns = one.ns});
  const auto chosen = clusters::choose_name({.spoken = said.name,
                                             .what = clusters::Named::workload,
                                             .language = user.language,
                                             .aliases = *co_await aliases.list(user.id)},
                                            candidates);
  if (!chosen) co_return fail(chosen.error());
  co_return FoundObject{.scene = std::move(*scene), .object = ref_of(there[chosen->index])};
}

ClusterChangeTools::ClusterChangeTools() {
  approval.clock.time = shop.clock.time;
  callers.add("me");
  person().scopes = {identity::Scope::operate};
  person().assurance = identity::Assurance::voice;
  add_cluster_executors(executors, ports);
  const PlanToolPorts plans{
      .approver = approval.approver, .callers = callers, .executors = executors};
  for (auto tool : {scale_workload_tool(ports), restart_workload_tool(ports),
                    update_config_tool(ports), apply_yaml_tool(ports), create_node_pool_tool(ports),
                    resize_node_pool_tool(ports), undo_change_tool(ports), list_changes_tool(ports),
                    confirm_plan_tool(plans), cancel_plan_tool(plans)}) {
    tool.scope.clear();  // that the server asks for it is the server's test
    EXPECT_TRUE(world.tools.add(std::move(tool)));
  }
}

Json ClusterChangeTools::call(const std::string& name, Json arguments) {
  Json answer = result(mcp::modern("tools/call", params_of(name, arguments)));
  heard += answer.dump();
  return answer;
}

Json ClusterChangeTools::call_with_forms(const std::string& name, const Json& arguments) {
  Json answer = result(mcp::modern("tools/call", params_of(name, arguments), forms()));
  heard += answer.dump();
  return answer;
}

Json ClusterChangeTools::answer(const std::string& name, const Json& arguments, const Json& last,
                                const std::string& key, const Json& content,
                                const std::string& action) {
  Json params = params_of(name, arguments);
  params["inputResponses"] = {{key, {{"action", action}, {"content", content}}}};
  params["requestState"] = last["requestState"];
  Json out = result(mcp::modern("tools/call", params, forms()));
  heard += out.dump();
  return out;
}

Json ClusterChangeTools::confirm(const Json& planned) {
  const std::string said = text(planned);
  const std::string asks =
      person().user.language == Language::zh ? "确认请说：" : "To confirm, say: ";
  const auto at = said.find(asks);
  const auto code =
      at == std::string::npos ? std::nullopt : approval::read_code(said.substr(at + asks.size()));
  EXPECT_TRUE(code) << said;
  return call("confirm_plan", {{"code", code.value_or("none")}});
}

std::string ClusterChangeTools::text(const Json& answer) {
  const auto& content = array_or_empty(answer, "content");
  return content.empty() ? "" : string_or(content[0], "text");
}

std::string ClusterChangeTools::everything() const {
  std::string out = heard;
  for (const auto& plan : approval.plans.plans) {
    out += plan.arguments.dump() + plan.details.dump() + plan.summary + plan.outcome + plan.target +
           plan.target_version + plan.before;
  }
  for (const auto& row : approval.log.rows) {
    out += row.entry.reason + row.entry.details.dump() + row.entry.target + row.entry.before +
           row.entry.after;
  }
  for (const auto& kept : shop.checkpoints.checkpoints) out += kept.summary;
  return out;
}

}  // namespace mtc::services
