#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/spoken.h"
#include "base/zone.h"
#include "domain/clusters/blast_radius.h"
#include "domain/clusters/can_roll.h"
#include "domain/clusters/content.h"
#include "domain/clusters/object.h"
#include "domain/clusters/rewrite.h"
#include "domain/clusters/version_change.h"

namespace mtc::clusters {
namespace {

constexpr const char* kAction = "roll_back_release";

std::int64_t replicas_of(const Json& workload) {
  return integer_or(object_or_empty(workload, "spec"), "replicas", 1);
}

bool reads_any(const Json& workload, const std::set<ObjectRef>& configs) {
  const auto read = configs_of(workload);
  return std::ranges::any_of(read,
                             [&configs](const ObjectRef& ref) { return configs.contains(ref); });
}

// What differs from then, or is gone. Configuration first, so that it is known which workloads read
// what changes.
Async<Result<std::vector<Rewrite>>> rewrites_of(ChangePorts ports, Scene scene, GoodState good) {
  std::vector<Rewrite> all;
  for (Json& object : good.objects) all.push_back({.good = std::move(object)});
  all = configs_first(std::move(all));
  const std::string now = format_iso_utc(ports.clock.now());
  std::set<ObjectRef> configs;
  std::vector<Rewrite> out;
  for (Rewrite& one : all) {
    const ObjectRef ref = ref_of(one.good);
    auto live = co_await read_if_there(scene, ref);
    if (!live) co_return fail(std::move(live).error());
    one.live = std::move(*live);
    bool changes = !same_content(one.live, one.good);
    if (changes && is_config(ref.kind)) configs.insert(ref);
    if (is_workload(ref.kind) && !one.creates()) {
      one.start_again =
          ref.kind != "DaemonSet" && replicas_of(one.live) == 0 && replicas_of(one.good) > 0;
      if (reads_any(one.good, configs)) one.restarted_at = now;
      changes = changes || one.start_again || !one.restarted_at.empty();
    }
    if (changes) out.push_back(std::move(one));
  }
  co_return out;
}

struct Counts {
  std::int64_t workloads = 0, configs = 0, created = 0;
};

Counts count(const std::vector<Rewrite>& rewrites) {
  Counts out;
  for (const Rewrite& one : rewrites) {
    ++(is_config(string_or(one.good, "kind")) ? out.configs : out.workloads);
    if (one.creates()) ++out.created;
  }
  return out;
}

// "两个服务和一个配置"
std::string say_counts(const Counts& counts, Language language) {
  const bool zh = language == Language::zh;
  const std::string workloads = say_count(counts.workloads, language);
  const std::string configs = say_count(counts.configs, language);
  const std::string some =
      zh ? workloads + "个服务" : workloads + (counts.workloads == 1 ? " workload" : " workloads");
  const std::string rest =
      zh ? configs + "个配置"
         : configs + (counts.configs == 1 ? " configuration" : " configurations");
  if (counts.configs == 0) return some;
  if (counts.workloads == 0) return rest;
  return some + (zh ? "和" : " and ") + rest;
}

std::string say_plan(const Scene& scene, ChangePorts ports, const ReleaseName& release,
                     TimePoint seen, const std::vector<Rewrite>& rewrites) {
  const Language language = scene.user.language;
  const bool zh = is_chinese(scene);
  const Zone zone = Zone::find(scene.user.zone).value_or(Zone::shanghai());
  const std::string when = say_moment(seen, ports.clock.now(), zone, language);
  const std::string place = say_place(scene, release.ns);
  const Counts counts = count(rewrites);
  const std::string what = say_counts(counts, language);
  std::string out =
      zh ? fmt::format("准备把 {}的 {} 整套改回{}正常时的样子，要改{}。", place, release.name, when,
                       what)
         : fmt::format("About to put all of {} {} back as it was {}, when it was well: {}. ",
                       release.name, place, when, what);
  if (counts.created > 0) {
    const std::string created = say_count(counts.created, language);
    out += zh ? fmt::format("其中{}个已经没有了，会重新建出来。", created)
              : fmt::format("{} of them {} gone and will be made anew. ", created,
                            counts.created == 1 ? "is" : "are");
  }
  return out;
}

Async<BlastRadius> radius_of(Scene scene, const std::vector<Rewrite>& rewrites) {
  std::vector<BlastRadius> radii;
  for (const Rewrite& one : rewrites) {
    if (one.creates() || !is_workload(string_or(one.live, "kind"))) continue;
    const Effect effect = replicas_of(one.live) == 0 ? Effect::none : effect_of_rollout(one.live);
    radii.push_back(co_await blast_radius(scene, one.live, effect));
  }
  co_return sum_of(radii);
}

// "order 整套改回去"
std::string say_what(const std::string& release, Language language) {
  return language == Language::zh ? fmt::format("{} 整套改回去", release)
                                  : fmt::format("put all of {} back", release);
}

}  // namespace

Async<Result<Planned>> plan_release_back(ChangePorts ports, Scene scene, GoodState good) {
  const ReleaseName release = good.release;
  const TimePoint seen = good.seen;
  const std::string state = good.fingerprint;
  auto found = co_await rewrites_of(ports, scene, std::move(good));
  if (!found) co_return fail(std::move(found).error());
  if (found->empty()) {
    co_return NothingToDo{
        is_chinese(scene) ? fmt::format("{} 整套都和正常的时候一样，没有要改的。", release.name)
                          : fmt::format("All of {} is as it was when it was well.", release.name)};
  }
  for (const Rewrite& one : *found) {
    if (one.creates() || !is_workload(string_or(one.live, "kind"))) continue;
    if (auto ok = co_await check_can_roll(ports, scene, one.live); !ok) co_return fail(ok.error());
  }
  auto rewrites = co_await check_rewrites(ports, scene, std::move(*found));
  if (!rewrites) co_return fail(std::move(rewrites).error());
  const BlastRadius radius = co_await radius_of(scene, *rewrites);
  const auto others = co_await other_readers(scene, *rewrites);
  std::string summary = say_plan(scene, ports, release, seen, *rewrites);
  summary += say_other_readers(others, scene.user.language);
  summary += say_blast_radius(radius, scene.user.language);
  while (summary.ends_with(' ')) summary.pop_back();

  Json names = Json::array();
  for (const Rewrite& one : *rewrites) names.push_back(short_name(ref_of(one.good)));
  const Json details{{"region", scene.cluster.region},
                     {"cluster", scene.cluster.id},
                     {"namespace", release.ns},
                     {"release", release.name},
                     {"state", state},
                     {"seen", format_iso_utc(seen)},
                     {"objects", names}};
  Json arguments = details;
  arguments.update(sealed(ports, scene, kAction, *rewrites));
  const std::string fingerprint = version_of(ports, *rewrites);
  co_return ChangePlan{
      .action = kAction,
      .target = fmt::format("{}/{}/Release/{}", scene.cluster.id, release.ns, release.name),
      .version = fingerprint,
      .ns = release.ns,
      .before = fingerprint,
      .arguments = std::move(arguments),
      .details = details,
      .summary = without_gaps(scene, std::move(summary)),
      .preview = {{"release", release.name},
                  {"objects", preview_of(ports, *rewrites)},
                  {"also_read_by", others},
                  {"blast_radius", to_json(radius)}}};
}

Async<Result<ChangeResult>> execute_release_back(ChangePorts ports, Scene scene,
                                                 Approved approved) {
  const Language language = scene.user.language;
  const std::string release = string_or(approved.arguments, "release");
  const std::string done = language == Language::zh
                               ? fmt::format("{} 整套改回去了", release)
                               : fmt::format("All of {} is back as it was", release);
  co_return co_await execute_rewrites(ports, std::move(scene), std::move(approved),
                                      {.what = say_what(release, language), .done = done});
}

}  // namespace mtc::clusters
