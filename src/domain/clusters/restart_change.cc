#include "domain/clusters/restart_change.h"

#include <fmt/format.h>

#include "base/spoken.h"
#include "base/zone.h"
#include "domain/clusters/blast_radius.h"
#include "domain/clusters/content.h"
#include "domain/clusters/object.h"
#include "domain/clusters/rollout.h"

namespace mtc::clusters {
namespace {

constexpr int kAttempts = 3;

Json restart_patch(const std::string& when) {
  return {{"spec",
           {{"template", {{"metadata", {{"annotations", {{std::string(kRestartedAt), when}}}}}}}}}};
}

// Of the checkpoint, not of now: after a crash it tells our own restart from another.
std::string mark_of(const Checkpoint& kept) {
  return format_iso_utc(kept.created);
}

Result<> check(const Scene& scene, const Json& workload) {
  const ObjectRef ref = ref_of(workload);
  const Json& spec = object_or_empty(workload, "spec");
  if (!is_workload(ref.kind)) {
    return refuse(
        Errc::invalid_argument, scene.user.language,
        fmt::format("{} 是 {}，不能滚动重启。", ref.name, ref.kind),
        fmt::format("{} is a {} and cannot be restarted pod by pod.", ref.name, ref.kind));
  }
  if (bool_or(spec, "paused")) {
    return refuse(
        Errc::conflict, scene.user.language,
        fmt::format("{} 的发布被暂停了，现在重启不会生效。先恢复发布，再说一遍。", ref.name),
        fmt::format("The rollout of {} is paused, so a restart would do nothing. Resume it "
                    "first.",
                    ref.name));
  }
  if (string_or(object_or_empty(spec, "updateStrategy"), "type") == "OnDelete") {
    return refuse(Errc::conflict, scene.user.language,
                  fmt::format("{} 的更新策略是手动删除，不会自己重启。可以一个副本一个副本地重启。",
                              ref.name),
                  fmt::format("{} updates its pods only when they are deleted. Restart them one by "
                              "one.",
                              ref.name));
  }
  if (is_rolling(workload)) {
    const Rollout rollout = rollout_of(workload);
    const std::string wanted = say_count(rollout.wanted, scene.user.language);
    const std::string updated = say_count(rollout.updated, scene.user.language);
    return refuse(
        Errc::conflict, scene.user.language,
        fmt::format("{} 正在发布，{}个里换好了{}个，现在不能重启。等它发布完再说一遍。", ref.name,
                    wanted, updated),
        fmt::format("{} is being rolled out, {} of {} are new. Wait until that is over and "
                    "say it again.",
                    ref.name, updated, wanted));
  }
  return {};
}

// A pod's controller: {"kind":"ReplicaSet","name":…}, null without one.
Json controller_of(const Json& pod) {
  for (const Json& owner : array_or_empty(object_or_empty(pod, "metadata"), "ownerReferences")) {
    if (bool_or(owner, "controller")) return owner;
  }
  return nullptr;
}

std::string uid_of(const Json& object) {
  return string_or(object_or_empty(object, "metadata"), "uid");
}

// "order-7d9f4-x2k" of ReplicaSet "order-7d9f4" is said as one of "order".
std::string service_of(const Json& pod) {
  const Json owner = controller_of(pod);
  if (owner.is_null()) return ref_of(pod).name;
  std::string name = string_or(owner, "name");
  if (string_or(owner, "kind") != "ReplicaSet") return name;
  const auto dash = name.rfind('-');
  return dash == std::string::npos ? name : name.substr(0, dash);
}

// Errc::conflict where a disruption budget forbids it now.
Async<Result<>> check_budgets(Scene scene, Json pod) {
  const std::string ns = ref_of(pod).ns;
  auto budgets = co_await scene.api->disruption_budgets({.ns = ns});
  if (!budgets) co_return Result<>{};  // the eviction itself asks again
  for (const DisruptionBudget& budget : *budgets) {
    if (budget.allowed > 0 || !matches(budget.selector, labels_of(pod))) continue;
    co_return refuse(
        Errc::conflict, scene.user.language,
        fmt::format("预算 {} 现在一个副本都不许少，没有重启。等其它副本恢复了再说一遍。",
                    budget.name),
        fmt::format("The disruption budget {} allows no pod to be missing now. Try "
                    "again when the others are well.",
                    budget.name));
  }
  co_return Result<>{};
}

Async<Result<ChangeResult>> restart_rolling(ChangePorts ports, Scene scene, Approved approved) {
  const Language language = scene.user.language;
  const ObjectRef object = ref_from_json(object_or_empty(approved.arguments, "object"));
  const std::string what = is_chinese(scene) ? "重启 " + object.name : "restart " + object.name;
  ChangeResult result;
  auto earlier = co_await kept_before(ports, approved);
  if (!earlier) co_return fail(std::move(earlier).error());
  std::optional<Checkpoint> kept = std::move(*earlier);
  for (int attempt = 1;; ++attempt) {
    auto live = co_await read_object(scene, object);
    if (!live) co_return fail(std::move(live).error());
    if (kept && restarted_at(*live) == mark_of(*kept)) {
      result.after = object_fingerprint(ports.fingerprints, *live);
      co_await note_late(ports, *kept, result.after);
      break;
    }
    if (object_fingerprint(ports.fingerprints, *live) != approved.version) {
      co_return changed_meanwhile(object.name, language);
    }
    if (auto ok = check(scene, *live); !ok) co_return fail(ok.error());
    if (!kept) {
      auto added = co_await keep_checkpoint(ports, scene, approved, what,
                                            {{.object = object, .before = *live, .after = {}}});
      if (!added) co_return fail(std::move(added).error());
      kept = std::move(*added);
    }
    auto patched =
        co_await scene.api->patch(object, PatchType::strategic, restart_patch(mark_of(*kept)),
                                  {.resource_version = resource_version_of(*live)});
    if (patched) {
      result.after = object_fingerprint(ports.fingerprints, *patched);
      kept->objects.front().after = result.after;
      co_await note_after(ports, *kept);
      break;
    }
    if (patched.error().code != Errc::conflict || attempt == kAttempts) {
      co_return write_failed(scene, object.ns, what, std::move(patched).error());
    }
  }
  if (kept) result.data["number"] = kept->number;
  result.data["object"] = to_json(object);
  result.speech = is_chinese(scene) ? fmt::format("{} 开始重启了，", object.name)
                                    : fmt::format("{} is restarting. ", object.name);
  co_await verify(ports, scene, object, what, result);
  co_return result;
}

Async<Result<ChangeResult>> restart_pod(ChangePorts ports, Scene scene, Approved approved) {
  const ObjectRef pod = ref_from_json(object_or_empty(approved.arguments, "object"));
  const std::string service = string_or(approved.arguments, "service", pod.name);
  ChangeResult result;
  result.data["object"] = to_json(pod);
  auto live = co_await read_if_there(scene, pod);
  if (!live) co_return fail(std::move(live).error());
  if (!live->is_null() && uid_of(*live) == approved.version) {
    const bool terminating = object_or_empty(*live, "metadata").contains("deletionTimestamp");
    if (!terminating) {
      const std::string what = is_chinese(scene) ? fmt::format("重启 {} 的一个副本", service)
                                                 : fmt::format("restart one pod of {}", service);
      auto kept = co_await keep_checkpoint(ports, scene, approved, what,
                                           {{.object = pod, .before = *live, .after = {}}});
      if (!kept) co_return fail(std::move(kept).error());
      result.data["number"] = kept->number;
      if (auto gone = co_await scene.api->evict(pod.ns, pod.name); !gone) {
        co_return write_failed(scene, pod.ns, what, std::move(gone).error());
      }
      kept->objects.front().after = object_fingerprint(ports.fingerprints, nullptr);
      co_await note_after(ports, *kept);
    }
  } else if (auto earlier = co_await kept_before(ports, approved); !earlier) {
    co_return fail(std::move(earlier).error());
  } else if (*earlier) {
    // Begun before a crash; a StatefulSet's new pod has the name of the old one.
    result.data["number"] = (*earlier)->number;
    co_await note_late(ports, **earlier, object_fingerprint(ports.fingerprints, nullptr));
  } else if (!live->is_null()) {
    co_return changed_meanwhile(pod.name, scene.user.language);
  }
  const bool alone = bool_or(approved.arguments, "alone");
  if (is_chinese(scene)) {
    result.speech = alone ? fmt::format("{} 已经停了，没有东西会把它再起来。", pod.name)
                          : fmt::format("{} 的一个副本正在重启，新的马上起来。", service);
  } else {
    result.speech =
        alone ? fmt::format("{} is stopped; nothing will start it again.", pod.name)
              : fmt::format("One pod of {} is restarting; a new one is on its way.", service);
  }
  co_return result;
}

}  // namespace

Async<Result<Planned>> plan_restart(ChangePorts ports, Scene scene, ObjectRef object) {
  const Language language = scene.user.language;
  auto live = co_await read_object(scene, object);
  if (!live) co_return fail(std::move(live).error());
  if (auto ok = check(scene, *live); !ok) co_return fail(ok.error());
  const BlastRadius radius = co_await blast_radius(scene, *live, effect_of_rollout(*live));
  if (radius.replicas == 0) {
    co_return NothingToDo{is_chinese(scene) ? object.name + " 现在一个副本也没有，没有可以重启的。"
                                            : object.name + " has no replicas to restart."};
  }
  const std::string when = format_iso_utc(ports.clock.now());
  auto checked = co_await scene.api->patch(object, PatchType::strategic, restart_patch(when),
                                           {.dry_run = true});
  if (!checked) co_return fail(std::move(checked).error());

  const std::string place = say_place(scene, object.ns);
  const std::string touched = say_blast_radius(radius, language);
  const std::string fingerprint = object_fingerprint(ports.fingerprints, *live);
  const Json details{
      {"object", to_json(object)}, {"region", scene.cluster.region}, {"cluster", scene.cluster.id}};
  co_return ChangePlan{
      .action = "restart_workload",
      .target = target_name(scene.cluster.id, object),
      .version = fingerprint,
      .ns = object.ns,
      .before = fingerprint,
      .arguments = details,
      .details = details,
      .summary = without_gaps(
          scene, is_chinese(scene)
                     ? fmt::format("准备重启 {}的 {}。{}", place, object.name, touched)
                     : fmt::format("About to restart {} {}. {}", object.name, place, touched)),
      .preview = {{"object", to_json(object)}, {"blast_radius", to_json(radius)}}};
}

Async<Result<Planned>> plan_pod_restart(ChangePorts ports, Scene scene, std::string ns,
                                        std::string pod) {
  const ObjectRef ref{
      .api_version = "v1", .kind = "Pod", .ns = std::move(ns), .name = std::move(pod)};
  auto live = co_await read_object(scene, ref);
  if (!live) co_return fail(std::move(live).error());
  if (auto ok = co_await check_budgets(scene, *live); !ok) co_return fail(ok.error());
  const Json owner = controller_of(*live);
  const bool alone = owner.is_null();
  const std::string service = service_of(*live);
  const std::string place = say_place(scene, ref.ns);
  std::string summary;
  if (is_chinese(scene)) {
    summary = alone ? fmt::format("{}的 {} 没有控制器管它，停掉就没了，不会自己起来。准备停掉它。",
                                  place, ref.name)
                    : fmt::format("准备重启 {}的 {} 的一个副本，其它副本不动。", place, service);
  } else {
    summary =
        alone ? fmt::format(
                    "Nothing looks after {} {}: once stopped it is gone for good. "
                    "About to stop it.",
                    ref.name, place)
              : fmt::format("About to restart one pod of {} {}; the others stay.", service, place);
  }
  const Json arguments{{"object", to_json(ref)},
                       {"region", scene.cluster.region},
                       {"cluster", scene.cluster.id},
                       {"service", service},
                       {"alone", alone}};
  co_return ChangePlan{.action = alone ? "restart_workload" : "restart_workload.pod",
                       .target = target_name(scene.cluster.id, ref),
                       .version = uid_of(*live),
                       .ns = ref.ns,
                       .before = object_fingerprint(ports.fingerprints, *live),
                       .arguments = arguments,
                       .details = arguments,
                       .summary = without_gaps(scene, std::move(summary)),
                       .preview = {{"object", to_json(ref)}, {"controller", owner}}};
}

Async<Result<ChangeResult>> execute_restart(ChangePorts ports, Scene scene, Approved approved) {
  const bool pod = string_or(object_or_empty(approved.arguments, "object"), "kind") == "Pod";
  if (pod) co_return co_await restart_pod(ports, std::move(scene), std::move(approved));
  co_return co_await restart_rolling(ports, std::move(scene), std::move(approved));
}

}  // namespace mtc::clusters
