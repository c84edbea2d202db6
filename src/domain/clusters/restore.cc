#include "domain/clusters/restore.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/blast_radius.h"
#include "domain/clusters/content.h"
#include "domain/clusters/diff.h"
#include "domain/clusters/failure.h"
#include "domain/clusters/object.h"
#include "domain/clusters/pool_change.h"
#include "domain/clusters/rollout.h"
#include "domain/clusters/undo_step.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kMaxLines = 30;

// A restart cannot be taken back; what cannot be put back at all.
Result<> check(const Scene& scene, const Checkpoint& checkpoint,
               const std::vector<UndoStep>& steps) {
  const Language language = scene.user.language;
  if (checkpoint.action.starts_with("restart_workload")) {
    return refuse(Errc::invalid_argument, language, "重启过就是重启过了，没有什么可以撤销的。",
                  "A restart cannot be undone; there is nothing to put back.");
  }
  for (const UndoStep& step : steps) {
    if (step.back == Back::remove && step.kept.object.kind == "Namespace") {
      return refuse(
          Errc::denied, language,
          fmt::format(
              "命名空间 {} 是那次新建的，删掉它里面的东西就全没了，这里不做。请管理员自己删。",
              step.kept.object.name),
          fmt::format("Namespace {} was created then. Removing it would remove all that is "
                      "in it, which is not done here; an administrator has to.",
                      step.kept.object.name));
    }
    if (step.back == Back::create && is_pool(step.kept.object)) {
      return refuse(
          Errc::conflict, language,
          fmt::format("节点池 {} 已经没有了，不能照原样再建。", name_of(step)),
          fmt::format("Node pool {} is gone and cannot be made anew as it was.", name_of(step)));
    }
  }
  return {};
}

// The account and the time of the last change, as the cluster has noted them.
std::string last_manager(const Json& object) {
  std::string when;
  std::string who;
  for (const Json& one : array_or_empty(object_or_empty(object, "metadata"), "managedFields")) {
    if (string_or(one, "subresource") == "status") continue;
    const std::string time = string_or(one, "time");
    if (time < when) continue;
    when = time;
    who = string_or(one, "manager");
  }
  return shorten_characters(sanitize_utf8(who), 40);
}

std::unexpected<Error> changed_since(const Scene& scene, const std::vector<UndoStep>& steps) {
  std::vector<std::string> names;
  std::string who;
  for (const UndoStep& step : steps) {
    if (!step.foreign) continue;
    names.push_back(name_of(step));
    if (who.empty()) who = last_manager(step.live);
  }
  const std::string what = say_list(names, 3, scene.user.language);
  return refuse(
      Errc::conflict, scene.user.language,
      fmt::format("{} 之后又被改过{}，没有撤销。一定要改回去，就说强制撤销。", what,
                  who.empty() ? "" : fmt::format("，最后是 {} 改的", who)),
      fmt::format(
          "{} has been changed since{}, so nothing was undone. To put it back all the same, "
          "say: force the undo.",
          what, who.empty() ? "" : fmt::format(", last by {}", who)));
}

Async<std::string> say_touched(Scene scene, const std::vector<UndoStep>& steps) {
  for (const UndoStep& step : steps) {
    if (step.back == Back::nothing || step.live.is_null()) continue;
    if (!is_workload(step.kept.object.kind)) continue;
    const std::int64_t now = integer_or(object_or_empty(step.live, "spec"), "replicas", 1);
    std::optional<std::int64_t> touched;
    if (step.back == Back::scale) {
      touched =
          std::abs(now - integer_or(object_or_empty(*step.kept.before, "spec"), "replicas", 1));
    }
    const auto radius = co_await blast_radius(scene, step.live, effect_of(step), touched);
    co_return say_blast_radius(radius, scene.user.language);
  }
  co_return "";
}

Json preview_of(ChangePorts ports, const std::vector<UndoStep>& steps) {
  Json out = Json::array();
  for (const UndoStep& step : steps) {
    Json one = to_json(step.kept.object);
    const auto found = differences(step.live, step.kept.before.value_or(Json(nullptr)),
                                   ports.fingerprints, kMaxLines);
    one["differences"] = to_json(found);
    one["changed_since"] = step.foreign;
    out.push_back(std::move(one));
  }
  return out;
}

