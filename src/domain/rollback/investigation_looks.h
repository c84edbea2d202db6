// What a model that investigates may look at: the target and what is around it, only reading.
#pragma once

#include <vector>

#include "domain/clusters/change.h"
#include "domain/rollback/investigator.h"
#include "domain/rollback/observer.h"

namespace mtc::rollback {

// `observer` and `clock` outlive the looks. `began`: of the trouble. Texts come as they are: the
// investigator redacts and bounds them.
std::vector<Look> offered_looks(clusters::Scene scene, Target target, TimePoint began,
                                Observer& observer, const Clock& clock);

}  // namespace mtc::rollback
