// A node that is not well takes no new pods, and the workload's pods there are evicted.
#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "domain/clusters/failure.h"
#include "domain/clusters/isolation.h"
#include "domain/clusters/object.h"
#include "domain/clusters/rollout.h"
#include "domain/clusters/undo_step.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

ObjectRef node_ref(const std::string& name) {
  return {.api_version = "v1", .kind = "Node", .ns = "", .name = name};
}

bool is_closed(const Json& node) {
  return bool_or(object_or_empty(node, "spec"), "unschedulable");
}

Json closing(const Json& node) {
  return {{"metadata", {{"uid", uid_of(node)}}}, {"spec", {{"unschedulable", true}}}};
}

Result<> check_kind(const Scene& scene, const ObjectRef& object) {
  if (object.kind != "DaemonSet") return {};
  return refuse(
      Errc::conflict, scene.user.language,
      fmt::format("{} 每个节点都有一个，挪不走。", object.name),
      fmt::format("{} runs one pod on every node; it cannot be moved away.", object.name));
}

// Errc::conflict where what still serves, serves there.
Result<> check_left(const Scene& scene, const Flock& flock, const std::string& node) {
  const auto there = std::ranges::count_if(
      flock.pods, [&node](const Pod& pod) { return pod.node == node && serves(pod); });
  const auto elsewhere = std::ranges::count_if(
      flock.pods, [&node](const Pod& pod) { return pod.node != node && serves(pod); });
  if (there == 0 || elsewhere > 0) return {};
  const std::string name = ref_of(flock.workload).name;
  return refuse(
      Errc::conflict, scene.user.language,
      fmt::format("{} 的好副本都在节点 {} 上，挪走就没有服务了，没有动。", name, node),
      fmt::format("All pods of {} that are well run on {}; moving them would stop the service, so "
                  "I left it alone.",
                  name, node));
}

Async<Result<>> check_room(Scene scene, std::string node) {
  const auto nodes = co_await scene.api->nodes();
  if (!nodes) co_return fail(nodes.error());
  const bool room = std::ranges::any_of(*nodes, [&node](const Node& one) {
    return one.name != node && one.ready && !one.unschedulable;
  });
  if (room) co_return Result<>{};
  co_return refuse(Errc::conflict, scene.user.language,
                   fmt::format("除了 {} 没有别的节点能用，没有地方挪。", node),
                   fmt::format("No node but {} takes pods; there is nowhere to move them.", node));
}

Async<Result<>> check_budgets(Scene scene, Flock flock) {
  const auto budgets = co_await scene.api->disruption_budgets(
      {.ns = ref_of(flock.workload).ns, .labels = "", .fields = ""});
  if (!budgets) co_return Result<>{};  // the eviction itself asks again
  const Pairs labels =
      labels_of(object_or_empty(object_or_empty(flock.workload, "spec"), "template"));
  for (const DisruptionBudget& budget : *budgets) {
    if (budget.allowed > 0 || !matches(budget.selector, labels)) continue;
    co_return refuse(
        Errc::conflict, scene.user.language,
        fmt::format("预算 {} 现在一个副本都不许少，挪不走，没有动。", budget.name),
        fmt::format("The disruption budget {} allows no pod to be missing now, so they cannot be "
                    "moved.",
                    budget.name));
  }
  co_return Result<>{};
}

Async<Result<Json>> targets_of(Scene scene, std::vector<Pod> pods) {
  Json out = Json::array();
  for (const Pod& pod : pods) {
    auto live = co_await read_if_there(scene, pod_ref(pod.ns, pod.name));
    if (!live) co_return fail(std::move(live).error());
    if (!live->is_null()) out.push_back({{"name", pod.name}, {"uid", uid_of(*live)}});
  }
  co_return out;
}

std::string say_plan(const Scene& scene, const ObjectRef& object, const std::string& node,
                     bool closed, std::int64_t pods) {
  const Language language = scene.user.language;
  const std::string place = say_place(scene, "");
  const std::string some = say_pods_counted(pods, language);
  if (is_chinese(scene)) {
    std::string out = closed ? fmt::format("{}的节点 {} 已经停止调度。", place, node)
                             : fmt::format("准备让 {}的节点 {} 不再接新的副本。", place, node);
    if (pods > 0) out += fmt::format("{} 在上面的{}会挪到别的节点。", object.name, some);
    return out;
  }
  std::string out = closed ? fmt::format("Node {} {} takes no new pods already. ", node, place)
                           : fmt::format("About to stop node {} {} taking new pods. ", node, place);
  if (pods > 0)
    out += fmt::format("Of {} {} there will be moved to other nodes.", object.name, some);
  return out;
}

