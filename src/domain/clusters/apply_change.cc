#include "domain/clusters/apply_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/blast_radius.h"
#include "domain/clusters/diff.h"
#include "domain/clusters/failure.h"
#include "domain/clusters/manifest.h"
#include "domain/clusters/object.h"
#include "domain/clusters/rollout.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kMaxLines = 30;  // of the difference of one object
constexpr std::size_t kMaxSpokenObjects = 3;
constexpr std::size_t kMaxSpoken = 150;  // characters of what is said of them

struct Step {
  Manifest manifest;
  Json live;    // null: not there
  Json wanted;  // as the cluster would keep it; as written where it could not be asked
  bool unchecked = false;
  Differences differences;
  bool creates() const { return live.is_null(); }
  bool changes() const { return creates() || !differences.empty(); }
};

std::unexpected<Error> in_object(const ObjectRef& object, Error error) {
  error.message = spoken_name(object) + ": " + error.message;
  return fail(std::move(error));
}

// "Deployment/order: .spec.replicas 由 kubectl 管着…"
std::unexpected<Error> conflicted(const Scene& scene, const ObjectRef& object,
                                  const std::vector<FieldConflict>& conflicts, Error error) {
  if (conflicts.empty()) return in_object(object, std::move(error));
  std::vector<std::string> fields;
  std::set<std::string> managers;
  for (const FieldConflict& one : conflicts) {
    fields.push_back(one.field);
    managers.insert(one.manager);
  }
  const Language language = scene.user.language;
  const std::string what = say_list(fields, 3, language);
  const std::string who = say_list({managers.begin(), managers.end()}, 3, language);
  return fail(
      Errc::conflict,
      is_chinese(scene)
          ? fmt::format("{} 的 {} 归 {} 管，内容和你的不一样，没有动。要抢过来，就说强制应用。",
                        object.name, what, who)
          : fmt::format("{} of {} is managed by {} with another value, so nothing was "
                        "applied. To take it over, say: force it.",
                        what, object.name, who));
}

Async<Result<Json>> ask_cluster(Scene scene, Manifest manifest, Applying applying) {
  std::vector<FieldConflict> conflicts;
  auto applied = co_await scene.api->apply(manifest.object, applying, &conflicts);
  if (applied) co_return applied;
  if (applied.error().code == Errc::conflict) {
    co_return conflicted(scene, manifest.ref, conflicts, std::move(applied).error());
  }
  co_return in_object(manifest.ref, std::move(applied).error());
}

// Objects of a namespace that is yet to be created cannot be checked before.
bool awaits_namespace(const std::vector<Step>& before, const std::string& ns) {
  return std::ranges::any_of(before, [&ns](const Step& step) {
    return step.creates() && step.manifest.ref.kind == "Namespace" && step.manifest.ref.name == ns;
  });
}

Async<Result<std::vector<Step>>> look(ChangePorts ports, Scene scene,
                                      std::vector<Manifest> manifests, bool force) {
  std::vector<Step> steps;
  for (Manifest& manifest : manifests) {
    auto live = co_await read_if_there(scene, manifest.ref);
    if (!live) co_return in_object(manifest.ref, std::move(live).error());
    Step step{.manifest = std::move(manifest), .live = std::move(*live), .wanted = {}};
    step.unchecked = awaits_namespace(steps, step.manifest.ref.ns);
    if (step.unchecked) {
      step.wanted = step.manifest.object;
    } else {
      auto wanted = co_await ask_cluster(scene, step.manifest, {.dry_run = true, .force = force});
      if (!wanted) co_return fail(std::move(wanted).error());
      step.wanted = std::move(*wanted);
    }
    step.differences = differences(step.live, step.wanted, ports.fingerprints, kMaxLines);
    steps.push_back(std::move(step));
  }
  co_return steps;
}

std::string version_of(ChangePorts ports, const std::vector<Json>& live) {
  std::string all;
  for (const Json& one : live) all += object_fingerprint(ports.fingerprints, one) + "\n";
  return ports.fingerprints.of(all);
}

std::string namespaces_of(const std::vector<Step>& steps) {
  std::set<std::string> out;
  for (const Step& step : steps) {
    const ObjectRef& ref = step.manifest.ref;
    if (ref.kind == "Namespace") out.insert(ref.name);
    if (!ref.ns.empty()) out.insert(ref.ns);
  }
  return join({out.begin(), out.end()}, ",");
}

