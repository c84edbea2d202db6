// What the callbacks of both services have in common.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "domain/alerts/report.h"

namespace mtc::tencent {

// Reads one callback; errors name the member, without `where`.
using ReadCallback = std::function<Result<alerts::Report>(const Json& callback, TimePoint now)>;

// One callback or a list of them, in at most kMaxCallbackBytes.
Result<std::vector<alerts::Report>> parse_callbacks(std::string_view body, TimePoint now,
                                                    const ReadCallback& read);

// "monitor:<parts>", or with a hash of them where they are too long for an id or hold what an id
// should not.
std::string callback_id(std::string_view source, std::string_view parts);

}  // namespace mtc::tencent
