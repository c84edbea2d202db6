#include "scene.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/encoding.h"
#include "base/zone.h"

namespace mtc::simulation {
namespace {

using clusters::ObjectRef;
using clusters::PatchType;

constexpr const char* kRegistry = "ccr.ccs.tencentyun.com/shop/";

ObjectRef ref(const At& at) {
  return {.api_version = "apps/v1", .kind = at.kind, .ns = at.ns, .name = at.name};
}

// A scene that does not come about is a mistake in the simulation, not an incident.
template <class T>
T must(Result<T> result, const std::string& what) {
  if (!result) throw std::runtime_error(what + ": " + result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

Async<> patch(World& world, ObjectRef object, PatchType type, Json body) {
  const std::string what = object.kind + " " + object.name;
  must(co_await world.team().patch(std::move(object), type, std::move(body), {}), what);
}

}  // namespace

std::string shop_image(std::string_view service, std::string_view tag) {
  return fmt::format("{}{}:{}", kRegistry, service, tag);
}

Async<> release(World& world, At at, std::string image) {
  if (image.find('/') == std::string::npos) image = shop_image(at.name, image);
  auto live = must(co_await world.team().get(ref(at)), at.name);
  const std::string container = live["spec"]["template"]["spec"]["containers"][0]["name"];
  Json body{
      {"spec",
       {{"template",
         {{"spec", {{"containers", Json::array({{{"name", container}, {"image", image}}})}}}}}}}};
  co_await patch(world, ref(at), PatchType::strategic, std::move(body));
}

Async<> scale(World& world, At at, std::int64_t replicas) {
  must(co_await world.team().scale(ref(at), replicas, {}), at.name);
}

Async<> restart(World& world, At at) {
  Json annotations{{"kubectl.kubernetes.io/restartedAt", format_iso_utc(world.clock().now())}};
  Json body{{"spec", {{"template", {{"metadata", {{"annotations", std::move(annotations)}}}}}}}};
  co_await patch(world, ref(at), PatchType::strategic, std::move(body));
}

Async<> delete_pods(World& world, std::string workload) {
  for (const auto& pod : world.pod_names(workload)) {
    must(co_await world.team().remove({.kind = "Pod", .ns = kShop, .name = pod}, {}), pod);
  }
}

Async<> change(World& world, At at, Json body) {
  co_await patch(world, ref(at), PatchType::merge, std::move(body));
}

Async<> set_config(World& world, std::string name, std::string key, std::string value) {
  co_await patch(world, {.kind = "ConfigMap", .ns = kShop, .name = std::move(name)},
                 PatchType::merge, {{"data", {{std::move(key), std::move(value)}}}});
}

Async<> set_secret(World& world, std::string name, std::string key, std::string value) {
  co_await patch(world, {.kind = "Secret", .ns = kShop, .name = std::move(name)}, PatchType::merge,
                 {{"data", {{std::move(key), to_base64(value)}}}});
}

Async<> remove(World& world, std::string kind, std::string name) {
  must(co_await world.team().remove({.kind = std::move(kind), .ns = kShop, .name = name}, {}),
       name);
}

Async<> make_release(World& world, std::string release, std::vector<At> workloads) {
  for (const At& at : workloads) {
    co_await patch(world, ref(at), PatchType::merge,
                   {{"metadata", {{"labels", {{"app.kubernetes.io/instance", release}}}}}});
  }
}

void behaves(World& world, std::string image, Behaviour behaviour) {
  world.cluster().behaviours().add(std::move(image), std::move(behaviour));
}

void behaves_with(World& world, std::string image, std::string config, std::string key,
                  std::string contains, Behaviour behaviour) {
  world.cluster().behaviours().add({.image = std::move(image),
                                    .config_kind = "ConfigMap",
                                    .config_name = std::move(config),
                                    .key = std::move(key),
                                    .contains = std::move(contains),
                                    .behaviour = std::move(behaviour)});
}

void set_node_down(World& world, const std::string& node, bool down) {
  emulator::kubernetes::set_node_down(world.cluster().plane(), node, down);
  world.cluster().advance();
}

std::string node_of(World& world, const std::string& workload) {
  std::map<std::string, int> nodes;
  const auto* kind = emulator::kubernetes::find_stored("", "pods");
  for (const auto& [id, pod] : world.cluster().store().all(*kind)) {
    if (id.ns != kShop || !id.name.starts_with(workload + "-")) continue;
    ++nodes[string_or(object_or_empty(pod->value(), "spec"), "nodeName")];
  }
  const auto most = std::ranges::max_element(nodes, {}, [](const auto& one) { return one.second; });
  return most == nodes.end() ? "" : most->first;
}

Behaviour good() {
  return emulator::kubernetes::good();
}
Behaviour crashing() {
  return emulator::kubernetes::crashing(Millis(5'000), {"FATAL cannot start"});
}
Behaviour never_ready() {
  return emulator::kubernetes::never_ready();
}
Behaviour missing() {
  return emulator::kubernetes::missing_image();
}
Behaviour leaking() {
  return emulator::kubernetes::leaking(std::int64_t{8} << 20U);
}

}  // namespace mtc::simulation
