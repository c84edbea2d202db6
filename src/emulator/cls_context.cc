// DescribeLogContext: the neighbours of one log in its stream.
#include <fmt/format.h>

#include "emulator/action_table.h"
#include "emulator/civil_text.h"
#include "emulator/cls_query.h"
#include "emulator/log_json.h"

namespace mtc::emulator {
namespace {

constexpr std::int64_t kMaxNeighbours = 100;
constexpr std::string_view kTimeText = "2026-01-01 08:00:00.123";  // in UTC+8

struct Anchor {
  std::int64_t row = 0;
  int stream = 0;
};

ApiResult<Anchor> find_anchor(const Call& call, const TopicTable& table) {
  const auto text = string_or(call.body, "BTime");
  const auto time = read_civil(text);
  if (!time || time->length != text.size() || text.size() != kTimeText.size())
    return bad_value("BTime should be like " + std::string(kTimeText));
  const auto ms = time->civil_ms - kShanghaiOffset;
  Statement rows(call.cloud.db(),
                 "SELECT id, stream, grp, idx FROM " + table.name() + " WHERE id >= ? AND id < ?");
  rows.bind(1, row_at(ms));
  rows.bind(2, row_at(ms + 1));
  const auto package = string_or(call.body, "PkgId");
  const auto log = integer_or(call.body, "PkgLogId");
  while (rows.step()) {
    const auto stream = static_cast<int>(rows.integer(1));
    if (rows.integer(3) << kPackageLogShift == log &&
        table.package_id(stream, rows.integer(2)) == package) {
      return Anchor{.row = rows.integer(0), .stream = stream};
    }
  }
  return query_error("no log has this BTime, PkgId and PkgLogId");
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
  const auto topic = call.cloud.indexed_topic(call.owner, string_or(call.body, "TopicId"));
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
  const auto condition =
      compile_without_sql(string_or(call.body, "Query"), QuerySyntax::cql, table, range);
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

void add_cls_context_actions(ActionTable& table) {
  table.add_cls("DescribeLogContext",
                "TopicId string!, BTime string!, PkgId string!, PkgLogId int64!, PrevLogs int64, "
                "NextLogs int64, Query string, From uint64, To uint64",
                describe_context);
}

}  // namespace mtc::emulator
