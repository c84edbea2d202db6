// Clusters, node pools and nodes as the stand-in remembers them. Times are the cloud's own
// (Cloud::now()); what a pool does next is decided at the moment it is told to: its nodes get the
// times at which they join or leave, so the same orders give the same pools whenever one looks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/api_error.h"
#include "emulator/cloud.h"

namespace mtc::emulator {

inline constexpr std::string_view kTkeCluster = "tke_cluster";
inline constexpr std::string_view kTkePool = "tke_pool";
inline constexpr std::string_view kTkeNode = "tke_node";

// How fast things go.
inline constexpr Millis kPoolCreation{3000};
inline constexpr Millis kNodeStep{2000};  // between one node and the next
inline constexpr Millis kNodeInitialization{4000};
inline constexpr Millis kPoolDeletion{4000};
inline constexpr Millis kEndpointCreation{5000};
inline constexpr std::int64_t kMaxNodesOfCluster = 500;

// For those who build a scene.
struct NewCluster {
  std::string id, name;
  std::string version = "1.30.0";
  std::string level = "L20";
  std::string description;
  Json tags = Json::array();  // [{Key, Value}]
  bool deletion_protection = false;
  bool extranet = false, intranet = true;  // endpoints that are open
  TimePoint created{};
};
Record& add_cluster(Cloud& cloud, const Owner& owner, const NewCluster& wanted);

// The second number of the cluster's addresses, 10.n.x.y; it follows from the id.
int network_of(const Record& cluster);

struct NewPool {
  std::string name;
  std::int64_t nodes = 0, min = 0, max = 10;
  std::string instance_type = "SA5.LARGE8";
  bool native = false, autoscale = true;
  Json labels = Json::array(), taints = Json::array();  // [{Name, Value}], [{Key, Value, Effect}]
  // Empty: ids that follow from the pool's. For scenes whose nodes bear names known elsewhere.
  std::vector<std::string> addresses;
};
// A pool that has been there since the cluster's creation, with all its nodes.
Record& add_pool(Cloud& cloud, const Record& cluster, const NewPool& wanted);

// ResourceNotFound.ClusterNotFound. What has left by now is gone from the records afterwards.
ApiResult<Record*> find_cluster(Cloud& cloud, const Owner& owner, std::string_view id);
// InvalidParameter.ResourceNotFound.
ApiResult<Record*> find_pool(Cloud& cloud, const Record& cluster, std::string_view id);

std::vector<Record*> pools_of(const Cloud& cloud, const Record& cluster);
std::vector<Record*> nodes_of(const Cloud& cloud, const Record& cluster);
std::vector<Record*> nodes_in(const Cloud& cloud, const Record& cluster, std::string_view pool_id);

enum class NodeState { joining, initializing, running };
NodeState state_of(const Record& node, TimePoint now);
// "creating", "normal", "deleting"
std::string life_state(const Record& pool, TimePoint now);
bool is_native(const Record& pool);

struct PoolCount {
  std::int64_t joining = 0, initializing = 0, normal = 0;
  std::int64_t total() const { return joining + initializing + normal; }
};
PoolCount count_nodes(const std::vector<Record*>& nodes, TimePoint now);

// A pool with its parameters; it is creating for a while, then its nodes come one after the other.
Record& create_pool(Cloud& cloud, const Record& cluster, Json document);
// Sets the wanted number; nodes come and leave one after the other, the newest first.
void resize_pool(Cloud& cloud, const Record& cluster, Record& pool, std::int64_t wanted);
// The pool is deleting for a while; its nodes go with it or stay without a pool.
void delete_pool(Cloud& cloud, Record& pool, bool keep_nodes);

// ResourceUnavailable.ClusterState or .NodePoolStateNotNormal.
ApiResult<> check_changeable(const Record& cluster, const Record* pool, TimePoint now);
// LimitExceeded.QuotaMaxNodLimit if the cluster would have too many nodes.
ApiResult<> check_quota(const Cloud& cloud, const Record& cluster, std::int64_t more);

// "SA5.LARGE8": 4 cores, 8 GB. InvalidParameter.Param for text of another form.
struct MachineSize {
  std::int64_t cores = 0, memory_gb = 0;
};
ApiResult<MachineSize> read_instance_type(std::string_view type);

}  // namespace mtc::emulator
