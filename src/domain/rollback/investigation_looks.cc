#include "domain/rollback/investigation_looks.h"

#include <algorithm>

#include "base/text.h"
#include "domain/clusters/object.h"
#include "domain/clusters/pod_view.h"
#include "domain/clusters/workload_view.h"
#include "domain/rollback/sight.h"

namespace mtc::rollback {
namespace {

constexpr std::size_t kMostPods = 20;
constexpr std::size_t kMostEvents = 20;
constexpr int kMostRevisions = 8;
constexpr std::int64_t kMostLines = 100;
constexpr std::size_t kMostLogBytes = 6'000;

Async<Result<std::string>> see_workload(clusters::Scene scene, Target target) {
  auto live = co_await clusters::read_object(scene, target.object);
  if (!live) co_return fail(std::move(live).error());
  const Json& spec = object_or_empty(*live, "spec");
  Json containers = Json::array();
  const Json& pod = object_or_empty(object_or_empty(spec, "template"), "spec");
  for (const Json& one : array_or_empty(pod, "containers")) {
    // Without `env`: values there may be secret.
    containers.push_back({{"name", string_or(one, "name")},
                          {"image", string_or(one, "image")},
                          {"resources", object_or_empty(one, "resources")}});
  }
  co_return dump_json({{"name", target.object.name},
                       {"kind", target.object.kind},
                       {"replicas", integer_or(spec, "replicas", 1)},
                       {"containers", containers},
                       {"status", object_or_empty(*live, "status")}});
}

Async<Result<std::string>> see_pods(clusters::Scene scene, Target target, TimePoint now) {
  auto sight = co_await see(scene, target.object);
  if (!sight) co_return fail(std::move(sight).error());
  if (!sight->pods) co_return fail(Errc::unavailable, "the pods cannot be listed");
  Json out = Json::array();
  for (const clusters::Pod& pod : *sight->pods) {
    if (out.size() < kMostPods) out.push_back(clusters::to_json(pod, now));
  }
  co_return dump_json(out);
}

Async<Result<std::string>> see_events(clusters::Scene scene, Target target) {
  auto events = co_await scene.api->events({.ns = target.object.ns});
  if (!events) co_return fail(std::move(events).error());
  const std::string name = target.object.name;
  std::erase_if(*events, [&](const clusters::Event& one) {
    return one.object_name != name && !one.object_name.starts_with(name + "-");
  });
  const auto groups = clusters::condense(*events);
  Json out = Json::array();
  for (const clusters::EventGroup& group : groups) {
    if (out.size() < kMostEvents) out.push_back(clusters::to_json(group));
  }
  co_return dump_json(out);
}

// Only of the target's own pods, whatever the model asks for; without a name of one that is sick.
Async<Result<std::string>> see_log(clusters::Scene scene, Target target, Json arguments) {
  auto sight = co_await see(scene, target.object);
  if (!sight) co_return fail(std::move(sight).error());
  if (!sight->pods || sight->pods->empty()) co_return fail(Errc::not_found, "there are no pods");
  const auto& pods = *sight->pods;
  auto pod = pods.end();
  if (const std::string wanted = string_or(arguments, "pod"); !wanted.empty()) {
    pod = std::ranges::find(pods, wanted, &clusters::Pod::name);
    if (pod == pods.end()) co_return fail(Errc::not_found, "it has no such pod");
  } else {
    pod = std::ranges::find_if(pods, is_sick);
    if (pod == pods.end()) pod = pods.begin();
  }
  auto text = co_await scene.api->log({.ns = pod->ns,
                                       .pod = pod->name,
                                       .previous = bool_or(arguments, "previous"),
                                       .lines = kMostLines});
  if (!text) co_return fail(std::move(text).error());
  if (text->size() > kMostLogBytes) text->erase(0, text->size() - kMostLogBytes);
  co_return sanitize_utf8(*text);
}

Async<Result<std::string>> see_history(clusters::Scene scene, Target target) {
  clusters::Workload workload{.kind = clusters::parse_workload_kind(target.object.kind)
                                          .value_or(clusters::WorkloadKind::deployment),
                              .ns = target.object.ns,
                              .name = target.object.name};
  auto revisions = co_await clusters::rollout_history(*scene.api, workload, kMostRevisions);
  if (!revisions) co_return fail(std::move(revisions).error());
  Json out = Json::array();
  for (const clusters::Revision& one : *revisions) out.push_back(clusters::to_json(one));
  co_return dump_json(out);
}

Async<Result<std::string>> see_errors(clusters::Scene scene, Target target, TimePoint began,
                                      Observer* observer) {
  const auto lines = co_await observer->error_lines(scene, target, began);
  if (lines.empty()) co_return fail(Errc::not_found, "nobody collects its logs");
  co_return sanitize_utf8(join(lines, "\n"));
}

}  // namespace

std::vector<Look> offered_looks(clusters::Scene scene, Target target, TimePoint began,
                                Observer& observer, const Clock& clock) {
  std::vector<Look> out;
  out.push_back({"workload", "The workload: replicas, images, resources, status. No arguments.",
                 [scene, target](Json) { return see_workload(scene, target); }});
  out.push_back({"pods", "Its pods: state, restarts, node. No arguments.",
                 [scene, target, &clock](Json) { return see_pods(scene, target, clock.now()); }});
  out.push_back({"events", "What the cluster noted about it and its pods. No arguments.",
                 [scene, target](Json) { return see_events(scene, target); }});
  out.push_back(
      {"pod_log",
       "The last lines of a pod's log. Arguments: pod (a name; without: one in trouble), "
       "previous (true: of the container's life before).",
       [scene, target](Json arguments) { return see_log(scene, target, std::move(arguments)); }});
  out.push_back({"rollout_history", "The versions that it had. No arguments.",
                 [scene, target](Json) { return see_history(scene, target); }});
  out.push_back({"errors", "A few of the newest lines of its errors. No arguments.",
                 [scene, target, began, &observer](Json) {
                   return see_errors(scene, target, began, &observer);
                 }});
  return out;
}

}  // namespace mtc::rollback
