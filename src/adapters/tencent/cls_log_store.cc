#include "adapters/tencent/cls_log_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <span>

#include "adapters/tencent/cls_answers.h"
#include "adapters/tencent/histogram_parts.h"
#include "adapters/tencent/listing.h"
#include "adapters/tencent/log_upload.h"
#include "base/text.h"
#include "base/zone.h"
#include "domain/logs/cql.h"

namespace mtc::tencent {
namespace {

constexpr std::int64_t kMaxPage = 1000;  // lines of one SearchLog answer
constexpr std::size_t kMaxQueryBytes = 12U << 10U;
constexpr std::size_t kMaxNeighbours = 100;  // of one DescribeLogContext
constexpr int kMaxContext = 1000;
constexpr std::size_t kCompressFrom = 1024;

std::uint64_t random_number(Random& random) {
  std::uint64_t number = 0;
  random.fill(std::as_writable_bytes(std::span(&number, 1)));
  return number;
}

std::int64_t millis_of(TimePoint time) {
  return time.time_since_epoch().count();
}

Result<void> check_range(const logs::TimeRange& range) {
  if (range.from >= range.to)
    return fail(Errc::invalid_argument, "the time range ends before it begins");
  if (millis_of(range.from) < 0)
    return fail(Errc::invalid_argument, "the time range begins before 1970");
  return {};
}

// The condition alone, or with an SQL part.
Result<std::string> make_query(const std::string& condition, std::string_view sql) {
  std::string query{trim(condition)};
  if (query.empty()) query = "*";
  if (logs::has_sql_part(query)) {
    return fail(
        Errc::invalid_argument,
        "the search condition holds a '|': SQL cannot be part of it; put the text in quotes");
  }
  sql = trim(sql);
  while (sql.ends_with(';')) sql = trim(sql.substr(0, sql.size() - 1));
  if (!sql.empty()) query += " | " + std::string(sql);
  if (query.size() > kMaxQueryBytes) {
    return fail(
        Errc::invalid_argument,
        fmt::format("the query is {} bytes long, the log service takes 12 KB", query.size()));
  }
  return query;
}

std::string civil_with_millis(TimePoint time) {
  const auto civil = Zone::shanghai().civil(time);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}", civil.year, civil.month,
                     civil.day, civil.hour, civil.minute, civil.second, civil.millisecond);
}

void add_keys(const Json& key_values, const std::string& prefix, int depth,
              logs::TopicFields& fields) {
  for (const Json& entry : key_values) {
    const std::string name = prefix + string_or(entry, "Key");
    const Json& value = object_or_empty(entry, "Value");
    const bool sql = bool_or(value, "SqlFlag");
    if (!bool_or(value, "OpenIndexForChildOnly")) {
      fields.keys.push_back(
          {.name = name, .type = string_or(value, "Type", "text"), .in_sql = sql});
    }
    if (depth < 10) add_keys(array_or_empty(value, "ChildNode"), name + ".", depth + 1, fields);
  }
}

bool is_same_line(const logs::LogRecord& a, const logs::LogRecord& b) {
  return a.package_id == b.package_id && a.package_log_id == b.package_log_id;
}

}  // namespace

ClsLogStore::ClsLogStore(TencentClient& client, Random& random, std::string region,
                         ClsOptions options)
    : client_(client),
      region_(std::move(region)),
      options_(options),
      stream_(random_number(random)) {}

ApiCall ClsLogStore::make_call(std::string action, Json body) const {
  return {.service = "cls",
          .version = "2020-10-16",
          .action = std::move(action),
          .region = region_,
          .body = std::move(body),
          .timeout = options_.listing_timeout};
}

ApiCall ClsLogStore::make_search(const std::string& topic_id, Json body) const {
  auto call = make_call("SearchLog", std::move(body));
  call.timeout = options_.search_timeout;
  call.lane = fmt::format("cls/{}/{}", region_, topic_id);
  call.lane_limit = options_.searches_per_topic;
  return call;
}

