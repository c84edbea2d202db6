// Very many alerts as one sentence.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/language.h"
#include "domain/alerts/alert.h"
#include "domain/alerts/store.h"

namespace mtc::alerts {

bool is_storm(const AlertCounts& counts);

// "一分钟里来了一万条告警，九千八百条是 payment 的连接超时，另外还有三种。" Where `alerts` are not
// all of them, it says of how many it speaks.
std::string say_storm(std::span<const Alert> alerts, const AlertCounts& counts, Language language);

}  // namespace mtc::alerts