std::string target_of(const Scene& scene, const std::vector<Step>& steps) {
  std::vector<ObjectRef> objects;
  for (const Step& step : steps) objects.push_back(step.manifest.ref);
  return target_name(scene.cluster.id, objects);
}

// "新建两个，改一个，三个不变"
std::string say_counts(const std::vector<Step>& steps, Language language) {
  const bool zh = language == Language::zh;
  const auto created = std::ranges::count_if(steps, &Step::creates);
  const auto changed = std::ranges::count_if(steps, &Step::changes) - created;
  const auto same = std::ssize(steps) - created - changed;
  std::vector<std::string> parts;
  const auto add = [&](std::int64_t count, std::string_view chinese, std::string_view english) {
    if (count == 0) return;
    const std::string number = say_count(count, language);
    parts.push_back(zh ? fmt::format(fmt::runtime(chinese), number)
                       : fmt::format(fmt::runtime(english), number));
  };
  add(created, "新建{}个对象", "{} created");
  add(changed, "改{}个", "{} changed");
  add(same, "{}个不变", "{} unchanged");
  return join(parts, zh ? "，" : ", ");
}

std::string say_steps(const std::vector<Step>& steps, Language language) {
  std::vector<std::string> said;
  for (const Step& step : steps) {
    if (!step.changes()) continue;
    if (said.size() == kMaxSpokenObjects) break;
    said.push_back(say_differences(step.live, step.wanted, step.differences, language));
  }
  std::string all = join(said, language == Language::zh ? "；" : "; ");
  if (count_characters(all) <= kMaxSpoken) return all;
  std::vector<std::string> names;
  for (const Step& step : steps) {
    if (step.changes()) names.push_back(spoken_name(step.manifest.ref));
  }
  return shorten_characters(say_list(names, 3, language), kMaxSpoken);
}

// The workloads whose pods are replaced.
Async<std::string> say_touched(Scene scene, const std::vector<Step>& steps) {
  std::string out;
  for (const Step& step : steps) {
    if (step.creates() || !is_workload(step.manifest.ref.kind)) continue;
    const auto& spec = object_or_empty(step.live, "spec");
    const bool rolls = object_or_empty(spec, "template") !=
                       object_or_empty(object_or_empty(step.wanted, "spec"), "template");
    if (!rolls) continue;
    const BlastRadius radius =
        co_await blast_radius(scene, step.live, effect_of_rollout(step.wanted));
    if (!out.empty() && !is_chinese(scene)) out += " ";
    out += say_blast_radius(radius, scene.user.language);
    if (count_characters(out) > 60) break;
  }
  co_return out;
}

Json preview_of(const std::vector<Step>& steps) {
  Json out = Json::array();
  for (const Step& step : steps) {
    Json one = to_json(step.manifest.ref);
    one["what"] = step.creates() ? "create" : step.changes() ? "change" : "unchanged";
    one["differences"] = to_json(step.differences);
    one["more"] = step.differences.total - step.differences.shown.size();
    if (step.unchecked) one["unchecked"] = true;
    out.push_back(std::move(one));
  }
  return out;
}

std::string place_of(const std::string& cluster, bool force) {
  return fmt::format("change/{}/apply/{}", cluster, force);
}

// What the plan keeps: the manifests as they were read, sealed, for there may be Secrets in them.
Json arguments_of(ChangePorts ports, const Scene& scene, const std::vector<Step>& steps,
                  bool force) {
  Json objects = Json::array();
  for (const Step& step : steps) {
    if (step.changes()) objects.push_back(step.manifest.object);
  }
  const std::string content = dump_json(objects);
  return {{"region", scene.cluster.region},
          {"cluster", scene.cluster.id},
          {"force", force},
          {"content", ports.fingerprints.of(content)},
          {"sealed", ports.cipher.seal(content, place_of(scene.cluster.id, force))}};
}

struct Progress {
  std::vector<std::string> created, changed;
  std::vector<std::string> untouched;
  std::optional<Error> error;
  std::string failed;  // the object's name
  std::vector<ObjectRef> rolling;
};

