// How alerts are told: what needs somebody first, storms as one sentence.
#pragma once

#include <span>
#include <string>

#include "base/zone.h"
#include "domain/alerts/alert.h"
#include "domain/alerts/store.h"

namespace mtc::alerts {

// "现在有三条告警：最高八十六分，payment 的错误率……" Few are named, many are counted:
// "一分钟里来了一万条告警，九千八百条是 payment 的连接超时，另外还有三种。"
std::string say_alerts(std::span<const Alert> alerts, const AlertCounts& counts, TimePoint now,
                       const Zone& zone, Language language);
// All about one, for "讲讲来龙去脉".
std::string say_alert(const Alert& alert, TimePoint now, const Zone& zone, Language language);
Json to_json(const Alert& alert);

// Which alert somebody means: a number ("三号", "A12"), else words of its name, policy or workload.
// Indices into `alerts`, best first; several: ask.
std::vector<std::size_t> find_spoken(std::span<const Alert> alerts, std::string_view spoken);

}  // namespace mtc::alerts
