// Sick pods lose the labels by which Services and their controller choose them: they get no traffic
// any more, stay as they are for whoever looks into them, and the controller starts others.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/characters.h"
#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/isolation.h"
#include "domain/clusters/object.h"
#include "domain/clusters/pod_view.h"
#include "domain/clusters/rollout.h"
#include "domain/clusters/undo_step.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kMaxLabel = 63;

// Names may be longer than labels.
std::string label_value(const std::string& name) {
  std::string out = name.substr(0, kMaxLabel);
  while (!out.empty() && !is_alnum(out.back())) out.pop_back();
  return out;
}

bool has_key(const Pairs& pairs, const std::string& key) {
  return std::ranges::any_of(pairs, [&key](const auto& one) { return one.first == key; });
}

// For each Service one label that it chooses by, best one that the controller chooses by as well;
// and one of the controller's in any case.
std::vector<std::string> labels_to_take(const Pairs& owner, const std::vector<Pairs>& services) {
  std::set<std::string> out;
  for (const Pairs& selector : services) {
    const auto shared = std::ranges::find_if(
        selector, [&owner](const auto& one) { return has_key(owner, one.first); });
    out.insert((shared == selector.end() ? selector.begin() : shared)->first);
  }
  const bool released =
      std::ranges::any_of(owner, [&out](const auto& one) { return out.contains(one.first); });
  if (!released) out.insert(owner.front().first);
  return {out.begin(), out.end()};
}

Json patch_of(const Json& labels, const std::string& workload, const std::string& uid) {
  Json taken = Json::object();
  for (const Json& one : labels) taken[one.get<std::string>()] = nullptr;
  taken[std::string(kIsolated)] = label_value(workload);
  // The uid: another pod of that name is refused by the cluster.
  return {{"metadata", {{"uid", uid}, {"labels", std::move(taken)}}}};
}

std::string isolated_from(const Json& pod) {
  return string_or(object_or_empty(object_or_empty(pod, "metadata"), "labels"), kIsolated);
}

std::string say_some_pods(std::int64_t count, Language language) {
  if (language == Language::zh) return say_count(count, language) + "个副本";
  return say_count(count, language) + (count == 1 ? " pod" : " pods");
}

Result<> check_kind(const Scene& scene, const ObjectRef& object) {
  if (object.kind != "StatefulSet") return {};
  return refuse(Errc::conflict, scene.user.language,
                fmt::format("{} 的副本名字是固定的，摘下来就没有新的补上，没有动。", object.name),
                fmt::format("The pods of {} have fixed names: while one is set aside no other can "
                            "take its place, so I left them alone.",
                            object.name));
}

// Errc::conflict where none of the others serves.
Result<std::int64_t> check_left(const Scene& scene, const Flock& flock,
                                const std::set<std::string>& sick) {
  const auto well = std::ranges::count_if(
      flock.pods, [&sick](const Pod& pod) { return serves(pod) && !sick.contains(pod.name); });
  const std::string name = ref_of(flock.workload).name;
  if (well > 0) return well;
  return refuse(Errc::conflict, scene.user.language,
                fmt::format("{} 没有别的好副本了，摘下来就没有服务了，没有动。", name),
                fmt::format("{} has no other pod that is well; nothing would be left to serve, so "
                            "I left it alone.",
                            name));
}

Result<std::set<std::string>> choose_sick(const Scene& scene, const Flock& flock,
                                          const IsolationWish& wish) {
  std::set<std::string> out;
  if (wish.pods.empty()) {
    for (const Pod& pod : flock.pods) {
      if (!is_well(state_of(pod))) out.insert(pod.name);
    }
    return out;
  }
  for (const std::string& name : wish.pods) {
    if (std::ranges::find(flock.pods, name, &Pod::name) == flock.pods.end()) {
      return refuse(
          Errc::not_found, scene.user.language,
          fmt::format("{} 没有叫 {} 的副本，可能已经换掉了。", wish.object.name, name),
          fmt::format("{} has no pod {}; it may have been replaced.", wish.object.name, name));
    }
    out.insert(name);
  }
  return out;
}

