// What the files of the monitor product's actions share.
#pragma once

#include <string_view>

#include "emulator/action_table.h"
#include "emulator/listing.h"

namespace mtc::emulator {

inline constexpr std::string_view kMonitorVersion = "2018-07-24";
inline constexpr std::string_view kMonitorScope = "monitor/";

// Module is a required constant.
ApiResult<> check_module(const Json& body);

}  // namespace mtc::emulator
