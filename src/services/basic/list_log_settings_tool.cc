#include "services/basic/list_log_settings_tool.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/spoken.h"
#include "base/text.h"

namespace mtc::services {
namespace {

struct ListArgs {
  std::string what;
  std::string logset;
  std::string name;
  std::string region;
};

const Fields<ListArgs>& list_fields() {
  static const Fields<ListArgs> table{
      field("what", &ListArgs::what,
            "topics (日志主题), logsets (日志集), alarms (告警规则), scheduled_sql (定时 SQL), "
            "dashboards (仪表盘) or notice_groups (通知组)",
            {.choices = {"topics", "logsets", "alarms", "scheduled_sql", "dashboards",
                         "notice_groups"}}),
      field("logset", &ListArgs::logset, "Only topics of that logset", optional_text()),
      field("name", &ListArgs::name, "Only those whose name holds this", optional_text()),
      field("region", &ListArgs::region, "广州, ap-shanghai …", optional_text(50)),
  };
  return table;
}

const Json& answer_schema() {
  static const Json text{{"type", "string"}};
  static const Json schema = {{"type", "object"},
                              {"properties",
                               {{"speech", text},
                                {"what", text},
                                {"total", {{"type", "integer"}}},
                                {"items",
                                 {{"type", "array"},
                                  {"items",
                                   {{"type", "object"},
                                    {"properties", {{"id", text}, {"name", text}}},
                                    {"required", {"id", "name"}}}}}}}},
                              {"required", {"speech", "what", "total", "items"}}};
  return schema;
}

struct Listed {
  std::vector<std::string> names;
  Json items = Json::array();
  std::int64_t off = 0;  // rules that are switched off

