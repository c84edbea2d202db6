// The way into clusters: fetches the kubeconfig that the cloud keeps for this account, and renews
// it when the cluster no longer takes it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/language.h"
#include "domain/clusters/cluster.h"
#include "domain/clusters/cluster_api.h"
#include "domain/clusters/gather.h"

namespace mtc::clusters {

struct AccessOptions {
  Reach reach = Reach::external;
  Millis deadline{5'000};              // of fetching a kubeconfig
  Millis keep{std::chrono::hours(1)};  // then it is fetched again
};

// One account, one executor. Kubeconfigs are kept in memory only and never shown. The cloud
// outlives the loop that questions run on.
class ClusterAccess {
 public:
  // Errc::invalid_argument for a kubeconfig that cannot be used. One that makes a unique_ptr fits.
  using Factory = std::function<Result<std::shared_ptr<ClusterApi>>(std::string kubeconfig_yaml)>;

  ClusterAccess(CloudClusters& cloud, Factory make, const Clock& clock, AccessOptions options = {});

  // The cluster's API. Where it answers Errc::unauthenticated, it fetches the kubeconfig anew and
  // asks once more; then the failure is told. Errc::not_found, with how to enable it, where that
  // way into the cluster is closed. The access outlives it.
  Async<Result<std::shared_ptr<ClusterApi>>> open(Cluster cluster,
                                                  Language language = Language::zh);

  // When the kubeconfig in use was fetched; nothing: none is.
  std::optional<TimePoint> fetched(const Cluster& cluster) const;
  Reach reach() const { return options_.reach; }

 private:
  friend class RenewingApi;
  using Opened = std::shared_ptr<ClusterApi>;
  Async<Result<Opened>> fetch(Cluster cluster, Language language, Freshness freshness);

  AccessOptions options_;
  Gather<Opened> opened_;
};

}  // namespace mtc::clusters
