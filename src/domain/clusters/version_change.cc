#include "domain/clusters/version_change.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "base/zone.h"
#include "domain/clusters/blast_radius.h"
#include "domain/clusters/can_roll.h"
#include "domain/clusters/content.h"
#include "domain/clusters/object.h"
#include "domain/clusters/rewrite.h"
#include "domain/clusters/version_choice.h"

namespace mtc::clusters {
namespace {

constexpr const char* kAction = "roll_back";

Result<> check_kind(const Scene& scene, const ObjectRef& object) {
  if (is_workload(object.kind)) return {};
  return refuse(
      Errc::invalid_argument, scene.user.language,
      fmt::format("{} 是 {}，没有版本可以回滚。", object.name, object.kind),
      fmt::format("{} is a {} and has no versions to go back to.", object.name, object.kind));
}

// What is said of the change, from the plan's details.
struct Told {
  std::string name, from, to;  // tags
  std::int64_t revision = 0;
  bool pods = false;  // another template, not only configuration
};

Json to_json(const Told& told) {
  return {
      {"from", told.from}, {"to", told.to}, {"revision", told.revision}, {"template", told.pods}};
}

Told told_from_json(const Json& arguments) {
  return {.name = ref_from_json(object_or_empty(arguments, "object")).name,
          .from = string_or(arguments, "from"),
          .to = string_or(arguments, "to"),
          .revision = integer_or(arguments, "revision"),
          .pods = bool_or(arguments, "template")};
}

// 1.4, 第四十一版, 之前的样子
std::string say_version(const Told& told, Language language) {
  const bool zh = language == Language::zh;
  if (!told.to.empty() && told.to != told.from) return told.to;
  if (told.revision > 0) {
    return zh ? fmt::format("第{}版", say_number(told.revision, language))
              : fmt::format("revision {}", told.revision);
  }
  return zh ? "之前的样子" : "how it was before";
}

// "order 从 1.5 回滚到 1.4"
std::string say_what(const Told& told, Language language) {
  const bool zh = language == Language::zh;
  if (!told.pods) {
    return zh ? fmt::format("{} 的配置改回去", told.name)
              : fmt::format("put the configuration of {} back", told.name);
  }
  const std::string to = say_version(told, language);
  if (to != told.to) {
    return zh ? fmt::format("{} 回滚到{}", told.name, to)
              : fmt::format("roll {} back to {}", told.name, to);
  }
  return zh ? fmt::format("{} 从 {} 回滚到 {}", told.name, told.from, to)
            : fmt::format("roll {} back from {} to {}", told.name, told.from, to);
}

std::string say_done(const Told& told, Language language) {
  const bool zh = language == Language::zh;
  const std::string to = say_version(told, language);
  if (!told.pods) {
    return zh ? fmt::format("{} 的配置改回去了", told.name)
              : fmt::format("The configuration of {} is back as it was", told.name);
  }
  return zh ? fmt::format("{} 回滚到 {} 了", told.name, to)
            : fmt::format("{} is back at {}", told.name, to);
}

std::string say_plan(const Scene& scene, ChangePorts ports, const Told& told,
                     const Version& version, const std::vector<Rewrite>& rewrites,
                     const std::string& ns) {
  const Language language = scene.user.language;
  const bool zh = is_chinese(scene);
  const std::string place = say_place(scene, ns);
  const std::string configs = say_configs(rewrites, language);
  std::string when;
  if (version.well) {
    const Zone zone = Zone::find(scene.user.zone).value_or(Zone::shanghai());
    when = say_moment(*version.well, ports.clock.now(), zone, language);
  }
  if (!told.pods) {
    return zh ? fmt::format("准备把 {}的 {} 用的{} 改回{}正常时的内容，版本不变。", place,
                            told.name, configs, when)
              : fmt::format(
                    "About to put {}, which {} {} reads, back as it was {}, when all was "
                    "well; the version stays. ",
                    configs, told.name, place, when);
  }
  std::string out = zh ? fmt::format("准备把 {}的 {}。", place, say_what(told, language))
                       : fmt::format("About to {} {}. ", say_what(told, language), place);
  if (!when.empty()) {
    out += zh ? fmt::format("{}它还正常。", when) : fmt::format("It last was well {}. ", when);
  }
  if (!configs.empty()) {
    out += zh ? fmt::format("{} 也改回那时的内容。", configs)
              : fmt::format("{} go back with it. ", configs);
  }
  return out;
}

Async<Result<std::vector<Rewrite>>> rewrites_of(ChangePorts ports, Scene scene, Json live,
                                                Version version) {
  std::vector<Rewrite> out;
  for (Json& config : version.configs) {
    auto now = co_await read_if_there(scene, ref_of(config));
    if (!now) co_return fail(std::move(now).error());
    out.push_back({.good = std::move(config), .live = std::move(*now)});
  }
  Json good = sendable(live);
  good["spec"]["template"] = std::move(version.pod_template);
  Rewrite workload{.good = std::move(good), .live = std::move(live)};
  // Pods of that version that still run may have read what is put back.
  if (!out.empty()) workload.restarted_at = format_iso_utc(ports.clock.now());
  out.push_back(std::move(workload));
  co_return co_await check_rewrites(ports, scene, std::move(out));
}

Effect effect_of(const Json& workload, std::int64_t replicas) {
  return replicas == 0 ? Effect::none : effect_of_rollout(workload);
}

}  // namespace

Async<Result<Planned>> plan_roll_back(ChangePorts ports, Scene scene, VersionWish wish) {
  const ObjectRef object = wish.object;
  if (auto ok = check_kind(scene, object); !ok) co_return fail(ok.error());
  auto live = co_await read_object(scene, object);
  if (!live) co_return fail(std::move(live).error());
  if (auto ok = co_await check_can_roll(ports, scene, *live); !ok) co_return fail(ok.error());
  auto chosen = co_await choose_version(scene, *live, std::move(wish));
  if (!chosen) co_return fail(std::move(chosen).error());
  Told told{.name = object.name, .from = version_of_template(pod_template_of(*live))};
  if (!*chosen) {
    co_return NothingToDo{is_chinese(scene)
                              ? fmt::format("{} 现在就是这个版本，不用回滚。", object.name)
                              : fmt::format("{} is at that version already.", object.name)};
  }
  const Version version = std::move(**chosen);
  told.to = version.tag;
  told.revision = version.revision;
  told.pods = plain_template(version.pod_template) != content_of(*live);
  auto rewrites = co_await rewrites_of(ports, scene, *live, version);
  if (!rewrites) co_return fail(std::move(rewrites).error());

  const std::int64_t replicas = integer_or(object_or_empty(*live, "spec"), "replicas", 1);
  const BlastRadius radius = co_await blast_radius(scene, *live, effect_of(*live, replicas));
  const auto others = co_await other_readers(scene, *rewrites);
  std::string summary = say_plan(scene, ports, told, version, *rewrites, object.ns);
  summary += say_other_readers(others, scene.user.language);
  summary += say_blast_radius(radius, scene.user.language);
  while (summary.ends_with(' ')) summary.pop_back();

  Json details = to_json(told);
  details.update({{"object", to_json(object)},
                  {"region", scene.cluster.region},
                  {"cluster", scene.cluster.id}});
  details["configs"] = Json::array();
  for (const Json& config : version.configs) {
    details["configs"].push_back(short_name(ref_of(config)));
  }
  Json arguments = details;
  arguments.update(sealed(ports, scene, kAction, *rewrites));
  const std::string fingerprint = version_of(ports, *rewrites);
  co_return ChangePlan{.action = kAction,
                       .target = target_name(scene.cluster.id, object),
                       .version = fingerprint,
                       .ns = object.ns,
                       .before = fingerprint,
                       .arguments = std::move(arguments),
                       .details = details,
                       .summary = without_gaps(scene, std::move(summary)),
                       .preview = {{"object", to_json(object)},
                                   {"from", told.from},
                                   {"to", told.to},
                                   {"revision", told.revision},
                                   {"objects", preview_of(ports, *rewrites)},
                                   {"also_read_by", others},
                                   {"blast_radius", to_json(radius)}}};
}

Async<Result<ChangeResult>> execute_roll_back(ChangePorts ports, Scene scene, Approved approved) {
  const Told told = told_from_json(approved.arguments);
  const Language language = scene.user.language;
  const ObjectRef object = ref_from_json(object_or_empty(approved.arguments, "object"));
  auto result = co_await execute_rewrites(
      ports, std::move(scene), std::move(approved),
      {.what = say_what(told, language), .done = say_done(told, language)});
  if (result) result->data["object"] = to_json(object);
  co_return result;
}

}  // namespace mtc::clusters