Async<Result<std::vector<Json>>> ClsLogStore::list(std::string action, std::string member,
                                                   Json body) {
  auto call = make_call(std::move(action), std::move(body));
  call.cache_for = options_.cache_listings_for;
  return list_all(client_, std::move(call), std::move(member));
}

Async<Result<std::vector<logs::Topic>>> ClsLogStore::topics() {
  const auto items = co_await list("DescribeTopics", "Topics", Json{{"BizType", 0}});
  if (!items) co_return fail(items.error());
  std::vector<logs::Topic> topics;
  for (const Json& item : *items) {
    if (integer_or(item, "BizType") != 0) continue;
    topics.push_back({.id = string_or(item, "TopicId"),
                      .name = string_or(item, "TopicName"),
                      .logset_id = string_or(item, "LogsetId"),
                      .region = region_,
                      .indexed = bool_or(item, "Index")});
  }
  co_return topics;
}

Async<Result<std::vector<logs::Logset>>> ClsLogStore::logsets() {
  const auto items = co_await list("DescribeLogsets", "Logsets", Json::object());
  if (!items) co_return fail(items.error());
  std::vector<logs::Logset> logsets;
  for (const Json& item : *items) {
    logsets.push_back({.id = string_or(item, "LogsetId"),
                       .name = string_or(item, "LogsetName"),
                       .topics = integer_or(item, "TopicCount")});
  }
  co_return logsets;
}

Async<Result<logs::TopicFields>> ClsLogStore::fields(std::string topic_id) {
  auto call = make_call("DescribeIndex", Json{{"TopicId", topic_id}});
  call.cache_for = options_.cache_listings_for;
  const auto response = co_await client_.call(std::move(call));
  if (!response) {
    if (response.error().vendor_code == "ResourceNotFound.IndexNotExist")
      co_return logs::TopicFields{};
    co_return fail(response.error());
  }
  logs::TopicFields fields;
  if (!bool_or(*response, "Status", true)) co_return fields;
  const Json& rule = object_or_empty(*response, "Rule");
  fields.full_text = rule.contains("FullText") && rule["FullText"].is_object();
  add_keys(array_or_empty(object_or_empty(rule, "KeyValue"), "KeyValues"), "", 0, fields);
  add_keys(array_or_empty(object_or_empty(rule, "Tag"), "KeyValues"), "__TAG__.", 0, fields);
  co_return fields;
}

Async<Result<logs::SearchResult>> ClsLogStore::search(logs::Search search) {
  if (auto ok = check_range(search.range); !ok) co_return fail(ok.error());
  if (search.limit < 1)
    co_return fail(Errc::invalid_argument, "at least one line must be asked for");
  const auto query = make_query(search.condition, "");
  if (!query) co_return fail(query.error());
  const std::int64_t limit = std::min(search.limit, kMaxLines);
  const std::int64_t pages = (limit + kMaxPage - 1) / kMaxPage;
  // All parameters must stay the same from page to page, so that the last page may bring more than
  // is wanted.
  Json body{{"TopicId", search.topic_id},
            {"From", millis_of(search.range.from)},
            {"To", millis_of(search.range.to)},
            {"QueryString", *query},
            {"QuerySyntax", 1},
            {"Sort", search.newest_first ? "desc" : "asc"},
            {"Limit", (limit + pages - 1) / pages},
            {"UseNewAnalysis", true}};

  logs::SearchResult result;
  for (std::int64_t number = 0; number < pages; ++number) {
    auto answer = co_await client_.call_text(make_search(search.topic_id, body));
    if (!answer) co_return fail(answer.error());
    auto page = read_search_page(answer->body, search.topic_id);
    if (!page) co_return fail_in("SearchLog in " + region_, page.error());
    result.complete = page->over;
    // Whether the service counts a line at exactly `to` is not documented; we do not.
    std::ranges::copy_if(
        std::make_move_iterator(page->lines.begin()), std::make_move_iterator(page->lines.end()),
        std::back_inserter(result.lines),
        [&search](const logs::LogRecord& line) { return line.time < search.range.to; });
    if (page->over || page->lines.empty()) break;
    body["Context"] = page->context;
  }
  if (static_cast<std::int64_t>(result.lines.size()) > limit) {
    result.lines.resize(static_cast<std::size_t>(limit));
    result.complete = false;
  }
  co_return result;
}

