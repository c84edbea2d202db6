// What TKE wants to be told about a new node pool.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "domain/clusters/cluster.h"

namespace mtc::tencent {

struct PoolRequest {
  std::string version;
  std::string action;
  Json body;
};

// Errc::invalid_argument names every member that is missing, and pools that cannot be made here.
Result<PoolRequest> make_pool_request(const clusters::Cluster& cluster,
                                      const clusters::NodePoolSpec& spec);

}  // namespace mtc::tencent
