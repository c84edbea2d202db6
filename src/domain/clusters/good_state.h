// How a release was when it last was well: what a version and its configuration are put back to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/clusters/change.h"

namespace mtc::clusters {

// The workloads that belong together, with the ConfigMaps and Secrets that they read: those with
// the same app.kubernetes.io/instance or Helm release in a namespace, else the workload alone.
struct ReleaseName {
  std::string cluster_id, ns, name;
  friend auto operator<=>(const ReleaseName&, const ReleaseName&) = default;
};
ReleaseName release_of(const std::string& cluster_id, const Json& workload);

struct GoodState {
  identity::UserId account = 0;  // whose cloud account; 0: the installation's
  ReleaseName release;
  std::vector<Json> objects;  // sendable(): workloads, ConfigMaps, Secrets
  std::string fingerprint;    // of all of them
  TimePoint since{};          // it has been like this, and well
  TimePoint seen{};           // and was so last
};

// Where they are kept, sealed: Secrets are among them. adapters/storage implements it.
class GoodStateStore {
 public:
  virtual ~GoodStateStore() = default;
  // Replaces the one of the same fingerprint, else becomes the newest; at most `keep` stay.
  virtual Async<Result<>> put(GoodState state, int keep) = 0;
  // Newest first.
  virtual Async<Result<std::vector<GoodState>>> list(identity::UserId account,
                                                     ReleaseName release) = 0;
  virtual Async<Result<int>> forget(TimePoint seen_before) = 0;
};

// All objects of the release as they are now. At most `most` objects: Errc::resource_exhausted
// beyond.
Async<Result<std::vector<Json>>> read_release(Scene scene, Json workload, int most);
// Which of the ConfigMaps and Secrets a pod template reads: envFrom, env, volumes, projected.
std::vector<ObjectRef> configs_of(const Json& workload);

// Notes every release of a namespace that has been well for `settled` as it is now. Cheap where
// nothing has changed since it was last seen. Answers how many were noted.
class GoodStateKeeper {
 public:
  GoodStateKeeper(GoodStateStore& store, const Fingerprints& fingerprints, const Clock& clock)
      : store_(store), fingerprints_(fingerprints), clock_(clock) {}
  Async<Result<int>> look_around(Scene scene, identity::UserId account, std::string ns,
                                 Millis settled, int most_objects);

 private:
  GoodStateStore& store_;
  const Fingerprints& fingerprints_;
  const Clock& clock_;
};

}  // namespace mtc::clusters
