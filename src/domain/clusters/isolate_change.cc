#include "domain/clusters/isolate_change.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/clusters/isolation.h"
#include "domain/clusters/object.h"
#include "domain/clusters/pod_view.h"
#include "domain/clusters/undo_step.h"

namespace mtc::clusters {

bool serves(const Pod& pod) {
  return pod.ready && !pod.terminating && state_of(pod) == PodState::running;
}

ObjectRef pod_ref(const std::string& ns, const std::string& name) {
  return {.api_version = "v1", .kind = "Pod", .ns = ns, .name = name};
}

std::string uid_of(const Json& object) {
  return string_or(object_or_empty(object, "metadata"), "uid");
}

namespace {

// Selectors may overlap: a canary's pods can fit the selector of the workload beside it.
bool is_controlled_by(const Pod& pod, const ObjectRef& workload) {
  if (workload.kind != "Deployment") {
    return pod.owner_kind == workload.kind && pod.owner_name == workload.name;
  }
  return pod.owner_kind == "ReplicaSet" && workload_of(pod) == workload.name;
}

}  // namespace

Async<Result<Flock>> read_flock(Scene scene, ObjectRef object) {
  const Language language = scene.user.language;
  if (!is_workload(object.kind)) {
    co_return refuse(Errc::invalid_argument, language,
                     fmt::format("{} 是 {}，不能隔离。", object.name, object.kind),
                     fmt::format("{} is a {} and cannot be isolated.", object.name, object.kind));
  }
  auto workload = co_await read_object(scene, object);
  if (!workload) co_return fail(std::move(workload).error());
  const Pairs selector = selector_of(*workload);
  if (selector.empty()) {  // by expressions only: nobody here can tell which pods are its own
    co_return refuse(Errc::conflict, language,
                     fmt::format("{} 不是按标签选副本的，这里分不清哪些是它的。", object.name),
                     fmt::format("{} does not choose its pods by labels, so I cannot tell which "
                                 "ones are its own.",
                                 object.name));
  }
  auto pods =
      co_await scene.api->pods({.ns = object.ns, .labels = label_selector(selector), .fields = ""});
  if (!pods) co_return fail(std::move(pods).error());
  std::erase_if(*pods, [&object](const Pod& pod) {
    const bool over = pod.terminating || pod.phase == "Succeeded" || pod.phase == "Failed";
    return over || !is_controlled_by(pod, object);
  });
  co_return Flock{.workload = std::move(*workload), .pods = std::move(*pods)};
}

ChangePlan plan_of(const Scene& scene, IsolationPlan plan) {
  Json details = std::move(plan.details);
  details.update({{"isolation", plan.kind},
                  {"object", to_json(plan.object)},
                  {"region", scene.cluster.region},
                  {"cluster", scene.cluster.id}});
  Json arguments = details;
  arguments["targets"] = std::move(plan.targets);
  std::string summary = std::move(plan.summary);
  while (summary.ends_with(' ')) summary.pop_back();
  return {.action = "isolate_workload",
          .target = std::move(plan.target),
          .version = plan.version,
          .ns = plan.object.ns,
          .before = plan.version,
          .arguments = std::move(arguments),
          .details = std::move(details),
          .summary = without_gaps(scene, std::move(summary)),
          .preview = std::move(plan.preview)};
}

CheckpointObject* kept_object(Checkpoint& kept, const ObjectRef& ref) {
  const auto it = std::ranges::find(kept.objects, ref, &CheckpointObject::object);
  return it == kept.objects.end() ? nullptr : &*it;
}

Async<> note_object(ChangePorts ports, Checkpoint& kept, ObjectRef ref, Json left) {
  CheckpointObject* object = kept_object(kept, ref);
  if (object == nullptr || !object->after.empty()) co_return;
  object->after = state_fingerprint(ports.fingerprints, left);
  co_await note_after(ports, kept);
}

Async<Result<Planned>> plan_isolation(ChangePorts ports, Scene scene, IsolationWish wish) {
  switch (wish.kind) {
    case Isolation::pods:
      co_return co_await plan_pod_isolation(ports, std::move(scene), std::move(wish));
    case Isolation::node:
      co_return co_await plan_node_isolation(ports, std::move(scene), std::move(wish));
    case Isolation::workload:
      break;
  }
  co_return co_await plan_workload_isolation(ports, std::move(scene), std::move(wish));
}

Async<Result<ChangeResult>> execute_isolation(ChangePorts ports, Scene scene, Approved approved) {
  const std::string kind = string_or(approved.arguments, "isolation");
  if (kind == "pods") {
    co_return co_await execute_pod_isolation(ports, std::move(scene), std::move(approved));
  }
  if (kind == "node") {
    co_return co_await execute_node_isolation(ports, std::move(scene), std::move(approved));
  }
  if (kind == "workload") {
    co_return co_await execute_workload_isolation(ports, std::move(scene), std::move(approved));
  }
  co_return fail(Errc::internal, "no isolation is called " + kind);
}

}  // namespace mtc::clusters
