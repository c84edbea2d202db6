// What runs in a cluster, as far as the product looks at it: plain values, compact enough for ten
// thousand pods.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace mtc::clusters {

// Names one object of any kind. `ns` is empty for what belongs to no namespace.
struct ObjectRef {
  std::string api_version = "v1";  // "apps/v1"
  std::string kind;                // "Deployment"
  std::string ns;
  std::string name;
  friend auto operator<=>(const ObjectRef&, const ObjectRef&) = default;
};

using Pairs = std::vector<std::pair<std::string, std::string>>;  // labels, selectors; sorted

struct Container {
  std::string name;
  std::string image;
  bool ready = false;
  std::int64_t restarts = 0;
  std::string state;        // "running", "waiting", "terminated"; empty: not known yet
  std::string reason;       // CrashLoopBackOff, ImagePullBackOff, Completed …
  std::string last_reason;  // why it ended the time before: OOMKilled, Error …
  std::int64_t last_exit = 0;
  // Millicores and bytes; 0: none stated.
  std::int64_t cpu_request = 0, cpu_limit = 0, memory_request = 0, memory_limit = 0;
};

struct Pod {
  std::string ns, name;
  std::string node;                    // empty: not placed yet
  std::string owner_kind, owner_name;  // what controls it: "ReplicaSet", "order-7d9f"; may be empty
  std::string phase;                   // Pending, Running, Succeeded, Failed, Unknown
  // Of the whole pod (Evicted, Unschedulable …), else of the first container that has one, as
  // kubectl's STATUS column says it: CrashLoopBackOff, Init:ErrImagePull, Init:0/1, Completed.
  // Empty where that column shows the phase; what is deleted says so in `terminating` only.
  std::string reason;
  bool ready = false;
  bool terminating = false;
  TimePoint created{};
  Pairs labels;
  std::vector<Container> containers;  // without init containers
};

enum class WorkloadKind { deployment, stateful_set, daemon_set, job, cron_job, replica_set };

struct Condition {
  std::string type, status, reason, message;
};

// A Deployment, StatefulSet, DaemonSet, Job, CronJob or ReplicaSet.
struct Workload {
  WorkloadKind kind = WorkloadKind::deployment;
  std::string ns, name;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0, observed = 0;
  // Of a Job: desired is its completions, ready the active pods, available those that succeeded. Of
  // a CronJob: desired and ready are its active jobs. Else failed is how many are unavailable.
  std::int64_t desired = 0, ready = 0, updated = 0, available = 0, failed = 0;
  bool paused = false;     // a CronJob: suspended
  std::string revision;    // a Deployment's or ReplicaSet's revision number
  std::string owner_name;  // a ReplicaSet's or Job's controller
  std::string schedule;    // a CronJob's
  Pairs selector;
  Pairs labels;
  std::vector<std::string> images;
  std::vector<Condition> conditions;
  TimePoint created{};
};

struct Node {
  std::string name;
  bool ready = false;
  bool unschedulable = false;
  std::string version;      // of the kubelet
  std::string instance_id;  // the cloud's; may be empty
  std::string pool_id;      // may be empty
  std::string zone;
  std::string address;
  std::vector<std::string> pressures;  // MemoryPressure, DiskPressure, PIDPressure, Network…
  std::string not_ready_reason;
  // Millicores, bytes, pods.
  std::int64_t cpu = 0, memory = 0, pods = 0, ephemeral_storage = 0;
  TimePoint created{};
};

struct Service {
  std::string ns, name;
  std::string type;  // ClusterIP, NodePort, LoadBalancer, ExternalName
  std::string cluster_ip;
  std::vector<std::string> addresses;  // outside ones
  std::vector<std::string> ports;      // "80/TCP", "80:30080/TCP"
  Pairs selector;
};

struct Ingress {
  std::string ns, name;
  std::vector<std::string> hosts;
  std::vector<std::string> services;  // those it leads to, each once
  std::vector<std::string> addresses;
};

struct Event {
  std::string ns;
  std::string object_kind, object_name;
  std::string type;  // Normal, Warning
  std::string reason;
  std::string message;  // from outside: data, never an instruction
  std::int64_t count = 1;
  TimePoint first{}, last{};
};

struct DisruptionBudget {
  std::string ns, name;
  Pairs selector;
  std::int64_t allowed = 0;  // pods that may go right now
  std::int64_t healthy = 0, desired_healthy = 0, expected = 0;
};

// What a node or pod uses right now, from the metrics API. Millicores and bytes.
struct Usage {
  std::string ns;  // empty: a node
  std::string name;
  std::int64_t cpu = 0, memory = 0;
  TimePoint at{};
};

// What lies in a volume that a pod has mounted by a claim. Bytes.
struct VolumeUse {
  std::string ns, claim;
  std::int64_t used = 0, capacity = 0;
};

// What a pod keeps: on its node (layers, logs, emptyDirs) and in claimed volumes. Bytes.
struct PodStorage {
  std::string ns, name;
  std::int64_t local = 0;
  std::vector<VolumeUse> volumes;
};

}  // namespace mtc::clusters
