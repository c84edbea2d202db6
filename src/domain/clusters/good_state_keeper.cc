#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/zone.h"
#include "domain/clusters/content.h"
#include "domain/clusters/good_state.h"
#include "domain/clusters/object.h"
#include "domain/clusters/workload_view.h"

namespace mtc::clusters {
namespace {

constexpr int kKept = 5;            // states of a release
constexpr int kUnprovenTimes = 10;  // as long, where the pods may not have read the configuration
constexpr Millis kRefresh = std::chrono::hours(1);  // a state that stays is kept anew that often

ObjectRef ref_to(const Workload& workload) {
  return {.api_version = "apps/v1",
          .kind = std::string(object_kind(workload.kind)),
          .ns = workload.ns,
          .name = workload.name};
}

bool is_settled(const Workload& workload) {
  return is_well(workload) && !is_rolling_out(workload) && !workload.paused;
}

bool runs(const Pod& pod) {
  return pod.phase != "Succeeded" && pod.phase != "Failed" && !pod.terminating;
}

// The last change that people or programs made; nothing where the cluster does not say.
std::optional<TimePoint> changed_at(const Json& config) {
  const Json& metadata = object_or_empty(config, "metadata");
  std::string last = string_or(metadata, "creationTimestamp");
  for (const Json& one : array_or_empty(metadata, "managedFields")) {
    if (string_or(one, "subresource").empty()) last = std::max(last, string_or(one, "time"));
  }
  if (auto time = parse_iso(last)) return *time;
  return std::nullopt;
}

std::int64_t replicas_of(const Json& workload) {
  return integer_or(object_or_empty(workload, "spec"), "replicas", 1);
}

// Somebody has stopped it for a while: how many there were is worth more than the nought.
void keep_replicas(std::vector<Json>& objects, const std::vector<Json>& earlier) {
  for (Json& object : objects) {
    if (!is_workload(string_or(object, "kind")) || replicas_of(object) > 0) continue;
    const Json* before = find_object(earlier, ref_of(object));
    if (before != nullptr) object["spec"]["replicas"] = replicas_of(*before);
  }
}

}  // namespace

struct GoodStateKeeper::Group {
  std::vector<Workload> workloads;
};

// What one look around shares.
struct GoodStateKeeper::Look {
  Scene scene;
  identity::UserId account = 0;
  Millis settled{};
  int most_objects = 0;
  TimePoint now{};
  std::optional<std::vector<Pod>> pods;
  std::map<ObjectRef, Json> configs;  // that were read; null: gone

  std::int64_t restarts_of(const Workload& workload) const {
    std::int64_t out = 0;
    for (const Pod& pod : pods.value_or(std::vector<Pod>{})) {
      if (!matches(workload.selector, pod.labels)) continue;
      for (const Container& one : pod.containers) out += one.restarts;
    }
    return out;
  }

  std::string signature_of(const Group& group) const {
    std::string out;
    for (const Workload& one : group.workloads) {
      out += fmt::format("{}/{}/{}/{}/{}\n", object_kind(one.kind), one.name, one.uid,
                         one.generation, restarts_of(one));
    }
    return out;
  }

  // Since when all its pods run; nobody knows: not since then.
  bool started_since(const Workload& workload, TimePoint time) const {
    if (!pods) return false;
    return std::ranges::all_of(*pods, [&](const Pod& pod) {
      return !matches(workload.selector, pod.labels) || !runs(pod) || pod.created >= time;
    });
  }

