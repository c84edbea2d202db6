#include "services/basic/cluster_change.h"

#include "domain/clusters/failure.h"
#include "domain/clusters/rollout.h"

namespace mtc::services {
namespace {

using clusters::ChangePlan;
using clusters::Planned;
using clusters::Scene;

constexpr Millis kHeardPatience{2'500};  // somebody waits and listens
constexpr Millis kReadPatience{5'000};
constexpr Millis kRolloutPatience = std::chrono::minutes(10);

approval::Proposal proposal_of(const ChangePlan& plan, const Scene& scene, std::string channel) {
  Json arguments = plan.arguments;
  arguments["cloud_only"] = scene.api == nullptr;
  return {.action = plan.action,
          .target = plan.target,
          .target_version = plan.version,
          .ns = plan.ns,
          .arguments = std::move(arguments),
          .details = plan.details,
          .summary = plan.summary,
          .channel = std::move(channel),
          .before = plan.before};
}

// The cluster that the plan was made for; by its id, which is a name that fits one only.
Async<Result<Scene>> scene_of(ClusterChangePorts ports, identity::User user, Json arguments) {
  SaidCluster said{.name = string_or(arguments, "cluster"),
                   .region = string_or(arguments, "region")};
  auto scene = bool_or(arguments, "cloud_only") ? co_await ports.places.cloud(std::move(user), said)
                                                : co_await ports.places.open(std::move(user), said);
  if (scene && scene->cluster.id != said.name) {
    co_return fail(Errc::not_found, "cluster " + said.name + " is not there any more");
  }
  co_return scene;
}

// Not begun, or refused: where nobody knows, the domain says so.
std::unexpected<Error> not_done(const Error& error, Language language) {
  return fail(error.code, clusters::say_failure(error, language));
}

Async<Result<ChangeDone>> execute(ClusterChangePorts ports, approval::Proposal proposal,
                                  identity::Principal who, mcp::CallContext context) {
  const Language language = who.user.language;
  auto scene = co_await scene_of(ports, who.user, proposal.arguments);
  if (!scene) co_return not_done(scene.error(), language);
  scene->patience = context.voice ? kHeardPatience : kReadPatience;
  const bool zh = clusters::is_chinese(*scene);
  auto result = co_await clusters::execute_change(ports.changes, std::move(*scene),
                                                  {.action = proposal.action,
                                                   .arguments = proposal.arguments,
                                                   .version = proposal.target_version,
                                                   .summary = proposal.summary});
  if (!result) co_return not_done(result.error(), language);
  ChangeDone done{.reply = {}, .after = std::move(result->after)};
  done.reply.speech = std::move(result->speech);
  done.reply.data = std::move(result->data);
  done.reply.is_error = result->failed;
  if (result->watch) {
    done.reply.data["watch"] = clusters::to_json(*result->watch);
    done.reply.speech += zh ? "过一会儿可以问我好了没有。" : " Ask me in a while how it went.";
  }
  done.reply.data["speech"] = done.reply.speech;
  co_return done;
}

// Where the pods are still on their way: the answer comes when they are there.
mcp::Outcome as_task(mcp::Outcome outcome, const std::string& region, Language language) {
  auto* reply = std::get_if<mcp::Reply>(&outcome);
  if (reply == nullptr || reply->is_error || !reply->data.contains("watch")) return outcome;
  Json state{{"watch", reply->data["watch"]},
             {"region", region},
             {"number", reply->data.value("number", Json(nullptr))}};
  const std::string what = string_or(reply->data["watch"], "summary");
  return mcp::LongWork{.state = std::move(state),
                       .message = language == Language::zh
                                      ? what + "，已经开始了，好了我告诉你。"
                                      : what + ": it has begun, I will tell you when it is done."};
}

}  // namespace

mcp::Outcome refused(const Error& error, Language language) {
  auto reply = refusal_of({.code = error.code, .message = clusters::say_failure(error, language)});
  reply.data["speech"] = reply.speech;
  return reply;
}

DoChange cluster_executor(const ClusterChangePorts& ports) {
  return [ports](approval::Proposal proposal, identity::Principal who, mcp::CallContext context) {
    return execute(ports, std::move(proposal), std::move(who), std::move(context));
  };
}

void add_cluster_executors(ChangeExecutors& executors, const ClusterChangePorts& ports) {
  for (const auto* action :
       {"scale_workload", "restart_workload", "update_config", "apply_yaml", "create_node_pool",
        "resize_node_pool", "roll_back", "roll_back_release", "isolate_workload", "undo_change"}) {
    executors.insert_or_assign(action, cluster_executor(ports));
  }
}

Async<Result<mcp::Outcome>> propose(ClusterChangePorts ports, identity::Principal who,
                                    mcp::CallContext context, Scene scene, Result<Planned> planned,
                                    Follow follow) {
  const Language language = who.user.language;
  if (!planned) co_return refused(planned.error(), language);
  if (const auto* idle = std::get_if<clusters::NothingToDo>(&*planned)) {
    mcp::Reply reply;
    reply.speech = idle->speech;
    reply.data = {{"speech", idle->speech}};
    co_return reply;
  }
  const auto& plan = std::get<ChangePlan>(*planned);
  auto proposal = proposal_of(plan, scene, context.principal.channel);
  auto outcome = co_await guarded_change(ports.approver, std::move(who), std::move(context),
                                         std::move(proposal), cluster_executor(ports));
  if (!outcome) co_return refused(outcome.error(), language);
  if (auto* reply = std::get_if<mcp::Reply>(&*outcome)) {
    // The code stands in the speech alone, so that no model finds it in the data.
    const bool waits = reply->data.is_object() && reply->data.contains("plan");
    if (!reply->data.is_object()) reply->data = Json::object();
    reply->data["change"] = plan.preview;
    reply->data["speech"] = waits ? plan.summary : reply->speech;
  }
  if (follow == Follow::no) co_return std::move(*outcome);
  co_return as_task(std::move(*outcome), scene.cluster.region, language);
}

bool is_watch(const mcp::CallContext& context) {
  return context.background && context.state.is_object() && context.state.contains("watch");
}

Async<Result<mcp::Outcome>> watch_on(ClusterChangePorts ports, identity::Principal who,
                                     mcp::CallContext context) {
  const auto watch = clusters::watch_from_json(context.state["watch"]);
  auto scene = co_await ports.places.open(
      who.user, {.name = watch.cluster_id, .region = string_or(context.state, "region")});
  const Language language = who.user.language;
  if (!scene) co_return refused(scene.error(), language);
  double looks = 0;
  const auto told = [&context, &looks, language](const clusters::Rollout& rollout) {
    context.report(++looks, std::nullopt, clusters::say_rollout(rollout, language));
  };
  auto result = co_await clusters::watch_rollout(ports.changes, std::move(*scene), watch,
                                                 kRolloutPatience, told);
  if (!result) co_return refused(result.error(), language);
  mcp::Reply reply;
  reply.speech = std::move(result->speech);
  reply.data = std::move(result->data);
  reply.data["speech"] = reply.speech;
  reply.data["object"] = clusters::to_json(watch)["object"];
  if (context.state["number"].is_number()) reply.data["number"] = context.state["number"];
  reply.is_error = result->failed;
  co_return reply;
}

const Json& change_schema() {
  static const Json text{{"type", "string"}};
  static const Json whole{{"type", "integer"}};
  static const Json any{{"type", "object"}};
  static const Json list{{"type", "array"}};
  static const Json schema = {
      {"type", "object"},
      {"properties",
       {{"speech", text},
        {"refused", {{"type", "string"}, {"description", "Why nothing was done"}}},
        {"plan", plan_schema()},
        {"change", {{"type", "object"}, {"description", "What is changed, and whom it touches"}}},
        {"number", {{"type", "integer"}, {"description", "For undo_change"}}},
        {"object", any},
        {"replicas", whole},
        {"ready", whole},
        {"wanted", whole},
        {"done", {{"type", "boolean"}}},
        {"watch", any},
        {"key", text},
        {"created", list},
        {"changed", list},
        {"not_tried", list},
        {"failed", text},
        {"error", text},
        {"pool", text},
        {"name", text},
        {"desired", whole},
        {"undone", whole},
        {"objects", list}}},
      {"required", {"speech"}}};
  return schema;
}

}  // namespace mtc::services
