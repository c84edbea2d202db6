#include "domain/clusters/estate.h"

#include <algorithm>
#include <set>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/name_score.h"
#include "domain/clusters/workload_view.h"

namespace mtc::clusters {
namespace {

constexpr WorkloadKind kListed[] = {WorkloadKind::deployment, WorkloadKind::stateful_set,
                                    WorkloadKind::daemon_set, WorkloadKind::cron_job,
                                    WorkloadKind::job};

// 上海生产集群没查到。 for the clusters that could not be looked at.
std::string say_missing(const std::vector<std::string>& names, Language language) {
  if (names.empty()) return {};
  const auto list = join(names, language == Language::zh ? "、" : ", ");
  return language == Language::zh ? close_gaps(list + " 没查到。")
                                  : " " + list + " did not answer.";
}

// Where the user's own name for it points to, so that nothing alike elsewhere is taken for it.
std::string cluster_of_alias(const WorkloadWish& wish) {
  const HeardName heard(wish.spoken, Named::workload);
  for (const auto& alias : wish.aliases) {
    if (!alias.cluster_id.empty() && heard.is(alias.spoken)) return alias.cluster_id;
  }
  return {};
}

Result<std::string> choose_space(const std::set<std::string>& spaces, const std::string& spoken,
                                 Language language) {
  if (spoken.empty()) return std::string();
  const std::vector<std::string> names(spaces.begin(), spaces.end());
  const auto match = choose_name(
      {.spoken = spoken, .what = Named::name_space, .language = language}, plain_candidates(names));
  if (!match) return fail(match.error());
  return names[match->index];
}

}  // namespace

Estate::Estate(CloudClusters& cloud, ClusterAccess::Factory make, Metrics* metrics,
               const Clock& clock, FleetOptions fleet, AccessOptions access)
    : fleet_(cloud, clock, fleet),
      access_(cloud, std::move(make), clock, access),
      metrics_(metrics),
      clock_(clock),
      workloads_([access = &access_](std::string key) { return read_all(access, std::move(key)); },
                 clock, fleet.gather) {}

Async<Result<OpenCluster>> Estate::open(ClusterWish wish) {
  const auto language = wish.language;
  auto cluster = co_await fleet_.choose(std::move(wish));
  if (!cluster) co_return fail(std::move(cluster).error());
  auto api = co_await access_.open(*cluster, language);
  if (!api) co_return fail(std::move(api).error());
  co_return OpenCluster{.cluster = std::move(*cluster), .api = std::move(*api)};
}

Async<Result<Estate::Workloads>> Estate::read_all(ClusterAccess* access, std::string key) {
  const auto [region, id] = split_cluster_key(key);
  auto api = co_await access->open({.id = id, .name = id, .region = region});
  if (!api) co_return fail(std::move(api).error());
  Workloads out;
  for (const auto kind : kListed) {
    auto some = co_await (*api)->workloads(kind, {});
    if (!some) co_return fail(std::move(some).error());
    // What a CronJob started goes by the CronJob's name.
    if (kind == WorkloadKind::job)
      std::erase_if(*some, [](const Workload& one) { return !one.owner_name.empty(); });
    out.insert(out.end(), std::make_move_iterator(some->begin()),
               std::make_move_iterator(some->end()));
  }
  co_return out;
}

Async<std::vector<Part<std::vector<Workload>>>> Estate::workloads(std::vector<Cluster> clusters,
                                                                  Freshness freshness) {
  std::vector<std::string> keys;
  for (const auto& cluster : clusters) keys.push_back(cluster_key(cluster));
  co_return co_await workloads_.gather(std::move(keys), freshness);
}

Async<Result<FoundWorkload>> Estate::find(WorkloadWish wish) {
  if (wish.cluster.empty()) wish.cluster = cluster_of_alias(wish);
  ClusterWish where{.spoken = wish.cluster, .language = wish.language};
  auto chosen = co_await fleet_.choose(where);
  if (chosen) {
    std::vector<Cluster> one{*chosen};
    auto found = co_await find_in(std::move(one), wish);
    const bool elsewhere = !found && found.error().code == Errc::not_found && wish.cluster.empty();
    if (!elsewhere) co_return found;
  } else if (!wish.cluster.empty() || chosen.error().code != Errc::conflict) {
    co_return fail(std::move(chosen).error());
  }
  auto all = co_await fleet_.clusters();
  if (!all) co_return fail(std::move(all).error());
  co_return co_await find_in(std::move(all->clusters), std::move(wish));
}

Async<Result<FoundWorkload>> Estate::find_in(std::vector<Cluster> clusters, WorkloadWish wish,
                                             Freshness freshness) {
  const auto begun = clock_.now();
  const auto parts = co_await workloads(clusters, freshness);
  const bool remembered = std::ranges::any_of(
      parts, [begun](const auto& part) { return part.snapshot && part.snapshot->taken < begun; });
  std::set<std::string> spaces;
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].snapshot && clusters.size() == 1) co_return fail(*parts[i].trouble);
    if (!parts[i].snapshot) missing.push_back(clusters[i].name);
    if (!parts[i].snapshot) continue;
    for (const auto& workload : *parts[i].snapshot->value) spaces.insert(workload.ns);
  }
  const auto ns = choose_space(spaces, wish.ns, wish.language);
  if (!ns) co_return fail(ns.error());
  std::vector<NameCandidate> candidates;
  std::vector<std::pair<std::size_t, const Workload*>> places;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].snapshot) continue;
    for (const auto& workload : *parts[i].snapshot->value) {
      const bool wanted =
          (ns->empty() || workload.ns == *ns) && (!wish.kind || workload.kind == *wish.kind);
      if (!wanted) continue;
      candidates.push_back({.name = workload.name,
                            .kind = std::string(object_kind(workload.kind)),
                            .ns = workload.ns,
                            .cluster = clusters[i].name,
                            .cluster_id = clusters[i].id});
      places.emplace_back(i, &workload);
    }
  }
  const auto match = choose_name(
      {.spoken = wish.spoken, .language = wish.language, .aliases = wish.aliases}, candidates);
  if (!match) {
    Error error = match.error();
    if (error.code == Errc::not_found && remembered && freshness == Freshness::usual)
      co_return co_await find_in(std::move(clusters), std::move(wish), Freshness::now);
    if (error.code == Errc::not_found) error.message += say_missing(missing, wish.language);
    co_return fail(std::move(error));
  }
  const auto [index, workload] = places[match->index];
  auto api = co_await access_.open(clusters[index], wish.language);
  if (!api) co_return fail(std::move(api).error());
  co_return FoundWorkload{
      .cluster = clusters[index], .api = std::move(*api), .workload = *workload};
}

}  // namespace mtc::clusters
