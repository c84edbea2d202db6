#include "emulator/kubernetes/pod_metrics.h"

#include <fmt/format.h>

#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/quantity.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::int64_t kSystemCpuMilli = 120;  // the node's own programs
constexpr std::int64_t kSystemMemory = std::int64_t{900} << 20U;

// Measured every fifteen seconds.
TimePoint measured_at(TimePoint now) {
  return TimePoint(now.time_since_epoch() / Millis(15'000) * Millis(15'000));
}

Json resources(const Usage& usage) {
  return {{"cpu", fmt::format("{}m", usage.cpu_milli)},
          {"memory", memory_text(usage.memory_bytes)}};
}

Json metadata_of(const Json& object, TimePoint now) {
  Json out{{"name", name_of(object)}, {"creationTimestamp", api_time(now)}};
  if (const auto ns = namespace_of(object); !ns.empty()) out["namespace"] = ns;
  const auto& labels = dig(object, {"metadata", "labels"});
  if (labels.is_object()) out["labels"] = labels;
  return out;
}

std::vector<std::pair<std::string, Usage>> usages(const ControlPlane& plane, const Json& pod) {
  std::vector<std::pair<std::string, Usage>> out;
  const auto* run = plane.kubelets.find(uid_of(pod));
  if (run == nullptr) return out;
  const auto& containers = array_or_empty(object_or_empty(pod, "spec"), "containers");
  for (std::size_t i = 0; i < run->containers.size() && i < containers.size(); ++i) {
    if (run->containers[i].state != ContainerRun::State::running) continue;
    out.emplace_back(string_or(containers[i], "name"),
                     usage_of(run->containers[i], containers[i], plane.now, plane.load));
  }
  return out;
}

}  // namespace

std::optional<Json> pod_metrics(const ControlPlane& plane, const Json& pod) {
  if (text_at(pod, {"status", "phase"}) != "Running") return std::nullopt;
  if (plane.kubelets.is_down(text_at(pod, {"spec", "nodeName"}))) return std::nullopt;
  auto containers = Json::array();
  for (const auto& [name, usage] : usages(plane, pod))
    containers.push_back({{"name", name}, {"usage", resources(usage)}});
  if (containers.empty()) return std::nullopt;
  return Json{{"apiVersion", "metrics.k8s.io/v1beta1"},
              {"kind", "PodMetrics"},
              {"metadata", metadata_of(pod, plane.now)},
              {"timestamp", api_time(measured_at(plane.now))},
              {"window", "15s"},
              {"containers", std::move(containers)}};
}

std::optional<Json> node_metrics(const ControlPlane& plane, const Json& node) {
  const auto* info = plane.nodes.find(name_of(node));
  if (info == nullptr || plane.kubelets.is_down(info->name)) return std::nullopt;
  Usage total{kSystemCpuMilli, kSystemMemory};
  for (const auto& id : info->pods) {
    const auto pod = plane.store.find(known::pods(), id);
    if (!pod) continue;
    for (const auto& [name, usage] : usages(plane, pod->value())) {
      total.cpu_milli += usage.cpu_milli;
      total.memory_bytes += usage.memory_bytes;
    }
  }
  return Json{{"apiVersion", "metrics.k8s.io/v1beta1"},
              {"kind", "NodeMetrics"},
              {"metadata", metadata_of(node, plane.now)},
              {"timestamp", api_time(measured_at(plane.now))},
              {"window", "20s"},
              {"usage", resources(total)}};
}

}  // namespace mtc::emulator::kubernetes
