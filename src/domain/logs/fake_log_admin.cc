#include "domain/logs/fake_log_admin.h"

#include <algorithm>

namespace mtc::logs {
namespace {

template <class List>
auto* find_by_id(List& list, const std::string& id) {
  const auto at = std::ranges::find_if(list, [&](const auto& item) { return item.id == id; });
  return at == list.end() ? nullptr : &*at;
}

template <class List>
bool has_name(const List& list, const std::string& name) {
  return std::ranges::any_of(list, [&](const auto& item) { return item.name == name; });
}

std::unexpected<Error> gone(const std::string& id) {
  return fail(Errc::not_found, "there is no " + id);
}

std::unexpected<Error> taken(const std::string& name) {
  return fail(Errc::conflict, "the name " + name + " is taken");
}

}  // namespace

std::optional<Error> FakeLogAdmin::refused(const std::string& action) const {
  if (refuse) return refuse;
  const auto at = refuse_action.find(action);
  return at == refuse_action.end() ? std::nullopt : std::optional(at->second);
}

Result<> FakeLogAdmin::note(const std::string& action, const std::string& what) {
  done.push_back(action + " " + what);
  return {};
}

Async<Result<std::string>> FakeLogAdmin::create_logset(std::string name) {
  if (auto error = refused("create_logset")) co_return fail(*error);
  if (std::ranges::find(logset_names, name) != logset_names.end()) co_return taken(name);
  logset_names.push_back(name);
  (void)note("create_logset", name);
  co_return "logset-" + std::to_string(logset_names.size());
}

Async<Result<std::string>> FakeLogAdmin::create_topic(NewTopic topic) {
  if (auto error = refused("create_topic")) co_return fail(*error);
  if (has_name(topics_made, topic.name)) co_return taken(topic.name);
  (void)note("create_topic", topic.name);
  topics_made.push_back(std::move(topic));
  co_return "topic-" + std::to_string(topics_made.size());
}

Async<Result<std::string>> FakeLogAdmin::create_alarm(AlarmPolicy alarm) {
  if (auto error = refused("create_alarm")) co_return fail(*error);
  if (has_name(alarm_list, alarm.name)) co_return taken(alarm.name);
  (void)note("create_alarm", alarm.name);
  alarm.id = "alarm-" + std::to_string(alarm_list.size() + 1);
  alarm_list.push_back(alarm);
  co_return alarm.id;
}

Async<Result<std::string>> FakeLogAdmin::create_scheduled_sql(ScheduledSql task) {
  if (auto error = refused("create_scheduled_sql")) co_return fail(*error);
  if (has_name(tasks, task.name)) co_return taken(task.name);
  (void)note("create_scheduled_sql", task.name);
  task.id = "task-" + std::to_string(tasks.size() + 1);
  tasks.push_back(task);
  co_return task.id;
}

Async<Result<std::vector<AlarmPolicy>>> FakeLogAdmin::alarms() {
  if (auto error = refused("alarms")) co_return fail(*error);
  co_return alarm_list;
}

Async<Result<std::vector<NoticeGroup>>> FakeLogAdmin::notice_groups() {
  if (auto error = refused("notice_groups")) co_return fail(*error);
  co_return notices;
}

Async<Result<std::vector<ScheduledSql>>> FakeLogAdmin::scheduled_sqls() {
  if (auto error = refused("scheduled_sqls")) co_return fail(*error);
  co_return tasks;
}

Async<Result<std::vector<Dashboard>>> FakeLogAdmin::dashboards() {
  if (auto error = refused("dashboards")) co_return fail(*error);
  co_return boards;
}

Async<Result<>> FakeLogAdmin::enable_alarm(std::string id, bool enabled) {
  if (auto error = refused("enable_alarm")) co_return fail(*error);
  auto* alarm = find_by_id(alarm_list, id);
  if (alarm == nullptr) co_return gone(id);
  alarm->enabled = enabled;
  co_return note("enable_alarm", id + (enabled ? " on" : " off"));
}

Async<Result<>> FakeLogAdmin::enable_scheduled_sql(ScheduledSql task, bool enabled) {
  if (auto error = refused("enable_scheduled_sql")) co_return fail(*error);
  auto* known = find_by_id(tasks, task.id);
  if (known == nullptr) co_return gone(task.id);
  known->enabled = enabled;
  co_return note("enable_scheduled_sql", task.id + (enabled ? " on" : " off"));
}

Async<Result<>> FakeLogAdmin::delete_alarm(std::string id) {
  if (auto error = refused("delete_alarm")) co_return fail(*error);
  if (std::erase_if(alarm_list, [&](const auto& alarm) { return alarm.id == id; }) == 0)
    co_return gone(id);
  co_return note("delete_alarm", id);
}

Async<Result<>> FakeLogAdmin::delete_scheduled_sql(ScheduledSql task) {
  if (auto error = refused("delete_scheduled_sql")) co_return fail(*error);
  if (std::erase_if(tasks, [&](const auto& known) { return known.id == task.id; }) == 0)
    co_return gone(task.id);
  co_return note("delete_scheduled_sql", task.id);
}

Async<Result<>> FakeLogAdmin::delete_topic(std::string id) {
  if (auto error = refused("delete_topic")) co_return fail(*error);
  co_return note("delete_topic", id);
}

Async<Result<>> FakeLogAdmin::delete_logset(std::string id) {
  if (auto error = refused("delete_logset")) co_return fail(*error);
  co_return note("delete_logset", id);
}

}  // namespace mtc::logs
