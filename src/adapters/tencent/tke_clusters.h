// Clusters, nodes and node pools of TKE, Tencent Cloud's Kubernetes service.
#pragma once

#include <string>
#include <vector>

#include "adapters/tencent/client.h"
#include "domain/clusters/cluster.h"

namespace mtc::tencent {

// Facts of the service that callers meet: pools of regular machines do not tell their machine type,
// disks and subnets (those belong to the product Auto Scaling), so that pool_settings leaves them
// empty; only regular and native pools are made and changed here.
class TkeClusters final : public clusters::CloudClusters {
 public:
  // The client is borrowed and outlives this.
  explicit TkeClusters(TencentClient& client) : client_(client) {}

  Async<Result<std::vector<clusters::Cluster>>> clusters(std::string region) override;
  Async<Result<std::vector<clusters::Instance>>> instances(std::string region,
                                                           std::string cluster_id) override;
  Async<Result<std::vector<clusters::NodePool>>> pools(std::string region,
                                                       std::string cluster_id) override;
  Async<Result<clusters::NodePoolSpec>> pool_settings(std::string region,
                                                      clusters::NodePool pool) override;
  Async<Result<std::string>> create_pool(std::string region, clusters::Cluster cluster,
                                         clusters::NodePoolSpec spec) override;
  Async<Result<>> resize_pool(std::string region, clusters::NodePool pool, std::int64_t desired,
                              bool move_bounds) override;
  Async<Result<>> delete_pool(std::string region, clusters::NodePool pool) override;
  Async<Result<clusters::Endpoints>> endpoints(std::string region, std::string cluster_id) override;
  Async<Result<std::string>> kubeconfig(std::string region, std::string cluster_id,
                                        clusters::Reach reach) override;
  Async<Result<>> renew_kubeconfig(std::string region, std::string cluster_id) override;

 private:
  Async<Result<Json>> change(std::string region, std::string version, std::string action,
                             Json body);
  Async<Result<>> move_bounds(std::string region, clusters::NodePool pool, std::int64_t desired);

  TencentClient& client_;
};

}  // namespace mtc::tencent
