// Taking what is sick out of the traffic without stopping it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/clusters/change.h"

namespace mtc::clusters {

// The label that isolated pods keep: the workload they were taken from.
inline constexpr std::string_view kIsolated = "mcp-tencent-cloud/isolated";

enum class Isolation {
  node,  // no new pods on a node that is not well, and the workload's pods there are evicted
  pods,  // the sick pods lose the labels by which Services choose them; new ones take their place
  // The Services that lead to it lead to the others behind them only: their selectors get a label
  // that all of those have and none of its pods.
  workload,
};

struct IsolationWish {
  Isolation kind = Isolation::pods;
  ObjectRef object;               // the workload
  std::vector<std::string> pods;  // of pods; empty: all that are not well
  std::string node;               // of node
};

// action "isolate_workload". Errc::conflict where nothing would be left that serves: at least one
// well pod has to stay, of the workload (pods, node) or behind each of its Services (workload), so
// that one that is alone behind a Service is not isolated; also where the controller could not
// replace the pods (those of a StatefulSet keep their names) or no label tells the others apart.
// Undone by its checkpoint: labels, selectors and the node are put back; evicted pods stay gone.
Async<Result<Planned>> plan_isolation(ChangePorts ports, Scene scene, IsolationWish wish);
Async<Result<ChangeResult>> execute_isolation(ChangePorts ports, Scene scene, Approved approved);

}  // namespace mtc::clusters
