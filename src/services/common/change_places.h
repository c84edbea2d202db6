// Where a change goes: the cluster that somebody names, opened for that user.
#pragma once

#include <functional>
#include <string>

#include "domain/clusters/access.h"
#include "domain/clusters/change.h"
#include "domain/clusters/fleet.h"

namespace mtc::services {

struct SaidCluster {
  std::string name;    // as it was said, or an id; empty: the usual one
  std::string region;  // code; may be empty
};

class ChangePlaces {
 public:
  virtual ~ChangePlaces() = default;
  // Errc::conflict with a question, Errc::not_found, and what the cloud says.
  virtual Async<Result<clusters::Scene>> cloud(identity::User user, SaidCluster said) = 0;
  // With the cluster's own API besides.
  virtual Async<Result<clusters::Scene>> open(identity::User user, SaidCluster said) = 0;
};

// Over the fleet and the kubeconfigs of the user's account.
class FleetPlaces final : public ChangePlaces {
 public:
  using Fleets = std::function<clusters::Fleet&(const identity::User&)>;
  using Accesses = std::function<clusters::ClusterAccess&(const identity::User&)>;
  FleetPlaces(Fleets fleets, Accesses accesses)
      : fleets_(std::move(fleets)), accesses_(std::move(accesses)) {}

  Async<Result<clusters::Scene>> cloud(identity::User user, SaidCluster said) override;
  Async<Result<clusters::Scene>> open(identity::User user, SaidCluster said) override;

 private:
  Fleets fleets_;
  Accesses accesses_;
};

}  // namespace mtc::services
