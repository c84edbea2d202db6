// How long an answer may be used again (RFC 9111), as far as it matters for keys.
#pragma once

#include "base/clock.h"
#include "infra/http/transport.h"

namespace mtc::oauth {

inline constexpr Millis kDefaultFreshness = std::chrono::minutes(10);
inline constexpr Millis kLeastFreshness = std::chrono::minutes(1);
inline constexpr Millis kMostFreshness = std::chrono::hours(24);

// Cache-Control's max-age between kLeastFreshness and kMostFreshness; kLeastFreshness for no-cache
// and no-store; kDefaultFreshness where nothing is said.
Millis freshness_of(const HttpHeaders& headers);

}  // namespace mtc::oauth