// The selectors of the Services that lead to it.
Async<Result<std::vector<Service>>> services_of(Scene scene, Json workload) {
  auto all = co_await scene.api->services({.ns = ref_of(workload).ns, .labels = "", .fields = ""});
  if (!all) co_return fail(std::move(all).error());
  const Pairs labels = labels_of(object_or_empty(object_or_empty(workload, "spec"), "template"));
  std::erase_if(*all, [&labels](const Service& one) { return !matches(one.selector, labels); });
  co_return std::move(*all);
}

struct Target {
  std::string name, uid, before;  // before: fingerprint of its labels
};
Target target_from_json(const Json& json) {
  return {.name = string_or(json, "name"),
          .uid = string_or(json, "uid"),
          .before = string_or(json, "before")};
}

// Each with a dry run.
Async<Result<Json>> check_targets(ChangePorts ports, Scene scene, ObjectRef object,
                                  std::set<std::string> sick, Json labels) {
  Json out = Json::array();
  for (const std::string& name : sick) {
    const ObjectRef ref = pod_ref(object.ns, name);
    auto live = co_await read_object(scene, ref);
    if (!live) co_return fail(std::move(live).error());
    auto checked = co_await scene.api->patch(
        ref, PatchType::merge, patch_of(labels, object.name, uid_of(*live)), {.dry_run = true});
    if (!checked) co_return fail(std::move(checked).error());
    out.push_back({{"name", name},
                   {"uid", uid_of(*live)},
                   {"before", state_fingerprint(ports.fingerprints, *live)}});
  }
  co_return out;
}

std::string say_plan(const Scene& scene, const ObjectRef& object, std::int64_t sick,
                     std::int64_t well, bool has_services) {
  const Language language = scene.user.language;
  const std::string place = say_place(scene, object.ns);
  const std::string some = say_some_pods(sick, language);
  const std::string left = say_count(well, language);
  if (is_chinese(scene)) {
    return fmt::format("准备把 {}的 {} 的{}摘下来{}，不删掉，会补上新的。还有{}个好的在服务。",
                       place, object.name, some, has_services ? "，不再接流量" : "", left);
  }
  return fmt::format(
      "About to set {} of {} {} aside{}; they are kept, and new ones take their "
      "place. {} that {} well go{} on serving.",
      some, object.name, place, has_services ? ", without traffic" : "", capitalised(left),
      well == 1 ? "is" : "are", well == 1 ? "es" : "");
}

struct Todo {
  std::vector<Target> targets;
  std::vector<Json> live;  // of the same length
  std::int64_t done = 0;
};

// What is gone has been replaced; another pod of that name is not the one that was sick.
Async<Result<Todo>> look(ChangePorts ports, Scene scene, ObjectRef object, Json targets) {
  Todo out;
  for (const Json& json : targets) {
    Target target = target_from_json(json);
    auto live = co_await read_if_there(scene, pod_ref(object.ns, target.name));
    if (!live) co_return fail(std::move(live).error());
    if (live->is_null() || uid_of(*live) != target.uid) continue;
    if (isolated_from(*live) == label_value(object.name)) {
      ++out.done;
    } else if (state_fingerprint(ports.fingerprints, *live) != target.before) {
      co_return changed_meanwhile(target.name, scene.user.language);
    }
    out.targets.push_back(std::move(target));
    out.live.push_back(std::move(*live));
  }
  co_return out;
}

std::string say_what(const ObjectRef& object, std::int64_t count, Language language) {
  const std::string some = say_some_pods(count, language);
  return language == Language::zh ? fmt::format("摘下 {} 的{}", object.name, some)
                                  : fmt::format("set {} of {} aside", some, object.name);
}

}  // namespace

