// The errors of a period in pieces for the picture of the night.
#pragma once

#include <vector>

#include "base/zone.h"
#include "domain/digest/digest.h"
#include "domain/digest/timeline.h"

namespace mtc::digest {

// Fills `hours` and `hours_each` for the digest's period: whole pieces of the zone's clock, at most
// 96 of them. Leaves them empty where nothing has a time.
void fill_hours(const Timeline& errors, const Zone& zone, Digest& digest);

// Whether one of the digest's spikes falls into that piece.
bool in_a_spike(const Digest& digest, const HourTotal& hour);

}  // namespace mtc::digest