std::string namespaces_of(const std::vector<UndoStep>& steps) {
  std::vector<std::string> out;
  for (const UndoStep& step : steps) {
    const std::string& ns = step.kept.object.ns;
    if (!ns.empty() && std::ranges::find(out, ns) == out.end()) out.push_back(ns);
  }
  return join(out, ",");
}

// As it was, under the identity it has now.
Json put_back(const Json& live, const Json& before) {
  Json out = sendable(before);
  Json metadata = object_or_empty(sendable(live), "metadata");
  for (const auto* part : {"labels", "annotations"}) {
    metadata.erase(part);
    const Json& kept = object_or_empty(object_or_empty(before, "metadata"), part);
    if (!kept.empty()) metadata[part] = kept;
  }
  out["metadata"] = std::move(metadata);
  return out;
}

Async<Result<>> restore_pool(ChangePorts, Scene scene, const UndoStep& step) {
  auto pool = co_await find_pool(scene, step.kept.object.name);
  if (!pool) co_return fail(std::move(pool).error());
  if (!*pool) co_return Result<>{};
  if (step.back == Back::remove) {
    co_return co_await scene.cloud->delete_pool(scene.cluster.region, **pool);
  }
  const Json& spec = object_or_empty(*step.kept.before, "spec");
  co_return co_await scene.cloud->resize_pool(scene.cluster.region, **pool,
                                              integer_or(spec, "desired"), true);
}

// A pod's labels, as far as they were changed.
Json label_patch(const Json& live, const Json& before) {
  const Json& now = object_or_empty(object_or_empty(live, "metadata"), "labels");
  const Json& then = object_or_empty(object_or_empty(before, "metadata"), "labels");
  Json labels = then;
  for (const auto& [key, value] : now.items()) {
    if (!then.contains(key)) labels[key] = nullptr;
  }
  return {{"metadata", {{"labels", std::move(labels)}}}};
}

// Whatever its version: a sick pod's status changes all the time, and only what we set is touched.
Async<Result<>> patch_back(Scene scene, ObjectRef object, Json body) {
  auto patched =
      co_await scene.api->patch(std::move(object), PatchType::merge, std::move(body), {});
  if (!patched) co_return fail(std::move(patched).error());
  co_return Result<>{};
}

Async<Result<>> restore(ChangePorts ports, Scene scene, const UndoStep& step) {
  const ObjectRef& ref = step.kept.object;
  const Writing writing{.resource_version = resource_version_of(step.live)};
  if (is_pool(ref)) co_return co_await restore_pool(ports, scene, step);
  switch (step.back) {
    case Back::nothing:
    case Back::resize:
      break;
    case Back::scale: {
      const std::int64_t count =
          integer_or(object_or_empty(*step.kept.before, "spec"), "replicas", 1);
      auto scaled = co_await scene.api->scale(ref, count, writing);
      if (!scaled) co_return fail(std::move(scaled).error());
      break;
    }
    case Back::relabel:
      co_return co_await patch_back(scene, ref, label_patch(step.live, *step.kept.before));
    case Back::schedule: {
      const bool closed = bool_or(object_or_empty(*step.kept.before, "spec"), "unschedulable");
      co_return co_await patch_back(scene, ref, {{"spec", {{"unschedulable", closed}}}});
    }
    case Back::remove:
      co_return co_await scene.api->remove(ref, writing);
    case Back::create: {
      auto made = co_await scene.api->create(sendable(*step.kept.before), {});
      if (!made) co_return fail(std::move(made).error());
      break;
    }
    case Back::replace: {
      auto replaced = co_await scene.api->replace(put_back(step.live, *step.kept.before), writing);
      if (!replaced) co_return fail(std::move(replaced).error());
      break;
    }
  }
  co_return Result<>{};
}

// Last made, first undone: what was created on top of the rest goes first. Only configuration that
// is put back comes before all: pods that are replaced read it when they start.
std::vector<std::size_t> order_of(const std::vector<UndoStep>& steps) {
  std::vector<std::size_t> configs;
  std::vector<std::size_t> rest;
  for (std::size_t i = steps.size(); i-- > 0;) {
    const bool back = steps[i].back == Back::replace || steps[i].back == Back::create;
    (back && is_config(steps[i].kept.object.kind) ? configs : rest).push_back(i);
  }
  std::ranges::copy(rest, std::back_inserter(configs));
  return configs;
}

