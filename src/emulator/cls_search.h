// SearchLog, for the actions that answer as it does.
#pragma once

#include <string>

#include "emulator/action_table.h"

namespace mtc::emulator {

ApiResult<std::string> search_log(Call& call);

}  // namespace mtc::emulator
