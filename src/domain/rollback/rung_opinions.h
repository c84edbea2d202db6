// What a trouble says about each rung. Pure.
#pragma once

#include <vector>

#include "domain/rollback/diagnosis.h"

namespace mtc::rollback {

// `is_new`: the trouble came with the newest version. Rungs 1 to 5 in order.
std::vector<RungOpinion> opinions_on(const Findings& findings, Trouble trouble, bool is_new,
                                     Language language);

}  // namespace mtc::rollback
