#include <fmt/format.h>

#include "base/spoken.h"
#include "domain/clusters/object.h"
#include "domain/clusters/version_change.h"
#include "services/common/app_pages.h"
#include "services/devops/rollback_run.h"
#include "services/devops/rollback_tools.h"

namespace mtc::services {
namespace {

using clusters::Planned;

struct StartArgs {
  std::string service, ns, cluster, to_version;
};

// What a plan is made of, and what it is made of again before it is done.
struct Wanted {
  FoundObject found;
  std::string to_version;  // empty: the one before
};

std::string version_wanted(std::string_view said) {
  return said == "previous" || said == "last" ? std::string() : std::string(said);
}

Async<Result<Planned>> plan(DevopsToolPorts ports, Wanted wanted, DevopsCaller caller) {
  const auto& scene = wanted.found.scene;
  auto live = co_await clusters::read_object(scene, wanted.found.object);
  if (!live) co_return fail(std::move(live).error());
  auto good =
      co_await ports.good.list(caller.account, clusters::release_of(scene.cluster.id, *live));
  if (!good) co_return fail(std::move(good).error());
  clusters::VersionWish wish{.object = wanted.found.object,
                             .to_version = std::move(wanted.to_version),
                             .good = std::move(*good)};
  co_return co_await clusters::plan_roll_back(ports.changes, wanted.found.scene, std::move(wish));
}

Json arguments_of(const Wanted& wanted) {
  const auto& object = wanted.found.object;
  const auto& cluster = wanted.found.scene.cluster;
  return {{"region", cluster.region},
          {"cluster", cluster.id},
          {"api_version", object.api_version},
          {"kind", object.kind},
          {"namespace", object.ns},
          {"name", object.name},
          {"to_version", wanted.to_version}};
}

Async<Result<Wanted>> wanted_of(DevopsToolPorts ports, identity::User user, Json arguments) {
  auto scene = co_await ports.places.open(
      std::move(user),
      {.name = string_or(arguments, "cluster"), .region = string_or(arguments, "region")});
  if (!scene) co_return fail(std::move(scene).error());
  if (scene->cluster.id != string_or(arguments, "cluster"))
    co_return fail(Errc::not_found, "the cluster is not there any more");
  co_return Wanted{.found = {.scene = std::move(*scene),
                             .object = {.api_version = string_or(arguments, "api_version"),
                                        .kind = string_or(arguments, "kind"),
                                        .ns = string_or(arguments, "namespace"),
                                        .name = string_or(arguments, "name")}},
                   .to_version = string_or(arguments, "to_version")};
}

rollback::Request request_of(const Wanted& wanted, const std::string& title,
                             const DevopsCaller& caller) {
  const auto& cluster = wanted.found.scene.cluster;
  return {.account = caller.account,
          .user = caller.who.user,
          .title = title,
          .target = {.region = cluster.region,
                     .cluster_id = cluster.id,
                     .cluster_name = cluster.name,
                     .object = wanted.found.object},
          .began = caller.now,
          .trigger = rollback::Trigger::person,
          .assurance = std::string(name_of(caller.who.assurance)),
          .channel = caller.channel,
          .only = rollback::Rung::previous_version,
          .to_version = wanted.to_version};
}

// Planned anew: what a person agreed to holds for the workload as it was then.
Async<Result<ChangeDone>> execute(DevopsToolPorts ports, approval::Proposal proposal,
                                  mcp::CallContext context) {
  auto caller = co_await caller_of(ports, std::move(context));
  if (!caller) co_return fail(std::move(caller).error());
  if (auto may = may_roll_back(*caller); !may) co_return fail(may.error());
  auto wanted = co_await wanted_of(ports, caller->who.user, proposal.arguments);
  if (!wanted) co_return fail(std::move(wanted).error());
  auto planned = co_await plan(ports, *wanted, *caller);
  if (!planned) co_return fail(std::move(planned).error());
  const auto* still = std::get_if<clusters::ChangePlan>(&*planned);
  if (still == nullptr || still->version != proposal.target_version)
    co_return clusters::changed_meanwhile(wanted->found.object.name, caller->language);
  const std::string title =
      caller->zh() ? close_gaps(fmt::format("{} 按要求回滚", wanted->found.object.name))
                   : fmt::format("{} rolled back on request", wanted->found.object.name);
  auto operation = co_await ports.work.begin(request_of(*wanted, title, *caller));
  if (!operation) co_return fail(std::move(operation).error());
  co_return co_await begun(std::move(ports), std::move(*operation), {}, std::move(*caller));
}

Async<Result<mcp::Outcome>> start(DevopsToolPorts ports, StartArgs args, mcp::CallContext context) {
  auto caller = co_await caller_of(ports, context);
  if (!caller) co_return fail(std::move(caller).error());
  if (is_follow(context))
    co_return co_await follow(std::move(ports), std::move(*caller), std::move(context));
  if (auto may = may_roll_back(*caller); !may) co_return refusal_to(may.error(), *caller);
  auto found = co_await ports.places.workload(
      caller->who.user, {.name = args.service, .ns = args.ns, .kind = "", .cluster = args.cluster});
  if (!found) co_return refusal_to(found.error(), *caller);
  const Wanted wanted{.found = std::move(*found), .to_version = version_wanted(args.to_version)};
  auto planned = co_await plan(ports, wanted, *caller);
  if (!planned) co_return refusal_to(planned.error(), *caller);
  if (const auto* idle = std::get_if<clusters::NothingToDo>(&*planned))
    co_return reply_with(idle->speech);
  const auto& change = std::get<clusters::ChangePlan>(*planned);
  approval::Proposal proposal{.action = change.action,
                              .target = change.target,
                              .target_version = change.version,
                              .ns = change.ns,
                              .arguments = arguments_of(wanted),
                              .details = arguments_of(wanted),
                              .summary = change.summary,
                              .before = change.before};
  auto executor = start_rollback_executor(ports);
  auto outcome = co_await propose_rollback(std::move(ports), std::move(*caller), std::move(context),
                                           std::move(proposal), std::move(executor));
  if (!outcome) co_return fail(std::move(outcome).error());
  if (auto* reply = std::get_if<mcp::Reply>(&*outcome); reply != nullptr && !reply->is_error)
    reply->data["change"] = bounded(change.preview);
  co_return std::move(*outcome);
}

}  // namespace

DoChange start_rollback_executor(const DevopsToolPorts& ports) {
  return [ports](approval::Proposal proposal, identity::Principal, mcp::CallContext context) {
    return execute(ports, std::move(proposal), std::move(context));
  };
}

mcp::Tool start_rollback_tool(const DevopsToolPorts& ports) {
  return mcp::make_tool<StartArgs>(
      {.name = "start_rollback",
       .title = "Roll a service back",
       .description = "Put a service back to an earlier version, after a confirmation (回滚, 退版, "
                      "恢复到上一个版本).",
       .hints = {.read_only = false, .destructive = true, .idempotent = false, .open_world = true},
       .scope = "ops.operate",
       .task = mcp::TaskUse::optional,
       .fields = {field("service", &StartArgs::service, "Service as said, 会员服务",
                        {.max_length = 253, .aliases = {"workload", "name"}}),
                  field("to_version", &StartArgs::to_version,
                        "v3.0.5, 12; previous or absent: the one before",
                        {.required = false, .max_length = 100}),
                  field("namespace", &StartArgs::ns, "Namespace, if named",
                        {.required = false, .max_length = 253}),
                  field("cluster", &StartArgs::cluster, "Cluster, if named",
                        {.required = false, .max_length = 200})},
       .output_schema = rollback_answer_schema(),
       .meta = shown_on(kRollbackPage),
       .dialogue = [ports](StartArgs args, mcp::CallContext context) {
         return start(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
