// The history of Monitor's alarms: what its callbacks may have lost.
#pragma once

#include <string>
#include <vector>

#include "adapters/tencent/client.h"
#include "domain/alerts/history.h"

namespace mtc::tencent {

// One row of DescribeAlarmHistories. A row that is over makes two reports, its firing and its end:
// nobody may have heard of the first. Empty for what is no row.
std::vector<alerts::Report> read_monitor_history(const Json& row);

// Facts of the service that callers meet: it finds rows by when they began, not by when they ended,
// so each call looks a day further back and keeps what ended, or was told once more, since `from`;
// what fires for longer than a day and then ends is told by its callback only. Its ids are not
// those of callbacks: cause_of() joins them.
class MonitorAlarmHistory final : public alerts::AlarmHistory {
 public:
  // The client is borrowed and outlives this. The history is that of all regions, whichever is
  // asked.
  MonitorAlarmHistory(TencentClient& client, std::string region)
      : client_(client), region_(std::move(region)) {}

  std::string name() const override { return "monitor"; }
  // Errc::resource_exhausted where there are more rows than can be read at once: ask for less time.
  Async<Result<std::vector<alerts::Report>>> since(TimePoint from, TimePoint to) override;

 private:
  TencentClient& client_;
  std::string region_;
};

}  // namespace mtc::tencent
