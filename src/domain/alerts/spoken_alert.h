// One alert in one sentence.
#pragma once

#include <string>

#include "base/zone.h"
#include "domain/alerts/alert.h"

namespace mtc::alerts {

// "三号，payment 的 CPU 利用率，八十六分，需要你处理。"
std::string say_in_brief(const Alert& alert, TimePoint now, const Zone& zone, Language language);

}  // namespace mtc::alerts