Async<> restore_all(ChangePorts ports, Scene scene, const std::vector<UndoStep>& steps,
                    Checkpoint& own, std::vector<std::string>& done, std::string& failed,
                    std::optional<Error>& error) {
  for (const std::size_t i : order_of(steps)) {
    const UndoStep& step = steps[i];
    CheckpointObject& object = own.objects[i];
    if (error) continue;
    if (!object.after.empty()) {  // before a crash
      done.push_back(name_of(step));
      continue;
    }
    if (step.back == Back::nothing) {
      const std::string now = state_fingerprint(ports.fingerprints, step.live);
      if (now == state_fingerprint(ports.fingerprints, object.before.value_or(nullptr))) continue;
      object.after = now;  // the same, but for the note
      done.push_back(name_of(step));
      co_await note_after(ports, own);
      continue;
    }
    if (auto ok = co_await restore(ports, scene, step); !ok) {
      error = ok.error();
      failed = name_of(step);
      continue;
    }
    done.push_back(name_of(step));
    if (auto left = co_await read_live(scene, step.kept.object)) {
      object.after = state_fingerprint(ports.fingerprints, *left);
    }
    co_await note_after(ports, own);
  }
}

// After a crash: whether everything is as it was when the undo began, or put back by it.
bool is_ours(ChangePorts ports, const std::vector<UndoStep>& steps, const Checkpoint& own) {
  if (own.objects.size() != steps.size()) return false;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const CheckpointObject& object = own.objects[i];
    const std::string now = state_fingerprint(ports.fingerprints, steps[i].live);
    const std::string before =
        state_fingerprint(ports.fingerprints, object.before.value_or(Json(nullptr)));
    const bool untouched = object.after.empty() && now == before;
    if (!untouched && now != object.after && steps[i].back != Back::nothing) return false;
  }
  return true;
}

const UndoStep* rolling_step(const std::vector<UndoStep>& steps) {
  const auto it = std::ranges::find_if(steps, [](const UndoStep& step) {
    return is_workload(step.kept.object.kind) &&
           (step.back == Back::scale || step.back == Back::replace || step.back == Back::create);
  });
  return it == steps.end() ? nullptr : &*it;
}

std::string target_of(const Scene& scene, const std::vector<UndoStep>& steps) {
  std::vector<ObjectRef> objects;
  for (const UndoStep& step : steps) objects.push_back(step.kept.object);
  return target_name(scene.cluster.id, objects);
}

std::string say_undone(const Scene& scene, const std::vector<std::string>& done,
                       const std::string& failed, const std::optional<Error>& error) {
  const Language language = scene.user.language;
  const bool zh = is_chinese(scene);
  std::string out;
  if (!done.empty()) {
    out = zh ? fmt::format("{} 已经改回去了。", say_list(done, 3, language))
             : fmt::format("{} back as before.", say_list(done, 3, language));
  }
  if (error) {
    if (!zh && !out.empty()) out += " ";
    const auto why = say_write_failure(*error, language);
    out += zh ? fmt::format("没有全部撤销，{}：{}", failed, why)
              : fmt::format("Not all was undone. {}: {}", failed, why);
    if (!out.ends_with("。") && !out.ends_with(".")) out += zh ? "。" : ".";
  }
  return out;
}

}  // namespace

