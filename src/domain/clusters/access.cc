#include "domain/clusters/access.h"

#include <fmt/format.h>

#include "domain/clusters/fleet.h"
#include "domain/clusters/renewing_api.h"
#include "domain/clusters/words.h"

namespace mtc::clusters {
namespace {

Async<Result<std::shared_ptr<ClusterApi>>> fetch_and_open(CloudClusters* cloud,
                                                          ClusterAccess::Factory make, Reach reach,
                                                          std::string key) {
  const auto [region, id] = split_cluster_key(key);
  auto kubeconfig = co_await cloud->kubeconfig(region, id, reach);
  if (!kubeconfig) co_return fail(std::move(kubeconfig).error());
  auto api = make(std::move(*kubeconfig));
  if (!api) co_return fail(std::move(api).error());
  co_return std::move(*api);
}

std::string say_closed(const Cluster& cluster, Reach reach, Language language) {
  const bool outside = reach == Reach::external;
  if (language == Language::zh) {
    return fmt::format("{}没有开启{}访问。请在容器服务控制台的集群基本信息里打开，或者改用{}。",
                       say_place(cluster.name, "", language), outside ? "外网" : "内网",
                       outside ? "内网" : "外网");
  }
  return fmt::format(
      "the cluster {} cannot be reached {}; enable that in the console under the cluster's basic "
      "information, or set tencent.cluster_reach to {}",
      cluster.name, outside ? "over the internet" : "from inside its network",
      outside ? "internal" : "external");
}

}  // namespace

ClusterAccess::ClusterAccess(CloudClusters& cloud, Factory make, const Clock& clock,
                             AccessOptions options)
    : options_(options),
      opened_([cloud = &cloud, make = std::move(make), reach = options.reach](
                  std::string key) { return fetch_and_open(cloud, make, reach, std::move(key)); },
              clock,
              {.deadline = options.deadline,
               .limit = options.deadline * 2,
               .fresh = options.keep,
               .keep = options.keep}) {}

Async<Result<ClusterAccess::Opened>> ClusterAccess::fetch(Cluster cluster, Language language,
                                                          Freshness freshness) {
  auto part = co_await opened_.one(cluster_key(cluster), freshness);
  if (part.fresh()) co_return *part.snapshot->value;
  Error error = *part.trouble;
  if (error.code == Errc::not_found)
    co_return fail(Errc::not_found, say_closed(cluster, options_.reach, language));
  co_return fail(std::move(error));
}

Async<Result<std::shared_ptr<ClusterApi>>> ClusterAccess::open(Cluster cluster, Language language) {
  auto api = co_await fetch(cluster, language, Freshness::usual);
  if (!api) co_return fail(std::move(api).error());
  co_return std::make_shared<RenewingApi>(*this, std::move(*api), std::move(cluster), language);
}

std::optional<TimePoint> ClusterAccess::fetched(const Cluster& cluster) const {
  const auto* known = opened_.known(cluster_key(cluster));
  return known == nullptr ? std::nullopt : std::optional(known->taken);
}

}  // namespace mtc::clusters
