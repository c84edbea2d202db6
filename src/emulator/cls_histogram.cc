// DescribeLogHistogram and DescribeLogContext.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/zone.h"
#include "emulator/action_table.h"
#include "emulator/cql.h"
#include "emulator/log_json.h"
#include "emulator/search_condition.h"

namespace mtc::emulator {
namespace {

constexpr std::int64_t kMaxBuckets = 200;
constexpr std::int64_t kMaxNeighbours = 100;

std::unexpected<ApiError> bad_value(std::string detail) {
  return refuse("InvalidParameterValue", std::move(detail));
}

ApiResult<const Topic*> indexed_topic(const Call& call) {
  const auto id = string_or(call.body, "TopicId");
  if (id.empty()) return refuse("MissingParameter", "The request is missing `TopicId`");
  auto topic = call.cloud.topic(call.owner, id);
  if (!topic) return topic;
  if (!(*topic)->table->index()) return refuse("ResourceNotFound.IndexNotExist");
  return topic;
}

ApiResult<CompiledCondition> compile(const Call& call, const TopicTable& table, QuerySyntax syntax,
                                     SearchRange range) {
  const auto text = string_or(call.body, "Query");
  if (split_query(text).has_sql)
    return refuse("FailedOperation.SyntaxError", "SyntaxError [SQL is not possible here]");
  auto condition = parse_condition(text, syntax);
  if (!condition) return std::unexpected(condition.error());
  return compile_condition(*condition, table, range);
}

// The narrowest usual width with no more than 60 buckets.
std::int64_t usual_interval(std::int64_t length) {
  constexpr std::array<std::int64_t, 14> kWidths{
      1000,    5000,      10'000,    30'000,    60'000,     120'000,    300'000,
      600'000, 1'800'000, 3'600'000, 7'200'000, 21'600'000, 43'200'000, 86'400'000};
  for (const auto width : kWidths) {
    if (length / width <= 60) return width;
  }
  return (length / kWidths.back() / 60 + 1) * kWidths.back();
}

ApiResult<std::string> describe_histogram(Call& call) {
  const auto topic = indexed_topic(call);
  if (!topic) return std::unexpected(topic.error());
  const SearchRange range{.from_ms = std::min(integer_or(call.body, "From"), kMaxLogTime),
                          .to_ms = std::min(integer_or(call.body, "To"), kMaxLogTime)};
  if (range.from_ms < 0 || range.to_ms < range.from_ms)
    return bad_value("From should not be after To");
  const auto rule = integer_or(call.body, "SyntaxRule", 0);
  if (rule > 1) return bad_value("SyntaxRule should be 0 or 1");
  auto interval = integer_or(call.body, "Interval", 0);
  const auto length = range.to_ms - range.from_ms;
  if (call.body.contains("Interval") && (interval < 1 || interval > kMaxLogTime))
    return bad_value("Interval should be positive");
  if (interval == 0) interval = usual_interval(length);
  if (length / interval > kMaxBuckets)
    return bad_value("(To - From) / Interval should be at most 200");
  const auto& table = *(*topic)->table;
  const auto compiled = compile(call, table, static_cast<QuerySyntax>(rule), range);
  if (!compiled) return std::unexpected(compiled.error());

  const auto first = range.from_ms - range.from_ms % interval;
  std::vector<std::int64_t> counts(static_cast<std::size_t>(
      std::max<std::int64_t>((range.to_ms - first + interval - 1) / interval, 0)));
  Statement rows(call.cloud.db(),
                 "SELECT id FROM " + table.name() + " WHERE " + compiled->where.sql);
  rows.bind_all(compiled->where.binds);
  std::int64_t total = 0;
  for (; rows.step(); ++total)
    ++counts[static_cast<std::size_t>((time_of_row(rows.integer(0)) - first) / interval)];
  std::string out =
      fmt::format("\"Interval\":{},\"TotalCount\":{},\"HistogramInfos\":[", interval, total);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    out += fmt::format("{}{{\"Count\":{},\"BTime\":{}}}", i == 0 ? "" : ",", counts[i],
                       first + static_cast<std::int64_t>(i) * interval);
  }
  return out + "]";
}

// "2026-01-01 08:00:00.123" in UTC+8
std::optional<std::int64_t> read_time(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0, used = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d %2d:%2d:%2d.%3d%n", &year, &month, &day, &hour,
                  &minute, &second, &ms, &used) != 7 ||
      used != static_cast<int>(text.size())) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  const Millis since_midnight(((hour * 60LL + minute) * 60 + second) * 1000 + ms);
  return Zone::shanghai().at(date, since_midnight).time_since_epoch().count();
}

struct Anchor {
  std::int64_t row = 0;
  int stream = 0;
};

