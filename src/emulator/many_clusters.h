// A large account for measuring: many regions with many clusters each.
#pragma once

#include <cstddef>

#include "emulator/emulator.h"

namespace mtc::emulator {

struct ManyClusters {
  std::size_t regions = 20;
  std::size_t per_region = 10;  // at most 100
};

// Clusters named "<region>-<n>" of three to five nodes in a regular and a native pool; ids follow
// from the names. What is stored already stays. Owned by the emulator's first account.
void load_many_clusters(Emulator& emulator, const Clock& clock, ManyClusters wanted);

}  // namespace mtc::emulator