  bool has_settled(const Group& group, const Watched& watched) const {
    if (now - watched.well_since < settled) return false;
    return std::ranges::all_of(watched.configs, [&](const auto& entry) {
      const Config& config = entry.second;
      const bool proven = std::ranges::all_of(group.workloads, [&](const Workload& one) {
        const bool reads = std::ranges::find(config.readers, ref_to(one)) != config.readers.end();
        return !reads || started_since(one, config.changed);
      });
      const TimePoint since = std::max(config.changed, watched.well_since);
      return now - since >= settled * (proven ? 1 : kUnprovenTimes);
    });
  }
};

// By its labels if they say it; else the object is read once.
Async<Result<ReleaseName>> GoodStateKeeper::name_of(Scene scene, Workload workload) {
  const auto known = names_.find(workload.uid);
  if (known != names_.end() && !workload.uid.empty()) co_return known->second;
  auto object = co_await scene.api->get(ref_to(workload));
  if (!object) co_return fail(std::move(object).error());
  const ReleaseName name = release_of(scene.cluster.id, *object);
  names_.insert_or_assign(workload.uid, name);
  co_return name;
}

Async<Result<std::map<ReleaseName, GoodStateKeeper::Group>>> GoodStateKeeper::group(
    Scene scene, std::string ns) {
  std::map<ReleaseName, Group> out;
  for (const WorkloadKind kind : kServingKinds) {
    auto listed = co_await scene.api->workloads(kind, {.ns = ns, .labels = "", .fields = ""});
    if (!listed) co_return fail(std::move(listed).error());
    for (Workload& one : *listed) {
      auto name = co_await name_of(scene, one);
      if (!name && name.error().code == Errc::not_found) continue;  // gone meanwhile
      if (!name) co_return fail(std::move(name).error());
      out[*name].workloads.push_back(std::move(one));
    }
  }
  co_return out;
}

Async<Result<int>> GoodStateKeeper::look_around(Scene scene, identity::UserId account,
                                                std::string ns, Millis settled, int most_objects) {
  auto groups = co_await group(scene, ns);
  if (!groups) co_return fail(std::move(groups).error());
  const auto look = std::make_shared<Look>(Look{.scene = scene,
                                                .account = account,
                                                .settled = settled,
                                                .most_objects = most_objects,
                                                .now = clock_.now(),
                                                .pods = {},
                                                .configs = {}});
  // Without the pods nobody knows when they started: then it only takes longer.
  if (auto pods = co_await scene.api->pods({.ns = ns, .labels = "", .fields = ""})) {
    look->pods = std::move(*pods);
  }
  std::erase_if(watched_, [&](const auto& entry) {
    const auto& [owner, release] = entry.first;
    return owner == account && release.cluster_id == scene.cluster.id && release.ns == ns &&
           !groups->contains(release);
  });
  int noted = 0;
  for (auto& [release, members] : *groups) {
    if (co_await watch(look, release, std::move(members))) ++noted;
  }
  co_return noted;
}

// Whether it was noted.
Async<bool> GoodStateKeeper::watch(std::shared_ptr<Look> look, ReleaseName release, Group group) {
  const Key key{look->account, release};
  if (!std::ranges::all_of(group.workloads, is_settled)) {
    watched_.erase(key);
    co_return false;
  }
  // A copy: another look may be under way.
  const auto known = watched_.find(key);
  Watched watched = known == watched_.end() ? Watched{} : known->second;
  if (const std::string signature = look->signature_of(group); watched.signature != signature) {
    watched = {.signature = signature, .well_since = look->now, .configs = {}, .noted = {}};
    if (auto ok = co_await begin(look, group, watched); !ok) co_return false;
  }
  if (auto ok = co_await look_at_configs(look, watched); !ok) co_return false;
  watched_.insert_or_assign(key, watched);
  const bool fresh = watched.noted && look->now - *watched.noted < kRefresh;
  if (fresh || !look->has_settled(group, watched)) co_return false;
  if (!co_await note(look, release, std::move(group), watched)) co_return false;
  watched.noted = look->now;
  watched_.insert_or_assign(key, watched);
  co_return true;
}

// Which configuration its workloads read.
Async<Result<>> GoodStateKeeper::begin(std::shared_ptr<Look> look, Group group, Watched& watched) {
  for (const Workload& one : group.workloads) {
    auto object = co_await look->scene.api->get(ref_to(one));
    if (!object) co_return fail(std::move(object).error());
    const auto refs = configs_of(*object);
    for (const ObjectRef& ref : refs) {
      watched.configs[ref].readers.push_back(ref_to(one));
    }
  }
  if (std::ssize(watched.configs) + std::ssize(group.workloads) > look->most_objects) {
    co_return fail(Errc::resource_exhausted, "the release has too many objects");
  }
  co_return Result<>{};
}

Async<Result<>> GoodStateKeeper::look_at_configs(std::shared_ptr<Look> look, Watched& watched) {
  for (auto& [ref, config] : watched.configs) {
    if (!look->configs.contains(ref)) {
      auto read = co_await read_if_there(look->scene, ref);
      if (!read && read.error().code == Errc::denied) read = Json(nullptr);
      if (!read) co_return fail(std::move(read).error());
      look->configs[ref] = std::move(*read);
    }
    const Json& live = look->configs[ref];
    std::string now = content_fingerprint(fingerprints_, live);
    if (now == config.fingerprint) continue;
    config.fingerprint = std::move(now);
    config.changed = std::min(changed_at(live).value_or(look->now), look->now);
    watched.noted.reset();
  }
  co_return Result<>{};
}

Async<bool> GoodStateKeeper::note(std::shared_ptr<Look> look, ReleaseName release, Group group,
                                  Watched watched) {
  auto first = co_await look->scene.api->get(ref_to(group.workloads.front()));
  if (!first) co_return false;
  auto objects = co_await read_release(look->scene, std::move(*first), look->most_objects);
  if (!objects) co_return false;
  // What was read has to be what was looked at.
  for (const auto& [ref, config] : watched.configs) {
    const Json* object = find_object(*objects, ref);
    const Json content = object == nullptr ? Json(nullptr) : *object;
    if (content_fingerprint(fingerprints_, content) != config.fingerprint) co_return false;
  }
  for (const Workload& one : group.workloads) {
    auto live = co_await look->scene.api->get(ref_to(one));
    if (!live) co_return false;
    const Json& metadata = object_or_empty(*live, "metadata");
    if (integer_or(metadata, "generation") != one.generation) co_return false;
  }
  GoodState state{.account = look->account,
                  .release = release,
                  .objects = std::move(*objects),
                  .fingerprint = {},
                  .since = watched.well_since,
                  .seen = look->now};
  state.fingerprint = content_fingerprint(fingerprints_, state.objects);
  auto earlier = co_await store_.list(look->account, release);
  if (!earlier) co_return false;
  const auto same = std::ranges::find(*earlier, state.fingerprint, &GoodState::fingerprint);
  if (same != earlier->end()) {
    keep_replicas(state.objects, same->objects);
    if (same == earlier->begin()) state.since = std::min(same->since, state.since);
  }
  const auto put = co_await store_.put(std::move(state), kKept);
  co_return put.has_value();
}

}  // namespace mtc::clusters