std::string say_progress(const Progress& progress, Language language) {
  const bool zh = language == Language::zh;
  std::vector<std::string> parts;
  if (!progress.created.empty()) {
    parts.push_back((zh ? "新建了 " : "created ") + say_list(progress.created, 3, language));
  }
  if (!progress.changed.empty()) {
    parts.push_back((zh ? "改好了 " : "changed ") + say_list(progress.changed, 3, language));
  }
  if (progress.error) {
    auto why = say_write_failure(*progress.error, language);
    while (why.ends_with("。")) why.resize(why.size() - std::string_view("。").size());
    while (why.ends_with('.')) why.pop_back();
    parts.push_back(zh ? fmt::format("{} 没有成功：{}", progress.failed, why)
                       : fmt::format("{} failed: {}", progress.failed, why));
    if (!progress.untouched.empty()) {
      parts.push_back((zh ? "还没动的有 " : "not tried: ") +
                      say_list(progress.untouched, 3, language));
    }
  }
  std::string out = join(parts, zh ? "，" : ", ");
  if (!out.ends_with("。") && !out.ends_with(".")) out += zh ? "。" : ".";
  return out;
}

Async<> apply_all(ChangePorts ports, Scene scene, const std::vector<Manifest>& manifests,
                  const std::vector<Json>& live, bool force, Checkpoint& kept, Progress& progress) {
  for (std::size_t i = 0; i < manifests.size(); ++i) {
    const ObjectRef& ref = manifests[i].ref;
    if (!kept.objects[i].after.empty()) {  // before a crash
      (kept.objects[i].before ? progress.changed : progress.created).push_back(spoken_name(ref));
      if (is_workload(ref.kind)) progress.rolling.push_back(ref);
      continue;
    }
    if (progress.error) {
      progress.untouched.push_back(spoken_name(ref));
      continue;
    }
    auto applied = co_await scene.api->apply(manifests[i].object, {.force = force}, nullptr);
    if (!applied) {
      progress.error = std::move(applied).error();
      progress.failed = spoken_name(ref);
      continue;
    }
    (live[i].is_null() ? progress.created : progress.changed).push_back(spoken_name(ref));
    if (is_workload(ref.kind)) progress.rolling.push_back(ref);
    // At once: whoever undoes after a crash here knows what was ours.
    kept.objects[i].after = object_fingerprint(ports.fingerprints, *applied);
    co_await note_after(ports, kept);
  }
}

// After a crash: what was applied by then is noted. Errc::conflict where an object is neither as it
// was kept nor as we would have left it.
Async<Result<>> look_what_is_done(ChangePorts ports, Scene scene, std::vector<Manifest> manifests,
                                  std::vector<Json> live, bool force, Checkpoint& kept) {
  for (std::size_t i = 0; i < manifests.size(); ++i) {
    CheckpointObject& object = kept.objects[i];
    const std::string now = object_fingerprint(ports.fingerprints, live[i]);
    const std::string before =
        object_fingerprint(ports.fingerprints, object.before.value_or(Json(nullptr)));
    if (now == object.after || (now == before && object.after.empty())) continue;
    auto wanted = co_await ask_cluster(scene, manifests[i], {.dry_run = true, .force = force});
    if (!wanted) co_return fail(std::move(wanted).error());
    if (object_fingerprint(ports.fingerprints, *wanted) != now) {
      co_return changed_meanwhile(manifests[i].ref.name, scene.user.language);
    }
    object.after = now;
  }
  co_return Result<>{};
}

}  // namespace

