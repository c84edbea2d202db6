// Which earlier version of a workload is meant, and what belongs to it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/clusters/version_change.h"

namespace mtc::clusters {

struct Version {
  Json pod_template;
  std::string tag;            // "1.4", of its first image
  std::int64_t revision = 0;  // 0: not known
  // The ConfigMaps and Secrets that it reads, as they were when the workload last was well; those
  // that are as they were then are left out.
  std::vector<Json> configs{};
  std::optional<TimePoint> well{};  // when it last was, as far as is known
};

// Newest first; the one that runs now is among them. ReplicaSets of a Deployment,
// ControllerRevisions of a StatefulSet or DaemonSet.
Async<Result<std::vector<Version>>> earlier_versions(Scene scene, Json workload, int most);

// nullopt: what is wished for is what runs now. Errc::not_found says which versions there are.
Async<Result<std::optional<Version>>> choose_version(Scene scene, Json workload, VersionWish wish);

}  // namespace mtc::clusters
