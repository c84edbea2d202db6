// A cloud's clusters in memory: for tests.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "domain/clusters/cluster.h"

namespace mtc::clusters {

class FakeCloud final : public CloudClusters {
 public:
  std::map<std::string, std::vector<Cluster>> by_region;
  std::map<std::string, std::vector<Instance>> machines;  // by cluster id, as the next ones
  std::map<std::string, std::vector<NodePool>> node_pools;
  std::map<std::string, Endpoints> ways_in;
  std::map<std::string, std::string> kubeconfigs;
  std::map<std::string, NodePoolSpec> settings;  // by pool id

  // By what is asked: "clusters", "clusters/ap-guangzhou", "pools" … The longer one counts.
  std::map<std::string, Error> refuse;
  std::set<std::string> silent;    // the same; answers when it is cancelled
  std::vector<std::string> asked;  // "clusters/ap-guangzhou", "pools/cls-1" …

  void add(Cluster cluster) { by_region[cluster.region].push_back(std::move(cluster)); }

  Async<Result<std::vector<Cluster>>> clusters(std::string region) override;
  Async<Result<std::vector<Instance>>> instances(std::string region,
                                                 std::string cluster_id) override;
  Async<Result<std::vector<NodePool>>> pools(std::string region, std::string cluster_id) override;
  Async<Result<NodePoolSpec>> pool_settings(std::string region, NodePool pool) override;
  Async<Result<std::string>> create_pool(std::string region, Cluster cluster,
                                         NodePoolSpec spec) override;
  Async<Result<>> resize_pool(std::string region, NodePool pool, std::int64_t desired,
                              bool move_bounds) override;
  Async<Result<>> delete_pool(std::string region, NodePool pool) override;
  Async<Result<Endpoints>> endpoints(std::string region, std::string cluster_id) override;
  Async<Result<std::string>> kubeconfig(std::string region, std::string cluster_id,
                                        Reach reach) override;
  Async<Result<>> renew_kubeconfig(std::string region, std::string cluster_id) override;

 private:
  Async<Result<>> answer(std::string what, std::string about);
  NodePool* find_pool(const NodePool& pool);
};

}  // namespace mtc::clusters
