// The history of alarms over logs: what callbacks of the log service may have lost.
#pragma once

#include <string>
#include <vector>

#include "adapters/tencent/client.h"
#include "domain/alerts/history.h"

namespace mtc::tencent {

// The id of what a record tells: callbacks carry the record's id, too, so both are one report.
std::string log_report_id(std::string_view record_id, bool firing);

// One row of DescribeAlertRecordHistory. A row that is over makes two reports, its firing and its
// end, which is known to the minute. Empty for what is no row.
std::vector<alerts::Report> read_log_history(const Json& row);

// Of one region. It finds rows by when they began, so each call looks a day further back and keeps
// what began or ended since `from`.
class LogAlarmHistory final : public alerts::AlarmHistory {
 public:
  // The client is borrowed and outlives this.
  LogAlarmHistory(TencentClient& client, std::string region)
      : client_(client), region_(std::move(region)) {}

  std::string name() const override { return "logs/" + region_; }
  // Errc::resource_exhausted where there are more rows than can be read at once: ask for less time.
  Async<Result<std::vector<alerts::Report>>> since(TimePoint from, TimePoint to) override;

 private:
  TencentClient& client_;
  std::string region_;
};

}  // namespace mtc::tencent
