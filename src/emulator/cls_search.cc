// SearchLog: raw logs page by page, or the rows of an SQL analysis.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "emulator/cls_query.h"
#include "emulator/cls_search.h"
#include "emulator/log_body.h"
#include "emulator/log_json.h"
#include "emulator/paging.h"
#include "emulator/sql_runner.h"

namespace mtc::emulator {
namespace {

constexpr std::int64_t kDefaultLogs = 100;
constexpr std::int64_t kMaxLogs = 1000;
constexpr std::size_t kMaxTopics = 50;

struct Search {
  SearchRange range;
  std::string text;  // condition and SQL
  QuerySyntax syntax = QuerySyntax::cql;
  bool ascending = false;
  std::int64_t limit = kDefaultLogs;
  std::int64_t offset = 0;
  bool highlight = false;
  bool new_analysis = false;

  // What has to stay the same while paging; Limit may differ from page to page.
  std::string identity(std::string_view topic_id) const {
    return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", topic_id, range.from_ms, range.to_ms,
                       static_cast<int>(syntax), ascending, text);
  }
};

ApiResult<Search> read_search(const Json& body) {
  Search out;
  const auto range = read_range(body);
  if (!range) return std::unexpected(range.error());
  out.range = *range;
  if (given(body, "QueryString") && given(body, "Query"))
    return refuse("InvalidParameter", "QueryString and Query exclude each other");
  const bool old_form = given(body, "Query");
  auto syntax = old_form ? read_syntax(body, "SyntaxRule", QuerySyntax::lucene)
                         : read_syntax(body, "QuerySyntax", QuerySyntax::cql);
  if (!syntax) return std::unexpected(syntax.error());
  out.syntax = *syntax;
  out.text = old_form ? string_or(body, "Query") : string_or(body, "QueryString");
  if (out.text.size() > kMaxQueryBytes) return bad_value("the query is longer than 12 KB");
  const auto sort = string_or(body, "Sort", "desc");
  if (sort != "asc" && sort != "desc") return bad_value("Sort should be asc or desc");
  out.ascending = sort == "asc";
  out.limit = integer_or(body, "Limit", kDefaultLogs);
  const bool raw = !split_query(out.text).has_sql;  // SQL has a LIMIT of its own
  if (raw && (out.limit < 1 || out.limit > kMaxLogs))
    return bad_value("Limit should be between 1 and 1000");
  out.offset = integer_or(body, "Offset");
  if (given(body, "SamplingRate") &&
      (number_or(body, "SamplingRate") < 0 || number_or(body, "SamplingRate") > 1)) {
    return bad_value("SamplingRate should be between 0 and 1");
  }
  out.highlight = bool_or(body, "HighLight");
  out.new_analysis = bool_or(body, "UseNewAnalysis");
  return out;
}

// One topic's part of a page: rows behind its cursor, as finished LogInfo texts.
struct Hits {
  struct Hit {
    std::int64_t row;
    std::size_t begin, end;  // in `text`
  };
  std::string text;
  std::vector<Hit> hits;
  bool over = true;  // no more behind these
};

ApiResult<Hits> fetch(const Call& call, const Search& search, const Topic& topic,
                      const PagingContext& cursor, std::int64_t limit) {
  auto compiled =
      compile_text(split_query(search.text).condition, search.syntax, *topic.table, search.range);
  if (!compiled) return std::unexpected(compiled.error());
  auto& where = compiled->where;
  if (cursor.delivered > 0)
    where.sql +=
        (search.ascending ? " AND id > " : " AND id < ") + where.add(SqlBind(cursor.last_row));
  Statement rows(
      call.cloud.db(),
      fmt::format(
          "SELECT id, stream, grp, idx, body FROM {} WHERE {} ORDER BY id {} LIMIT {} OFFSET {}",
          topic.table->name(), where.sql, search.ascending ? "ASC" : "DESC", limit + 1,
          search.offset));
  rows.bind_all(where.binds);
  Hits out;
  std::string name;
  append_escaped(name, topic.name);
  while (rows.step()) {
    if (static_cast<std::int64_t>(out.hits.size()) == limit) {
      out.over = false;
      break;
    }
    const LogRow row{.row = rows.integer(0),
                     .stream = static_cast<int>(rows.integer(1)),
                     .group = rows.integer(2),
                     .index = rows.integer(3),
                     .body = rows.text(4)};
    const auto begin = out.text.size();
    append_log_info(out.text, row, *topic.table, name,
                    search.highlight ? &compiled->highlights : nullptr);
    out.hits.push_back({row.row, begin, out.text.size()});
  }
  return out;
}

std::string list_text(const Call& call) {
  return call.null_lists ? "null" : "[]";
}

std::string raw_answer(const Call& call, const std::string& results, bool any,
                       const std::string& context, bool over, const std::string& topics) {
  const auto none = list_text(call);
  std::string out = "\"Context\":\"" + context + "\",\"ListOver\":" + (over ? "true" : "false") +
                    ",\"Analysis\":false,\"Results\":";
  out.reserve(out.size() + results.size() + 256);
  out += any ? "[" + results + "]" : none;
  out += ",\"ColNames\":" + none + ",\"AnalysisResults\":" + none + ",\"AnalysisRecords\":" + none +
         ",\"Columns\":" + none + ",\"SamplingRate\":1,\"Topics\":" + topics;
  return out;
}

ApiResult<PagingContext> read_cursor(const Call& call, const Search& search,
                                     std::string_view topic_id, const std::string& context) {
  if (context.empty()) return PagingContext{};
  const auto cursor = read_context(context, search.identity(topic_id), call.cloud.clock().now(),
                                   call.cloud.context_key());
  if (!cursor || call.contexts_expired) return refuse("FailedOperation.InvalidContext");
  if (cursor->delivered >= kMaxLogsByContext) return refuse("FailedOperation.GetlogReachLimit");
  return *cursor;
}

ApiResult<std::string> search_raw(Call& call, const Search& search, const Topic& topic) {
  const auto context = string_or(call.body, "Context");
  if (!context.empty() && search.offset != 0)
    return refuse("InvalidParameter", "Offset and Context exclude each other");
  const auto cursor = read_cursor(call, search, topic.id, context);
  if (!cursor) return std::unexpected(cursor.error());
  const auto limit = std::min(search.limit, kMaxLogsByContext - cursor->delivered);
  auto hits = fetch(call, search, topic, *cursor, limit);
  if (!hits) return std::unexpected(hits.error());
  std::string results;
  results.reserve(hits->text.size() + hits->hits.size());
  for (const auto& hit : hits->hits) {
    if (!results.empty()) results += ',';
    results.append(hits->text, hit.begin, hit.end - hit.begin);
  }
  PagingContext next = *cursor;
  next.delivered += static_cast<std::int64_t>(hits->hits.size());
  if (!hits->hits.empty()) next.last_row = hits->hits.back().row;
  const auto text = write_context(next, search.identity(topic.id), call.cloud.clock().now(),
                                  call.cloud.context_key());
  return raw_answer(call, results, !hits->hits.empty(), text, hits->over, "null");
}

// Several topics: each has its own cursor; the page is the merge of what they have next.
struct TopicPart {
  const Topic* topic = nullptr;
  std::string id;
  PagingContext cursor;
  Hits hits;
  std::size_t used = 0;
  std::optional<ApiError> error;
};

void fill_part(const Call& call, const Search& search, const std::string& context,
               TopicPart& part) {
  const auto found = call.cloud.indexed_topic(call.owner, part.id);
  if (!found) {
    part.error = found.error();
    return;
  }
  part.topic = *found;
  const auto cursor = read_cursor(call, search, part.id, context);
  if (!cursor) {
    part.error = cursor.error();
    return;
  }
  part.cursor = *cursor;
  auto hits = fetch(call, search, *part.topic, part.cursor,
                    std::min(search.limit, kMaxLogsByContext - cursor->delivered));
  if (hits) {
    part.hits = std::move(*hits);
  } else {
    part.error = hits.error();
  }
}

TopicPart* next_part(std::vector<TopicPart>& parts, bool ascending) {
  TopicPart* best = nullptr;
  for (auto& part : parts) {
    if (part.used == part.hits.hits.size()) continue;
    const auto row = part.hits.hits[part.used].row;
    const auto best_row = best != nullptr ? best->hits.hits[best->used].row : 0;
    if (best == nullptr || (ascending ? row < best_row : row > best_row)) best = &part;
  }
  return best;
}

ApiResult<std::string> search_topics(Call& call, const Search& search) {
  if (search.offset != 0)
    return refuse("InvalidParameter", "Offset is possible with one topic only");
  std::vector<TopicPart> parts;
  for (const auto& item : array_or_empty(call.body, "Topics")) {
    auto& part = parts.emplace_back(TopicPart{.id = string_or(item, "TopicId")});
    fill_part(call, search, string_or(item, "Context"), part);
  }
  std::string results;
  for (std::int64_t i = 0; i < search.limit; ++i) {
    TopicPart* part = next_part(parts, search.ascending);
    if (part == nullptr) break;
    const auto& hit = part->hits.hits[part->used++];
    if (!results.empty()) results += ',';
    results.append(part->hits.text, hit.begin, hit.end - hit.begin);
    part->cursor.last_row = hit.row;
    ++part->cursor.delivered;
  }
  Json errors = Json::array(), infos = Json::array();
  bool over = true;
  for (const auto& part : parts) {
    if (part.error) {
      errors.push_back({{"TopicId", part.id},
                        {"ErrorMsg", message_of(*part.error, Language::en)},
                        {"ErrorCodeStr", part.error->code}});
      continue;
    }
    over = over && part.hits.over && part.used == part.hits.hits.size();
    const auto context = write_context(part.cursor, search.identity(part.id),
                                       call.cloud.clock().now(), call.cloud.context_key());
    infos.push_back({{"TopicId", part.id},
                     {"Period", integer_or(part.topic->properties, "Period", 30)},
                     {"Context", context}});
  }
  const auto topics = dump_json({{"Errors", errors.empty() ? call.no_list() : errors},
                                 {"Infos", infos.empty() ? call.no_list() : infos}});
  return raw_answer(call, results, !results.empty(), "", over, topics);
}

ApiResult<std::string> search_sql(Call& call, const Search& search, const Topic& topic,
                                  std::string_view sql) {
  if (string_or(topic.properties, "StorageType") == "cold")
    return refuse("OperationDenied.OperationNotSupportInSearchLow",
                  "infrequent-access topics have no SQL");
  auto select = parse_sql(sql);
  if (!select) return std::unexpected(select.error());
  auto compiled =
      compile_text(split_query(search.text).condition, search.syntax, *topic.table, search.range);
  if (!compiled) return std::unexpected(compiled.error());
  auto rows = run_sql(call.cloud.db(), *topic.table, *compiled, search.range, *select);
  if (!rows) return std::unexpected(rows.error());
  const auto none = list_text(call);
  std::string records, columns, names, results;
  for (const auto& column : rows->columns) {
    names += names.empty() ? "\"" : ",\"";
    append_escaped(names, column.name);
    names += '"';
    columns += columns.empty() ? "{\"Name\":\"" : ",{\"Name\":\"";
    append_escaped(columns, column.name);
    columns += "\",\"Type\":\"" + std::string(name_of(column.type)) + "\"}";
  }
  for (const auto& row : rows->rows) {
    if (search.new_analysis) {
      records += records.empty() ? "\"" : ",\"";
      append_json_in_json(records, row_as_json(rows->columns, row));
      records += '"';
      continue;
    }
    results += results.empty() ? "{\"Data\":[" : ",{\"Data\":[";
    for (std::size_t i = 0; i < row.size(); ++i) {
      results += i == 0 ? "{\"Key\":\"" : ",{\"Key\":\"";
      append_escaped(results, rows->columns[i].name);
      results += "\",\"Value\":\"";
      append_escaped(results, value_as_text(row[i], rows->columns[i].type));
      results += "\"}";
    }
    results += "]}";
  }
  const auto list = [&](bool wanted, const std::string& text) {
    return wanted && !text.empty() ? "[" + text + "]" : none;
  };
  return "\"Context\":\"\",\"ListOver\":true,\"Analysis\":true,\"Results\":" + none +
         ",\"ColNames\":" + list(!search.new_analysis, names) +
         ",\"AnalysisResults\":" + list(!search.new_analysis, results) +
         ",\"AnalysisRecords\":" + list(search.new_analysis, records) +
         ",\"Columns\":" + list(search.new_analysis, columns) +
         ",\"SamplingRate\":1,\"Topics\":null";
}

}  // namespace

