// What POST /_emulator/… changes in the store, for tests and demonstrations.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.h"
#include "emulator/cloud.h"

namespace mtc::emulator {

// /_emulator/advance    {"seconds": n}: the stand-in's own time runs ahead by so much more; what is
//                       due by then has happened when the answer comes.
// /_emulator/alarms     one row of the monitor's alarm history, or a list of them (AlarmHistory)
// /_emulator/scenarios  one course of a metric, or a list (monitor_metrics.h); {"clear": true}
//                       forgets all
// Errc::not_found for another path, Errc::invalid_argument with the member for a wrong body; of a
// list with a wrong item nothing behind that item is taken.
Result<Json> run_control(Cloud& cloud, std::uint64_t uin, std::string_view path, const Json& body);

}  // namespace mtc::emulator
