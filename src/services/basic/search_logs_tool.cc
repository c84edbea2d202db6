#include "services/basic/search_logs_tool.h"

#include "domain/logs/cql.h"
#include "domain/search/log_search.h"

namespace mtc::services {
namespace {

struct SearchArgs {
  std::string keyword;
  std::string level;
  std::string query;
  std::string time_range;
  std::string topic;
  std::string region;
  int limit = 20;
};

const Fields<SearchArgs>& search_fields() {
  static const Fields<SearchArgs> table{
      field("keyword", &SearchArgs::keyword,
            "Words the lines must contain, for example timeout or order-service",
            {.required = false, .max_length = 500, .aliases = {"service"}}),
      field("level", &SearchArgs::level, "Lowest level; error for 报错, 错误",
            {.required = false, .choices = {"fatal", "error", "warn", "info", "debug"}}),
      field("query", &SearchArgs::query,
            "Instead or besides: a condition in CQL such as status>=500, or CQL | SQL for a table",
            {.required = false, .max_length = 8000}),
      field("time_range", &SearchArgs::time_range,
            "last_30m, last_2h, today, yesterday, 昨晚, yesterday_evening, today 13:00-14:00, "
            "2026-11-22; default last_1h",
            {.required = false, .max_length = 100}),
      field("topic", &SearchArgs::topic, "Log topic (主题) as said; the usual one if absent",
            {.required = false, .max_length = 200}),
      field("region", &SearchArgs::region, "广州, ap-shanghai …",
            {.required = false, .max_length = 50}),
      field("limit", &SearchArgs::limit, "How many lines to return",
            {.required = false, .minimum = 1, .maximum = 100}),
  };
  return table;
}

const Json& answer_schema() {
  static const Json schema = {
      {"type", "object"},
      {"properties",
       {{"speech", {{"type", "string"}}},
        {"total", {{"type", "integer"}, {"description", "Lines that match"}}},
        {"topic", {{"type", "string"}}},
        {"from", {{"type", "string"}}},
        {"to", {{"type", "string"}}},
        {"kinds",
         {{"type", "array"},
          {"items",
           {{"type", "object"},
            {"properties",
             {{"template", {{"type", "string"}}},
              {"service", {{"type", "string"}}},
              {"count", {{"type", "integer"}}}}}}}}},
        {"lines",
         {{"type", "array"},
          {"items",
           {{"type", "object"},
            {"properties",
             {{"time", {{"type", "string"}}},
              {"level", {{"type", "string"}}},
              {"service", {{"type", "string"}}},
              {"source", {{"type", "string"}}},
              {"message", {{"type", "string"}}}}}}}}},
        {"columns", {{"type", "array"}, {"items", {{"type", "string"}}}}},
        {"rows",
         {{"type", "array"},
          {"description", "Of an SQL query: the values of the columns"},
          {"items", {{"type", "array"}, {"items", Json::object()}}}}}}},
      {"required", {"speech", "total", "topic", "from", "to", "kinds", "lines"}}};
  return schema;
}

Json to_json(const search::Answer& answer, const std::string& speech) {
  Json kinds = Json::array();
  for (const auto& kind : answer.kinds) {
    kinds.push_back({{"template", kind.text}, {"service", kind.service}, {"count", kind.count}});
  }
  Json lines = Json::array();
  for (const auto& line : answer.lines) {
    lines.push_back({{"time", format_iso_utc(line.time)},
                     {"level", name_of(line.level)},
                     {"service", line.service},
                     {"source", line.source},
                     {"message", shorten_bytes(line.message, 2000)}});
  }
  return {{"speech", speech},
          {"total", answer.total},
          {"topic", answer.topic.name},
          {"from", format_iso_utc(answer.question.range.from)},
          {"to", format_iso_utc(answer.question.range.to)},
          {"kinds", std::move(kinds)},
          {"lines", std::move(lines)}};
}

Json to_json(const search::TableAnswer& answer, const std::string& speech) {
  Json rows = Json::array();
  for (const auto& row : answer.table.rows) rows.push_back(row);
  return {{"speech", speech},
          {"total", answer.rows},
          {"topic", answer.topic.name},
          {"from", format_iso_utc(answer.range.from)},
          {"to", format_iso_utc(answer.range.to)},
          {"kinds", Json::array()},
          {"lines", Json::array()},
          {"columns", answer.table.columns},
          {"rows", std::move(rows)}};
}

Async<Result<mcp::Reply>> search_logs(LogToolPorts ports, SearchArgs args,
                                      mcp::CallContext context) {
  const auto caller =
      co_await who_asks(&ports.callers, &ports.clock, std::move(context), args.region);
  if (!caller) co_return fail(caller.error());
  const Language language = caller->language();
  const auto range = range_meant(args.time_range, *caller);
  if (!range) co_return fail(range.error());
  auto& store = ports.store(caller->user(), caller->region);
  auto topic = co_await topic_meant(&store, args.topic, ports.usual_topics, language);
  if (!topic) co_return fail(std::move(topic).error());
  auto query = logs::split_query(args.query);
  search::Question question{.keyword = args.keyword,
                            .range = *range,
                            .limit = args.limit,
                            .query = std::move(query.condition)};
  if (!args.level.empty()) question.level = logs::parse_level(args.level);
  mcp::Reply reply;
  if (!query.sql.empty()) {
    auto table = co_await search::ask_table(store, std::move(*topic), std::move(question),
                                            std::move(query.sql));
    if (!table) co_return cloud_failure(std::move(table).error(), language);
    reply.speech = search::say_table(*table, caller->now, caller->zone, language);
    reply.data = to_json(*table, reply.speech);
    co_return reply;
  }
  auto answer = co_await search::ask(store, std::move(*topic), std::move(question));
  if (!answer) co_return cloud_failure(std::move(answer).error(), language);
  ports.recent.keep(caller->user().id, caller->region, answer->lines);
  reply.speech = search::say_answer(*answer, caller->now, caller->zone, language);
  reply.data = to_json(*answer, reply.speech);
  co_return reply;
}

}  // namespace

mcp::Tool search_logs_tool(const LogToolPorts& ports) {
  return mcp::make_tool<SearchArgs>(
      {.name = "search_logs",
       .title = "Search logs",
       .description = "Find log lines by word, level and time, and say how many there are and what "
                      "they mostly are (查日志, 有没有报错).",
       .hints = {.read_only = true, .destructive = false, .idempotent = true, .open_world = true},
       .scope = "ops.read",
       .fields = search_fields(),
       .output_schema = answer_schema(),
       .handler = [ports](SearchArgs args, mcp::CallContext context) {
         return search_logs(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