Async<Result<Planned>> plan_undo(ChangePorts ports, Scene scene, Checkpoint checkpoint,
                                 bool force) {
  const Language language = scene.user.language;
  if (checkpoint.restored) {
    co_return NothingToDo{language == Language::zh ? "这次改动已经撤销过了。"
                                                   : "This change has been undone already."};
  }
  auto steps = co_await look_at_objects(ports, scene, checkpoint);
  if (!steps) co_return fail(std::move(steps).error());
  if (auto ok = check(scene, checkpoint, *steps); !ok) co_return fail(ok.error());
  const bool idle =
      std::ranges::all_of(*steps, [](const UndoStep& step) { return step.back == Back::nothing; });
  if (idle) {
    co_return NothingToDo{language == Language::zh ? "已经是改动以前的样子了，不用撤销。"
                                                   : "It is as it was before already."};
  }
  if (!force && std::ranges::any_of(*steps, &UndoStep::foreign)) {
    co_return changed_since(scene, *steps);
  }
  std::vector<std::string> said;
  for (const UndoStep& step : *steps) {
    if (auto one = say_back(step, language); !one.empty()) said.push_back(std::move(one));
  }
  const std::string touched = co_await say_touched(scene, *steps);
  const std::string what = say_list(said, 3, language);
  const std::string version = version_of(ports, *steps);
  const Json arguments{{"region", scene.cluster.region},
                       {"cluster", scene.cluster.id},
                       {"checkpoint", checkpoint.id},
                       {"number", checkpoint.number},
                       {"force", force}};
  const bool foreign = std::ranges::any_of(*steps, &UndoStep::foreign);
  std::string summary =
      language == Language::zh
          ? fmt::format("准备撤销{}号改动：{}。", say_number(checkpoint.number, language), what)
          : fmt::format("About to undo change {}: {}. ", checkpoint.number, what);
  if (foreign) {
    summary +=
        language == Language::zh ? "之后别人改的也会没有。" : "What others changed since is lost. ";
  }
  summary += touched;
  while (summary.ends_with(' ')) summary.pop_back();
  co_return ChangePlan{
      .action = "undo_change",
      .target = target_of(scene, *steps),
      .version = version,
      .ns = namespaces_of(*steps),
      .before = version,
      .arguments = arguments,
      .details = arguments,
      .summary = without_gaps(scene, std::move(summary)),
      .preview = {{"number", checkpoint.number}, {"objects", preview_of(ports, *steps)}}};
}

Async<Result<ChangeResult>> execute_undo(ChangePorts ports, Scene scene, Approved approved) {
  const Language language = scene.user.language;
  auto found = co_await ports.checkpoints.find(string_or(approved.arguments, "checkpoint"));
  if (!found) co_return fail(std::move(found).error());
  if (!*found) {
    co_return refuse(Errc::not_found, language, "这次改动的记录已经没有了，不能撤销。",
                     "The record of that change is gone; it cannot be undone.");
  }
  Checkpoint checkpoint = std::move(**found);
  auto steps = co_await look_at_objects(ports, scene, checkpoint);
  if (!steps) co_return fail(std::move(steps).error());
  if (auto ok = check(scene, checkpoint, *steps); !ok) co_return fail(ok.error());
  auto earlier = co_await kept_before(ports, approved);
  if (!earlier) co_return fail(std::move(earlier).error());
  const bool as_planned =
      *earlier ? is_ours(ports, *steps, **earlier) : version_of(ports, *steps) == approved.version;
  if (!as_planned) {
    std::vector<std::string> names;
    names.reserve(steps->size());
    for (const UndoStep& step : *steps) names.push_back(name_of(step));
    co_return changed_meanwhile(say_list(names, 3, language), language);
  }
  std::vector<CheckpointObject> now;
  for (const UndoStep& step : *steps) {
    CheckpointObject one{.object = step.kept.object, .before = {}, .after = {}};
    if (!step.live.is_null()) one.before = step.live;
    now.push_back(std::move(one));
  }
  const std::string what =
      language == Language::zh
          ? fmt::format("撤销{}号改动", say_number(checkpoint.number, language))
          : fmt::format("undo change {}", checkpoint.number);
  auto own = co_await keep_checkpoint(ports, scene, approved, what, std::move(now));
  if (!own) co_return fail(std::move(own).error());
  std::vector<std::string> done;
  std::string failed;
  std::optional<Error> error;
  co_await restore_all(ports, scene, *steps, *own, done, failed, error);

  ChangeResult result;
  result.failed = error.has_value();
  result.data = {{"number", own->number}, {"undone", checkpoint.number}, {"objects", done}};
  if (error) result.data["error"] = error->message;
  result.speech = say_undone(scene, done, failed, error);
  if (!error) {
    checkpoint.restored = ports.clock.now();
    co_await note_after(ports, checkpoint);
    if (const UndoStep* rolling = rolling_step(*steps)) {
      if (language == Language::en) result.speech += " ";
      co_await verify(ports, scene, rolling->kept.object, what, result);
    }
  }
  std::string all;
  for (const CheckpointObject& one : own->objects) all += one.after + "\n";
  result.after = ports.fingerprints.of(all);
  co_return result;
}

}  // namespace mtc::clusters
