// Taking what is sick out of the traffic without stopping it.
#pragma once

#include <string>
#include <vector>

#include "domain/clusters/change.h"

namespace mtc::clusters {

enum class Isolation {
  node,  // no new pods on a node that is not well, and the workload's pods there are evicted
  pods,  // the sick pods lose the labels by which Services choose them; new ones take their place
  workload,  // no Service leads to it any more: its selector gets a label that no pod has
};

struct IsolationWish {
  Isolation kind = Isolation::pods;
  ObjectRef object;               // the workload
  std::vector<std::string> pods;  // of pods
  std::string node;               // of node
};

// action "isolate_workload". Errc::conflict where nothing would be left that serves (pods: at least
// one well pod has to stay; a workload that is alone behind its Service is not isolated).
Async<Result<Planned>> plan_isolation(ChangePorts ports, Scene scene, IsolationWish wish);
Async<Result<ChangeResult>> execute_isolation(ChangePorts ports, Scene scene, Approved approved);

}  // namespace mtc::clusters
