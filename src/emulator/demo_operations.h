// What the small shop has besides its logs: clusters in three regions, alarm policies with what
// they did in the night, a dashboard for every day and one for payments, a scheduled SQL, and the
// monitor's side of the story.
#pragma once

#include "emulator/demo_night.h"

namespace mtc::emulator {

// Ids follow from names: a scene that is there already is brought to the night's day; pools that
// somebody scaled stay as they are. The alarm policies have run from 01:55 to 03:00 of the night
// (or until now, if that is earlier) and go on from now.
void load_demo_operations(Emulator& emulator, const DemoNight& night);

// The production cluster of ap-guangzhou, for those who give it a Kubernetes API.
std::string demo_cluster_id();

}  // namespace mtc::emulator
