// The routes, a family each.
#pragma once

#include <span>

#include "web/api/api_call.h"

namespace mtc::web {

std::span<const Route> alert_routes();  // reading
std::span<const Route> desk_routes();   // what people do about alerts
std::span<const Route> silence_routes();
std::span<const Route> scoring_routes();
std::span<const Route> rollback_routes();
std::span<const Route> checkpoint_routes();
std::span<const Route> audit_routes();

}  // namespace mtc::web