ApiResult<std::string> search_log(Call& call) {
  const auto search = read_search(call.body);
  if (!search) return std::unexpected(search.error());
  const auto parts = split_query(search->text);
  const bool many = given(call.body, "Topics");
  if (many == given(call.body, "TopicId"))
    return refuse("InvalidParameter", "give either TopicId or Topics");
  if (many) {
    const auto& topics = array_or_empty(call.body, "Topics");
    if (topics.empty() || topics.size() > kMaxTopics)
      return bad_value("Topics should have 1 to 50 items");
    if (parts.has_sql)
      return refuse("InvalidParameter", "SQL is emulated for one topic at a time: give TopicId");
    return search_topics(call, *search);
  }
  const auto topic = call.cloud.indexed_topic(call.owner, string_or(call.body, "TopicId"));
  if (!topic) return std::unexpected(topic.error());
  if (parts.has_sql) return search_sql(call, *search, **topic, parts.sql);
  return search_raw(call, *search, **topic);
}

void add_cls_search_actions(ActionTable& table) {
  table.schemas().define("MultiTopicSearchInformation", "TopicId string!, Context string");
  table.add({.service = "cls",
             .version = kClsVersion,
             .name = "SearchLog",
             .members = "From int64!, To int64!, QueryString string, QuerySyntax uint64, Query "
                        "string, SyntaxRule uint64, TopicId string, Topics "
                        "MultiTopicSearchInformation[], Sort string, Limit int64, Offset uint64, "
                        "Context string, SamplingRate float, UseNewAnalysis "
                        "bool, HighLight bool",
             .handler = search_log,
             .rate_limited = false,
             .search = true});
}

}  // namespace mtc::emulator
