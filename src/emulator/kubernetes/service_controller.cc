// Endpoints of services, and what budgets of disruption allow.
#include <fmt/format.h>

#include <algorithm>

#include "emulator/kubernetes/api_time.h"
#include "emulator/kubernetes/control_plane.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

std::int64_t container_port(const Json& pod, const Json& target) {
  if (target.is_number_integer()) return target.get<std::int64_t>();
  if (!target.is_string()) return 0;
  for (const auto& container : array_or_empty(object_or_empty(pod, "spec"), "containers"))
    for (const auto& port : array_or_empty(container, "ports"))
      if (string_or(port, "name") == target.get_ref<const std::string&>())
        return integer_or(port, "containerPort");
  return 0;
}

Json ports_of(const Json& service, const Json& pod) {
  auto out = Json::array();
  for (const auto& port : array_or_empty(object_or_empty(service, "spec"), "ports")) {
    const auto& target = port.contains("targetPort") ? port["targetPort"] : dig(port, {"port"});
    Json one{{"port", container_port(pod, target)},
             {"protocol", string_or(port, "protocol", "TCP")}};
    if (const auto name = string_or(port, "name"); !name.empty()) one["name"] = name;
    out.push_back(std::move(one));
  }
  return out;
}

Json address_of(const Json& pod) {
  return {{"ip", text_at(pod, {"status", "podIP"})},
          {"nodeName", text_at(pod, {"spec", "nodeName"})},
          {"targetRef",
           {{"kind", "Pod"},
            {"namespace", namespace_of(pod)},
            {"name", name_of(pod)},
            {"uid", uid_of(pod)}}}};
}

// The same once more as newer clients read it: one EndpointSlice a service.
void write_slice(ControlPlane& plane, const Json& service, const Json& subsets) {
  auto endpoints = Json::array();
  for (const auto& subset : subsets) {
    for (const bool ready : {true, false}) {
      for (const auto& address : array_or_empty(subset, ready ? "addresses" : "notReadyAddresses"))
        endpoints.push_back(
            {{"addresses", Json::array({address["ip"]})},
             {"conditions", {{"ready", ready}, {"serving", ready}, {"terminating", false}}},
             {"nodeName", address["nodeName"]},
             {"targetRef", address["targetRef"]}});
    }
  }
  const auto ports = subsets.empty() ? Json::array() : subsets[0]["ports"];
  const ObjectId id{namespace_of(service),
                    name_of(service) + "-" + hash_text(uid_of(service)).substr(0, 5)};
  const auto fill = [&](Json& slice) {
    slice["endpoints"] = endpoints;
    slice["ports"] = ports;
  };
  if (plane.registry.edit(known::endpoint_slices(), id, plane.now, Part::main, fill)) return;
  auto owner = controller_reference(service);
  Json slice{{"apiVersion", "discovery.k8s.io/v1"},
             {"kind", "EndpointSlice"},
             {"metadata",
              {{"name", id.name},
               {"namespace", id.ns},
               {"labels",
                {{"kubernetes.io/service-name", name_of(service)},
                 {"endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io"}}},
               {"ownerReferences", Json::array({std::move(owner)})}}},
             {"addressType", "IPv4"}};
  fill(slice);
  (void)plane.registry.create(known::endpoint_slices(), std::move(slice), {.now = plane.now});
}

// What the cloud's controller does: a balancer, and its address in the status.
void balance(ControlPlane& plane, const Json& service) {
  const bool wanted = text_at(service, {"spec", "type"}) == "LoadBalancer";
  const bool there = dig(service, {"status", "loadBalancer", "ingress"}).is_array();
  if (wanted == there) return;
  auto balancer = Json::object();
  if (wanted)
    balancer["ingress"] =
        Json::array({{{"ip", fmt::format("119.29.{}.{}", fnv32(namespace_of(service)) % 250,
                                         fnv32(name_of(service)) % 250 + 1)}}});
  (void)plane.set_status(known::services(), service, {{"loadBalancer", std::move(balancer)}});
}

// How many pods the controllers behind these pods want.
std::int64_t expected_pods(const ControlPlane& plane, const std::vector<ObjectPtr>& pods) {
  std::set<std::string> seen;
  std::int64_t total = 0;
  for (const auto& pod : pods) {
    const auto& owner = controller_of(pod->value());
    if (!owner.is_object()) continue;
    if (!seen.insert(string_or(owner, "uid")).second) continue;
    const auto* row = find_kind(string_or(owner, "apiVersion"), string_or(owner, "kind"));
    if (row == nullptr) continue;
    const auto set = plane.store.find(*find_stored(row->group, row->plural),
                                      {pod->id().ns, string_or(owner, "name")});
    if (!set) continue;
    const auto& above = controller_of(set->value());
    if (string_or(above, "kind") == "Deployment" && !seen.insert(string_or(above, "uid")).second)
      continue;
    const auto deployment =
        string_or(above, "kind") == "Deployment"
            ? plane.store.find(known::deployments(), {pod->id().ns, string_or(above, "name")})
            : nullptr;
    total += integer_at(deployment ? deployment->value() : set->value(), {"spec", "replicas"}, 1);
  }
  return total;
}

}  // namespace

