// What POST /_emulator/… changes in the store, for tests and demonstrations.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.h"
#include "emulator/cloud.h"

namespace mtc::emulator {

// /_emulator/advance {"seconds": n}: the stand-in's own time runs ahead by so much more.
// Errc::not_found for another path, Errc::invalid_argument with the member for a wrong body.
Result<Json> run_control(Cloud& cloud, std::uint64_t uin, std::string_view path, const Json& body);

}  // namespace mtc::emulator
