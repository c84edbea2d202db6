// Where a change goes: the cluster or the workload that somebody names, opened for that user.
#pragma once

#include <functional>
#include <string>

#include "domain/clusters/change.h"
#include "domain/clusters/estate.h"

namespace mtc::services {

struct SaidCluster {
  std::string name;    // as it was said, or an id; empty: the usual one
  std::string region;  // code; may be empty
};

// All but the name may be empty.
struct SaidWorkload {
  std::string name;
  std::string ns;
  std::string kind;  // "deployment", "statefulset", "daemonset"
  std::string cluster;
};

struct FoundObject {
  clusters::Scene scene;
  clusters::ObjectRef object;
};

// Errc::conflict with a question, Errc::not_found with the nearest, and what the cloud says.
class ChangePlaces {
 public:
  virtual ~ChangePlaces() = default;
  virtual Async<Result<clusters::Scene>> cloud(identity::User user, SaidCluster said) = 0;
  // With the cluster's own API besides.
  virtual Async<Result<clusters::Scene>> open(identity::User user, SaidCluster said) = 0;
  // Where no cluster is named, in all of them.
  virtual Async<Result<FoundObject>> workload(identity::User user, SaidWorkload said) = 0;
};

// Over all that the user's account has. What it refers to outlives it.
class EstatePlaces final : public ChangePlaces {
 public:
  using Estates = std::function<clusters::Estate&(const identity::User&)>;
  EstatePlaces(Estates estates, clusters::AliasStore& aliases)
      : estates_(std::move(estates)), aliases_(aliases) {}

  Async<Result<clusters::Scene>> cloud(identity::User user, SaidCluster said) override;
  Async<Result<clusters::Scene>> open(identity::User user, SaidCluster said) override;
  Async<Result<FoundObject>> workload(identity::User user, SaidWorkload said) override;

 private:
  Estates estates_;
  clusters::AliasStore& aliases_;
};

// "apps/v1 Deployment" and so on.
clusters::ObjectRef ref_of(const clusters::Workload& workload);

}  // namespace mtc::services