ApiResult<Anchor> find_anchor(const Call& call, const TopicTable& table) {
  const auto time = read_time(string_or(call.body, "BTime"));
  if (!time) return bad_value("BTime should be like 2026-01-01 08:00:00.123");
  Statement rows(call.cloud.db(),
                 "SELECT id, stream, grp, idx FROM " + table.name() + " WHERE id >= ? AND id < ?");
  rows.bind(1, row_at(*time));
  rows.bind(2, row_at(*time + 1));
  const auto package = string_or(call.body, "PkgId");
  const auto log = integer_or(call.body, "PkgLogId");
  while (rows.step()) {
    const auto stream = static_cast<int>(rows.integer(1));
    if (rows.integer(3) << kPackageLogShift == log &&
        table.package_id(stream, rows.integer(2)) == package) {
      return Anchor{.row = rows.integer(0), .stream = stream};
    }
  }
  return refuse("FailedOperation.QueryError",
                "QueryError [no log has this BTime, PkgId and PkgLogId]");
}

// Neighbours in one direction, nearest first.
struct Side {
  std::vector<std::string> logs;
  bool over = true;
};

Side read_side(const Call& call, const TopicTable& table, CompiledCondition condition,
               const Anchor& anchor, bool before, std::int64_t limit) {
  auto& where = condition.where;
  Statement rows(call.cloud.db(),
                 fmt::format("SELECT id, stream, grp, idx, body FROM {} WHERE {} AND stream = {} "
                             "AND id {} {} ORDER BY id {} LIMIT {}",
                             table.name(), where.sql, anchor.stream, before ? "<" : ">",
                             where.add(SqlBind(anchor.row)), before ? "DESC" : "ASC", limit + 1));
  rows.bind_all(where.binds);
  Side out;
  while (rows.step()) {
    if (static_cast<std::int64_t>(out.logs.size()) == limit) {
      out.over = false;
      break;
    }
    append_context_info(out.logs.emplace_back(),
                        {.row = rows.integer(0),
                         .stream = anchor.stream,
                         .group = rows.integer(2),
                         .index = rows.integer(3),
                         .body = rows.text(4)},
                        table);
  }
  return out;
}

ApiResult<std::string> describe_context(Call& call) {
  const auto topic = indexed_topic(call);
  if (!topic) return std::unexpected(topic.error());
  const auto& table = *(*topic)->table;
  const auto previous = integer_or(call.body, "PrevLogs", 10),
             next = integer_or(call.body, "NextLogs", 10);
  for (const auto count : {previous, next}) {
    if (count < 0 || count > kMaxNeighbours)
      return bad_value("PrevLogs and NextLogs should be between 0 and 100");
  }
  const SearchRange range{.from_ms = integer_or(call.body, "From", 0),
                          .to_ms = integer_or(call.body, "To", kMaxLogTime)};
  const auto condition = compile(call, table, QuerySyntax::cql, range);
  if (!condition) return std::unexpected(condition.error());
  const auto anchor = find_anchor(call, table);
  if (!anchor) return std::unexpected(anchor.error());
  const auto before = read_side(call, table, *condition, *anchor, true, previous);
  const auto after = read_side(call, table, *condition, *anchor, false, next);
  std::string list;
  const auto add = [&](const std::string& log) { list += (list.empty() ? "" : ",") + log; };
  for (auto it = before.logs.rbegin(); it != before.logs.rend(); ++it) add(*it);
  Statement own(call.cloud.db(), "SELECT grp, idx, body FROM " + table.name() + " WHERE id = ?");
  own.bind(1, anchor->row);
  if (own.step()) {
    std::string log;
    append_context_info(log,
                        {.row = anchor->row,
                         .stream = anchor->stream,
                         .group = own.integer(0),
                         .index = own.integer(1),
                         .body = own.text(2)},
                        table);
    add(log);
  }
  for (const auto& log : after.logs) add(log);
  return fmt::format("\"LogContextInfos\":[{}],\"PrevOver\":{},\"NextOver\":{}", list, before.over,
                     after.over);
}

}  // namespace

void add_cls_histogram_actions(ActionTable& table) {
  table.add({.service = "cls",
             .version = kClsVersion,
             .name = "DescribeLogHistogram",
             .members = "From int64!, To int64!, Query string!, TopicId string, Interval int64, "
                        "SyntaxRule uint64",
             .handler = describe_histogram});
  table.add({.service = "cls",
             .version = kClsVersion,
             .name = "DescribeLogContext",
             .members = "TopicId string!, BTime string!, PkgId string!, PkgLogId int64!, PrevLogs "
                        "int64, NextLogs int64, Query string, From uint64, To uint64",
             .handler = describe_context});
}

}  // namespace mtc::emulator