void sync_service(ControlPlane& plane, const Json& service) {
  const ObjectId id{namespace_of(service), name_of(service)};
  const auto& selector = dig(service, {"spec", "selector"});
  if (is_deleted(service)) return;
  balance(plane, service);
  if (!selector.is_object() || selector.empty()) return;
  // Pods with the same ports are one subset.
  std::map<std::string, std::pair<Json, Json>> addresses;  // by ports: ready, not ready
  const auto [first, last] = plane.store.in_namespace(known::pods(), id.ns);
  for (auto it = first; it != last; ++it) {
    const auto& pod = it->second->value();
    if (!map_selector_matches(selector, dig(pod, {"metadata", "labels"}))) continue;
    if (!is_active(pod) || text_at(pod, {"status", "podIP"}).empty()) continue;
    auto& [ready, waiting] = addresses[dump_json(ports_of(service, pod))];
    (is_ready(pod) ? ready : waiting).push_back(address_of(pod));
  }
  auto subsets = Json::array();
  for (auto& [ports, groups] : addresses) {
    Json subset{{"ports", Json::parse(ports)}};
    if (!groups.first.is_null()) subset["addresses"] = std::move(groups.first);
    if (!groups.second.is_null()) subset["notReadyAddresses"] = std::move(groups.second);
    subsets.push_back(std::move(subset));
  }
  const auto change = [&](Json& object) {
    if (subsets.empty()) {
      object.erase("subsets");
    } else {
      object["subsets"] = subsets;
    }
  };
  write_slice(plane, service, subsets);
  if (plane.registry.edit(known::endpoints(), id, plane.now, Part::main, change)) return;
  Json endpoints{{"apiVersion", "v1"},
                 {"kind", "Endpoints"},
                 {"metadata",
                  {{"name", id.name},
                   {"namespace", id.ns},
                   {"labels", object_or_empty(service["metadata"], "labels")},
                   {"ownerReferences", Json::array({{{"apiVersion", "v1"},
                                                     {"kind", "Service"},
                                                     {"name", id.name},
                                                     {"uid", uid_of(service)}}})}}}};
  change(endpoints);
  (void)plane.registry.create(known::endpoints(), std::move(endpoints), {.now = plane.now});
}

void sync_disruption_budget(ControlPlane& plane, const Json& budget) {
  const auto& selector = dig(budget, {"spec", "selector"});
  std::vector<ObjectPtr> pods;
  std::int64_t healthy = 0;
  const auto [first, last] = plane.store.in_namespace(known::pods(), namespace_of(budget));
  for (auto it = first; it != last; ++it) {
    const auto& pod = it->second->value();
    if (!selector_matches(selector, dig(pod, {"metadata", "labels"})) || !is_active(pod)) continue;
    pods.push_back(it->second);
    if (is_ready(pod)) ++healthy;
  }
  const auto expected = expected_pods(plane, pods);
  const auto& least = dig(budget, {"spec", "minAvailable"});
  const auto& most = dig(budget, {"spec", "maxUnavailable"});
  const auto desired = least.is_null()
                           ? std::max<std::int64_t>(0, expected - share_of(most, expected, true, 1))
                           : share_of(least, expected, true, 1);
  const auto allowed = std::max<std::int64_t>(0, healthy - desired);
  Json holder{{"status", object_or_empty(budget, "status")}};
  auto& status = holder["status"];
  status["observedGeneration"] = integer_at(budget, {"metadata", "generation"});
  status["currentHealthy"] = healthy;
  status["desiredHealthy"] = desired;
  status["expectedPods"] = expected;
  status["disruptionsAllowed"] = allowed;
  set_condition(holder,
                {{"type", "DisruptionAllowed"},
                 {"status", allowed > 0 ? "True" : "False"},
                 {"reason", allowed > 0 ? "SufficientPods" : "InsufficientPods"},
                 {"message", ""},
                 {"observedGeneration", integer_at(budget, {"metadata", "generation"})}},
                plane.now);
  (void)plane.set_status(known::disruption_budgets(), budget, std::move(status));
}

}  // namespace mtc::emulator::kubernetes
