// A workload with its pods, as they were read at one moment, and what can be counted in that.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/alerts/store.h"
#include "domain/clusters/change.h"
#include "domain/clusters/objects.h"
#include "domain/rollback/diagnosis.h"
#include "domain/rollback/ports.h"

namespace mtc::rollback {

struct Sight {
  Json workload;  // null: there is none
  std::optional<std::vector<clusters::Pod>> pods;
  std::optional<std::vector<clusters::Usage>> usage;  // of its pods
};

// Fails where the workload cannot be read; what else cannot be is absent.
Async<Result<Sight>> see(clusters::Scene scene, clusters::ObjectRef object);

// Without error rate, alert and release.
Health health_of(const Sight& sight, TimePoint now);

// The worst of its pods, of their limits; nullopt where no limits are stated or nothing is
// measured.
std::optional<double> cpu_use(const Sight& sight);
std::optional<double> memory_use(const Sight& sight);

// The pods in trouble, by kind, and whether they are of the newest version.
void count_pods(const Sight& sight, Findings& findings);

// Deployments: by the ReplicaSet; others: by the revision's label. Empty: not known.
std::string version_of_pod(const clusters::Pod& pod);
bool is_sick(const clusters::Pod& pod);

}  // namespace mtc::rollback
