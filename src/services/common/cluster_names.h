// The names of a user's clusters, namespaces and workloads, for completing what somebody types.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "domain/clusters/estate.h"
#include "domain/identity/user.h"

namespace mtc::services {

// One executor. Every key stroke may ask: the estate remembers its answers for a while. All are
// sorted, each once; clusters that do not answer are left out.
class ClusterNames {
 public:
  using Estates = std::function<clusters::Estate&(const identity::User& user)>;
  explicit ClusterNames(Estates estates) : estates_(std::move(estates)) {}

  Async<Result<std::vector<std::string>>> list_clusters(identity::User user);
  // Those that something runs in. Of one cluster, as it was typed, or of all.
  Async<Result<std::vector<std::string>>> list_namespaces(identity::User user, std::string cluster);
  Async<Result<std::vector<std::string>>> list_workloads(identity::User user, std::string cluster,
                                                         std::string ns);

 private:
  Async<Result<std::vector<clusters::Workload>>> workloads(identity::User user,
                                                           std::string cluster);
  Estates estates_;
};

}  // namespace mtc::services
