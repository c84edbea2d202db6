// What is around a workload: its nodes, its neighbours there, an autoscaler, what it calls.
#include <algorithm>
#include <cctype>

#include "base/contains.h"
#include "domain/clusters/object.h"
#include "domain/clusters/workload_view.h"
#include "domain/rollback/finding_parts.h"

namespace mtc::rollback {
namespace {

constexpr double kFull = 0.85;     // of a node
constexpr double kMostOfIt = 0.5;  // what one pod takes of it, to be noisy
constexpr std::size_t kMostNoisy = 3;
constexpr std::size_t kMostDependencies = 5;

Async<> find_nodes(clusters::Scene scene, const Sight* sight, Findings* findings) {
  if (!sight->pods) co_return;
  const auto nodes = co_await scene.api->nodes();
  if (!nodes) co_return;
  std::int64_t on_bad = 0;
  for (const clusters::Pod& pod : *sight->pods) {
    const auto node = std::ranges::find(*nodes, pod.node, &clusters::Node::name);
    if (pod.terminating || node == nodes->end() || node->ready) continue;
    ++on_bad;
    if (!contains(findings->bad_nodes, node->name)) findings->bad_nodes.push_back(node->name);
  }
  findings->on_bad_nodes = on_bad;

  const auto usage = co_await scene.api->node_usage();
  if (!usage) co_return;
  const clusters::Node* fullest = nullptr;
  for (const clusters::Pod& pod : *sight->pods) {
    const auto node = std::ranges::find(*nodes, pod.node, &clusters::Node::name);
    const auto used = std::ranges::find(*usage, pod.node, &clusters::Usage::name);
    if (node == nodes->end() || used == usage->end() || node->cpu <= 0) continue;
    const double share = static_cast<double>(used->cpu) / static_cast<double>(node->cpu);
    if (fullest != nullptr && share <= findings->node_cpu_use.value_or(0)) continue;
    findings->node_cpu_use = share;
    fullest = &*node;
  }
  if (fullest == nullptr || findings->node_cpu_use.value_or(0) < kFull) co_return;

  const auto there = co_await scene.api->pods({.fields = "spec.nodeName=" + fullest->name});
  const auto measured = co_await scene.api->pod_usage({});
  if (!there || !measured) co_return;
  for (const clusters::Usage& one : *measured) {
    const bool here = std::ranges::any_of(*there, [&](const clusters::Pod& pod) {
      return pod.ns == one.ns && pod.name == one.name && pod.node == fullest->name;
    });
    const bool own = std::ranges::any_of(*sight->pods, [&](const clusters::Pod& pod) {
      return pod.ns == one.ns && pod.name == one.name;
    });
    const double share = static_cast<double>(one.cpu) / static_cast<double>(fullest->cpu);
    if (!here || own || share < kMostOfIt || findings->noisy.size() >= kMostNoisy) continue;
    findings->noisy.push_back(one.name);
  }
}

Async<> find_autoscaler(clusters::Scene scene, clusters::ObjectRef object, Findings* findings) {
  findings->can_scale = object.kind == "Deployment" || object.kind == "StatefulSet";
  if (!findings->can_scale) co_return;
  const auto all =
      co_await clusters::read_all(scene, "autoscaling/v2", "HorizontalPodAutoscaler", object.ns);
  if (!all) co_return;
  for (const Json& one : *all) {
    const Json& target = object_or_empty(object_or_empty(one, "spec"), "scaleTargetRef");
    if (string_or(target, "kind") == object.kind && string_or(target, "name") == object.name) {
      findings->can_scale = false;
    }
  }
}

bool is_word_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '-' || c == '_';
}

// As a word of its own: "mysql" is in "dial tcp mysql:3306", not in "mysqladmin".
bool names(const std::string& text, const std::string& name) {
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    const bool begins = at == 0 || !is_word_byte(text[at - 1]);
    const auto end = at + name.size();
    if (begins && (end == text.size() || !is_word_byte(text[end]))) return true;
  }
  return false;
}

// What its errors name, and is not well itself.
Async<> find_dependencies(clusters::Scene scene, clusters::ObjectRef object,
                          std::vector<std::string> examples, Findings* findings) {
  if (examples.empty()) co_return;
  for (const auto kind : {clusters::WorkloadKind::deployment, clusters::WorkloadKind::stateful_set,
                          clusters::WorkloadKind::daemon_set}) {
    const auto all = co_await scene.api->workloads(kind, {.ns = object.ns});
    if (!all) continue;
    for (const clusters::Workload& one : *all) {
      if (one.name == object.name || clusters::is_well(one)) continue;
      if (findings->failing_dependencies.size() >= kMostDependencies) co_return;
      const bool named = std::ranges::any_of(
          examples, [&](const std::string& text) { return names(text, one.name); });
      if (named) findings->failing_dependencies.push_back(one.name);
    }
  }
}

}  // namespace

Async<> find_surroundings(clusters::Scene scene, const Sight& sight,
                          std::vector<std::string> examples, Findings& findings) {
  const clusters::ObjectRef own = clusters::ref_of(sight.workload);
  co_await find_nodes(scene, &sight, &findings);
  co_await find_autoscaler(scene, own, &findings);
  co_await find_dependencies(scene, own, std::move(examples), &findings);
}

}  // namespace mtc::rollback