  void add(const std::string& id, const std::string& name, Json more = Json::object()) {
    names.push_back(name);
    more["id"] = id;
    more["name"] = name;
    items.push_back(std::move(more));
  }
};

bool fits(const ListArgs& args, const std::string& name) {
  return trim(args.name).empty() ||
         plain_name(name).find(plain_name(args.name)) != std::string::npos;
}

Async<Result<Listed>> list_topics(logs::LogStore* store, ListArgs args, Language language) {
  auto logsets = co_await store->logsets();
  if (!logsets) co_return cloud_failure(std::move(logsets).error(), language);
  std::string only;
  if (!trim(args.logset).empty()) {
    auto one = choose_from(*logsets, args.logset, language == Language::zh ? "日志集" : "logset",
                           language);
    if (!one) co_return fail(std::move(one).error());
    only = one->id;
  }
  auto topics = co_await store->topics();
  if (!topics) co_return cloud_failure(std::move(topics).error(), language);
  Listed out;
  for (const auto& topic : *topics) {
    if ((!only.empty() && topic.logset_id != only) || !fits(args, topic.name)) continue;
    std::string logset = topic.logset_id;
    for (const auto& one : *logsets) {
      if (one.id == topic.logset_id) logset = one.name;
    }
    out.add(topic.id, topic.name, {{"logset", logset}, {"indexed", topic.indexed}});
  }
  co_return out;
}

Async<Result<Listed>> list_logsets(logs::LogStore* store, ListArgs args, Language language) {
  auto logsets = co_await store->logsets();
  if (!logsets) co_return cloud_failure(std::move(logsets).error(), language);
  Listed out;
  for (const auto& one : *logsets) {
    if (fits(args, one.name)) out.add(one.id, one.name, {{"topics", one.topics}});
  }
  co_return out;
}

std::string_view name_of(logs::AlarmLevel level) {
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

Async<Result<Listed>> list_alarms(logs::LogAdmin* admin, ListArgs args, Language language) {
  auto alarms = co_await admin->alarms();
  if (!alarms) co_return cloud_failure(std::move(alarms).error(), language);
  Listed out;
  for (const auto& alarm : *alarms) {
    if (!fits(args, alarm.name)) continue;
    if (!alarm.enabled) ++out.off;
    Json queries = Json::array();
    for (const auto& query : alarm.queries) {
      queries.push_back(
          {{"topic_id", query.topic_id}, {"query", query.query}, {"minutes", query.minutes}});
    }
    out.add(alarm.id, alarm.name,
            {{"enabled", alarm.enabled},
             {"condition", alarm.condition},
             {"level", name_of(alarm.level)},
             {"every_minutes", alarm.every_minutes},
             {"queries", std::move(queries)},
             {"notice_ids", alarm.notice_ids}});
  }
  co_return out;
}

Async<Result<Listed>> list_tasks(logs::LogAdmin* admin, ListArgs args, Language language) {
  auto tasks = co_await admin->scheduled_sqls();
  if (!tasks) co_return cloud_failure(std::move(tasks).error(), language);
  Listed out;
  for (const auto& task : *tasks) {
    if (!fits(args, task.name)) continue;
    if (!task.enabled) ++out.off;
    out.add(task.id, task.name,
            {{"enabled", task.enabled},
             {"state", task.state},
             {"source_topic", task.source_topic},
             {"target_topic", task.target_topic},
             {"query", task.query},
             {"every_minutes", task.every_minutes}});
  }
  co_return out;
}

Async<Result<Listed>> list_dashboards(logs::LogAdmin* admin, ListArgs args, Language language) {
  auto boards = co_await admin->dashboards();
  if (!boards) co_return cloud_failure(std::move(boards).error(), language);
  Listed out;
  for (const auto& board : *boards) {
    if (fits(args, board.name)) out.add(board.id, board.name);
  }
  co_return out;
}

Async<Result<Listed>> list_notices(logs::LogAdmin* admin, ListArgs args, Language language) {
  auto groups = co_await admin->notice_groups();
  if (!groups) co_return cloud_failure(std::move(groups).error(), language);
  Listed out;
  for (const auto& group : *groups) {
    if (fits(args, group.name)) out.add(group.id, group.name, {{"channels", group.channels}});
  }
  co_return out;
}

struct Words {
  std::string_view zh, en;  // 个日志主题, "log topic"
};

Words words_of(std::string_view what) {
  if (what == "topics") return {"个日志主题", "log topic"};
  if (what == "logsets") return {"个日志集", "logset"};
  if (what == "alarms") return {"条告警规则", "alarm rule"};
  if (what == "scheduled_sql") return {"个定时 SQL", "scheduled query"};
  if (what == "dashboards") return {"个仪表盘", "dashboard"};
  return {"个通知组", "notice group"};
}

std::string say_list(const ListArgs& args, const Listed& listed, const LogCaller& caller) {
  const Language language = caller.language();
  const bool zh = caller.zh();
  const auto words = words_of(args.what);
  const std::string place = spoken_place(caller.region, language);
  const auto total = static_cast<std::int64_t>(listed.names.size());
  if (total == 0) {
    return zh ? fmt::format("{}没有{}。", place, words.zh.substr(3))
              : fmt::format("There is no {}{}.", words.en, place);
  }
  const std::string count = say_count(total, language);
  const std::string names = spoken_names(listed.names, language);
  std::string off;
  if (listed.off > 0) {
    const std::string number = say_count(listed.off, language);
    off = zh ? fmt::format("，其中{}{}是关着的", number, words.zh.substr(0, 3))
             : fmt::format(", {} of them switched off", number);
  }
  // "s": dashboards, but scheduled queries
  const std::string plural =
      total == 1
          ? std::string(words.en)
          : (words.en.ends_with('y') ? std::string(words.en.substr(0, words.en.size() - 1)) + "ies"
                                     : std::string(words.en) + "s");
  return zh ? fmt::format("{}有{}{}{}：{}。", place, count, words.zh, off, names)
            : fmt::format("There {} {} {}{}{}: {}.", total == 1 ? "is" : "are", count, plural,
                          place, off, names);
}

Async<Result<mcp::Reply>> list_log_settings(LogToolPorts ports, ListArgs args,
                                            mcp::CallContext context) {
  const auto caller =
      co_await who_asks(&ports.callers, &ports.clock, std::move(context), args.region);
  if (!caller) co_return fail(caller.error());
  const Language language = caller->language();
  auto* store = &ports.store(caller->user(), caller->region);
  auto* admin = &ports.admin(caller->user(), caller->region);
  Result<Listed> listed;
  if (args.what == "topics") {
    listed = co_await list_topics(store, args, language);
  } else if (args.what == "logsets") {
    listed = co_await list_logsets(store, args, language);
  } else if (args.what == "alarms") {
    listed = co_await list_alarms(admin, args, language);
  } else if (args.what == "scheduled_sql") {
    listed = co_await list_tasks(admin, args, language);
  } else if (args.what == "dashboards") {
    listed = co_await list_dashboards(admin, args, language);
  } else {
    listed = co_await list_notices(admin, args, language);
  }
  if (!listed) co_return fail(std::move(listed).error());
  mcp::Reply reply;
  reply.speech = say_list(args, *listed, *caller);
  reply.data = {{"speech", reply.speech},
                {"what", args.what},
                {"total", listed->names.size()},
                {"items", std::move(listed->items)}};
  co_return reply;
}

}  // namespace

mcp::Tool list_log_settings_tool(const LogToolPorts& ports) {
  return mcp::make_tool<ListArgs>(
      {.name = "list_log_settings",
       .title = "List log settings",
       .description = "List log topics, logsets, alarm rules, scheduled SQL, dashboards or notice "
                      "groups (有哪些日志主题, 告警规则, 看板).",
       .hints = {.read_only = true, .destructive = false, .idempotent = true, .open_world = true},
       .scope = "ops.read",
       .fields = list_fields(),
       .output_schema = answer_schema(),
       .handler = [ports](ListArgs args, mcp::CallContext context) {
         return list_log_settings(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
