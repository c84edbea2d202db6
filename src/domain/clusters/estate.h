// All that one account has of clusters, and finding one workload in it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/clusters/access.h"
#include "domain/clusters/fleet.h"
#include "domain/clusters/metrics.h"
#include "domain/clusters/names.h"
#include "domain/clusters/objects.h"

namespace mtc::clusters {

// Names as they were said; all but the first may be empty.
struct WorkloadWish {
  std::string spoken;
  std::string ns;
  std::string cluster;
  std::optional<WorkloadKind> kind{};
  std::vector<Alias> aliases{};
  Language language = Language::zh;
};

// A cluster somebody means, and the way into it.
struct OpenCluster {
  Cluster cluster;
  std::shared_ptr<ClusterApi> api;
};

struct FoundWorkload {
  Cluster cluster;
  std::shared_ptr<ClusterApi> api;
  Workload workload;
};

// One account, one executor; outlives the loop that questions run on, as what it is made of does.
class Estate {
 public:
  // `metrics` may be null.
  Estate(CloudClusters& cloud, ClusterAccess::Factory make, Metrics* metrics, const Clock& clock,
         FleetOptions fleet, AccessOptions access = {});

  Fleet& fleet() { return fleet_; }
  ClusterAccess& access() { return access_; }
  Metrics* metrics() { return metrics_; }

  Async<Result<OpenCluster>> open(ClusterWish wish);
  // In the cluster that is named; else in the usual one, and if it is not there, in all. The
  // failures of choose_name(), and where nothing was found, the clusters that did not answer.
  Async<Result<FoundWorkload>> find(WorkloadWish wish);
  // Deployments, StatefulSets, DaemonSets, CronJobs and Jobs of several clusters.
  Async<std::vector<Part<std::vector<Workload>>>> workloads(std::vector<Cluster> clusters,
                                                            Freshness freshness = Freshness::usual);

 private:
  using Workloads = std::vector<Workload>;
  // What is not in lists that are remembered is looked for once more in new ones.
  Async<Result<FoundWorkload>> find_in(std::vector<Cluster> clusters, WorkloadWish wish,
                                       Freshness freshness = Freshness::usual);
  static Async<Result<Workloads>> read_all(ClusterAccess* access, std::string key);

  Fleet fleet_;
  ClusterAccess access_;
  Metrics* metrics_;
  const Clock& clock_;
  Gather<Workloads> workloads_;
};

}  // namespace mtc::clusters
