// A time range for the ear.
#pragma once

#include <string>

#include "base/language.h"
#include "base/zone.h"
#include "domain/logs/log_store.h"

namespace mtc::logs {

// 最近一个小时, 从昨天下午三点到五点; "in the last hour", "from … to …".
std::string say_range(const TimeRange& range, TimePoint now, const Zone& zone, Language language);

}  // namespace mtc::logs
