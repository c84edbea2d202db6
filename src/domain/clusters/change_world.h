// A cluster with a small shop in it, and what changes need: for tests.
#pragma once

#include <memory>
#include <string>

#include "domain/clusters/change.h"
#include "domain/clusters/fake_cipher.h"
#include "domain/clusters/fake_cloud.h"
#include "domain/clusters/fake_cluster.h"
#include "domain/clusters/fake_fingerprints.h"
#include "domain/clusters/memory_checkpoint_store.h"

namespace mtc::clusters {

// Waits without waiting, and counts.
struct CountingSleeper final : Sleeper {
  Millis slept{0};
  Async<> sleep(Millis duration) override {
    slept += duration;
    co_return;
  }
};

// In shop: Deployment order (three replicas, reads order-config and db-secret), single, StatefulSet
// mysql, DaemonSet agent; ConfigMap order-config, Secret db-secret; Service and Ingress of order;
// a budget that lets one of order's pods be missing; node pools default and super.
struct ChangeWorld {
  ChangeWorld();

  std::shared_ptr<FakeCluster> cluster = std::make_shared<FakeCluster>();
  FakeCloud cloud;
  MemoryCheckpointStore checkpoints;
  FakeFingerprints fingerprints;
  FakeCipher cipher;
  FakeClock clock;
  CountingSleeper sleeper;
  SeededRandom random{7};
  ChangePorts ports{.checkpoints = checkpoints,
                    .fingerprints = fingerprints,
                    .cipher = cipher,
                    .clock = clock,
                    .sleeper = sleeper,
                    .random = random};

  std::vector<NodePool>& pools() { return cloud.node_pools["cls-1"]; }
  Scene scene(Language language = Language::zh);
  static ObjectRef deployment(std::string name = "order");
};

inline constexpr const char* kDbPassword = "hunter2-Zq9";  // in db-secret

Approved approve(const ChangePlan& plan);

}  // namespace mtc::clusters
