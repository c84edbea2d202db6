#include "domain/clusters/fleet.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/contains.h"
#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/names.h"
#include "domain/logs/region.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kGapsNamed = 2;

template <class T>
Async<Result<T>> ask_of_cluster(Async<Result<T>> (*ask)(CloudClusters*, std::string, std::string),
                                CloudClusters* cloud, std::string key) {
  auto [region, id] = split_cluster_key(key);
  co_return co_await ask(cloud, std::move(region), std::move(id));
}

Async<Result<std::vector<Instance>>> instances_of(CloudClusters* cloud, std::string region,
                                                  std::string id) {
  return cloud->instances(std::move(region), std::move(id));
}
Async<Result<std::vector<NodePool>>> pools_of(CloudClusters* cloud, std::string region,
                                              std::string id) {
  return cloud->pools(std::move(region), std::move(id));
}

// An old answer is better than none only where the other side is in trouble.
template <class T>
Result<T> newest(const Part<T>& part) {
  if (part.snapshot && (!part.trouble || is_trouble(part.trouble->code)))
    return *part.snapshot->value;
  return fail(*part.trouble);
}

// Not every region has the service; one of them is nothing to report.
bool lacks_service(const Error& error) {
  return error.code == Errc::invalid_argument || error.code == Errc::not_found;
}

FleetView view_of(const std::vector<Part<std::vector<Cluster>>>& parts) {
  FleetView view;
  std::optional<TimePoint> oldest;
  view.away = !parts.empty();
  for (const auto& part : parts) {
    if (part.trouble && lacks_service(*part.trouble)) continue;
    if (part.trouble) {
      Gap gap{.where = part.key, .error = *part.trouble};
      if (part.snapshot) gap.as_of = part.snapshot->taken;
      view.gaps.push_back(std::move(gap));
    } else {
      view.away = false;
    }
    if (!part.snapshot) continue;
    oldest = std::min(oldest.value_or(part.snapshot->taken), part.snapshot->taken);
    view.clusters.insert(view.clusters.end(), part.snapshot->value->begin(),
                         part.snapshot->value->end());
  }
  view.oldest = oldest.value_or(TimePoint{});
  std::ranges::sort(view.clusters, {}, [](const Cluster& cluster) {
    return std::tie(cluster.region, cluster.name, cluster.id);
  });
  return view;
}

std::string region_list(const std::vector<Gap>& gaps, Language language) {
  std::vector<std::string> names;
  for (const auto& gap : gaps) {
    if (names.size() < kGapsNamed) names.push_back(logs::region_name(gap.where, language));
  }
  if (language == Language::en) {
    const auto text = join(names, gaps.size() == kGapsNamed ? " and " : ", ");
    return gaps.size() > kGapsNamed
               ? fmt::format(
                     "{} and {} more regions", text,
                     say_count(static_cast<std::int64_t>(gaps.size() - kGapsNamed), language))
               : text;
  }
  const auto text = join(names, "、");
  return gaps.size() > kGapsNamed
             ? fmt::format("{}等{}个区", text,
                           say_count(static_cast<std::int64_t>(gaps.size()), language))
             : text + "区";
}

std::string say_age(TimePoint then, TimePoint now, Language language) {
  const auto age = say_duration(now - then, language);
  return language == Language::zh ? age + "前" : age + " ago";
}

}  // namespace

Fleet::Fleet(CloudClusters& cloud, const Clock& clock, FleetOptions options)
    : cloud_(cloud),
      clock_(clock),
      options_(std::move(options)),
      by_region_(
          [cloud = &cloud](std::string region) { return cloud->clusters(std::move(region)); },
          clock, options_.gather),
      instances_(
          [cloud = &cloud](std::string key) {
            return ask_of_cluster(instances_of, cloud, std::move(key));
          },
          clock, options_.gather),
      pools_([cloud = &cloud](
                 std::string key) { return ask_of_cluster(pools_of, cloud, std::move(key)); },
             clock, options_.gather) {}

