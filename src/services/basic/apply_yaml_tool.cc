#include <algorithm>

#include "domain/clusters/apply_change.h"
#include "domain/clusters/change_target.h"
#include "services/basic/cluster_change_tools.h"

namespace mtc::services {
namespace {

struct ApplyArgs {
  std::string yaml, ns, cluster;
  bool force = false;
};

// A namespace that the YAML itself may create is taken as it is written.
Async<std::string> usual_namespace(clusters::Scene scene, std::string said) {
  if (said.empty()) co_return "default";
  auto found = co_await clusters::find_namespace(scene.api, said, scene.user.language);
  co_return found ? *found : said;
}

bool holds_secrets(const Result<clusters::Planned>& planned) {
  const auto* plan = planned ? std::get_if<clusters::ChangePlan>(&*planned) : nullptr;
  if (plan == nullptr) return false;
  return std::ranges::any_of(array_or_empty(plan->preview, "objects"), [](const Json& object) {
    return string_or(object, "kind") == "Secret";
  });
}

Async<Result<mcp::Outcome>> apply(ClusterChangePorts ports, ApplyArgs args,
                                  mcp::CallContext context) {
  auto who = co_await ports.callers.resolve(context.principal);
  if (!who) co_return fail(std::move(who).error());
  if (is_watch(context)) co_return co_await watch_on(ports, std::move(*who), std::move(context));
  auto scene = co_await ports.places.open(who->user, {.name = args.cluster, .region = ""});
  if (!scene) co_return refused(scene.error(), who->user.language);
  clusters::ApplyWish wish{.yaml = std::move(args.yaml),
                           .ns = co_await usual_namespace(*scene, args.ns),
                           .force = args.force,
                           .is_admin = who->may(identity::Scope::admin)};
  auto planned = co_await clusters::plan_apply(ports.changes, *scene, std::move(wish));
  const Follow follow = holds_secrets(planned) ? Follow::no : Follow::yes;
  co_return co_await propose(ports, std::move(*who), std::move(context), std::move(*scene),
                             std::move(planned), follow);
}

}  // namespace

mcp::Tool apply_yaml_tool(const ClusterChangePorts& ports) {
  return mcp::make_tool<ApplyArgs>(
      {.name = "apply_yaml",
       .title = "Apply YAML",
       .description =
           "Apply Kubernetes manifests, several documents at once (应用 YAML, 部署这个文件). "
           "Checked by the cluster first; the differences are shown.",
       .hints = {.read_only = false, .destructive = true, .idempotent = true, .open_world = true},
       .scope = "ops.operate",
       .task = mcp::TaskUse::optional,
       .fields = {field("yaml", &ApplyArgs::yaml, "The manifests, word for word",
                        {.max_length = std::size_t{1} << 20}),
                  field("namespace", &ApplyArgs::ns, "For objects that name none; default: default",
                        {.required = false, .max_length = 253}),
                  field("cluster", &ApplyArgs::cluster, "Cluster, if named",
                        {.required = false, .max_length = 200}),
                  field("force", &ApplyArgs::force,
                        "Take over fields that others manage; only if the user says so (强制应用)",
                        {.required = false})},
       .output_schema = change_schema(),
       .dialogue = [ports](ApplyArgs args, mcp::CallContext context) {
         return apply(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
