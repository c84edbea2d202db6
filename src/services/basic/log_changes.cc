#include "services/basic/log_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/spoken.h"
#include "domain/clusters/failure.h"
#include "domain/clusters/words.h"

namespace mtc::services {
namespace {

using clusters::Named;

std::unexpected<Error> unreadable() {
  return fail(Errc::internal, "what was planned cannot be read any more");
}

ChangeDone done(std::string speech, Json data = Json::object()) {
  ChangeDone out;
  out.reply.speech = std::move(speech);
  data["speech"] = out.reply.speech;
  out.reply.data = std::move(data);
  return out;
}

std::unexpected<Error> has_changed(Language language) {
  return fail(Errc::conflict, language == Language::zh
                                  ? "它在这期间变过了，没有执行；要的话再说一遍"
                                  : "it has changed in the meantime, so nothing was done; ask "
                                    "again if you still want it");
}

std::string_view level_name(logs::AlarmLevel level) {
  switch (level) {
    case logs::AlarmLevel::warn:
      return "warn";
    case logs::AlarmLevel::info:
      return "info";
    case logs::AlarmLevel::critical:
      return "critical";
  }
  return "warn";
}

struct Doing {
  LogToolPorts ports;
  approval::Proposal proposal;
  identity::Principal who;

  const Json& arguments() const { return proposal.arguments; }
  std::string text(std::string_view key) const { return string_or(proposal.arguments, key); }
  Language language() const { return who.user.language; }
  bool zh() const { return language() == Language::zh; }
  logs::LogAdmin& admin() { return ports.admin(who.user, text("region")); }
  logs::LogStore& store() { return ports.store(who.user, text("region")); }
};

// ---- creating

Async<Result<ChangeDone>> do_create_logset(Doing doing) {
  const std::string name = doing.text("name");
  auto id = co_await doing.admin().create_logset(name);
  if (!id) co_return write_failure(std::move(id).error(), doing.language());
  co_return done(doing.zh() ? close_gaps(fmt::format("日志集 {} 建好了。", spoken_name(name)))
                            : fmt::format("Logset {} is there.", spoken_name(name)),
                 {{"id", *id}, {"name", name}});
}

Async<Result<ChangeDone>> do_create_topic(Doing doing) {
  auto topic = read_new_topic(doing.arguments());
  if (!topic) co_return fail(std::move(topic).error());
  const std::string name = topic->name;
  auto id = co_await doing.admin().create_topic(std::move(*topic));
  if (!id) co_return write_failure(std::move(id).error(), doing.language());
  co_return done(
      doing.zh() ? close_gaps(fmt::format("日志主题 {} 建好了，索引也开了。", spoken_name(name)))
                 : fmt::format("Log topic {} is there, with its index.", spoken_name(name)),
      {{"id", *id}, {"name", name}});
}

Async<Result<ChangeDone>> do_create_alarm(Doing doing) {
  auto alarm = read_alarm(doing.arguments());
  if (!alarm) co_return fail(std::move(alarm).error());
  const std::string name = alarm->name;
  auto id = co_await doing.admin().create_alarm(std::move(*alarm));
  if (!id) co_return write_failure(std::move(id).error(), doing.language());
  const std::string now = doing.text("now");
  const std::string said = spoken_name(name);
  co_return done((doing.zh() ? close_gaps(fmt::format("告警 {} 建好了，已经开始检查。", said))
                             : fmt::format("Alarm {} is set up and watching.", said)) +
                     now,
                 {{"id", *id}, {"name", name}});
}

// The topic for the results first, if it is a new one; it goes again if the task is refused.
Async<Result<ChangeDone>> do_create_scheduled_sql(Doing doing) {
  auto task = read_scheduled_sql(doing.arguments());
  if (!task) co_return fail(std::move(task).error());
  std::string made;
  if (const Json& wanted = object_or_empty(doing.arguments(), "new_topic"); !wanted.empty()) {
    auto topic = read_new_topic(wanted);
    if (!topic) co_return fail(std::move(topic).error());
    auto id = co_await doing.admin().create_topic(std::move(*topic));
    if (!id) co_return write_failure(std::move(id).error(), doing.language());
    made = *id;
    task->target_topic = made;
  }
  const std::string name = task->name;
  auto id = co_await doing.admin().create_scheduled_sql(std::move(*task));
  if (id) {
    co_return done(doing.zh()
                       ? fmt::format("定时 SQL {} 建好了，下个周期开始跑。", spoken_name(name))
                       : fmt::format("SQL task {} is set up.", spoken_name(name)),
                   {{"id", *id}, {"name", name}});
  }
  const bool refused = !clusters::may_be_done(id.error());
  auto failure = write_failure(std::move(id).error(), doing.language());
  // A task that may be there after all needs its topic.
  if (refused && !made.empty() && !co_await doing.admin().delete_topic(made)) {
    failure.error().message += doing.zh() ? "；放结果的主题已经建了，没能删掉"
                                          : "; the topic for its results is left over";
  }
  co_return failure;
}

// ---- switching and deleting

// The one that was planned for, if it still is as it was then.
template <class Item>
Result<Item> unchanged(const Result<std::vector<Item>>& items, const Doing& doing) {
  if (!items) return cloud_failure(items.error(), doing.language());
  const std::string id = doing.text("id");
  for (const auto& item : *items) {
    if (item.id == id && version_of(item) == doing.proposal.target_version) return item;
  }
  return has_changed(doing.language());
}

// "告警规则错误太多已经关掉。"
Result<ChangeDone> changed(const Doing& doing, Named what, const Result<>& result,
                           std::string_view zh, std::string_view en) {
  if (!result) return write_failure(result.error(), doing.language());
  const std::string name = spoken_name(doing.text("name"));
  const std::string kind = clusters::noun(what, doing.language());
  return done(doing.zh() ? close_gaps(fmt::format("{} {} 已经{}。", kind, name, zh))
                         : clusters::capitalised(fmt::format("{} {} is {}.", kind, name, en)),
              {{"id", doing.text("id")}, {"name", doing.text("name")}});
}

Result<ChangeDone> deleted(const Doing& doing, Named what, const Result<>& result) {
  return changed(doing, what, result, "删除", "deleted");
}

Async<Result<ChangeDone>> do_switch(Doing doing) {
  const bool on = doing.proposal.action == "enable_log_rule";
  const bool is_alarm = doing.text("what") == "alarm";
  Result<> result;
  if (is_alarm) {
    const auto alarm = unchanged(co_await doing.admin().alarms(), doing);
    if (!alarm) co_return fail(alarm.error());
    result = co_await doing.admin().enable_alarm(alarm->id, on);
  } else {
    const auto task = unchanged(co_await doing.admin().scheduled_sqls(), doing);
    if (!task) co_return fail(task.error());
    result = co_await doing.admin().enable_scheduled_sql(*task, on);
  }
  co_return changed(doing, is_alarm ? Named::alarm : Named::scheduled_query, result,
                    on ? "打开" : "关掉", on ? "on" : "off");
}

Async<Result<ChangeDone>> do_delete_alarm(Doing doing) {
  const auto alarm = unchanged(co_await doing.admin().alarms(), doing);
  if (!alarm) co_return fail(alarm.error());
  co_return deleted(doing, Named::alarm, co_await doing.admin().delete_alarm(alarm->id));
}

Async<Result<ChangeDone>> do_delete_scheduled_sql(Doing doing) {
  const auto task = unchanged(co_await doing.admin().scheduled_sqls(), doing);
  if (!task) co_return fail(task.error());
  co_return deleted(doing, Named::scheduled_query,
                    co_await doing.admin().delete_scheduled_sql(*task));
}

Async<Result<ChangeDone>> do_delete_topic(Doing doing) {
  const auto topic = unchanged(co_await doing.store().topics(), doing);
  if (!topic) co_return fail(topic.error());
  co_return deleted(doing, Named::topic, co_await doing.admin().delete_topic(topic->id));
}

Async<Result<ChangeDone>> do_delete_logset(Doing doing) {
  const auto logset = unchanged(co_await doing.store().logsets(), doing);
  if (!logset) co_return fail(logset.error());
  co_return deleted(doing, Named::logset, co_await doing.admin().delete_logset(logset->id));
}

using Work = Async<Result<ChangeDone>> (*)(Doing);
struct Known {
  std::string_view action;
  Work work;
};
constexpr std::array<Known, 10> kKnown{{{"create_logset", do_create_logset},
                                        {"create_log_topic", do_create_topic},
                                        {"create_alarm", do_create_alarm},
                                        {"create_scheduled_sql", do_create_scheduled_sql},
                                        {"enable_log_rule", do_switch},
                                        {"disable_log_rule", do_switch},
                                        {"delete_alarm", do_delete_alarm},
                                        {"delete_scheduled_sql", do_delete_scheduled_sql},
                                        {"delete_log_topic", do_delete_topic},
                                        {"delete_logset", do_delete_logset}}};

DoChange executor_of(const LogToolPorts& ports, Work work) {
  return
      [ports, work](approval::Proposal proposal, identity::Principal who, const mcp::CallContext&) {
        return work(Doing{.ports = ports, .proposal = std::move(proposal), .who = std::move(who)});
      };
}

}  // namespace

void add_log_executors(ChangeExecutors& executors, const LogToolPorts& ports) {
  for (const auto& known : kKnown)
    executors.emplace(std::string(known.action), executor_of(ports, known.work));
}

DoChange log_executor(const LogToolPorts& ports, std::string_view action) {
  const auto* known = std::ranges::find(kKnown, action, &Known::action);
  return executor_of(ports, known->work);
}

std::string version_of(const logs::AlarmPolicy& alarm) {
  std::string out = alarm.enabled ? "on" : "off";
  out += " " + alarm.condition;
  for (const auto& query : alarm.queries) out += " | " + query.topic_id + " " + query.query;
  return out;
}

std::string version_of(const logs::ScheduledSql& task) {
  return fmt::format("{} {} {} {}", task.enabled ? "on" : "off", task.source_topic,
                     task.target_topic, task.query);
}

std::string version_of(const logs::Topic& topic) {
  return topic.logset_id + " " + topic.name;
}

std::string version_of(const logs::Logset& logset) {
  return fmt::format("{} {}", logset.name, logset.topics);
}

Json to_json(const logs::NewTopic& topic) {
  Json keys = Json::array();
  for (const auto& key : topic.keys)
    keys.push_back({{"name", key.name}, {"type", key.type}, {"in_sql", key.in_sql}});
  return {{"logset_id", topic.logset_id},
          {"name", topic.name},
          {"retention_days", topic.retention_days},
          {"keys", std::move(keys)}};
}

Json to_json(const logs::AlarmPolicy& alarm) {
  Json queries = Json::array();
  for (const auto& query : alarm.queries) {
    queries.push_back({{"topic_id", query.topic_id},
                       {"logset_id", query.logset_id},
                       {"query", query.query},
                       {"minutes", query.minutes}});
  }
  return {{"name", alarm.name},
          {"queries", std::move(queries)},
          {"condition", alarm.condition},
          {"every_minutes", alarm.every_minutes},
          {"trigger_count", alarm.trigger_count},
          {"repeat_minutes", alarm.repeat_minutes},
          {"level", level_name(alarm.level)},
          {"notice_ids", alarm.notice_ids}};
}

Json to_json(const logs::ScheduledSql& task) {
  return {{"name", task.name},
          {"source_topic", task.source_topic},
          {"target_topic", task.target_topic},
          {"query", task.query},
          {"every_minutes", task.every_minutes},
          {"window_minutes", task.window_minutes}};
}

Result<logs::NewTopic> read_new_topic(const Json& json) {
  logs::NewTopic out{.logset_id = string_or(json, "logset_id"),
                     .name = string_or(json, "name"),
                     .retention_days = static_cast<int>(integer_or(json, "retention_days")),
                     .keys = {}};
  for (const Json& key : array_or_empty(json, "keys")) {
    out.keys.push_back({.name = string_or(key, "name"),
                        .type = string_or(key, "type"),
                        .in_sql = bool_or(key, "in_sql")});
  }
  if (out.logset_id.empty() || out.name.empty() || out.retention_days < 1) return unreadable();
  return out;
}

Result<logs::AlarmPolicy> read_alarm(const Json& json) {
  logs::AlarmPolicy out{.id = {},
                        .name = string_or(json, "name"),
                        .queries = {},
                        .condition = string_or(json, "condition"),
                        .every_minutes = static_cast<int>(integer_or(json, "every_minutes", 1)),
                        .trigger_count = static_cast<int>(integer_or(json, "trigger_count", 1)),
                        .repeat_minutes = static_cast<int>(integer_or(json, "repeat_minutes", 15))};
  for (const Json& query : array_or_empty(json, "queries")) {
    out.queries.push_back({.topic_id = string_or(query, "topic_id"),
                           .logset_id = string_or(query, "logset_id"),
                           .query = string_or(query, "query"),
                           .minutes = static_cast<int>(integer_or(query, "minutes", 5))});
  }
  for (const auto level :
       {logs::AlarmLevel::warn, logs::AlarmLevel::info, logs::AlarmLevel::critical}) {
    if (string_or(json, "level") == level_name(level)) out.level = level;
  }
  for (const Json& id : array_or_empty(json, "notice_ids")) {
    if (id.is_string()) out.notice_ids.push_back(id.get<std::string>());
  }
  if (out.name.empty() || out.queries.empty() || out.condition.empty()) return unreadable();
  return out;
}

Result<logs::ScheduledSql> read_scheduled_sql(const Json& json) {
  logs::ScheduledSql out{.id = {},
                         .name = string_or(json, "name"),
                         .source_topic = string_or(json, "source_topic"),
                         .target_topic = string_or(json, "target_topic"),
                         .query = string_or(json, "query"),
                         .every_minutes = static_cast<int>(integer_or(json, "every_minutes")),
                         .window_minutes = static_cast<int>(integer_or(json, "window_minutes"))};
  if (out.name.empty() || out.source_topic.empty() || out.query.empty() || out.every_minutes < 1)
    return unreadable();
  return out;
}

Json log_change_schema() {
  static const Json text{{"type", "string"}};
  return {{"type", "object"},
          {"properties",
           {{"speech", text},
            {"id", {{"type", "string"}, {"description", "Of what was made or changed"}}},
            {"name", text},
            {"plan", plan_schema()},
            {"refused", text}}}};
}

}  // namespace mtc::services