std::string say_what(const ObjectRef& object, const std::string& node, Language language) {
  return language == Language::zh ? fmt::format("把 {} 从节点 {} 挪走", object.name, node)
                                  : fmt::format("move {} away from node {}", object.name, node);
}

struct Todo {
  Json node;
  std::vector<Json> pods;  // that are still there
};

Async<Result<Todo>> look(Scene scene, ObjectRef object, Json arguments) {
  auto node = co_await read_object(scene, node_ref(string_or(arguments, "node")));
  if (!node) co_return fail(std::move(node).error());
  if (uid_of(*node) != string_or(arguments, "uid")) {
    co_return changed_meanwhile(ref_of(*node).name, scene.user.language);
  }
  Todo out{.node = std::move(*node), .pods = {}};
  const Json targets = array_or_empty(arguments, "targets");
  for (const Json& target : targets) {
    auto live = co_await read_if_there(scene, pod_ref(object.ns, string_or(target, "name")));
    if (!live) co_return fail(std::move(live).error());
    const bool same = !live->is_null() && uid_of(*live) == string_or(target, "uid");
    const bool leaves = object_or_empty(*live, "metadata").contains("deletionTimestamp");
    if (same && !leaves) out.pods.push_back(std::move(*live));
  }
  co_return out;
}

struct Moved {
  std::int64_t gone = 0, left = 0;
  std::optional<Error> error;
};

// What a budget holds back stays, and the others are tried all the same.
Async<Moved> evict_all(ChangePorts ports, Scene scene, const std::vector<Json>& pods,
                       Checkpoint& kept) {
  Moved out;
  for (const Json& pod : pods) {
    const ObjectRef ref = ref_of(pod);
    const auto evicted = co_await scene.api->evict(ref.ns, ref.name);
    if (!evicted && evicted.error().code != Errc::not_found) {
      ++out.left;
      out.error = evicted.error();
      continue;
    }
    ++out.gone;
    co_await note_object(ports, kept, ref, nullptr);
  }
  co_return out;
}

std::string say_moved(const Scene& scene, const ObjectRef& object, const std::string& node,
                      const Moved& moved) {
  const Language language = scene.user.language;
  const std::string gone = say_pods_counted(moved.gone, language);
  const std::string left = say_pods_counted(moved.left, language);
  if (is_chinese(scene)) {
    std::string out = fmt::format("节点 {} 不再接新的副本，", node);
    if (moved.gone > 0) out += fmt::format("{} 的{}已经挪走，", object.name, gone);
    if (moved.left > 0) {
      const bool budget = moved.error && moved.error->code == Errc::conflict;
      out += budget
                 ? fmt::format("还有{}预算不让动。", left)
                 : fmt::format("还有{}没挪走：{}", left, say_write_failure(*moved.error, language));
    }
    return out;
  }
  std::string out = fmt::format("Node {} takes no new pods. ", node);
  if (moved.gone > 0) out += fmt::format("Of {} {} moved. ", object.name, gone);
  if (moved.left > 0) {
    const bool budget = moved.error && moved.error->code == Errc::conflict;
    out += budget ? fmt::format("{} stay: the disruption budget holds them. ", capitalised(left))
                  : fmt::format("{} stay: {} ", capitalised(left),
                                say_write_failure(*moved.error, language));
  }
  return out;
}

}  // namespace

