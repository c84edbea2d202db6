// From a diagnosis to the steps of an operation.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "domain/alerts/weights.h"
#include "domain/rollback/ladder.h"
#include "domain/rollback/operation.h"

namespace mtc::rollback {

// In Operation::diagnosis: when the trouble began.
inline constexpr std::string_view kBegan = "began";
inline constexpr std::string_view kFoundAt = "health";  // how it was when it was diagnosed

std::vector<Step> steps_of(const std::vector<LadderStep>& ladder);

// For rungs 1 to 5; all the same where nothing was learned, or that cannot be read.
Async<std::array<double, 5>> known_chances(alerts::LearnedStore& learned, alerts::Account account,
                                           Trouble trouble);

}  // namespace mtc::rollback