Async<Result<logs::Table>> ClsLogStore::analyze(std::string topic_id, logs::TimeRange range,
                                                std::string condition, std::string sql) {
  if (auto ok = check_range(range); !ok) co_return fail(ok.error());
  if (trim(sql).empty()) co_return fail(Errc::invalid_argument, "there is no SQL to run");
  const auto query = make_query(condition, sql);
  if (!query) co_return fail(query.error());
  const auto response =
      co_await client_.call(make_search(topic_id, Json{{"TopicId", topic_id},
                                                       {"From", millis_of(range.from)},
                                                       {"To", millis_of(range.to)},
                                                       {"QueryString", *query},
                                                       {"QuerySyntax", 1},
                                                       {"UseNewAnalysis", true}}));
  if (!response) co_return fail(response.error());
  auto table = read_table(*response);
  if (!table) co_return fail_in("SearchLog in " + region_, table.error());
  co_return std::move(*table);
}

Async<Result<logs::Histogram>> ClsLogStore::histogram(std::string topic_id, logs::TimeRange range,
                                                      std::string condition, Millis interval) {
  if (auto ok = check_range(range); !ok) co_return fail(ok.error());
  const auto query = make_query(condition, "");
  if (!query) co_return fail(query.error());
  interval = fitting_interval(range, interval);
  logs::Histogram whole{.interval = interval};
  for (const auto& part : histogram_parts(range, interval)) {
    auto counted = co_await histogram_part(topic_id, part, *query, interval);
    if (!counted) co_return fail(counted.error());
    append_part(whole, *counted);
  }
  co_return whole;
}

Async<Result<logs::Histogram>> ClsLogStore::histogram_part(const std::string& topic_id,
                                                           logs::TimeRange range,
                                                           const std::string& condition,
                                                           Millis interval) {
  const auto response =
      co_await client_.call(make_call("DescribeLogHistogram", Json{{"TopicId", topic_id},
                                                                   {"From", millis_of(range.from)},
                                                                   {"To", millis_of(range.to)},
                                                                   {"Query", condition},
                                                                   {"Interval", interval.count()},
                                                                   {"SyntaxRule", 1}}));
  if (!response) co_return fail(response.error());
  logs::Histogram part{.interval = Millis{integer_or(*response, "Interval", interval.count())},
                       .total = integer_or(*response, "TotalCount")};
  for (const Json& info : array_or_empty(*response, "HistogramInfos")) {
    if (!info.is_object()) continue;
    part.buckets.push_back({.begin = TimePoint(Millis{integer_or(info, "BTime")}),
                            .count = integer_or(info, "Count")});
  }
  std::ranges::sort(part.buckets, {}, &logs::Histogram::Bucket::begin);
  co_return part;
}

Async<Result<std::vector<logs::LogRecord>>> ClsLogStore::context(logs::LogRecord line, int before,
                                                                 int after) {
  const auto wanted_before = static_cast<std::size_t>(std::clamp(before, 0, kMaxContext));
  const auto wanted_after = static_cast<std::size_t>(std::clamp(after, 0, kMaxContext));
  auto around = co_await neighbours(line, std::min(wanted_before, kMaxNeighbours),
                                    std::min(wanted_after, kMaxNeighbours));
  if (!around) co_return fail(around.error());
  auto& [earlier, later, no_earlier, no_later] = *around;
  while (earlier.size() < wanted_before && !no_earlier && !earlier.empty()) {
    const auto more = co_await neighbours(
        earlier.back(), std::min(wanted_before - earlier.size(), kMaxNeighbours), 0);
    if (!more) co_return fail(more.error());
    earlier.insert(earlier.end(), more->earlier.begin(), more->earlier.end());
    no_earlier = more->no_earlier || more->earlier.empty();
  }
  while (later.size() < wanted_after && !no_later && !later.empty()) {
    const auto more =
        co_await neighbours(later.back(), 0, std::min(wanted_after - later.size(), kMaxNeighbours));
    if (!more) co_return fail(more.error());
    later.insert(later.end(), more->later.begin(), more->later.end());
    no_later = more->no_later || more->later.empty();
  }
  std::vector<logs::LogRecord> all(earlier.rbegin(), earlier.rend());
  all.push_back(std::move(line));
  all.insert(all.end(), later.begin(), later.end());
  co_return all;
}

