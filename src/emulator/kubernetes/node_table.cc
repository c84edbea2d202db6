#include "emulator/kubernetes/node_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/quantity.h"

namespace mtc::emulator::kubernetes {
namespace {

Amounts amounts_of(const Json& resources) {
  return {.cpu_milli = milli_of(resources, "cpu"),
          .memory_bytes = whole_of(resources, "memory"),
          .pods = whole_of(resources, "pods")};
}

bool keeps_blocks(const Json& taint) {
  const auto effect = string_or(taint, "effect");
  return effect == "NoSchedule" || effect == "NoExecute";
}

bool term_matches(const Json& term, const Json& labels) {
  const auto& expressions = array_or_empty(term, "matchExpressions");
  return selector_matches({{"matchExpressions", expressions}}, labels);
}

// Why the pod cannot run there, as the scheduler counts reasons; empty: it can.
std::string obstacle(const Json& pod, bool chooses, const Amounts& wanted, const NodeInfo& node) {
  static const Json cordon{{"key", "node.kubernetes.io/unschedulable"}, {"effect", "NoSchedule"}};
  if (node.unschedulable && !tolerates(pod, cordon)) return "node(s) were unschedulable";
  for (const auto& taint : node.taints) {
    if (!keeps_blocks(taint) || tolerates(pod, taint)) continue;
    return fmt::format("node(s) had untolerated taint {{{}: {}}}", string_or(taint, "key"),
                       string_or(taint, "value"));
  }
  if (chooses && !fits_labels(pod, node))
    return "node(s) didn't match Pod's node affinity/selector";
  if (node.used.pods + wanted.pods > node.allocatable.pods) return "Too many pods";
  if (wanted.cpu_milli > 0 && node.used.cpu_milli + wanted.cpu_milli > node.allocatable.cpu_milli)
    return "Insufficient cpu";
  if (wanted.memory_bytes > 0 &&
      node.used.memory_bytes + wanted.memory_bytes > node.allocatable.memory_bytes)
    return "Insufficient memory";
  return {};
}

double fullness(const NodeInfo& node, const Amounts& wanted) {
  const auto share = [](std::int64_t used, std::int64_t all) {
    return all <= 0 ? 1.0 : static_cast<double>(used) / static_cast<double>(all);
  };
  return share(node.used.cpu_milli + wanted.cpu_milli, node.allocatable.cpu_milli) +
         share(node.used.memory_bytes + wanted.memory_bytes, node.allocatable.memory_bytes) +
         share(node.used.pods + wanted.pods, node.allocatable.pods);
}

}  // namespace

Amounts requests_of(const Json& pod) {
  Amounts sum{.pods = 1};
  for (const auto& container : array_or_empty(dig(pod, {"spec"}), "containers")) {
    const auto& limits = dig(container, {"resources", "limits"});
    const auto& requests = dig(container, {"resources", "requests"});
    const auto amounts = amounts_of(requests.is_object() ? requests : limits);
    sum.cpu_milli += amounts.cpu_milli;
    sum.memory_bytes += amounts.memory_bytes;
  }
  return sum;
}

void NodeTable::node_changed(const Change& change) {
  const auto& node = change.object->value();
  if (change.type == Change::Type::deleted) {
    nodes_.erase(name_of(node));
    return;
  }
  auto& info = nodes_[name_of(node)];
  info.name = name_of(node);
  info.ready = condition_is(node, "Ready", "True");
  info.unschedulable = bool_at(node, {"spec", "unschedulable"});
  info.taints = array_or_empty(object_or_empty(node, "spec"), "taints");
  info.labels = object_or_empty(object_or_empty(node, "metadata"), "labels");
  info.allocatable = amounts_of(dig(node, {"status", "allocatable"}));
  for (const auto& address : array_or_empty(object_or_empty(node, "status"), "addresses"))
    if (string_or(address, "type") == "InternalIP")
      info.internal_ip = string_or(address, "address");
}

void NodeTable::pod_changed(const Change& change) {
  const auto counts = [](const ObjectPtr& pod) {
    if (!pod) return std::string();
    const auto phase = text_at(pod->value(), {"status", "phase"});
    if (phase == "Succeeded" || phase == "Failed") return std::string();
    return text_at(pod->value(), {"spec", "nodeName"});
  };
  const auto& after = change.type == Change::Type::deleted ? nullptr : change.object;
  if (counts(change.previous) == counts(after)) return;
  if (!counts(change.previous).empty()) count(change.previous, -1);
  if (!counts(after).empty()) count(after, 1);
}

void NodeTable::count(const ObjectPtr& pod, int sign) {
  const auto found = nodes_.find(text_at(pod->value(), {"spec", "nodeName"}));
  if (found == nodes_.end()) return;
  auto& node = found->second;
  const auto amounts = requests_of(pod->value());
  node.used.cpu_milli += sign * amounts.cpu_milli;
  node.used.memory_bytes += sign * amounts.memory_bytes;
  node.used.pods += sign;
  if (const auto owner = text_at(controller_of(pod->value()), {"uid"}); !owner.empty()) {
    auto& siblings = node.of_owner[owner];
    siblings += sign;
    if (siblings <= 0) node.of_owner.erase(owner);
  }
  if (sign > 0) {
    node.pods.insert(pod->id());
  } else {
    node.pods.erase(pod->id());
  }
}

const NodeInfo* NodeTable::find(const std::string& name) const {
  const auto found = nodes_.find(name);
  return found == nodes_.end() ? nullptr : &found->second;
}

bool tolerates(const Json& pod, const Json& taint) {
  for (const auto& one : array_or_empty(dig(pod, {"spec"}), "tolerations")) {
    const auto key = string_or(one, "key");
    const auto effect = string_or(one, "effect");
    const bool exists = string_or(one, "operator", "Equal") == "Exists";
    if (!effect.empty() && effect != string_or(taint, "effect")) continue;
    if (key.empty() ? !exists : key != string_or(taint, "key")) continue;
    if (exists || string_or(one, "value") == string_or(taint, "value")) return true;
  }
  return false;
}

bool fits_labels(const Json& pod, const NodeInfo& node) {
  const auto& wanted = dig(pod, {"spec", "nodeSelector"});
  if (wanted.is_object() && !wanted.empty() && !map_selector_matches(wanted, node.labels))
    return false;
  const auto& affinity = dig(
      pod, {"spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"});
  if (!affinity.is_object()) return true;
  const auto& terms = array_or_empty(affinity, "nodeSelectorTerms");
  return std::ranges::any_of(terms,
                             [&](const Json& term) { return term_matches(term, node.labels); });
}

std::expected<std::string, std::string> place(const Json& pod, const NodeTable& nodes) {
  const auto wanted = requests_of(pod);
  const auto owner = text_at(controller_of(pod), {"uid"});
  const bool chooses =
      !dig(pod, {"spec", "nodeSelector"}).is_null() || !dig(pod, {"spec", "affinity"}).is_null();
  const NodeInfo* best = nullptr;
  double least = 0;
  std::map<std::string, int> obstacles;
  for (const auto& [name, node] : nodes.all()) {
    if (const auto why = obstacle(pod, chooses, wanted, node); !why.empty()) {
      ++obstacles[why];
      continue;
    }
    // Replicas keep apart where there is room elsewhere.
    const auto siblings = node.of_owner.find(owner);
    const auto full =
        fullness(node, wanted) + (siblings == node.of_owner.end() ? 0 : siblings->second);
    if (best != nullptr && full >= least) continue;
    best = &node;
    least = full;
  }
  if (best != nullptr) return best->name;
  if (nodes.all().empty()) return std::unexpected("no nodes available to schedule pods");
  std::vector<std::string> reasons;
  for (const auto& [why, count] : obstacles) reasons.push_back(fmt::format("{} {}", count, why));
  return std::unexpected(
      fmt::format("0/{} nodes are available: {}.", nodes.all().size(), join(reasons, ", ")));
}

}  // namespace mtc::emulator::kubernetes
