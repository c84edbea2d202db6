// What a model that investigates may look at: the target and what is around it, only reading.
#pragma once

#include <vector>

#include "domain/clusters/change.h"
#include "domain/rollback/investigator.h"

namespace mtc::rollback {

// `clock` outlives the looks. Texts come as they are: the investigator redacts and bounds them.
std::vector<Look> offered_looks(clusters::Scene scene, Target target, const Clock& clock);

}  // namespace mtc::rollback