// One request. The answer may or may not hold the line that was asked about: that is not
// documented.
Async<Result<ClsLogStore::Neighbours>> ClsLogStore::neighbours(logs::LogRecord line,
                                                               std::size_t before,
                                                               std::size_t after) {
  std::uint64_t number = 0;
  const auto& text = line.package_log_id;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (line.package_id.empty() || text.empty() || error != std::errc{} ||
      end != text.data() + text.size()) {
    co_return fail(
        Errc::invalid_argument,
        "this line has no address in the log service, so its neighbours cannot be found");
  }
  const auto response = co_await client_.call(
      make_call("DescribeLogContext", Json{{"TopicId", line.topic_id},
                                           {"BTime", civil_with_millis(line.time)},
                                           {"PkgId", line.package_id},
                                           {"PkgLogId", number},
                                           {"PrevLogs", before},
                                           {"NextLogs", after}}));
  if (!response) co_return fail(response.error());
  auto lines = read_context(*response, line.topic_id);
  if (!lines) co_return fail_in("DescribeLogContext in " + region_, lines.error());

  auto own = std::ranges::find_if(
      *lines, [&line](const auto& candidate) { return is_same_line(candidate, line); });
  auto next = own;
  if (own != lines->end()) {
    ++next;
  } else if (before == 0 || after == 0) {
    own = next = before == 0 ? lines->begin() : lines->end();
  } else {
    own = next = std::ranges::upper_bound(*lines, line.time, {}, &logs::LogRecord::time);
  }
  Neighbours out{.no_earlier = bool_or(*response, "PrevOver"),
                 .no_later = bool_or(*response, "NextOver")};
  for (auto it = own; it != lines->begin() && out.earlier.size() < before;)
    out.earlier.push_back(std::move(*--it));
  for (auto it = next; it != lines->end() && out.later.size() < after; ++it)
    out.later.push_back(std::move(*it));
  co_return out;
}

Async<Result<void>> ClsLogStore::upload(std::string topic_id,
                                        std::vector<logs::LogRecord> records) {
  if (std::ranges::any_of(records,
                          [](const auto& record) { return millis_of(record.time) <= 0; })) {
    co_return fail(Errc::invalid_argument, "a log line without a time cannot be uploaded");
  }
  for (std::size_t done = 0; done < records.size();) {
    const auto rest = std::span(records).subspan(done);
    const std::uint64_t stream = stream_ ^ std::hash<std::string>{}(rest.front().source);
    auto group = make_upload_group(rest, stream, ++uploaded_groups_[rest.front().source]);
    RawBody body{.bytes = std::move(group.bytes),
                 .content_type = "application/octet-stream",
                 .headers = {{"X-CLS-TopicId", topic_id}}};
    if (options_.compress_uploads && body.bytes.size() >= kCompressFrom) {
      body.bytes = lz4_block(body.bytes);
      body.headers.emplace_back("X-CLS-CompressType", "lz4");
    }
    auto call = make_call("UploadLog", Json::object());
    call.raw = std::move(body);
    call.read_only = false;
    if (const auto answer = co_await client_.call(std::move(call)); !answer) {
      Error error = answer.error();
      if (done > 0)
        error.message += fmt::format(" ({} of {} lines were written before)", done, records.size());
      co_return fail(std::move(error));
    }
    done += group.lines;
  }
  co_return Result<void>{};
}

}  // namespace mtc::tencent
