#include "adapters/tencent/cls_log_admin.h"

#include <fmt/format.h>

#include "adapters/tencent/cls_settings.h"
#include "adapters/tencent/listing.h"

namespace mtc::tencent {
namespace {

constexpr Millis kListingTimeout{15'000};  // of each page
constexpr Millis kChangeTimeout{30'000};

}  // namespace

ApiCall ClsLogAdmin::make_call(std::string action, Json body) const {
  return {.service = "cls",
          .version = "2020-10-16",
          .action = std::move(action),
          .region = region_,
          .body = std::move(body),
          .timeout = kListingTimeout};
}

Async<Result<std::vector<Json>>> ClsLogAdmin::list(std::string action, std::string member) {
  return list_all(client_, make_call(std::move(action), Json::object()), std::move(member));
}

Async<Result<Json>> ClsLogAdmin::change(std::string action, Json body) {
  auto call = make_call(std::move(action), std::move(body));
  call.read_only = false;
  call.timeout = kChangeTimeout;
  return client_.call(std::move(call));
}

Async<Result<std::string>> ClsLogAdmin::create(std::string action, Json body,
                                               std::string id_member) {
  const auto response = co_await change(action, std::move(body));
  if (!response) co_return fail(response.error());
  std::string id = string_or(*response, id_member);
  if (id.empty()) {
    co_return fail(Errc::unavailable,
                   fmt::format("{} in {} succeeded but answered no {}; look into the list", action,
                               region_, id_member));
  }
  co_return id;
}

Async<Result<>> ClsLogAdmin::carry_out(std::string action, Json body) {
  const auto response = co_await change(std::move(action), std::move(body));
  if (!response) co_return fail(response.error());
  co_return Result<>{};
}

Async<Result<std::string>> ClsLogAdmin::create_logset(std::string name) {
  return create("CreateLogset", Json{{"LogsetName", std::move(name)}}, "LogsetId");
}

Async<Result<std::string>> ClsLogAdmin::create_topic(logs::NewTopic topic) {
  auto id = co_await create("CreateTopic",
                            Json{{"LogsetId", topic.logset_id},
                                 {"TopicName", topic.name},
                                 {"Period", topic.retention_days}},
                            "TopicId");
  if (!id) co_return id;
  // Nothing of a topic without an index can be found.
  const auto indexed = co_await change("CreateIndex", Json{{"TopicId", *id},
                                                           {"Rule", index_rule(topic)},
                                                           {"Status", true},
                                                           {"IncludeInternalFields", true},
                                                           {"MetadataFlag", 1}});
  if (indexed) co_return id;
  auto error = indexed.error();
  if (const auto removed = co_await delete_topic(*id); removed) {
    error.message = "the topic was not made, its index was refused: " + error.message;
  } else {
    error.message = fmt::format(
        "topic {} ({}) was made but has no index, and could not be "
        "removed again: {}",
        topic.name, *id, error.message);
  }
  co_return fail(std::move(error));
}

Async<Result<std::string>> ClsLogAdmin::create_alarm(logs::AlarmPolicy alarm) {
  return create("CreateAlarm", alarm_body(alarm), "AlarmId");
}

Async<Result<std::string>> ClsLogAdmin::create_scheduled_sql(logs::ScheduledSql task) {
  return create("CreateScheduledSql", scheduled_sql_body(task, region_, clock_.now()), "TaskId");
}

Async<Result<std::vector<logs::AlarmPolicy>>> ClsLogAdmin::alarms() {
  const auto items = co_await list("DescribeAlarms", "Alarms");
  if (!items) co_return fail(items.error());
  std::vector<logs::AlarmPolicy> out;
  for (const Json& item : *items) out.push_back(read_alarm(item));
  co_return out;
}

Async<Result<std::vector<logs::NoticeGroup>>> ClsLogAdmin::notice_groups() {
  const auto items = co_await list("DescribeAlarmNotices", "AlarmNotices");
  if (!items) co_return fail(items.error());
  std::vector<logs::NoticeGroup> out;
  for (const Json& item : *items) out.push_back(read_notice_group(item));
  co_return out;
}

Async<Result<std::vector<logs::ScheduledSql>>> ClsLogAdmin::scheduled_sqls() {
  const auto items = co_await list("DescribeScheduledSqlInfo", "ScheduledSqlTaskInfos");
  if (!items) co_return fail(items.error());
  std::vector<logs::ScheduledSql> out;
  for (const Json& item : *items) out.push_back(read_scheduled_sql(item));
  co_return out;
}

Async<Result<std::vector<logs::Dashboard>>> ClsLogAdmin::dashboards() {
  const auto items = co_await list("DescribeDashboards", "DashboardInfos");
  if (!items) co_return fail(items.error());
  std::vector<logs::Dashboard> out;
  for (const Json& item : *items) {
    auto& dashboard = out.emplace_back(read_dashboard(item));
    if (dashboard.region.empty()) dashboard.region = region_;
  }
  co_return out;
}

Async<Result<>> ClsLogAdmin::enable_alarm(std::string id, bool enabled) {
  return carry_out("ModifyAlarm", Json{{"AlarmId", std::move(id)}, {"Status", enabled}});
}

Async<Result<>> ClsLogAdmin::enable_scheduled_sql(logs::ScheduledSql task, bool enabled) {
  return carry_out("ModifyScheduledSql", Json{{"TaskId", task.id},
                                              {"SrcTopicId", task.source_topic},
                                              {"EnableFlag", enabled ? 1 : 2}});
}

Async<Result<>> ClsLogAdmin::delete_alarm(std::string id) {
  return carry_out("DeleteAlarm", Json{{"AlarmId", std::move(id)}});
}

Async<Result<>> ClsLogAdmin::delete_scheduled_sql(logs::ScheduledSql task) {
  return carry_out("DeleteScheduledSql",
                   Json{{"TaskId", task.id}, {"SrcTopicId", task.source_topic}});
}

Async<Result<>> ClsLogAdmin::delete_topic(std::string id) {
  return carry_out("DeleteTopic", Json{{"TopicId", std::move(id)}});
}

Async<Result<>> ClsLogAdmin::delete_logset(std::string id) {
  return carry_out("DeleteLogset", Json{{"LogsetId", std::move(id)}});
}

}  // namespace mtc::tencent
