// What a Deployment's conditions say of its rollout. Follows progress.go of
// k8s.io/kubernetes/pkg/controller/deployment.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"

namespace mtc::emulator::kubernetes {

struct Rollout {
  const Json& deployment;     // with the status of before
  std::string current_set;    // the ReplicaSet of its template; empty: there is none yet
  bool just_created = false;  // that set
  std::int64_t least_available = 0;
};

// Brings the conditions in `status`, whose counts are those of now, up to date. The answer is when
// the rollout's deadline has to be looked at.
std::optional<TimePoint> add_conditions(Json& status, const Rollout& rollout, TimePoint now);

// All replicas are of the current template and available, and no old one is left.
bool is_complete(const Json& deployment, const Json& status);

}  // namespace mtc::emulator::kubernetes
