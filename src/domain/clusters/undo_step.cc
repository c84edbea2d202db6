#include "domain/clusters/undo_step.h"

#include <fmt/format.h>

#include "base/spoken.h"
#include "domain/clusters/isolate_change.h"
#include "domain/clusters/object.h"
#include "domain/clusters/pool_change.h"
#include "domain/clusters/rollout.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

// A pod that its controller makes anew by itself.
bool is_replaced(const Json& before) {
  const Json& owners = array_or_empty(object_or_empty(before, "metadata"), "ownerReferences");
  return string_or(before, "kind") == "Pod" && !owners.empty();
}

Back way_back(const std::string& action, const UndoStep& step) {
  const bool existed = step.kept.before.has_value();
  const bool exists = !step.live.is_null();
  if (!existed) return exists ? Back::remove : Back::nothing;
  if (!exists && is_replaced(*step.kept.before)) return Back::nothing;
  if (!exists) return Back::create;
  if (step.kept.object.kind == "Pod") return Back::relabel;
  if (step.kept.object.kind == "Node") return Back::schedule;
  if (is_pool(step.kept.object)) return Back::resize;
  return action.starts_with("scale_workload") ? Back::scale : Back::replace;
}

}  // namespace

std::string state_fingerprint(const Fingerprints& fingerprints, const Json& object) {
  const std::string kind = string_or(object, "kind");
  if (kind == "Pod") {
    return fingerprints.of(
        "labels " + dump_json(object_or_empty(object_or_empty(object, "metadata"), "labels")));
  }
  if (kind == "Node") {
    return fingerprints.of(bool_or(object_or_empty(object, "spec"), "unschedulable") ? "closed"
                                                                                     : "open");
  }
  return object_fingerprint(fingerprints, object);
}

bool is_pool(const ObjectRef& object) {
  return object.kind == "NodePool" && object.api_version.starts_with("tke.");
}

Async<Result<Json>> read_live(Scene scene, ObjectRef object) {
  if (!is_pool(object)) co_return co_await read_if_there(scene, object);
  auto pool = co_await find_pool(scene, object.name);
  if (!pool) co_return fail(std::move(pool).error());
  co_return *pool ? pool_object(**pool) : Json(nullptr);
}

Async<Result<std::vector<UndoStep>>> look_at_objects(ChangePorts ports, Scene scene,
                                                     Checkpoint checkpoint) {
  std::vector<UndoStep> steps;
  for (CheckpointObject& object : checkpoint.objects) {
    auto live = co_await read_live(scene, object.object);
    if (!live) co_return fail(std::move(live).error());
    UndoStep step{.kept = std::move(object), .live = std::move(*live)};
    const std::string now = state_fingerprint(ports.fingerprints, step.live);
    const std::string before =
        state_fingerprint(ports.fingerprints, step.kept.before.value_or(Json(nullptr)));
    if (now != before) {
      step.back = way_back(checkpoint.action, step);
      step.foreign = step.back != Back::nothing && now != step.kept.after;
    }
    steps.push_back(std::move(step));
  }
  co_return steps;
}

std::string version_of(ChangePorts ports, const std::vector<UndoStep>& steps) {
  std::string all;
  for (const UndoStep& step : steps) {
    all += state_fingerprint(ports.fingerprints, step.live) + "\n";
  }
  return ports.fingerprints.of(all);
}

std::string name_of(const UndoStep& step) {
  if (step.kept.object.kind == "Pod") {
    const Json& labels = object_or_empty(object_or_empty(step.live, "metadata"), "labels");
    return string_or(labels, kIsolated, step.kept.object.name);
  }
  if (!is_pool(step.kept.object)) return step.kept.object.name;
  const Json& object = step.live.is_null() ? step.kept.before.value_or(Json(nullptr)) : step.live;
  return string_or(object_or_empty(object, "spec"), "name", step.kept.object.name);
}

std::string say_back(const UndoStep& step, Language language) {
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
    case Back::relabel:
      return zh ? fmt::format("{} 的一个副本放回去接流量", name)
                : fmt::format("one pod of {} takes traffic again", name);
    case Back::schedule:
      return zh ? fmt::format("节点 {} 恢复调度，挪走的副本不会自己回来", name)
                : fmt::format("node {} takes new pods again; those that left do not return", name);
    case Back::replace:
      break;
  }
  return zh ? fmt::format("{} 改回原来的内容", name) : fmt::format("{} back as it was", name);
}

Effect effect_of(const UndoStep& step) {
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
    case Back::relabel:
    case Back::schedule:
      break;
  }
  return Effect::none;
}

}  // namespace mtc::clusters
