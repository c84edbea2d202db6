// One Kubernetes cluster: its objects, its controllers, who may use it, and the switches that a
// test or a demo turns.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/async.h"
#include "emulator/kubernetes/access.h"
#include "emulator/kubernetes/control_plane.h"
#include "emulator/kubernetes/kube_faults.h"

namespace mtc::emulator::kubernetes {

struct ClusterOptions {
  std::string version = "v1.28.3-tke.4";
  std::string name = "cluster";
  std::optional<TimePoint> begins;  // a scene may begin in the past; without: now
};

// For one thread.
class Cluster {
 public:
  // clock and random outlive it. Starts with the usual namespaces and the preset roles.
  Cluster(std::string id, ClusterOptions options, const Clock& clock, Random& random);

  const std::string& id() const { return id_; }
  const ClusterOptions& options() const { return options_; }
  ControlPlane& plane() { return plane_; }
  const ControlPlane& plane() const { return plane_; }
  ObjectStore& store() { return plane_.store; }
  Behaviours& behaviours() { return plane_.behaviours; }

  // Bearer token → user. The groups need not name system:authenticated.
  void add_user(const std::string& token, User user) { users_[token] = std::move(user); }
  const User* user_of(const std::string& token) const;
  // A ClusterRoleBinding, or a RoleBinding where a namespace is given, to a preset or own
  // ClusterRole.
  void grant(const std::string& user, const std::string& cluster_role, const std::string& ns = {});

  // For scenes: stores an object as a user would write it, with defaults and checks. Throws
  // std::runtime_error with the API's message if that refuses it.
  ObjectPtr create(Json object);
  // Lets time pass up to the clock's now. Everything that is due happens in its order.
  void advance() { plane_.run_until(plane_.clock.now()); }
  void advance_to(TimePoint time) { plane_.run_until(time); }

  KubeFaults faults;

  // Watches wait here: each timer is cancelled when an object of its kind changes.
  void add_waiter(const ResourceKind& kind, asio::steady_timer& timer);
  void remove_waiter(const ResourceKind& kind, asio::steady_timer& timer);

 private:
  std::string id_;
  ClusterOptions options_;
  ControlPlane plane_;
  std::map<std::string, User> users_;
  std::map<const ResourceKind*, std::set<asio::steady_timer*>> waiters_;
};

// A node as TKE registers it: labels, addresses, capacity.
struct NodeShape {
  std::string name = "10.0.1.11";  // TKE names nodes by their address
  std::string instance_id = "ins-0a1b2c3d";
  std::string instance_type = "SA5.LARGE8";
  std::string zone = "100003";  // ap-guangzhou-3
  std::string region = "gz";
  std::string node_pool = "np-shop0001";
  std::int64_t cpu = 4;
  std::int64_t memory_gib = 8;
  std::int64_t pods = 61;
};
Json tke_node(const NodeShape& shape, TimePoint now);

}  // namespace mtc::emulator::kubernetes
