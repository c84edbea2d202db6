// The Services that lead to a workload and to others lead to the others only: their selectors get a
// label that tells these apart. The workload goes on running, and gets no traffic.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/contains.h"
#include "base/spoken.h"
#include "domain/clusters/isolation.h"
#include "domain/clusters/object.h"
#include "domain/clusters/pod_view.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

constexpr int kAttempts = 3;
// Another one on each pod, or at the next rollout.
constexpr std::array<std::string_view, 5> kPassing{
    "pod-template-hash", "controller-revision-hash", "pod-template-generation",
    "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"};

using Label = std::pair<std::string, std::string>;

ObjectRef service_ref(const std::string& ns, const std::string& name) {
  return {.api_version = "v1", .kind = "Service", .ns = ns, .name = name};
}

bool has(const Pairs& labels, const Label& label) {
  return contains(labels, label);
}

// What all of the others have, and none of ours: neither those that run nor those that will.
std::optional<Label> telling_label(const std::vector<Pod>& others, const std::vector<Pod>& ours,
                                   const Pairs& our_template) {
  if (others.empty()) return std::nullopt;
  for (const Label& label : others.front().labels) {
    if (contains(kPassing, label.first) || has(our_template, label)) continue;
    const bool of_all =
        std::ranges::all_of(others, [&label](const Pod& pod) { return has(pod.labels, label); });
    const bool of_ours =
        std::ranges::any_of(ours, [&label](const Pod& pod) { return has(pod.labels, label); });
    if (of_all && !of_ours) return label;
  }
  return std::nullopt;
}

std::unexpected<Error> alone(const Scene& scene, const std::string& name,
                             const std::string& service) {
  return refuse(Errc::conflict, scene.user.language,
                fmt::format("服务 {} 后面只有 {} 在服务，断开就没有了，没有动。", service, name),
                fmt::format("Only {} serves behind {}; without it nothing would, so I left it "
                            "alone.",
                            name, service));
}

std::unexpected<Error> alike(const Scene& scene, const std::string& name,
                             const std::string& service) {
  return refuse(
      Errc::conflict, scene.user.language,
      fmt::format("服务 {} 后面的 {} 和别的副本标签一样，分不开，没有动。", service, name),
      fmt::format("Behind {} no label tells {} from the others, so I left it alone.", service,
                  name));
}

// One Service, with what is behind it.
struct Front {
  std::string name;
  Label label;                   // that its selector gets
  std::set<std::string> others;  // workloads
};

Result<Front> front_of(const Scene& scene, const Service& service, const Flock& flock,
                       const std::vector<Pod>& all) {
  std::vector<Pod> others;
  bool served = false;
  Front out{.name = service.name, .label = {}, .others = {}};
  for (const Pod& pod : all) {
    const bool ours = std::ranges::find(flock.pods, pod.name, &Pod::name) != flock.pods.end();
    if (ours || !matches(service.selector, pod.labels)) continue;
    if (pod.terminating || pod.phase == "Succeeded" || pod.phase == "Failed") continue;
    served = served || serves(pod);
    out.others.insert(workload_of(pod));
    others.push_back(pod);
  }
  const std::string name = ref_of(flock.workload).name;
  if (!served) return alone(scene, name, service.name);
  const Pairs labels =
      labels_of(object_or_empty(object_or_empty(flock.workload, "spec"), "template"));
  auto label = telling_label(others, flock.pods, labels);
  if (!label) return alike(scene, name, service.name);
  out.label = std::move(*label);
  return out;
}

Async<Result<std::vector<Front>>> fronts_of(Scene scene, Flock flock) {
  const ObjectRef object = ref_of(flock.workload);
  const Where where{.ns = object.ns, .labels = "", .fields = ""};
  auto services = co_await scene.api->services(where);
  if (!services) co_return fail(std::move(services).error());
  auto pods = co_await scene.api->pods(where);
  if (!pods) co_return fail(std::move(pods).error());
  const Pairs labels =
      labels_of(object_or_empty(object_or_empty(flock.workload, "spec"), "template"));
  std::vector<Front> out;
  for (const Service& service : *services) {
    if (!matches(service.selector, labels)) continue;
    auto front = front_of(scene, service, flock, *pods);
    if (!front) co_return fail(std::move(front).error());
    out.push_back(std::move(*front));
  }
  if (out.empty()) {
    co_return refuse(
        Errc::conflict, scene.user.language,
        fmt::format("没有服务指向 {}，没有流量可以断开。", object.name),
        fmt::format("No Service leads to {}; there is no traffic to take away.", object.name));
  }
  co_return out;
}

