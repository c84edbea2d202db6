#include "adapters/tencent/monitor_alarms.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/tencent/alarm_reading.h"
#include "adapters/tencent/alarm_subject.h"
#include "base/text.h"

namespace mtc::tencent {
namespace {

using alerts::Report;

constexpr Millis kLookBack = std::chrono::hours(24);
constexpr Millis kTimeout{15'000};
constexpr int kPage = 100;  // the most that the service hands out
constexpr int kMaxPages = 1000;

enum class Status { firing, over };

// An alarm that is told once too often is better than one that is lost: what is unknown fires.
// Without data or without a policy nobody measures any more whether it still does.
Status status_of(std::string_view text) {
  constexpr std::array<std::string_view, 4> kOver{"OK", "NO_CONF", "NO_DATA", "0"};
  const bool over = std::ranges::any_of(
      kOver, [&](std::string_view word) { return equals_ignoring_case(word, text); });
  return over ? Status::over : Status::firing;
}

std::int64_t seconds_of(TimePoint time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

void read_metric(Report& report, const Json& row) {
  report.metric = metric_key(member_text(row, "MetricName"));
  const Json& metrics = array_or_empty(row, "MetricsInfo");
  if (metrics.empty()) return;
  const Json& metric = metrics.front();
  if (const auto name = member_text(metric, "MetricName"); !name.empty())
    report.metric = metric_key(name);
  report.value = leading_number(member_text(metric, "Value"));
  if (report.condition.empty()) report.condition = member_text(metric, "Description");
}

Report report_of(const Json& row, TimePoint first) {
  Report report{.source = alerts::Source::monitor,
                .policy_id = member_text(row, "PolicyId"),
                .policy_name = member_text(row, "PolicyName"),
                .condition = member_text(row, "Content", kTextBytes),
                .first = first};
  read_metric(report, row);
  const auto dimensions = row.find("Dimensions");
  report.subject = subject_of_dimensions(dimensions == row.end() ? Json() : *dimensions,
                                         member_text(row, "AlarmObject"));
  if (report.subject.region.empty())
    report.subject.region = region_code(member_text(row, "Region"));
  report.level = alarm_level(member_text(row, "AlarmLevel"));
  auto threshold = threshold_of(report.condition);
  report.limit = threshold.limit;
  report.unit = std::move(threshold.unit);
  return report;
}

Report at(Report report, std::string_view alarm, bool firing, TimePoint time) {
  report.id = fmt::format("monitor-history:{}:{}:{}", alarm, firing ? 1 : 0, seconds_of(time));
  report.firing = firing;
  report.at = time;
  return report;
}

}  // namespace

std::vector<Report> read_monitor_history(const Json& row) {
  const auto first = cloud_time(member_text(row, "FirstOccurTime"));
  const std::string alarm = member_text(row, "AlarmId", 100);
  if (!first || alarm.empty()) return {};
  const auto last =
      std::max(*first, cloud_time(member_text(row, "LastOccurTime")).value_or(*first));
  const Report report = report_of(row, *first);
  if (status_of(member_text(row, "AlarmStatus")) == Status::firing)
    return {at(report, alarm, true, last)};
  return {at(report, alarm, true, *first), at(report, alarm, false, last)};
}

Async<Result<std::vector<Report>>> MonitorAlarmHistory::since(TimePoint from, TimePoint to) {
  ApiCall call{.service = "monitor",
               .version = "2018-07-24",
               .action = "DescribeAlarmHistories",
               .region = region_,
               .body = {{"Module", "monitor"},
                        {"PageSize", kPage},
                        {"Order", "ASC"},
                        {"StartTime", seconds_of(from - kLookBack)},
                        {"EndTime", seconds_of(to) + 1}},
               .timeout = kTimeout};
  std::vector<Report> reports;
  std::int64_t seen = 0;
  for (int page = 1;; ++page) {
    if (page > kMaxPages) {
      co_return fail(Errc::resource_exhausted,
                     fmt::format("Monitor has more than {} alarms of that time; ask for a shorter "
                                 "one",
                                 kMaxPages * kPage));
    }
    call.body["PageNumber"] = page;
    const auto response = co_await client_.call(call);
    if (!response) co_return fail(response.error());
    const Json& rows = array_or_empty(*response, "Histories");
    for (const Json& row : rows) {
      auto told = read_monitor_history(row);
      if (!told.empty() && told.back().at >= from)
        std::ranges::move(told, std::back_inserter(reports));
    }
    seen += static_cast<std::int64_t>(rows.size());
    if (rows.empty() || seen >= integer_or(*response, "TotalCount")) break;
  }
  put_in_order(reports);
  co_return reports;
}

}  // namespace mtc::tencent
