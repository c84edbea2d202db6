#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/logs/new_topic.h"
#include "domain/logs/sql_intent.h"
#include "services/basic/create_log_tools.h"
#include "services/basic/log_changes.h"

namespace mtc::services {
namespace {

constexpr int kUsualMinutes = 60;
constexpr int kTrialMinutes = 15;  // that the statement is run over before it is kept
constexpr int kResultRetention = 90;

struct SqlArgs {
  std::string name;
  std::string topic;
  std::string sql_intent;
  std::string query;
  std::string period;
  std::string target_topic;
  std::string region;
};

const Fields<SqlArgs>& sql_fields() {
  static const Fields<SqlArgs> table{
      field("name", &SqlArgs::name, "Its name; made from the intent if absent", optional_text(255)),
      field("topic", &SqlArgs::topic, "Log topic (主题) it reads, as said; the usual one if absent",
            optional_text()),
      field("sql_intent", &SqlArgs::sql_intent,
            "What it works out: 各服务错误数, 按来源IP统计请求数, 各接口 p99 耗时, 5xx 占比",
            optional_text(400)),
      field("query", &SqlArgs::query, "Instead: the statement itself, CQL | SQL",
            optional_text(8000)),
      field("period", &SqlArgs::period, "How often: 5m, 1h, 1d, 每小时; default 1h",
            optional_text(60)),
      field("target_topic", &SqlArgs::target_topic,
            "Topic the results go to; a new one beside the source if absent", optional_text()),
      field("region", &SqlArgs::region, "广州, ap-shanghai …", optional_text(50)),
  };
  return table;
}

// Columns of the result as index keys of the topic that receives it.
std::vector<logs::TopicFields::Key> keys_of(const logs::Table& table) {
  logs::TopicFields found;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    std::string type = "text";
    if (!table.rows.empty() && column < table.rows[0].size()) {
      const Json& value = table.rows[0][column];
      if (value.is_number_integer() || value.is_number_unsigned()) type = "long";
      if (value.is_number_float()) type = "double";
    }
    found.keys.push_back({.name = table.columns[column], .type = type, .in_sql = true});
  }
  return logs::keys_like(found);
}

struct Target {
  std::string id;  // of a topic that is there
  std::string name;
  Json created = nullptr;  // or what is to be made
};

// Where the results go: the topic that was named, one made for this before, or a new one.
Result<Target> target_for(const std::vector<logs::Topic>& topics, const logs::Topic& source,
                          const SqlArgs& args, const std::string& name, const logs::Table& trial,
                          Language language) {
  const bool zh = language == Language::zh;
  if (!trim(args.target_topic).empty()) {
    auto one = choose_from(topics, args.target_topic, clusters::Named::topic, language);
    if (!one) return fail(std::move(one).error());
    if (one->id == source.id) {
      return fail(Errc::invalid_argument,
                  zh ? "target_topic: 结果不能写回原来的主题"
                     : "target_topic: results cannot go back to the source");
    }
    return Target{.id = one->id, .name = one->name};
  }
  const std::string wanted = shorten_bytes(source.name + "-" + name, 200);
  for (const auto& topic : topics) {
    if (topic.logset_id == source.logset_id && topic.name == wanted)
      return Target{.id = topic.id, .name = topic.name};
  }
  return Target{.id = {},
                .name = wanted,
                .created = to_json(logs::NewTopic{.logset_id = source.logset_id,
                                                  .name = wanted,
                                                  .retention_days = kResultRetention,
                                                  .keys = keys_of(trial)})};
}

std::string usual_name(const logs::Statement& statement, std::string_view period) {
  return statement.what.empty() ? fmt::format("sql-{}", period)
                                : shorten_bytes(statement.what, 120);
}

std::string say_trial(const logs::Table& trial, bool zh) {
  const auto rows = static_cast<std::int64_t>(trial.rows.size());
  if (rows == 0) return zh ? "试跑没有结果，" : "A trial gave no row. ";
  return zh ? fmt::format("试跑有{}行结果，", say_count(rows, Language::zh))
            : fmt::format("A trial gave {} rows. ", say_count(rows, Language::en));
}

// "每小时", "every five minutes".
std::string say_every(int minutes, bool zh) {
  if (minutes == 60) return zh ? "每小时" : "every hour";
  if (minutes == 1440) return zh ? "每天" : "every day";
  const auto language = zh ? Language::zh : Language::en;
  return (zh ? "每" : "every ") + say_duration(std::chrono::minutes(minutes), language);
}

Async<Result<mcp::Outcome>> create_scheduled_sql(LogToolPorts ports, SqlArgs args,
                                                 mcp::CallContext context) {
  auto caller = co_await who_asks(&ports.callers, &ports.clock, context, args.region);
  if (!caller) co_return fail(std::move(caller).error());
  const Language language = caller->language();
  const bool zh = caller->zh();
  auto& store = ports.store(caller->user(), caller->region);
  const auto source = co_await topic_meant(&store, args.topic, ports.usual_topics, language);
  if (!source) co_return fail(source.error());
  const auto fields = co_await store.fields(source->id);
  if (!fields) co_return cloud_failure(fields.error(), language);
  const auto statement = logs::make_statement(
      trim(args.query).empty() ? args.sql_intent : args.query, *fields, language);
  if (!statement) co_return fail(statement.error());
  Result<int> minutes = statement->minutes.value_or(kUsualMinutes);
  if (!trim(args.period).empty()) minutes = logs::parse_period_minutes(args.period, language);
  if (!minutes) co_return fail(minutes.error());
  const std::string every = say_every(*minutes, zh);
  const auto name = logs::check_name(
      trim(args.name).empty() ? usual_name(*statement, fmt::format("{}m", *minutes)) : args.name,
      language);
  if (!name) co_return fail(name.error());

  const logs::TimeRange window{
      caller->now - std::chrono::minutes(std::min(*minutes, kTrialMinutes)), caller->now};
  const auto trial =
      co_await store.analyze(source->id, window, statement->condition, statement->sql);
  if (!trial) co_return cloud_failure(trial.error(), language);
  const auto tasks = co_await ports.admin(caller->user(), caller->region).scheduled_sqls();
  if (!tasks) co_return cloud_failure(tasks.error(), language);
  if (std::ranges::find(*tasks, *name, &logs::ScheduledSql::name) != tasks->end()) {
    co_return fail(Errc::conflict,
                   zh ? close_gaps(fmt::format("已经有叫 {} 的定时 SQL 了", spoken_name(*name)))
                      : fmt::format("there is an SQL task {} already", spoken_name(*name)));
  }
  const auto topics = co_await store.topics();
  if (!topics) co_return cloud_failure(topics.error(), language);
  const auto target = target_for(*topics, *source, args, *name, *trial, language);
  if (!target) co_return fail(target.error());

  Json arguments = to_json(logs::ScheduledSql{.id = {},
                                              .name = *name,
                                              .source_topic = source->id,
                                              .target_topic = target->id,
                                              .query = statement->text(),
                                              .every_minutes = *minutes,
                                              .window_minutes = *minutes});
  arguments["region"] = caller->region;
  if (target->created.is_object()) arguments["new_topic"] = target->created;
  const std::string what =
      statement->what.empty() ? (zh ? "跑给定的语句" : "run the statement") : statement->what;
  const std::string into =
      target->created.is_object() ? (zh ? "新主题 " : "a new topic ") : (zh ? "主题 " : "topic ");
  approval::Proposal proposal{
      .action = "create_scheduled_sql",
      .target = fmt::format("cls/{}/scheduled_sql/{}", region_of(*caller, ports), *name),
      .target_version = {},
      .ns = {},
      .arguments = std::move(arguments),
      .details = {{"name", *name},
                  {"source", source->name},
                  {"target", target->name},
                  {"query", statement->text()}},
      .summary = zh ? close_gaps(fmt::format("{}准备建定时 SQL {}：{}从 {} {}，结果写进{}{}。",
                                             say_trial(*trial, zh), spoken_name(*name), every,
                                             spoken_name(source->name), what, into,
                                             spoken_name(target->name)))
                    : fmt::format("{}I will schedule {}: {}, {} from {} into {}{}.",
                                  say_trial(*trial, zh), spoken_name(*name), every, what,
                                  spoken_name(source->name), into, spoken_name(target->name)),
      .channel = context.principal.channel};
  co_return co_await guarded_change(*ports.approver, std::move(caller->who), std::move(context),
                                    std::move(proposal),
                                    log_executor(ports, "create_scheduled_sql"));
}

}  // namespace

mcp::Tool create_scheduled_sql_tool(const LogToolPorts& ports) {
  return mcp::make_tool<SqlArgs>(
      {.name = "create_scheduled_sql",
       .title = "Schedule a query",
       .description =
           "Create a query that runs by itself at an interval (定时 SQL, 每小时自动统计).",
       .hints = {.read_only = false, .destructive = false, .idempotent = false, .open_world = true},
       .scope = std::string(name_of(identity::Scope::operate)),
       .fields = sql_fields(),
       .output_schema = log_change_schema(),
       .dialogue = [ports](SqlArgs args, mcp::CallContext context) {
         return create_scheduled_sql(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
