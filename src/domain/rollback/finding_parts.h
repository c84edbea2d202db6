// The parts of what is found out about a target: each fills in what it can see and leaves the rest
// absent. For findings.cc.
#pragma once

#include <string>
#include <vector>

#include "domain/clusters/change.h"
#include "domain/clusters/good_state.h"
#include "domain/rollback/diagnosis.h"
#include "domain/rollback/sight.h"

namespace mtc::rollback {

// Which version its sick pods are of, how old the newest one is, who rolls it out.
Async<> find_versions(clusters::Scene scene, const Sight& sight, TimePoint now, Findings& findings);

// What differs from how it and its release were when they last were well. `good`: newest first.
Async<> find_changes(clusters::Scene scene, const Sight& sight,
                     const std::vector<clusters::GoodState>& good, Findings& findings);

// Nodes it runs on, what else runs there, an autoscaler, and what it calls. `examples`: newest
// lines of its errors.
Async<> find_surroundings(clusters::Scene scene, const Sight& sight,
                          std::vector<std::string> examples, Findings& findings);

}  // namespace mtc::rollback