Json narrowing(const Label& label) {
  return {{"spec", {{"selector", {{label.first, label.second}}}}}};
}

bool is_narrowed(const Json& service, const Label& label) {
  return has(selector_of(service), label);
}

Label label_from_json(const Json& target) {
  return {string_or(target, "key"), string_or(target, "value")};
}

Async<Result<Json>> check_targets(ChangePorts ports, Scene scene, std::string ns,
                                  std::vector<Front> fronts) {
  Json out = Json::array();
  for (const Front& front : fronts) {
    const ObjectRef ref = service_ref(ns, front.name);
    auto live = co_await read_object(scene, ref);
    if (!live) co_return fail(std::move(live).error());
    auto checked =
        co_await scene.api->patch(ref, PatchType::merge, narrowing(front.label), {.dry_run = true});
    if (!checked) co_return fail(std::move(checked).error());
    out.push_back({{"name", front.name},
                   {"key", front.label.first},
                   {"value", front.label.second},
                   {"before", object_fingerprint(ports.fingerprints, *live)}});
  }
  co_return out;
}

// Errc::conflict where nobody behind it would serve by now.
Async<Result<>> check_served(Scene scene, Json service, Label label) {
  const ObjectRef ref = ref_of(service);
  auto pods = co_await scene.api->pods({.ns = ref.ns, .labels = "", .fields = ""});
  if (!pods) co_return fail(std::move(pods).error());
  const Pairs selector = selector_of(service);
  const bool served = std::ranges::any_of(*pods, [&](const Pod& pod) {
    return serves(pod) && matches(selector, pod.labels) && has(pod.labels, label);
  });
  if (served) co_return Result<>{};
  co_return refuse(
      Errc::conflict, scene.user.language,
      fmt::format("服务 {} 后面现在没有别的好副本了，没有动。", ref.name),
      fmt::format("Nothing else behind {} serves any more, so I left it alone.", ref.name));
}

struct Step {
  Json service;
  Label label;
  std::string before;
  bool done = false;
};

Async<Result<std::vector<Step>>> look(ChangePorts ports, Scene scene, std::string ns,
                                      Json targets) {
  std::vector<Step> out;
  for (const Json& target : targets) {
    const std::string name = string_or(target, "name");
    auto live = co_await read_object(scene, service_ref(ns, name));
    if (!live) co_return fail(std::move(live).error());
    Step step{.service = std::move(*live),
              .label = label_from_json(target),
              .before = string_or(target, "before")};
    step.done = is_narrowed(step.service, step.label);
    if (!step.done && object_fingerprint(ports.fingerprints, step.service) != step.before) {
      co_return changed_meanwhile(name, scene.user.language);
    }
    if (!step.done) {
      auto ok = co_await check_served(scene, step.service, step.label);
      if (!ok) co_return fail(std::move(ok).error());
    }
    out.push_back(std::move(step));
  }
  co_return out;
}

// Guarded by its version; a load balancer's controller writes Services too.
Async<Result<Json>> narrow(ChangePorts ports, Scene scene, Step step) {
  const ObjectRef ref = ref_of(step.service);
  for (int attempt = 1;; ++attempt) {
    auto patched =
        co_await scene.api->patch(ref, PatchType::merge, narrowing(step.label),
                                  {.resource_version = resource_version_of(step.service)});
    if (patched || patched.error().code != Errc::conflict || attempt == kAttempts) {
      co_return patched;
    }
    auto again = co_await read_object(scene, ref);
    if (!again) co_return again;
    if (object_fingerprint(ports.fingerprints, *again) != step.before) {
      co_return changed_meanwhile(ref.name, scene.user.language);
    }
    step.service = std::move(*again);
  }
}