Async<Result<Planned>> plan_apply(ChangePorts ports, Scene scene, ApplyWish wish) {
  const Language language = scene.user.language;
  auto manifests = parse_manifests(wish.yaml, wish.ns);
  if (!manifests) co_return fail(std::move(manifests).error());
  for (const Manifest& manifest : *manifests) {
    if (auto ok = check_allowed(manifest, wish.is_admin, scene.user.language); !ok)
      co_return fail(ok.error());
  }
  auto steps = co_await look(ports, scene, std::move(*manifests), wish.force);
  if (!steps) co_return fail(std::move(steps).error());
  if (std::ranges::none_of(*steps, &Step::changes)) {
    co_return NothingToDo{is_chinese(scene)
                              ? "集群里已经是这样了，没有要改的。"
                              : "The cluster has all of it already; nothing to change."};
  }
  std::vector<Json> live;
  for (const Step& step : *steps) {
    if (step.changes()) live.push_back(step.live);
  }
  const std::string namespaces = namespaces_of(*steps);
  const bool several = namespaces.find(',') != std::string::npos;
  const std::string place = say_place(scene, several ? "" : namespaces);
  const std::string counts = say_counts(*steps, language);
  const std::string what = say_steps(*steps, language);
  std::string summary = is_chinese(scene)
                            ? fmt::format("准备在 {}{}：{}。", place, counts, what)
                            : fmt::format("About to apply {}, {}: {}. ", place, counts, what);
  if (wish.force) {
    summary += is_chinese(scene) ? "会强制抢过别人管的字段。"
                                 : "Fields that others manage are taken over. ";
  }
  summary += co_await say_touched(scene, *steps);
  while (summary.ends_with(' ')) summary.pop_back();
  const std::string version = version_of(ports, live);
  const std::string target = target_of(scene, *steps);
  co_return ChangePlan{.action = "apply_yaml",
                       .target = target,
                       .version = version,
                       .ns = namespaces,
                       .before = version,
                       .arguments = arguments_of(ports, scene, *steps, wish.force),
                       .details = {{"cluster", scene.cluster.id},
                                   {"region", scene.cluster.region},
                                   {"force", wish.force},
                                   {"objects", target}},
                       .summary = without_gaps(scene, std::move(summary)),
                       .preview = {{"objects", preview_of(*steps)}}};
}

Async<Result<ChangeResult>> execute_apply(ChangePorts ports, Scene scene, Approved approved) {
  const Language language = scene.user.language;
  const bool force = bool_or(approved.arguments, "force");
  auto opened =
      ports.cipher.open(string_or(approved.arguments, "sealed"), place_of(scene.cluster.id, force));
  if (!opened) co_return fail(std::move(opened).error());
  auto objects = parse_json(*opened);
  if (!objects) co_return fail(std::move(objects).error());
  std::vector<Manifest> manifests;
  std::vector<Json> live;
  std::vector<CheckpointObject> before;
  std::vector<std::string> names;
  for (Json& object : *objects) {
    const ObjectRef ref = ref_of(object);
    auto found = co_await read_if_there(scene, ref);
    if (!found) co_return in_object(ref, std::move(found).error());
    CheckpointObject kept{.object = ref, .before = {}, .after = {}};
    if (!found->is_null()) kept.before = *found;
    before.push_back(std::move(kept));
    names.push_back(ref.name);
    live.push_back(std::move(*found));
    manifests.push_back({.ref = ref, .object = std::move(object)});
  }
  auto earlier = co_await kept_before(ports, approved);
  if (!earlier) co_return fail(std::move(earlier).error());
  if (*earlier) {
    auto ok = co_await look_what_is_done(ports, scene, manifests, live, force, **earlier);
    if (!ok) co_return fail(std::move(ok).error());
    co_await note_after(ports, **earlier);
  } else if (version_of(ports, live) != approved.version) {
    co_return changed_meanwhile(say_list(names, 3, language), language);
  }
  const std::string what = (is_chinese(scene) ? "应用 " : "apply ") + say_list(names, 3, language);
  auto kept = co_await keep_checkpoint(ports, scene, approved, what, std::move(before));
  if (!kept) co_return fail(std::move(kept).error());
  Progress progress;
  co_await apply_all(ports, scene, manifests, live, force, *kept, progress);

  ChangeResult result;
  result.failed = progress.error.has_value();
  result.data = {{"number", kept->number},
                 {"created", progress.created},
                 {"changed", progress.changed},
                 {"not_tried", progress.untouched}};
  if (progress.error) {
    result.data["failed"] = progress.failed;
    result.data["error"] = progress.error->message;
  }
  result.speech = say_progress(progress, language);
  if (!is_chinese(scene)) result.speech += " ";
  const bool did_nothing = progress.created.empty() && progress.changed.empty();
  if (!progress.error && !progress.rolling.empty()) {
    co_await verify(ports, scene, progress.rolling.back(), what, result);
    if (result.watch) result.watch->can_undo = true;
    if (!is_chinese(scene)) result.speech += " ";
  }
  if (!did_nothing) result.speech += say_how_to_undo(language);
  std::string all;
  for (const CheckpointObject& one : kept->objects) all += one.after + "\n";
  result.after = ports.fingerprints.of(all);
  co_return result;
}

}  // namespace mtc::clusters
