#include "domain/clusters/scale_change.h"

#include <fmt/format.h>

#include "base/spoken.h"
#include "domain/clusters/blast_radius.h"
#include "domain/clusters/object.h"
#include "domain/clusters/rollout.h"

namespace mtc::clusters {
namespace {

constexpr int kAttempts = 3;  // against others who write its status at the same moment

std::int64_t replicas_of(const Json& workload) {
  return integer_or(object_or_empty(workload, "spec"), "replicas", 1);
}

Result<> check(const ObjectRef& object, std::int64_t replicas, Language language) {
  const bool zh = language == Language::zh;
  if (object.kind == "DaemonSet") {
    return fail(
        Errc::invalid_argument,
        zh ? object.name + " 是每个节点一个的 DaemonSet，没有副本数可以改。"
           : object.name + " is a DaemonSet: one pod a node, no number of replicas to set.");
  }
  if (object.kind != "Deployment" && object.kind != "StatefulSet") {
    return fail(Errc::invalid_argument, zh ? "只能改 Deployment 和 StatefulSet 的副本数，" +
                                                 object.name + " 是 " + object.kind + "。"
                                           : "Only Deployments and StatefulSets can be scaled; " +
                                                 object.name + " is a " + object.kind + ".");
  }
  if (replicas < 0 || replicas > kMostReplicas) {
    return fail(Errc::invalid_argument,
                zh ? fmt::format("副本数要在零到 {} 之间。", kMostReplicas)
                   : fmt::format("Replicas must be 0 to {}.", kMostReplicas));
  }
  return {};
}

// The autoscaler that also sets the number, null without one. Only for telling: trouble is none.
Async<Json> autoscaler_of(Scene scene, ObjectRef object) {
  auto all = co_await read_all(scene, "autoscaling/v2", "HorizontalPodAutoscaler", object.ns);
  if (!all) co_return nullptr;
  for (const Json& one : *all) {
    const Json& target = object_or_empty(object_or_empty(one, "spec"), "scaleTargetRef");
    if (string_or(target, "kind") == object.kind && string_or(target, "name") == object.name) {
      co_return one;
    }
  }
  co_return nullptr;
}

std::string say_autoscaler(const Json& autoscaler, std::int64_t replicas, Language language) {
  const bool zh = language == Language::zh;
  const Json& spec = object_or_empty(autoscaler, "spec");
  const std::string least = say_count(integer_or(spec, "minReplicas", 1), language);
  const std::string most = say_count(integer_or(spec, "maxReplicas", 1), language);
  if (replicas == 0) {
    return zh ? "它有自动伸缩，改成零以后自动伸缩也停了。"
              : " It has an autoscaler, which stops as well at zero.";
  }
  return zh ? fmt::format("它有自动伸缩，{}到{}个之间，这个数过后可能又被改掉。", least, most)
            : fmt::format(" Its autoscaler ({} to {}) may change the number again.", least, most);
}

std::string say_change(const ObjectRef& object, std::int64_t from, std::int64_t to,
                       Language language) {
  if (language == Language::zh) {
    return fmt::format("{} 从{}改成{}个", object.name, say_replicas(from, language),
                       say_count(to, language));
  }
  return fmt::format("{} from {} to {}", object.name, say_replicas(from, language),
                     say_count(to, language));
}

std::string say_plan(const Scene& scene, const ObjectRef& object, std::int64_t from,
                     std::int64_t to) {
  const Language language = scene.user.language;
  const std::string place = say_place(scene, object.ns);
  const std::string change = say_change(object, from, to, language);
  return is_chinese(scene) ? fmt::format("准备把 {}的 {}。", place, change)
                           : fmt::format("About to scale {} {}.", change, place);
}

Effect effect_of(std::int64_t from, std::int64_t to) {
  return to == 0 ? Effect::stopped : to < from ? Effect::removed : Effect::added;
}

}  // namespace

Async<Result<Planned>> plan_scale(ChangePorts ports, Scene scene, ObjectRef object,
                                  std::int64_t replicas) {
  const Language language = scene.user.language;
  if (auto ok = check(object, replicas, language); !ok) co_return fail(ok.error());
  auto live = co_await read_object(scene, object);
  if (!live) co_return fail(std::move(live).error());
  const std::int64_t now = replicas_of(*live);
  if (now == replicas) {
    co_return NothingToDo{
        is_chinese(scene)
            ? fmt::format("{} 已经是{}了，不用改。", object.name, say_replicas(now, language))
            : fmt::format("{} has {} already.", object.name, say_replicas(now, language))};
  }
  auto checked = co_await scene.api->scale(object, replicas, {.dry_run = true});
  if (!checked) co_return fail(std::move(checked).error());
  const BlastRadius radius = co_await blast_radius(
      scene, *live, effect_of(now, replicas), replicas < now ? now - replicas : replicas - now);
  const Json autoscaler = co_await autoscaler_of(scene, object);

  std::string summary = say_plan(scene, object, now, replicas);
  if (!is_chinese(scene)) summary += " ";
  summary += say_blast_radius(radius, language);
  if (!autoscaler.is_null()) summary += say_autoscaler(autoscaler, replicas, language);
  while (summary.ends_with(' ')) summary.pop_back();
  const bool gentle = replicas > now && replicas <= 2 * now;
  Json arguments{{"object", to_json(object)},
                 {"region", scene.cluster.region},
                 {"cluster", scene.cluster.id},
                 {"from", now},
                 {"replicas", replicas}};
  Json preview{{"object", to_json(object)},
               {"from", now},
               {"to", replicas},
               {"blast_radius", to_json(radius)}};
  if (!autoscaler.is_null()) preview["autoscaler"] = ref_of(autoscaler).name;
  const std::string fingerprint = object_fingerprint(ports.fingerprints, *live);
  co_return ChangePlan{.action = gentle ? "scale_workload.up" : "scale_workload",
                       .target = target_name(scene.cluster.id, object),
                       .version = fingerprint,
                       .ns = object.ns,
                       .before = fingerprint,
                       .arguments = arguments,
                       .details = arguments,
                       .summary = without_gaps(scene, std::move(summary)),
                       .preview = std::move(preview)};
}

Async<Result<ChangeResult>> execute_scale(ChangePorts ports, Scene scene, Approved approved) {
  const Language language = scene.user.language;
  const ObjectRef object = ref_from_json(object_or_empty(approved.arguments, "object"));
  const std::int64_t replicas = integer_or(approved.arguments, "replicas", -1);
  if (auto ok = check(object, replicas, language); !ok) co_return fail(ok.error());
  auto earlier = co_await kept_before(ports, approved);
  if (!earlier) co_return fail(std::move(earlier).error());
  std::optional<Checkpoint> kept = std::move(*earlier);
  std::int64_t from = 0;
  for (int attempt = 1;; ++attempt) {
    auto live = co_await read_object(scene, object);
    if (!live) co_return fail(std::move(live).error());
    from = replicas_of(*live);
    if (from == replicas) {
      if (kept) from = replicas_of(kept->objects.front().before.value_or(*live));
      break;
    }
    if (object_fingerprint(ports.fingerprints, *live) != approved.version) {
      co_return changed_meanwhile(object.name, language);
    }
    if (!kept) {
      auto added = co_await keep_checkpoint(ports, scene, approved,
                                            say_change(object, from, replicas, language),
                                            {{.object = object, .before = *live, .after = {}}});
      if (!added) co_return fail(std::move(added).error());
      kept = std::move(*added);
    }
    auto scaled = co_await scene.api->scale(object, replicas,
                                            {.resource_version = resource_version_of(*live)});
    if (scaled) break;
    if (scaled.error().code != Errc::conflict || attempt == kAttempts) {
      co_return write_failed(scene, object.ns, say_change(object, from, replicas, language),
                             std::move(scaled).error());
    }
  }

  ChangeResult result;
  if (kept) {
    if (auto left = co_await scene.api->get(object)) {
      result.after = object_fingerprint(ports.fingerprints, *left);
      co_await note_late(ports, *kept, result.after);
    }
    result.data["number"] = kept->number;
  }
  result.data["object"] = to_json(object);
  result.data["replicas"] = replicas;
  const std::string to = say_count(replicas, language);
  result.speech = is_chinese(scene) ? fmt::format("{} 改成{}个副本了，", object.name, to)
                                    : fmt::format("{} is set to {}. ", object.name,
                                                  say_replicas(replicas, language));
  co_await verify(ports, scene, object, say_change(object, from, replicas, language), result);
  if (result.watch) result.watch->can_undo = kept.has_value();
  if (kept && !is_chinese(scene)) result.speech += " ";
  if (kept) result.speech += say_how_to_undo(language);
  co_return result;
}

}  // namespace mtc::clusters
