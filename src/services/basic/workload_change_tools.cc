#include "domain/clusters/change_target.h"
#include "domain/clusters/restart_change.h"
#include "domain/clusters/scale_change.h"
#include "services/basic/cluster_change_tools.h"

namespace mtc::services {
namespace {

struct ScaleArgs {
  std::string workload, ns, cluster, kind;
  std::int64_t replicas = 0;
};

struct RestartArgs {
  std::string kind, workload, ns, cluster, pod;
};

Async<Result<mcp::Outcome>> scale(ClusterChangePorts ports, ScaleArgs args,
                                  mcp::CallContext context) {
  auto who = co_await ports.callers.resolve(context.principal);
  if (!who) co_return fail(std::move(who).error());
  if (is_watch(context)) co_return co_await watch_on(ports, std::move(*who), std::move(context));
  auto found = co_await ports.places.workload(
      who->user,
      {.name = args.workload, .ns = args.ns, .kind = args.kind, .cluster = args.cluster});
  if (!found) co_return refused(found.error(), who->user.language);
  auto planned =
      co_await clusters::plan_scale(ports.changes, found->scene, found->object, args.replicas);
  co_return co_await propose(ports, std::move(*who), std::move(context), std::move(found->scene),
                             std::move(planned));
}

// The pod that is named, or the workload.
Async<Result<FoundObject>> find(ClusterChangePorts ports, identity::User user, RestartArgs args) {
  if (args.workload.empty() && args.pod.empty()) {
    co_return fail(Errc::invalid_argument, user.language == Language::zh
                                               ? "要重启哪个服务？请说名字。"
                                               : "Restart what? Say its name.");
  }
  if (args.pod.empty() && args.kind != "pod") {
    co_return co_await ports.places.workload(
        std::move(user),
        {.name = args.workload, .ns = args.ns, .kind = args.kind, .cluster = args.cluster});
  }
  auto scene = co_await ports.places.open(std::move(user), {.name = args.cluster, .region = ""});
  if (!scene) co_return fail(std::move(scene).error());
  auto pod = co_await clusters::find_pod(
      *scene, {.name = args.pod.empty() ? args.workload : args.pod, .ns = args.ns});
  if (!pod) co_return fail(std::move(pod).error());
  co_return FoundObject{.scene = std::move(*scene), .object = std::move(*pod)};
}

Async<Result<mcp::Outcome>> restart(ClusterChangePorts ports, RestartArgs args,
                                    mcp::CallContext context) {
  auto who = co_await ports.callers.resolve(context.principal);
  if (!who) co_return fail(std::move(who).error());
  if (is_watch(context)) co_return co_await watch_on(ports, std::move(*who), std::move(context));
  auto found = co_await find(ports, who->user, std::move(args));
  if (!found) co_return refused(found.error(), who->user.language);
  const auto& object = found->object;
  auto planned =
      object.kind == "Pod"
          ? co_await clusters::plan_pod_restart(ports.changes, found->scene, object.ns, object.name)
          : co_await clusters::plan_restart(ports.changes, found->scene, object);
  co_return co_await propose(ports, std::move(*who), std::move(context), std::move(found->scene),
                             std::move(planned));
}

}  // namespace

mcp::Tool scale_workload_tool(const ClusterChangePorts& ports) {
  return mcp::make_tool<ScaleArgs>(
      {.name = "scale_workload",
       .title = "Scale a workload",
       .description = "Set how many replicas a Deployment or StatefulSet has (扩容, 缩容, 加副本, "
                      "改成五个副本, 停掉).",
       .hints = {.read_only = false, .destructive = true, .idempotent = true, .open_world = true},
       .scope = "ops.operate",
       .task = mcp::TaskUse::optional,
       .fields = {field("workload", &ScaleArgs::workload, "Workload as the user says it, 订单服务",
                        {.max_length = 253, .aliases = {"name", "deployment"}}),
                  field("replicas", &ScaleArgs::replicas,
                        "How many replicas there shall be in the end",
                        {.minimum = 0, .maximum = 1000}),
                  field("namespace", &ScaleArgs::ns, "Namespace, if named",
                        {.required = false, .max_length = 253}),
                  field("cluster", &ScaleArgs::cluster, "Cluster, if named, 广州生产",
                        {.required = false, .max_length = 200}),
                  field("kind", &ScaleArgs::kind, "Kind, if named",
                        {.required = false, .choices = {"deployment", "statefulset"}})},
       .output_schema = change_schema(),
       .dialogue = [ports](ScaleArgs args, mcp::CallContext context) {
         return scale(ports, std::move(args), std::move(context));
       }});
}

mcp::Tool restart_workload_tool(const ClusterChangePorts& ports) {
  return mcp::make_tool<RestartArgs>(
      {.name = "restart_workload",
       .title = "Restart a workload",
       .description = "Restart a workload pod by pod, or one pod of it (重启服务, 重启 pod).",
       .hints = {.read_only = false, .destructive = true, .idempotent = false, .open_world = true},
       .scope = "ops.operate",
       .task = mcp::TaskUse::optional,
       .fields = {field("workload", &RestartArgs::workload,
                        "Workload as the user says it, 订单服务",
                        {.required = false, .max_length = 253, .aliases = {"name"}}),
                  field("kind", &RestartArgs::kind, "Kind, if named",
                        {.required = false,
                         .choices = {"deployment", "statefulset", "daemonset", "pod"}}),
                  field("namespace", &RestartArgs::ns, "Namespace, if named",
                        {.required = false, .max_length = 253}),
                  field("cluster", &RestartArgs::cluster, "Cluster, if named",
                        {.required = false, .max_length = 200}),
                  field("pod", &RestartArgs::pod, "Only this pod, by its whole name",
                        {.required = false, .max_length = 253})},
       .output_schema = change_schema(),
       .dialogue = [ports](RestartArgs args, mcp::CallContext context) {
         return restart(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
