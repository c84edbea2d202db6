// The monitor's side of the demo night: policies, whom they tell, what they reported, and the
// course of the metrics behind it.
#pragma once

#include "emulator/demo_night.h"

namespace mtc::emulator {

void load_demo_monitor(Cloud& cloud, const DemoNight& night, const Owner& owner);

}  // namespace mtc::emulator