Async<Result<Planned>> plan_node_isolation(ChangePorts ports, Scene scene, IsolationWish wish) {
  if (auto ok = check_kind(scene, wish.object); !ok) co_return fail(ok.error());
  auto flock = co_await read_flock(scene, wish.object);
  if (!flock) co_return fail(std::move(flock).error());
  auto node = co_await read_object(scene, node_ref(wish.node));
  if (!node) co_return fail(std::move(node).error());
  std::vector<Pod> there;
  std::ranges::copy_if(flock->pods, std::back_inserter(there),
                       [&wish](const Pod& pod) { return pod.node == wish.node; });
  const ObjectRef object = wish.object;
  const bool closed = is_closed(*node);
  if (closed && there.empty()) {
    co_return NothingToDo{
        is_chinese(scene)
            ? fmt::format("节点 {} 已经停止调度，上面也没有 {}。", wish.node, object.name)
            : fmt::format("Node {} takes no new pods already, and none of {} is "
                          "there.",
                          wish.node, object.name)};
  }
  if (auto ok = check_left(scene, *flock, wish.node); !ok) co_return fail(ok.error());
  if (auto ok = co_await check_room(scene, wish.node); !ok) co_return fail(ok.error());
  if (!there.empty()) {
    if (auto ok = co_await check_budgets(scene, *flock); !ok) co_return fail(ok.error());
  }
  auto checked = co_await scene.api->patch(node_ref(wish.node), PatchType::merge, closing(*node),
                                           {.dry_run = true});
  if (!checked) co_return fail(std::move(checked).error());
  auto targets = co_await targets_of(scene, there);
  if (!targets) co_return fail(std::move(targets).error());
  const auto count = std::ssize(*targets);
  Json names = Json::array();
  for (const Json& one : *targets) names.push_back(one["name"]);
  co_return plan_of(scene, {.kind = "node",
                            .object = object,
                            .target = target_name(scene.cluster.id, node_ref(wish.node)),
                            .version = ports.fingerprints.of(
                                uid_of(*node) + (closed ? "closed" : "open") + dump_json(*targets)),
                            .summary = say_plan(scene, object, wish.node, closed, count),
                            .targets = std::move(*targets),
                            .details = {{"node", wish.node}, {"uid", uid_of(*node)}},
                            .preview = {{"object", to_json(object)},
                                        {"node", wish.node},
                                        {"closed_already", closed},
                                        {"pods", names}}});
}

Async<Result<ChangeResult>> execute_node_isolation(ChangePorts ports, Scene scene,
                                                   Approved approved) {
  const Language language = scene.user.language;
  const ObjectRef object = ref_from_json(object_or_empty(approved.arguments, "object"));
  const std::string name = string_or(approved.arguments, "node");
  const std::string what = say_what(object, name, language);
  auto todo = co_await look(scene, object, approved.arguments);
  if (!todo) co_return fail(std::move(todo).error());
  ChangeResult result;
  result.data = {{"object", to_json(object)}, {"node", name}};
  auto earlier = co_await kept_before(ports, approved);
  if (!earlier) co_return fail(std::move(earlier).error());
  std::optional<Checkpoint> kept = std::move(*earlier);
  const bool idle = is_closed(todo->node) && todo->pods.empty();
  if (!idle && !kept) {
    auto flock = co_await read_flock(scene, object);
    if (!flock) co_return fail(std::move(flock).error());
    if (auto ok = check_left(scene, *flock, name); !ok) co_return fail(ok.error());
    std::vector<CheckpointObject> before{
        {.object = node_ref(name), .before = todo->node, .after = {}}};
    for (const Json& pod : todo->pods) {
      before.push_back({.object = ref_of(pod), .before = pod, .after = {}});
    }
    auto added = co_await keep_checkpoint(ports, scene, approved, what, std::move(before));
    if (!added) co_return fail(std::move(added).error());
    kept = std::move(*added);
  }
  if (!is_closed(todo->node)) {
    auto patched =
        co_await scene.api->patch(node_ref(name), PatchType::merge, closing(todo->node), {});
    if (!patched) co_return write_failed(scene, "", what, std::move(patched).error());
    todo->node = std::move(*patched);
  }
  Moved moved;
  if (kept) {
    co_await note_object(ports, *kept, node_ref(name), todo->node);
    moved = co_await evict_all(ports, scene, todo->pods, *kept);
    result.data["number"] = kept->number;
  }
  result.speech = say_moved(scene, object, name, moved);
  if (moved.left > 0) {
    result.failed = true;
    result.data["error"] = moved.error->message;
  } else {
    co_await verify(ports, scene, object, what, result);
  }
  if (kept) {
    if (!is_chinese(scene) && !result.speech.ends_with(' ')) result.speech += " ";
    if (result.watch) result.watch->can_undo = true;
    result.speech += say_how_to_undo(language);
  }
  co_return result;
}

}  // namespace mtc::clusters