Async<Result<Planned>> plan_pod_isolation(ChangePorts ports, Scene scene, IsolationWish wish) {
  if (auto ok = check_kind(scene, wish.object); !ok) co_return fail(ok.error());
  auto flock = co_await read_flock(scene, wish.object);
  if (!flock) co_return fail(std::move(flock).error());
  auto sick = choose_sick(scene, *flock, wish);
  if (!sick) co_return fail(std::move(sick).error());
  const ObjectRef object = wish.object;
  if (sick->empty()) {
    co_return NothingToDo{is_chinese(scene)
                              ? fmt::format("{} 的副本都正常，没有要摘下来的。", object.name)
                              : fmt::format("All pods of {} are well.", object.name)};
  }
  const auto left = check_left(scene, *flock, *sick);
  if (!left) co_return fail(left.error());
  auto services = co_await services_of(scene, flock->workload);
  if (!services) co_return fail(std::move(services).error());
  std::vector<Pairs> selectors;
  std::vector<std::string> names;
  for (const Service& one : *services) {
    selectors.push_back(one.selector);
    names.push_back(one.name);
  }
  const Json labels = labels_to_take(selector_of(flock->workload), selectors);
  auto targets = co_await check_targets(ports, scene, object, *sick, labels);
  if (!targets) co_return fail(std::move(targets).error());
  const auto count = std::ssize(*sick);
  const Json shown(*sick);
  co_return plan_of(scene, {.kind = "pods",
                            .object = object,
                            .target = target_name(scene.cluster.id, object),
                            .version = ports.fingerprints.of(dump_json(*targets)),
                            .summary = say_plan(scene, object, count, *left, !names.empty()),
                            .targets = std::move(*targets),
                            .details = {{"pods", shown}, {"labels", labels}},
                            .preview = {{"object", to_json(object)},
                                        {"pods", shown},
                                        {"labels", labels},
                                        {"services", names},
                                        {"left", *left}}});
}

Async<Result<ChangeResult>> execute_pod_isolation(ChangePorts ports, Scene scene,
                                                  Approved approved) {
  const Language language = scene.user.language;
  const ObjectRef object = ref_from_json(object_or_empty(approved.arguments, "object"));
  const Json labels = array_or_empty(approved.arguments, "labels");
  auto todo = co_await look(ports, scene, object, array_or_empty(approved.arguments, "targets"));
  if (!todo) co_return fail(std::move(todo).error());
  ChangeResult result;
  result.data["object"] = to_json(object);
  if (todo->targets.empty()) {
    result.speech = is_chinese(scene) ? fmt::format("{} 那些副本已经不在了，不用摘。", object.name)
                                      : fmt::format("Those pods of {} are gone.", object.name);
    co_return result;
  }
  const std::string what = say_what(object, std::ssize(todo->targets), language);
  auto earlier = co_await kept_before(ports, approved);
  if (!earlier) co_return fail(std::move(earlier).error());
  std::optional<Checkpoint> kept = std::move(*earlier);
  if (todo->done < std::ssize(todo->targets)) {
    std::set<std::string> sick;
    std::vector<CheckpointObject> before;
    for (std::size_t i = 0; i < todo->targets.size(); ++i) {
      sick.insert(todo->targets[i].name);
      before.push_back({.object = pod_ref(object.ns, todo->targets[i].name),
                        .before = todo->live[i],
                        .after = {}});
    }
    auto flock = co_await read_flock(scene, object);
    if (!flock) co_return fail(std::move(flock).error());
    if (const auto left = check_left(scene, *flock, sick); !left) co_return fail(left.error());
    auto added = co_await keep_checkpoint(ports, scene, approved, what, std::move(before));
    if (!added) co_return fail(std::move(added).error());
    kept = std::move(*added);
  }
  for (std::size_t i = 0; i < todo->targets.size(); ++i) {
    const ObjectRef ref = pod_ref(object.ns, todo->targets[i].name);
    if (isolated_from(todo->live[i]).empty()) {
      auto patched = co_await scene.api->patch(
          ref, PatchType::merge, patch_of(labels, object.name, todo->targets[i].uid), {});
      if (!patched) co_return write_failed(scene, object.ns, what, std::move(patched).error());
      todo->live[i] = std::move(*patched);
    }
    if (kept) co_await note_object(ports, *kept, ref, todo->live[i]);
  }
  const std::string some = say_some_pods(std::ssize(todo->targets), language);
  result.speech = is_chinese(scene)
                      ? fmt::format("{} 的{}摘下来了，", object.name, some)
                      : fmt::format("{} of {} set aside. ", capitalised(some), object.name);
  co_await verify(ports, scene, object, what, result);
  if (kept) {
    result.data["number"] = kept->number;
    if (result.watch) result.watch->can_undo = true;
    if (!is_chinese(scene)) result.speech += " ";
    result.speech += say_how_to_undo(language);
  }
  co_return result;
}

}  // namespace mtc::clusters
