// What the scheduler has to know of the nodes, kept up to date from the changes of nodes and pods.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <set>
#include <string>

#include "emulator/kubernetes/object_store.h"

namespace mtc::emulator::kubernetes {

struct Amounts {
  std::int64_t cpu_milli = 0;
  std::int64_t memory_bytes = 0;
  std::int64_t pods = 0;
};

// The sum of what a pod's containers request, and 1 pod.
Amounts requests_of(const Json& pod);

struct NodeInfo {
  std::string name, internal_ip;
  bool ready = false;
  bool unschedulable = false;
  Json taints = Json::array();
  Json labels = Json::object();
  Amounts allocatable, used;
  std::set<ObjectId> pods;              // that run or shall run there
  std::map<std::string, int> of_owner;  // how many of them a controller has, by its uid
};

class NodeTable {
 public:
  void node_changed(const Change& change);
  void pod_changed(const Change& change);
  const std::map<std::string, NodeInfo>& all() const { return nodes_; }
  const NodeInfo* find(const std::string& name) const;

 private:
  void count(const ObjectPtr& pod, int sign);
  std::map<std::string, NodeInfo> nodes_;
};

bool tolerates(const Json& pod, const Json& taint);
// nodeSelector and required node affinity.
bool fits_labels(const Json& pod, const NodeInfo& node);

// The emptiest node that the pod may run on, or the scheduler's message.
std::expected<std::string, std::string> place(const Json& pod, const NodeTable& nodes);

}  // namespace mtc::emulator::kubernetes
