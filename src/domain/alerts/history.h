// The port to the alarms' own history: what callbacks may have lost is asked for. adapters/tencent
// implements it, once for metrics and once for logs.
#pragma once

#include <string>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "domain/alerts/report.h"

namespace mtc::alerts {

class AlarmHistory {
 public:
  virtual ~AlarmHistory() = default;
  virtual std::string name() const = 0;  // "monitor", "logs/ap-guangzhou": under which it is noted
  // What began or ended since then, oldest first; may tell some of it again. Reports have the ids
  // that callbacks of the same have, where the source allows it; cause_of() joins the others.
  virtual Async<Result<std::vector<Report>>> since(TimePoint from, TimePoint to) = 0;
};

}  // namespace mtc::alerts
