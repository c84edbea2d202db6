// What TKE answers, as the domain's values.
#pragma once

#include "base/json.h"
#include "domain/clusters/cluster.h"

namespace mtc::tencent {

clusters::Cluster read_cluster(const Json& item, const std::string& region);
// Of the 2018 API, which lists machines of all kinds.
clusters::Instance read_instance(const Json& item);
// Of the 2022 API, which lists pools of all kinds.
clusters::NodePool read_pool(const Json& item);
// The same item, as far as a new pool may take it over.
clusters::NodePoolSpec read_pool_settings(const Json& item);

}  // namespace mtc::tencent