std::vector<std::string> Fleet::regions() const {
  auto out = options_.regions.empty() ? logs::public_regions() : options_.regions;
  if (!options_.usual_region.empty() && !contains(out, options_.usual_region))
    out.push_back(options_.usual_region);
  return out;
}

Async<Result<FleetView>> Fleet::clusters(std::string region) {
  std::vector<std::string> asked;
  if (region.empty()) {
    asked = regions();
  } else {
    asked.push_back(std::move(region));
  }
  const auto parts = co_await by_region_.gather(std::move(asked));
  const bool nothing = std::ranges::none_of(parts, [](const auto& part) {
    return part.snapshot.has_value() || lacks_service(*part.trouble);
  });
  if (nothing && !parts.empty()) co_return fail(*parts.front().trouble);
  co_return view_of(parts);
}

Async<Result<Cluster>> Fleet::choose(ClusterWish wish) {
  const bool by_usual = wish.spoken.empty() && wish.region.empty();
  auto view = co_await clusters(wish.region);
  if (!view) co_return fail(std::move(view).error());
  const auto candidates = cluster_candidates(view->clusters);
  NameQuestion question{.spoken = wish.spoken, .what = Named::cluster, .language = wish.language};
  if (by_usual) question.spoken = options_.usual_cluster;
  if (question.spoken.empty()) {
    if (view->clusters.size() == 1) co_return view->clusters.front();
    co_return fail(ask_which_cluster(candidates, wish.language));
  }
  const auto match = choose_name(question, candidates);
  if (match) co_return view->clusters[match->index];
  auto error = match.error();
  const auto missing = say_gaps(view->gaps, clock_.now(), wish.language);
  if (!missing.empty() && error.code == Errc::not_found)
    error.message += (wish.language == Language::en ? " " : "") + missing;
  co_return fail(std::move(error));
}

Async<Result<std::vector<Instance>>> Fleet::instances(Cluster cluster) {
  co_return newest(co_await instances_.one(cluster_key(cluster)));
}

Async<Result<std::vector<NodePool>>> Fleet::pools(Cluster cluster) {
  co_return newest(co_await pools_.one(cluster_key(cluster)));
}

std::string cluster_key(const Cluster& cluster) {
  return cluster.region + "/" + cluster.id;
}

std::pair<std::string, std::string> split_cluster_key(std::string_view key) {
  const auto at = key.find('/');
  if (at == std::string_view::npos) return {std::string(), std::string(key)};
  return {std::string(key.substr(0, at)), std::string(key.substr(at + 1))};
}

std::string say_gaps(const std::vector<Gap>& gaps, TimePoint now, Language language) {
  std::vector<Gap> missing, old;
  for (const auto& gap : gaps) (gap.as_of ? old : missing).push_back(gap);
  const bool zh = language == Language::zh;
  std::string out;
  if (!missing.empty()) {
    const auto where = region_list(missing, language);
    out += zh ? where + "没查到。" : where + " did not answer.";
  }
  if (!old.empty()) {
    const auto oldest = std::ranges::min(old, {}, &Gap::as_of);
    const auto where = region_list(old, language);
    const auto age = say_age(*oldest.as_of, now, language);
    if (!out.empty() && !zh) out += " ";
    out += zh ? fmt::format("{}的数据是{}的。", where, age)
              : fmt::format("What I know of {} is from {}.", where, age);
  }
  return out;
}

std::string say_away(const FleetView& view, TimePoint now, Language language) {
  if (!view.away || view.clusters.empty()) return {};
  const auto age = say_age(view.oldest, now, language);
  return language == Language::zh
             ? fmt::format("腾讯云暂时连不上，这是{}的结果：", age)
             : fmt::format("Tencent Cloud does not answer right now; this is from {}: ", age);
}

}  // namespace mtc::clusters
