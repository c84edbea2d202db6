// Clusters, their nodes and node pools as the cloud lists them. adapters/tencent implements the
// port with TKE.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"

namespace mtc::clusters {

enum class ClusterStatus { running, creating, changing, deleting, stopped, abnormal, unknown };

struct Cluster {
  std::string id;    // "cls-0a1b2c3d"
  std::string name;  // 广州生产集群
  std::string region;
  std::string version;  // of Kubernetes, "1.30.0"
  ClusterStatus status = ClusterStatus::unknown;
  std::string status_text;  // as the cloud says it
  std::string type;         // as the cloud says it: "MANAGED_CLUSTER"
  std::int64_t nodes = 0;
  std::string network;  // "vpc-…"
  TimePoint created{};
  friend bool operator==(const Cluster&, const Cluster&) = default;
};

// A machine as the cloud sees it; domain/clusters/node.h is how the cluster itself sees it.
struct Instance {
  std::string id;      // "ins-…", "np-…-xxxxx"
  std::string state;   // running, initializing, failed …, lower case
  std::string reason;  // why it failed; may be empty
  std::string address;
  std::string pool_id;
  bool unschedulable = false;
};

enum class PoolType { regular, native, super, external };

struct Label {
  std::string name, value;
  friend bool operator==(const Label&, const Label&) = default;
};
struct Taint {
  std::string key, value, effect;  // NoSchedule, PreferNoSchedule, NoExecute
  friend bool operator==(const Taint&, const Taint&) = default;
};

struct NodePool {
  std::string id;
  std::string cluster_id;
  std::string name;
  PoolType type = PoolType::regular;
  std::string state;  // normal, creating, updating, deleting …, lower case
  bool autoscaling = false;
  std::int64_t minimum = 0, maximum = 0;
  std::int64_t desired = 0, ready = 0;
  std::vector<std::string> instance_types;
  std::vector<Label> labels;
  std::vector<Taint> taints;
  bool deletion_protection = false;
};

// What a new pool needs. Empty members are taken from a pool of the cluster (`like`).
struct NodePoolSpec {
  std::string name;
  PoolType type = PoolType::regular;
  std::string instance_type;  // "SA5.LARGE8"
  std::int64_t minimum = 0, maximum = 0, desired = 0;
  bool autoscaling = true;
  std::string disk_type;
  std::int64_t disk_gib = 0;
  std::vector<std::string> subnets, security_groups, key_ids;
  std::string image;        // operating system or image id
  std::string charge_type;  // POSTPAID_BY_HOUR
  std::vector<Label> labels;
  std::vector<Taint> taints;
};

enum class Reach { internal, external };  // from inside the network, or over the internet

struct Endpoints {
  std::string external, internal;  // addresses; empty: not enabled
};

// All calls may fail with the Errc of the outside system; the message says what was asked. One
// account. Safe to use from one executor at a time.
class CloudClusters {
 public:
  virtual ~CloudClusters() = default;
  virtual Async<Result<std::vector<Cluster>>> clusters(std::string region) = 0;
  virtual Async<Result<std::vector<Instance>>> instances(std::string region,
                                                         std::string cluster_id) = 0;
  virtual Async<Result<std::vector<NodePool>>> pools(std::string region,
                                                     std::string cluster_id) = 0;
  // The pool's own settings as far as a new pool may take them over.
  virtual Async<Result<NodePoolSpec>> pool_settings(std::string region, NodePool pool) = 0;
  // Answers the id. `network` is the cluster's.
  virtual Async<Result<std::string>> create_pool(std::string region, Cluster cluster,
                                                 NodePoolSpec spec) = 0;
  // Also moves the bounds where `desired` lies outside of them and `move_bounds` is set.
  virtual Async<Result<>> resize_pool(std::string region, NodePool pool, std::int64_t desired,
                                      bool move_bounds) = 0;
  virtual Async<Result<>> delete_pool(std::string region, NodePool pool) = 0;
  virtual Async<Result<Endpoints>> endpoints(std::string region, std::string cluster_id) = 0;
  // YAML. Errc::not_found if that way into the cluster is not enabled.
  virtual Async<Result<std::string>> kubeconfig(std::string region, std::string cluster_id,
                                                Reach reach) = 0;
  // Renews the certificates in it; the old ones end.
  virtual Async<Result<>> renew_kubeconfig(std::string region, std::string cluster_id) = 0;
};

}  // namespace mtc::clusters
