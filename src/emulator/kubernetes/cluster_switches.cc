#include "emulator/kubernetes/cluster_switches.h"

#include <algorithm>

namespace mtc::emulator::kubernetes {
namespace {

Result<Json> turn_faults(Cluster& cluster, const HttpRequest& request, const Json& body) {
  if (request.method == "POST") {
    auto faults = parse_kube_faults(body);
    if (!faults) return fail(faults.error());
    cluster.faults = std::move(*faults);
  }
  return show_kube_faults(cluster.faults);
}

Json turn_node(ControlPlane& plane, const std::string& node, const Json& body) {
  if (body.contains("down")) set_node_down(plane, node, bool_or(body, "down"));
  for (const auto* type : {"MemoryPressure", "DiskPressure", "PIDPressure"})
    if (body.contains(type)) set_node_pressure(plane, node, type, bool_or(body, type));
  return body;
}

}  // namespace

Result<Json> turn_switch(Cluster& cluster, std::span<const std::string_view> path,
                         const HttpRequest& request) {
  const auto body = request.body.empty() ? Result<Json>(Json::object()) : parse_json(request.body);
  if (!body || !body->is_object()) return fail(Errc::invalid_argument, "the body is a JSON object");
  auto& plane = cluster.plane();
  const auto name = path.empty() ? std::string_view() : path[0];
  if (name == "faults") return turn_faults(cluster, request, *body);
  if (name == "load") {
    plane.load = std::clamp(number_or(*body, "factor", 1), 0.0, 1000.0);
    return Json{{"factor", plane.load}};
  }
  if (name == "forget-changes") {
    cluster.store().forget_changes();
    return Json::object();
  }
  if (name == "nodes" && path.size() == 2 && plane.nodes.find(std::string(path[1])) != nullptr)
    return turn_node(plane, std::string(path[1]), *body);
  return fail(Errc::not_found, "no such switch, or no such node");
}

}  // namespace mtc::emulator::kubernetes
