// The words for what is counted or measured, taken out of a sentence.
#pragma once

#include <optional>

#include "domain/logs/alarm_condition.h"
#include "domain/logs/spoken_condition.h"

namespace mtc::logs {

// 错误, 5xx, latency. A measure may stand twice ("5xx 错误"); the rest of it must not become a word
// to look for.
std::optional<Measure> take_measure(SpokenText& said);

// 占比, "share": a rate is meant.
bool take_rate(SpokenText& said);

// p99, 平均, "maximum", into the statistic and the percentile.
void take_statistic(SpokenText& said, AlarmCondition& out);

}  // namespace mtc::logs
