#include "emulator/kubernetes/node_stats.h"

#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/quantity.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::int64_t kSystemDisk = std::int64_t{9} << 30U;      // the node's programs and images
constexpr std::int64_t kContainerDisk = std::int64_t{40} << 20U;  // what each writes beside volumes

Json disk(std::int64_t used, std::int64_t capacity, TimePoint now) {
  return {{"time", api_time(now)},
          {"usedBytes", used},
          {"capacityBytes", capacity},
          {"availableBytes", capacity - used}};
}

// Between 30 and 69 percent, the same at every look.
std::int64_t filled(const std::string& claim, std::int64_t capacity) {
  return capacity / 100 * (30 + fnv32(claim) % 40);
}

Json volumes_of(const ControlPlane& plane, const Json& pod) {
  auto out = Json::array();
  for (const auto& volume : array_or_empty(object_or_empty(pod, "spec"), "volumes")) {
    const auto name = text_at(volume, {"persistentVolumeClaim", "claimName"});
    const auto claim = plane.store.find(known::volume_claims(), {namespace_of(pod), name});
    if (name.empty() || !claim) continue;
    const auto capacity = whole_of(dig(claim->value(), {"status", "capacity"}), "storage");
    auto one = disk(filled(name, capacity), capacity, plane.now);
    one["name"] = string_or(volume, "name");
    one["pvcRef"] = {{"name", name}, {"namespace", namespace_of(pod)}};
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

std::optional<Json> node_stats(const ControlPlane& plane, const Json& node) {
  const auto* info = plane.nodes.find(name_of(node));
  if (info == nullptr || plane.kubelets.is_down(info->name)) return std::nullopt;
  const auto capacity = whole_of(dig(node, {"status", "capacity"}), "ephemeral-storage");
  auto used = kSystemDisk;
  auto pods = Json::array();
  for (const auto& id : info->pods) {
    const auto pod = plane.store.find(known::pods(), id);
    if (!pod || text_at(pod->value(), {"status", "phase"}) != "Running") continue;
    const auto& containers = array_or_empty(object_or_empty(pod->value(), "spec"), "containers");
    const auto own = kContainerDisk * static_cast<std::int64_t>(containers.size());
    used += own;
    pods.push_back(
        {{"podRef", {{"name", id.name}, {"namespace", id.ns}, {"uid", uid_of(pod->value())}}},
         {"ephemeral-storage", disk(own, capacity, plane.now)},
         {"volume", volumes_of(plane, pod->value())}});
  }
  return Json{{"node", {{"nodeName", info->name}, {"fs", disk(used, capacity, plane.now)}}},
              {"pods", std::move(pods)}};
}

}  // namespace mtc::emulator::kubernetes
