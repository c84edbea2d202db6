#include "domain/clusters/can_roll.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "domain/clusters/object.h"
#include "domain/clusters/pod_view.h"
#include "domain/clusters/rollout.h"
#include "domain/clusters/workload_view.h"

namespace mtc::clusters {
namespace {

// A new pod that has not become ready for so long is in trouble even if nobody says why.
constexpr Millis kLongEnough = std::chrono::minutes(1);

using IsNew = std::function<bool(const Pod&)>;

bool has_label(const Pod& pod, std::string_view key, std::string_view value) {
  return !value.empty() && std::ranges::any_of(pod.labels, [&](const auto& label) {
    return label.first == key && label.second == value;
  });
}

std::string annotation_of(const Json& object, std::string_view key) {
  return string_or(object_or_empty(object_or_empty(object, "metadata"), "annotations"), key);
}

// Which pods are of the template that is being rolled out; none where that cannot be told.
Async<IsNew> new_pods(Scene scene, Json workload) {
  const ObjectRef ref = ref_of(workload);
  if (ref.kind == "StatefulSet") {
    const std::string revision = string_or(object_or_empty(workload, "status"), "updateRevision");
    co_return
        [revision](const Pod& pod) { return has_label(pod, "controller-revision-hash", revision); };
  }
  if (ref.kind == "DaemonSet") {  // its revisions are called <name>-<hash>, its pods wear the hash
    const auto history = co_await rollout_history(
        *scene.api, {.kind = WorkloadKind::daemon_set, .ns = ref.ns, .name = ref.name}, 1);
    const std::string hash =
        history && !history->empty() ? history->front().name.substr(ref.name.size() + 1) : "";
    co_return [hash](const Pod& pod) { return has_label(pod, "controller-revision-hash", hash); };
  }
  const std::string revision = annotation_of(workload, "deployment.kubernetes.io/revision");
  std::string newest;
  const auto sets = co_await scene.api->workloads(WorkloadKind::replica_set,
                                                  {.ns = ref.ns, .labels = "", .fields = ""});
  if (sets && !revision.empty()) {
    for (const Workload& one : *sets) {
      if (one.owner_name == ref.name && one.revision == revision) newest = one.name;
    }
  }
  co_return [newest](const Pod& pod) {
    return !newest.empty() && pod.owner_kind == "ReplicaSet" && pod.owner_name == newest;
  };
}

bool is_in_trouble(const Pod& pod, TimePoint now) {
  switch (state_of(pod)) {
    case PodState::running:
    case PodState::completed:
    case PodState::terminating:
      return false;
    case PodState::evicted:
    case PodState::failed:
    case PodState::oom_killed:
    case PodState::image_pull:
    case PodState::crash_loop:
      return true;
    case PodState::pending:
    case PodState::not_ready:
    case PodState::unknown:
      break;
  }
  return pod.created != TimePoint{} && now - pod.created >= kLongEnough;
}

Async<bool> goes_nowhere(Scene scene, Json workload, TimePoint now) {
  const auto pods = co_await scene.api->pods(
      {.ns = ref_of(workload).ns, .labels = label_selector(selector_of(workload)), .fields = ""});
  if (!pods) co_return false;
  const IsNew is_new = co_await new_pods(scene, workload);
  co_return std::ranges::any_of(
      *pods, [&](const Pod& pod) { return is_new(pod) && is_in_trouble(pod, now); });
}

}  // namespace

Async<Result<>> check_can_roll(ChangePorts ports, Scene scene, Json workload) {
  const std::string name = ref_of(workload).name;
  const Language language = scene.user.language;
  const Json& spec = object_or_empty(workload, "spec");
  if (bool_or(spec, "paused")) {
    co_return refuse(Errc::conflict, language,
                     fmt::format("{} 的发布被暂停了，改了也不会生效。先恢复发布，再说一遍。", name),
                     fmt::format("The rollout of {} is paused, so it would change nothing. Resume "
                                 "it first.",
                                 name));
  }
  if (string_or(object_or_empty(spec, "updateStrategy"), "type") == "OnDelete") {
    co_return refuse(
        Errc::conflict, language,
        fmt::format("{} 的更新策略是手动删除，改了也不会自己换。请值班的人来换。", name),
        fmt::format("{} replaces its pods only when somebody deletes them; a person "
                    "has to do it.",
                    name));
  }
  if (!is_rolling(workload) || co_await goes_nowhere(scene, workload, ports.clock.now())) {
    co_return Result<>{};
  }
  co_return refuse(Errc::conflict, language,
                   fmt::format("{} 正在发布，还没结束，现在不动它。等它发布完再说一遍。", name),
                   fmt::format("{} is being rolled out right now, so I leave it alone. Wait until "
                               "that is over and say it again.",
                               name));
}

}  // namespace mtc::clusters
