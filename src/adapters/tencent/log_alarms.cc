#include "adapters/tencent/log_alarms.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/tencent/alarm_reading.h"
#include "adapters/tencent/alarm_subject.h"

namespace mtc::tencent {
namespace {

using alerts::Report;

constexpr Millis kLookBack = std::chrono::hours(24);
// Ends are known to the minute before.
constexpr Millis kPrecision = std::chrono::minutes(1);
constexpr Millis kTimeout{15'000};
constexpr std::int64_t kPage = 100;  // the most that the service hands out
constexpr int kMaxPages = 1000;
constexpr std::int64_t kFiring = 0;

Report report_of(const Json& row, TimePoint began) {
  Report report{.source = alerts::Source::logs,
                .policy_id = member_text(row, "AlarmId"),
                .policy_name = member_text(row, "AlarmName"),
                .condition = member_text(row, "Trigger", kTextBytes),
                .first = began};
  report.subject.region = region_code(member_text(row, "Region"));
  report.subject.instance = member_text(row, "TopicId", 100);
  report.subject.text = member_text(row, "TopicName");
  read_labels(report.subject, array_or_empty(row, "GroupTriggerCondition"));
  report.level = alarm_level(member_text(row, "AlarmLevel"));
  report.limit = threshold_of(report.condition).limit;
  return report;
}

Report at(Report report, std::string_view record, bool firing, TimePoint time) {
  report.id = log_report_id(record, firing);
  report.firing = firing;
  report.at = time;
  return report;
}

}  // namespace

std::string log_report_id(std::string_view record_id, bool firing) {
  return fmt::format("logs:{}:{}", record_id, firing ? 1 : 0);
}

std::vector<Report> read_log_history(const Json& row) {
  const auto began = cloud_time(member_text(row, "CreateTime"));
  const std::string record = member_text(row, "RecordId", 100);
  if (!began || record.empty()) return {};
  const Report report = report_of(row, *began);
  if (integer_or(row, "Status") == kFiring) return {at(report, record, true, *began)};
  constexpr std::int64_t kYear = 365 * 24 * 60;
  const std::chrono::minutes lasted(
      std::clamp(integer_or(row, "Duration"), std::int64_t{0}, kYear));
  return {at(report, record, true, *began), at(report, record, false, *began + lasted)};
}

Async<Result<std::vector<Report>>> LogAlarmHistory::since(TimePoint from, TimePoint to) {
  ApiCall call{.service = "cls",
               .version = "2020-10-16",
               .action = "DescribeAlertRecordHistory",
               .region = region_,
               .body = {{"From", (from - kLookBack).time_since_epoch().count()},
                        {"To", to.time_since_epoch().count()},
                        {"Limit", kPage}},
               .timeout = kTimeout};
  std::vector<Report> reports;
  std::int64_t seen = 0;
  for (int page = 0;; ++page) {
    if (page >= kMaxPages) {
      co_return fail(Errc::resource_exhausted,
                     fmt::format("{} has more than {} log alarms of that time; ask for a shorter "
                                 "one",
                                 region_, kMaxPages * kPage));
    }
    call.body["Offset"] = seen;
    const auto response = co_await client_.call(call);
    if (!response) co_return fail(response.error());
    const Json& rows = array_or_empty(*response, "Records");
    for (const Json& row : rows) {
      auto told = read_log_history(row);
      if (told.empty() || told.back().at < from - kPrecision) continue;
      for (auto& one : told) {
        if (one.subject.region.empty()) one.subject.region = region_;
        reports.push_back(std::move(one));
      }
    }
    seen += static_cast<std::int64_t>(rows.size());
    if (rows.empty() || seen >= integer_or(*response, "TotalCount")) break;
  }
  put_in_order(reports);
  co_return reports;
}

}  // namespace mtc::tencent
