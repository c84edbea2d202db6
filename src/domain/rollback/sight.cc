#include "domain/rollback/sight.h"

#include <algorithm>
#include <map>

#include "domain/clusters/object.h"
#include "domain/clusters/pod_view.h"
#include "domain/clusters/rollout.h"

namespace mtc::rollback {

using clusters::Pod;
using clusters::PodState;

namespace {

constexpr std::string_view kRevisionLabel = "controller-revision-hash";
constexpr std::string_view kOutOfMemory = "OOMKilled";

std::string label_of(const Pod& pod, std::string_view name) {
  for (const auto& [key, value] : pod.labels) {
    if (key == name) return value;
  }
  return {};
}

bool was_killed_for_memory(const Pod& pod) {
  return std::ranges::any_of(pod.containers, [](const clusters::Container& one) {
    return !one.ready && (one.reason == kOutOfMemory || one.last_reason == kOutOfMemory);
  });
}

bool has_no_room(const Pod& pod) {
  return pod.reason == "Unschedulable" ||
         (pod.phase == "Pending" && pod.node.empty() && pod.reason.empty());
}

bool crashes(const Pod& pod) {
  const PodState state = clusters::state_of(pod);
  return state == PodState::crash_loop || state == PodState::image_pull ||
         state == PodState::oom_killed || state == PodState::failed;
}

// The worst of the pods: what it uses by what its containers may use together.
std::optional<double> use_of(const Sight& sight, std::int64_t clusters::Usage::* used,
                             std::int64_t clusters::Container::* limit) {
  if (!sight.pods || !sight.usage) return std::nullopt;
  std::optional<double> worst;
  for (const Pod& pod : *sight.pods) {
    const auto measured = std::ranges::find(*sight.usage, pod.name, &clusters::Usage::name);
    if (measured == sight.usage->end()) continue;
    std::int64_t may = 0;
    bool bounded = !pod.containers.empty();
    for (const auto& container : pod.containers) {
      may += container.*limit;
      bounded = bounded && container.*limit > 0;
    }
    if (!bounded) continue;
    const double share = static_cast<double>((*measured).*used) / static_cast<double>(may);
    worst = std::max(worst.value_or(0), share);
  }
  return worst;
}

}  // namespace

Async<Result<Sight>> see(clusters::Scene scene, clusters::ObjectRef object) {
  const clusters::ObjectRef wanted = object;
  auto workload = co_await clusters::read_if_there(scene, wanted);
  if (!workload) co_return fail(std::move(workload).error());
  Sight out{.workload = std::move(*workload)};
  if (out.workload.is_null()) co_return out;
  const clusters::Where where{
      .ns = wanted.ns, .labels = clusters::label_selector(clusters::selector_of(out.workload))};
  if (where.labels.empty()) co_return out;  // it would be all pods of the namespace
  if (auto pods = co_await scene.api->pods(where)) out.pods = std::move(*pods);
  if (auto usage = co_await scene.api->pod_usage(where)) out.usage = std::move(*usage);
  co_return out;
}

Health health_of(const Sight& sight, TimePoint now) {
  Health out{.at = now};
  if (sight.workload.is_null()) {
    out.exists = false;
    return out;
  }
  const clusters::Rollout rollout = clusters::rollout_of(sight.workload);
  out.wanted = rollout.wanted;
  out.ready = rollout.ready;
  out.rolling = clusters::is_rolling(sight.workload);
  out.stuck = rollout.state == clusters::Rollout::State::stuck;
  if (sight.pods) {
    std::int64_t restarts = 0;
    for (const Pod& pod : *sight.pods) {
      for (const auto& container : pod.containers) restarts += container.restarts;
    }
    out.restarts = restarts;
    out.crashing = std::ranges::count_if(
        *sight.pods, [](const Pod& pod) { return !pod.terminating && crashes(pod); });
  }
  const auto cpu = cpu_use(sight);
  const auto memory = memory_use(sight);
  if (cpu || memory) out.resource_use = std::max(cpu.value_or(0), memory.value_or(0));
  return out;
}

std::optional<double> cpu_use(const Sight& sight) {
  return use_of(sight, &clusters::Usage::cpu, &clusters::Container::cpu_limit);
}

std::optional<double> memory_use(const Sight& sight) {
  return use_of(sight, &clusters::Usage::memory, &clusters::Container::memory_limit);
}

std::string version_of_pod(const Pod& pod) {
  return pod.owner_kind == "ReplicaSet" ? pod.owner_name : label_of(pod, kRevisionLabel);
}

bool is_sick(const Pod& pod) {
  return !pod.terminating && !clusters::is_well(clusters::state_of(pod));
}

void count_pods(const Sight& sight, Findings& findings) {
  if (!sight.pods) return;
  std::int64_t image = 0, crashing = 0, memory = 0, no_room = 0, not_ready = 0, sick = 0, well = 0;
  for (const Pod& pod : *sight.pods) {
    if (pod.terminating) continue;
    const PodState state = clusters::state_of(pod);
    if (!is_sick(pod)) {
      well += state == PodState::running ? 1 : 0;
      continue;
    }
    ++sick;
    if (state == PodState::image_pull) {
      ++image;
    } else if (state == PodState::oom_killed || was_killed_for_memory(pod)) {
      ++memory;
    } else if (state == PodState::crash_loop || state == PodState::failed) {
      ++crashing;
    } else if (has_no_room(pod)) {
      ++no_room;
    } else if (state == PodState::not_ready) {
      ++not_ready;
    }
  }
  findings.image_trouble = image;
  findings.oom_killed = memory;
  findings.crashing = crashing;
  findings.unschedulable = no_room;
  findings.not_ready = not_ready;
  findings.sick_pods = sick;
  findings.well_pods = well;
}

}  // namespace mtc::rollback
