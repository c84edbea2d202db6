#include "services/basic/count_logs_tool.h"

#include <fmt/format.h>

#include "base/spoken.h"
#include "domain/logs/counts.h"
#include "domain/logs/cql.h"
#include "domain/logs/sql_intent.h"
#include "domain/search/log_search.h"

namespace mtc::services {
namespace {

struct CountArgs {
  std::string keyword;
  std::string level;
  std::string query;
  std::string time_range;
  std::string topic;
  std::string region;
  std::string interval;
};

const Fields<CountArgs>& count_fields() {
  static const Fields<CountArgs> table{
      field("keyword", &CountArgs::keyword, "Words the lines must contain", optional_text(500)),
      field("level", &CountArgs::level, "Lowest level",
            {.required = false, .choices = {"fatal", "error", "warn", "info", "debug"}}),
      field("query", &CountArgs::query, "The word, code or level counted, or a condition in CQL",
            optional_text(2000)),
      field("time_range", &CountArgs::time_range,
            "last_30m, last_8h, today, 昨晚, today 13:00-14:00; default last_1h",
            optional_text(100)),
      field("topic", &CountArgs::topic, "Log topic (主题) as said; the usual one if absent",
            optional_text()),
      field("region", &CountArgs::region, "广州, ap-shanghai …", optional_text(50)),
      field("interval", &CountArgs::interval, "Width of a bucket: 5m, 1h, 每小时",
            optional_text(60)),
  };
  return table;
}

const Json& answer_schema() {
  static const Json integer{{"type", "integer"}};
  static const Json text{{"type", "string"}};
  static const Json schema = {
      {"type", "object"},
      {"properties",
       {{"speech", text},
        {"total", integer},
        {"before", {{"type", "integer"}, {"description", "In the same time before"}}},
        {"topic", text},
        {"from", text},
        {"to", text},
        {"interval_seconds", integer},
        {"peak", {{"type", "object"}, {"properties", {{"begin", text}, {"count", integer}}}}},
        {"usual", {{"type", "number"}, {"description", "Median of the buckets"}}},
        {"buckets",
         {{"type", "array"},
          {"items",
           {{"type", "object"}, {"properties", {{"begin", text}, {"count", integer}}}}}}}}},
      {"required", {"speech", "total", "topic", "from", "to", "interval_seconds", "buckets"}}};
  return schema;
}

Json bucket_json(const logs::Histogram::Bucket& bucket) {
  return {{"begin", format_iso_utc(bucket.begin)}, {"count", bucket.count}};
}

Json to_json(const logs::Counts& counts, const logs::Topic& topic, const std::string& speech) {
  Json buckets = Json::array();
  for (const auto& bucket : counts.histogram.buckets) buckets.push_back(bucket_json(bucket));
  Json out{{"speech", speech},
           {"total", counts.histogram.total},
           {"topic", topic.name},
           {"from", format_iso_utc(counts.range.from)},
           {"to", format_iso_utc(counts.range.to)},
           {"interval_seconds", counts.histogram.interval.count() / 1000},
           {"usual", counts.usual},
           {"buckets", std::move(buckets)}};
  if (counts.before) out["before"] = *counts.before;
  if (counts.peak) out["peak"] = bucket_json(*counts.peak);
  return out;
}

// "error" as the query is a level, "status:500" a condition, "timeout" a word.
void place_query(CountArgs& args) {
  if (args.query.empty()) return;
  if (args.level.empty() && logs::parse_level(args.query)) {
    const auto level = *logs::parse_level(args.query);
    args.level = to_lower_ascii(logs::name_of(level));
    args.query.clear();
  } else if (args.keyword.empty() && args.query.find_first_of(":\"'()<>=*") == std::string::npos) {
    args.keyword = std::move(args.query);
    args.query.clear();
  }
}

std::string what_is_counted(const CountArgs& args, bool zh) {
  std::string what = zh ? "日志" : "log lines";
  const auto level = logs::parse_level(args.level);
  if (level == logs::Level::fatal) what = zh ? "致命错误" : "fatal errors";
  if (level == logs::Level::error) what = zh ? "错误" : "errors";
  if (level == logs::Level::warn) what = zh ? "警告和错误" : "warnings and errors";
  const std::string words = spoken_name(args.keyword);
  if (words.empty()) return what;
  return zh ? close_gaps(fmt::format("含 {} 的{}", words, what))
            : fmt::format("{} with {}", what, words);
}

Async<Result<mcp::Reply>> count_logs(LogToolPorts ports, CountArgs args, mcp::CallContext context) {
  const auto caller =
      co_await who_asks(&ports.callers, &ports.clock, std::move(context), args.region);
  if (!caller) co_return fail(caller.error());
  const Language language = caller->language();
  const auto range = range_meant(args.time_range, *caller);
  if (!range) co_return fail(range.error());
  Millis interval{0};
  if (!args.interval.empty()) {
    const auto minutes = logs::parse_period_minutes(args.interval, language);
    if (!minutes) {
      co_return fail(Errc::invalid_argument, caller->zh()
                                                 ? "interval: 要一分钟到一天，比如 5m、每小时"
                                                 : "interval: expected one minute to one day, for "
                                                   "example 5m or 1h");
    }
    interval = std::chrono::minutes(*minutes);
    if (range->length() / interval > logs::kMostBuckets) {
      co_return fail(Errc::invalid_argument,
                     caller->zh() ? "interval: 分得太细了，间隔长一点，或者时间范围短一点"
                                  : "interval: that makes more than 200 buckets; take a longer "
                                    "interval or a shorter time range");
    }
  }
  place_query(args);
  if (logs::has_sql_part(args.query)) {
    co_return fail(Errc::invalid_argument,
                   caller->zh() ? "query: 计数只用检索条件，带 SQL 的请用 search_logs"
                                : "query: a condition only; use search_logs for SQL");
  }
  auto& store = ports.store(caller->user(), caller->region);
  auto topic = co_await topic_meant(&store, args.topic, ports.usual_topics, language);
  if (!topic) co_return fail(std::move(topic).error());
  auto fields = co_await store.fields(topic->id);
  if (!fields) co_return cloud_failure(std::move(fields).error(), language);
  search::Question question{.keyword = args.keyword, .range = *range, .query = args.query};
  if (!args.level.empty()) question.level = logs::parse_level(args.level);
  auto counts = co_await logs::count_lines(store, topic->id, *range,
                                           search::condition_of(question, *fields), interval);
  if (!counts) co_return cloud_failure(std::move(counts).error(), language);
  mcp::Reply reply;
  reply.speech = logs::say_counts(*counts, what_is_counted(args, caller->zh()), caller->now,
                                  caller->zone, language);
  reply.data = to_json(*counts, *topic, reply.speech);
  co_return reply;
}

}  // namespace

mcp::Tool count_logs_tool(const LogToolPorts& ports) {
  return mcp::make_tool<CountArgs>(
      {.name = "count_logs",
       .title = "Count logs",
       .description = "Count log lines over time and compare with the time before (多少条, "
                      "每小时分布, 直方图).",
       .hints = {.read_only = true, .destructive = false, .idempotent = true, .open_world = true},
       .scope = "ops.read",
       .fields = count_fields(),
       .output_schema = answer_schema(),
       .handler = [ports](CountArgs args, mcp::CallContext context) {
         return count_logs(ports, std::move(args), std::move(context));
       }});
}

}  // namespace mtc::services