std::string say_what(const ObjectRef& object, Language language) {
  return language == Language::zh ? fmt::format("断开 {} 的流量", object.name)
                                  : fmt::format("take {} out of the traffic", object.name);
}

}  // namespace

Async<Result<Planned>> plan_workload_isolation(ChangePorts ports, Scene scene, IsolationWish wish) {
  const ObjectRef object = wish.object;
  auto flock = co_await read_flock(scene, object);
  if (!flock) co_return fail(std::move(flock).error());
  auto fronts = co_await fronts_of(scene, *flock);
  if (!fronts) co_return fail(std::move(fronts).error());
  auto targets = co_await check_targets(ports, scene, object.ns, *fronts);
  if (!targets) co_return fail(std::move(targets).error());

  const Language language = scene.user.language;
  std::vector<std::string> names;
  std::set<std::string> others;
  Json labels = Json::array();
  for (const Front& front : *fronts) {
    names.push_back(front.name);
    others.insert(front.others.begin(), front.others.end());
    labels.push_back(front.label.first + "=" + front.label.second);
  }
  const std::string place = say_place(scene, object.ns);
  const std::string services = say_list(names, 3, language);
  const std::string rest = say_list({others.begin(), others.end()}, 3, language);
  std::string summary =
      is_chinese(scene)
          ? fmt::format("准备断开 {}的 {} 的流量，副本照常运行。服务 {} 的流量全部走 {}。", place,
                        object.name, services, rest)
          : fmt::format(
                "About to take {} {} out of the traffic; its pods go on running. The "
                "traffic of {} all goes to {}.",
                object.name, place, services, rest);
  co_return plan_of(scene, {.kind = "workload",
                            .object = object,
                            .target = target_name(scene.cluster.id, object),
                            .version = ports.fingerprints.of(dump_json(*targets)),
                            .summary = std::move(summary),
                            .targets = std::move(*targets),
                            .details = {{"services", names}, {"labels", labels}},
                            .preview = {{"object", to_json(object)},
                                        {"services", names},
                                        {"labels", labels},
                                        {"others", Json(others)}}});
}

Async<Result<ChangeResult>> execute_workload_isolation(ChangePorts ports, Scene scene,
                                                       Approved approved) {
  const Language language = scene.user.language;
  const ObjectRef object = ref_from_json(object_or_empty(approved.arguments, "object"));
  const std::string what = say_what(object, language);
  auto steps =
      co_await look(ports, scene, object.ns, array_or_empty(approved.arguments, "targets"));
  if (!steps) co_return fail(std::move(steps).error());
  auto earlier = co_await kept_before(ports, approved);
  if (!earlier) co_return fail(std::move(earlier).error());
  std::optional<Checkpoint> kept = std::move(*earlier);
  if (!kept && !std::ranges::all_of(*steps, &Step::done)) {
    std::vector<CheckpointObject> before;
    for (const Step& step : *steps) {
      before.push_back({.object = ref_of(step.service), .before = step.service, .after = {}});
    }
    auto added = co_await keep_checkpoint(ports, scene, approved, what, std::move(before));
    if (!added) co_return fail(std::move(added).error());
    kept = std::move(*added);
  }
  ChangeResult result;
  result.data["object"] = to_json(object);
  for (Step& step : *steps) {
    if (!step.done) {
      auto narrowed = co_await narrow(ports, scene, step);
      if (!narrowed) co_return write_failed(scene, object.ns, what, std::move(narrowed).error());
      step.service = std::move(*narrowed);
    }
    result.after = object_fingerprint(ports.fingerprints, step.service);
    if (kept) co_await note_object(ports, *kept, ref_of(step.service), step.service);
  }
  result.speech =
      is_chinese(scene)
          ? fmt::format("{} 的流量断开了，副本照常运行。", object.name)
          : fmt::format("{} gets no traffic any more; its pods go on running.", object.name);
  if (kept) {
    result.data["number"] = kept->number;
    if (!is_chinese(scene)) result.speech += " ";
    result.speech += say_how_to_undo(language);
  }
  co_return result;
}

}  // namespace mtc::clusters
