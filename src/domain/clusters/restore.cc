#include "domain/clusters/restore.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/blast_radius.h"
#include "domain/clusters/diff.h"
#include "domain/clusters/failure.h"
#include "domain/clusters/object.h"
#include "domain/clusters/pool_change.h"
#include "domain/clusters/rollout.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

constexpr std::int64_t kMostListed = 200;
constexpr std::size_t kMaxLines = 30;

enum class Back {
  nothing,  // it is as it was before the change
  replace,  // its parts are put back
  scale,    // only the number of replicas
  remove,   // the change has created it
  create,   // it was there and is gone
  resize,   // a node pool
};

struct Step {
  CheckpointObject kept;
  Json live;  // null: gone
  Back back = Back::nothing;
  bool foreign = false;  // somebody else has changed it since
};

bool is_pool(const ObjectRef& object) {
  return object.kind == "NodePool" && object.api_version.starts_with("tke.");
}

Async<Result<Json>> read_live(Scene scene, ObjectRef object) {
  if (!is_pool(object)) co_return co_await read_if_there(scene, object);
  auto pool = co_await find_pool(scene, object.name);
  if (!pool) co_return fail(std::move(pool).error());
  co_return *pool ? pool_object(**pool) : Json(nullptr);
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

Back way_back(const std::string& action, const Step& step) {
  const bool existed = step.kept.before.has_value();
  const bool exists = !step.live.is_null();
  if (!existed) return exists ? Back::remove : Back::nothing;
  if (!exists) return Back::create;
  if (is_pool(step.kept.object)) return Back::resize;
  return action.starts_with("scale_workload") ? Back::scale : Back::replace;
}

Async<Result<std::vector<Step>>> look(ChangePorts ports, Scene scene, Checkpoint checkpoint) {
  std::vector<Step> steps;
  for (CheckpointObject& object : checkpoint.objects) {
    auto live = co_await read_live(scene, object.object);
    if (!live) co_return fail(std::move(live).error());
    Step step{.kept = std::move(object), .live = std::move(*live)};
    const std::string now = object_fingerprint(ports.fingerprints, step.live);
    const std::string before =
        object_fingerprint(ports.fingerprints, step.kept.before.value_or(Json(nullptr)));
    if (now != before) {
      step.back = way_back(checkpoint.action, step);
      step.foreign = now != step.kept.after;
    }
    steps.push_back(std::move(step));
  }
  co_return steps;
}

std::string name_of(const Step& step) {
  if (!is_pool(step.kept.object)) return step.kept.object.name;
  const Json& object = step.live.is_null() ? step.kept.before.value_or(Json(nullptr)) : step.live;
  return string_or(object_or_empty(object, "spec"), "name", step.kept.object.name);
}

// A restart cannot be taken back; what cannot be put back at all.
Result<> check(const Scene& scene, const Checkpoint& checkpoint, const std::vector<Step>& steps) {
  const Language language = scene.user.language;
  if (checkpoint.action.starts_with("restart_workload")) {
    return refuse(Errc::invalid_argument, language, "重启过就是重启过了，没有什么可以撤销的。",
                  "A restart cannot be undone; there is nothing to put back.");
  }
  for (const Step& step : steps) {
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

std::unexpected<Error> changed_since(const Scene& scene, const std::vector<Step>& steps) {
  std::vector<std::string> names;
  std::string who;
  for (const Step& step : steps) {
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

std::string say_back(const Step& step, Language language) {
  const bool zh = language == Language::zh;
  const std::string name = name_of(step);
  const Json before = step.kept.before.value_or(Json(nullptr));
  const Json& spec = object_or_empty(before, "spec");
  switch (step.back) {
    case Back::nothing:
      return "";
    case Back::scale: {
      const std::string count = say_replicas(integer_or(spec, "replicas", 1), language);
      return zh ? fmt::format("{} 改回{}", name, count) : fmt::format("{} back to {}", name, count);
    }
    case Back::resize: {
      const std::string count = say_count(integer_or(spec, "desired"), language);
      const Json& now = object_or_empty(step.live, "spec");
      // The cloud takes a size back, not the bounds that were moved for it.
      const bool moved = integer_or(now, "min") != integer_or(spec, "min") ||
                         integer_or(now, "max") != integer_or(spec, "max");
      if (zh) {
        return fmt::format("节点池 {} 改回{}台{}", name, count,
                           moved ? "，上下限留在现在的数" : "");
      }
      return fmt::format("node pool {} back to {} nodes{}", name, count,
                         moved ? ", its bounds staying as they are" : "");
    }
    case Back::remove:
      if (is_pool(step.kept.object)) {
        return zh ? fmt::format("删掉那次新建的节点池 {}，它的机器会退掉", name)
                  : fmt::format("node pool {} and its machines are removed", name);
      }
      return zh ? fmt::format("删掉那次新建的 {} {}", step.kept.object.kind, name)
                : fmt::format("{} {} is removed", step.kept.object.kind, name);
    case Back::create:
      return zh ? fmt::format("把 {} {} 重新建出来", step.kept.object.kind, name)
                : fmt::format("{} {} is made anew", step.kept.object.kind, name);
    case Back::replace:
      break;
  }
  return zh ? fmt::format("{} 改回原来的内容", name) : fmt::format("{} back as it was", name);
}

Effect effect_of(const Step& step) {
  const std::int64_t before =
      integer_or(object_or_empty(step.kept.before.value_or(Json(nullptr)), "spec"), "replicas", 1);
  const std::int64_t now = integer_or(object_or_empty(step.live, "spec"), "replicas", 1);
  switch (step.back) {
    case Back::scale:
      return before == 0 ? Effect::stopped : before < now ? Effect::removed : Effect::added;
    case Back::remove:
      return Effect::stopped;
    case Back::replace:
      return effect_of_rollout(*step.kept.before);
    case Back::nothing:
    case Back::create:
    case Back::resize:
      break;
  }
  return Effect::none;
}

Async<std::string> say_touched(Scene scene, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
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

std::string version_of(ChangePorts ports, const std::vector<Step>& steps) {
  std::string all;
  for (const Step& step : steps) {
    all += object_fingerprint(ports.fingerprints, step.live) + "\n";
  }
  return ports.fingerprints.of(all);
}

Json preview_of(ChangePorts ports, const std::vector<Step>& steps) {
  Json out = Json::array();
  for (const Step& step : steps) {
    Json one = to_json(step.kept.object);
    const auto found = differences(step.live, step.kept.before.value_or(Json(nullptr)),
                                   ports.fingerprints, kMaxLines);
    one["differences"] = to_json(found);
    one["changed_since"] = step.foreign;
    out.push_back(std::move(one));
  }
  return out;
}

std::string namespaces_of(const std::vector<Step>& steps) {
  std::vector<std::string> out;
  for (const Step& step : steps) {
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

Async<Result<>> restore_pool(ChangePorts, Scene scene, const Step& step) {
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

Async<Result<>> restore(ChangePorts ports, Scene scene, const Step& step) {
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

// Last made, first undone: what was created on top of the rest goes first.
Async<> restore_all(ChangePorts ports, Scene scene, const std::vector<Step>& steps, Checkpoint& own,
                    std::vector<std::string>& done, std::string& failed,
                    std::optional<Error>& error) {
  for (std::size_t i = steps.size(); i-- > 0;) {
    const Step& step = steps[i];
    if (step.back == Back::nothing || error) continue;
    if (auto ok = co_await restore(ports, scene, step); !ok) {
      error = ok.error();
      failed = name_of(step);
      continue;
    }
    done.push_back(name_of(step));
    if (auto left = co_await read_live(scene, step.kept.object)) {
      own.objects[i].after = object_fingerprint(ports.fingerprints, *left);
    }
    co_await note_after(ports, own);
  }
}

const Step* rolling_step(const std::vector<Step>& steps) {
  const auto it = std::ranges::find_if(steps, [](const Step& step) {
    return is_workload(step.kept.object.kind) &&
           (step.back == Back::scale || step.back == Back::replace || step.back == Back::create);
  });
  return it == steps.end() ? nullptr : &*it;
}

std::string target_of(const Scene& scene, const std::vector<Step>& steps) {
  std::vector<ObjectRef> objects;
  for (const Step& step : steps) objects.push_back(step.kept.object);
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

bool was_done(const Checkpoint& checkpoint) {
  return std::ranges::any_of(checkpoint.objects,
                             [](const CheckpointObject& one) { return !one.after.empty(); });
}

std::string say_checkpoint(const Checkpoint& checkpoint, TimePoint now, Language language) {
  const bool zh = language == Language::zh;
  const Millis age = now - checkpoint.created;
  const std::string ago = age < std::chrono::minutes(1) ? zh ? "刚才" : "just now"
                          : zh                          ? say_duration(age, language) + "前"
                                                        : say_duration(age, language) + " ago";
  const std::string number = say_number(checkpoint.number, language);
  std::string out = zh ? fmt::format("{}号，{}：{}", number, ago, checkpoint.summary)
                       : fmt::format("Number {}, {}: {}", number, ago, checkpoint.summary);
  if (checkpoint.restored) {
    out += zh ? "，已经撤销" : ", undone";
  } else if (!was_done(checkpoint)) {
    out += zh ? "，没看到做成" : ", not seen to be carried out";
  }
  return out + (zh ? "。" : ".");
}

Async<Result<Checkpoint>> find_checkpoint(ChangePorts ports, identity::User user,
                                          std::optional<std::int64_t> number) {
  const Language language = user.language;
  auto all = co_await ports.checkpoints.list(user.id, kMostListed);
  if (!all) co_return fail(std::move(all).error());
  const auto it = std::ranges::find_if(*all, [&number](const Checkpoint& one) {
    if (number) return one.number == *number;
    // Said without a number: what was done last; not the undo itself, nor what cannot be undone.
    return !one.restored && was_done(one) && !one.action.starts_with("undo_change") &&
           !one.action.starts_with("restart_workload");
  });
  if (it == all->end()) {
    if (!number) {
      co_return refuse(Errc::not_found, language, "没有可以撤销的改动。",
                       "There is no change to undo.");
    }
    co_return refuse(
        Errc::not_found, language,
        fmt::format("没有{}号改动。想知道有哪些，问我最近改了什么。",
                    say_number(*number, language)),
        fmt::format("There is no change number {}. Ask me what was changed lately.", *number));
  }
  auto whole = co_await ports.checkpoints.find(it->id);
  if (!whole) co_return fail(std::move(whole).error());
  if (!*whole) co_return fail(Errc::not_found, "the checkpoint is gone");
  co_return std::move(**whole);
}

Async<Result<Planned>> plan_undo(ChangePorts ports, Scene scene, Checkpoint checkpoint,
                                 bool force) {
  const Language language = scene.user.language;
  if (checkpoint.restored) {
    co_return NothingToDo{language == Language::zh ? "这次改动已经撤销过了。"
                                                   : "This change has been undone already."};
  }
  auto steps = co_await look(ports, scene, checkpoint);
  if (!steps) co_return fail(std::move(steps).error());
  if (auto ok = check(scene, checkpoint, *steps); !ok) co_return fail(ok.error());
  const bool idle =
      std::ranges::all_of(*steps, [](const Step& step) { return step.back == Back::nothing; });
  if (idle) {
    co_return NothingToDo{language == Language::zh ? "已经是改动以前的样子了，不用撤销。"
                                                   : "It is as it was before already."};
  }
  if (!force && std::ranges::any_of(*steps, &Step::foreign)) {
    co_return changed_since(scene, *steps);
  }
  std::vector<std::string> said;
  for (const Step& step : *steps) {
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
  const bool foreign = std::ranges::any_of(*steps, &Step::foreign);
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
  auto steps = co_await look(ports, scene, checkpoint);
  if (!steps) co_return fail(std::move(steps).error());
  if (auto ok = check(scene, checkpoint, *steps); !ok) co_return fail(ok.error());
  if (version_of(ports, *steps) != approved.version) {
    std::vector<std::string> names;
    names.reserve(steps->size());
    for (const Step& step : *steps) names.push_back(name_of(step));
    co_return changed_meanwhile(say_list(names, 3, language), language);
  }
  std::vector<CheckpointObject> now;
  for (const Step& step : *steps) {
    CheckpointObject one{.object = step.kept.object, .before = {}, .after = {}};
    if (!step.live.is_null()) one.before = step.live;
    now.push_back(std::move(one));
  }
  const std::string what =
      language == Language::zh
          ? fmt::format("撤销{}号改动", say_number(checkpoint.number, language))
          : fmt::format("undo change {}", checkpoint.number);
  auto own = co_await keep_checkpoint(ports, scene, approved.action, what, std::move(now));
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
    if (const Step* rolling = rolling_step(*steps)) {
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
