// How a release was when it last was well: what a version and its configuration are put back to.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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
  std::string fingerprint;    // of what is put back of them: see content.h
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

// All objects of the release as they are now, sorted. At most `most` objects:
// Errc::resource_exhausted beyond. Configuration that is gone, or that the account may not read, is
// left out.
Async<Result<std::vector<Json>>> read_release(Scene scene, Json workload, int most);
// Which of the ConfigMaps and Secrets a pod template reads: envFrom, env, volumes, projected.
std::vector<ObjectRef> configs_of(const Json& workload);

// The kinds that a release is made of.
inline constexpr std::array kServingKinds{WorkloadKind::deployment, WorkloadKind::stateful_set,
                                          WorkloadKind::daemon_set};

// Notes every release of a namespace that has been well for `settled` as it is now. Cheap where
// nothing has changed since it was last seen: then only the configuration is read. Answers how many
// were noted.
//
// Well: all replicas of all its workloads serve, nothing is rolled out or paused, no container has
// restarted meanwhile. That proves nothing of a configuration that changed after the pods reading
// it had started: they may still run with the one before. Such a state counts when these pods have
// been started anew, or when all of it has stayed as it is, and well, ten times as long.
class GoodStateKeeper {
 public:
  GoodStateKeeper(GoodStateStore& store, const Fingerprints& fingerprints, const Clock& clock)
      : store_(store), fingerprints_(fingerprints), clock_(clock) {}
  Async<Result<int>> look_around(Scene scene, identity::UserId account, std::string ns,
                                 Millis settled, int most_objects);

 private:
  struct Config {
    std::string fingerprint;
    TimePoint changed{};
    std::vector<ObjectRef> readers;  // workloads
  };
  struct Watched {
    std::string signature;  // of the workloads, and how often their pods have restarted
    TimePoint well_since{};
    std::map<ObjectRef, Config> configs;
    std::optional<TimePoint> noted;  // when, as it is
  };
  struct Look;
  struct Group;
  using Key = std::pair<identity::UserId, ReleaseName>;

  Async<Result<ReleaseName>> name_of(Scene scene, Workload workload);
  Async<Result<std::map<ReleaseName, Group>>> group(Scene scene, std::string ns);
  Async<bool> watch(std::shared_ptr<Look> look, ReleaseName release, Group group);
  Async<Result<>> begin(std::shared_ptr<Look> look, Group group, Watched& watched);
  Async<Result<>> look_at_configs(std::shared_ptr<Look> look, Watched& watched);
  Async<bool> note(std::shared_ptr<Look> look, ReleaseName release, Group group, Watched watched);

  GoodStateStore& store_;
  const Fingerprints& fingerprints_;
  const Clock& clock_;
  std::map<Key, Watched> watched_;
  std::map<std::string, ReleaseName> names_;  // by the workload's uid
};

}  // namespace mtc::clusters
