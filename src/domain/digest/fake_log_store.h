// A log service in memory for tests: filters by level, hands out at most 10,000 lines a search,
// counts and groups.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "domain/logs/log_store.h"

namespace mtc::digest {

class FakeLogStore final : public logs::LogStore {
 public:
  static constexpr std::int64_t kMost = 10'000;

  struct Stored {
    logs::LogRecord record;
    std::string level;  // as it is written in the field
  };

  logs::TopicFields index{.full_text = true,
                          .keys = {{.name = "level", .type = "text", .in_sql = true},
                                   {.name = "service", .type = "text", .in_sql = true}}};
  std::map<std::string, std::vector<Stored>> topics_lines;  // oldest first
  std::vector<logs::Topic> listed;
  std::optional<Error> refuse_topics;
  bool refuse_sql = false;
  bool sql_sees_nothing = false;  // as where the level field is not kept for statistics
  std::set<std::string> broken_topics;
  std::function<bool(const logs::Search&)> fail_search;  // true: this one fails
  std::vector<logs::Logset> sets;
  std::vector<logs::LogRecord> neighbours;  // what context() answers
  // If set, these answer instead of the lines.
  std::function<Result<logs::Table>(const std::string& condition, const std::string& sql)> on_sql;
  std::function<Result<logs::Histogram>(logs::TimeRange range, const std::string& condition,
                                        Millis interval)>
      on_histogram;
  std::set<std::string> stuck_topics;  // whose analysis never ends
  std::optional<Error> refuse;         // everything but the list of topics
  // What it was asked for.
  std::vector<std::string> statements;  // "condition | sql"
  std::vector<logs::LogRecord> asked_around;
  int listings = 0;
  std::vector<logs::Search> searches;
  std::int64_t lines_given = 0;
  int under_way = 0;
  int most_under_way = 0;

  void add(const std::string& topic, TimePoint time, std::string level, std::string service,
           std::string message) {
    logs::LogRecord record{.time = time,
                           .service = std::move(service),
                           .message = std::move(message),
                           .topic_id = topic};
    record.level = logs::parse_level(level).value_or(logs::Level::unknown);
    topics_lines[topic].push_back({.record = std::move(record), .level = std::move(level)});
  }

  Async<Result<std::vector<logs::Topic>>> topics() override {
    ++listings;
    if (refuse_topics) co_return fail(*refuse_topics);
    co_return listed;
  }
  Async<Result<std::vector<logs::Logset>>> logsets() override {
    if (refuse) co_return fail(*refuse);
    co_return sets;
  }
  Async<Result<logs::TopicFields>> fields(std::string topic) override {
    if (refuse) co_return fail(*refuse);
    if (broken_topics.contains(topic))
      co_return fail(Errc::denied, "no permission to read this topic");
    co_return index;
  }

  Async<Result<logs::SearchResult>> search(logs::Search search) override {
    searches.push_back(search);
    most_under_way = std::max(most_under_way, ++under_way);
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    --under_way;
    if (refuse) co_return fail(*refuse);
    if (fail_search && fail_search(search))
      co_return fail(Errc::timed_out, "the search took too long");
    logs::SearchResult out;
    std::vector<const Stored*> found;
    for (const auto* line : matching(search.topic_id, search.range, search.condition))
      found.push_back(line);
    if (search.newest_first) std::ranges::reverse(found);
    const auto limit = static_cast<std::size_t>(std::min(search.limit, kMost));
    out.complete = found.size() <= limit;
    if (!out.complete) found.resize(limit);
    for (const auto* line : found) out.lines.push_back(line->record);
    lines_given += static_cast<std::int64_t>(out.lines.size());
    co_return out;
  }

  Async<Result<logs::Table>> analyze(std::string topic, logs::TimeRange range,
                                     std::string condition, std::string sql) override {
    statements.push_back(condition + " | " + sql);
    if (refuse) co_return fail(*refuse);
    if (stuck_topics.contains(topic)) {
      asio::steady_timer never(co_await asio::this_coro::executor,
                               asio::steady_timer::time_point::max());
      co_await never.async_wait(asio::use_awaitable);
    }
    if (on_sql) co_return on_sql(condition, sql);
    if (refuse_sql) co_return fail(Errc::denied, "SQL is not available on this topic");
    if (sql_sees_nothing) co_return logs::Table{};
    const bool by_service = sql.find("service") != std::string::npos;
    std::map<std::pair<std::string, std::string>, std::int64_t> counts;
    for (const auto* line : matching(topic, range, condition)) {
      ++counts[{line->level, by_service ? line->record.service : ""}];
    }
    logs::Table table;
    for (const auto& [key, count] : counts) {
      std::vector<Json> row{Json(key.first)};
      if (by_service) row.emplace_back(key.second);
      row.emplace_back(count);
      table.rows.push_back(std::move(row));
    }
    co_return table;
  }

  Async<Result<logs::Histogram>> histogram(std::string topic, logs::TimeRange range,
                                           std::string condition, Millis interval) override {
    if (refuse) co_return fail(*refuse);
    if (on_histogram) co_return on_histogram(range, condition, interval);
    if (interval <= Millis{0}) interval = std::max(Millis(60'000), range.length() / 100);
    if (range.length() / interval > 200)
      co_return fail(Errc::invalid_argument, "more than 200 buckets");
    logs::Histogram out{.interval = interval};
    const auto begin_of = [&](TimePoint time) {
      return TimePoint(time.time_since_epoch() / interval * interval);
    };
    for (TimePoint begin = begin_of(range.from); begin < range.to; begin += interval) {
      out.buckets.push_back({.begin = begin});
    }
    for (const auto* line : matching(topic, range, condition)) {
      ++out.total;
      ++out.buckets[static_cast<std::size_t>((begin_of(line->record.time) - out.buckets[0].begin) /
                                             interval)]
            .count;
    }
    co_return out;
  }

  Async<Result<std::vector<logs::LogRecord>>> context(logs::LogRecord line, int, int) override {
    asked_around.push_back(std::move(line));
    if (refuse) co_return fail(*refuse);
    co_return neighbours;
  }

 private:
  // The conditions the collector makes: "*", level values joined with OR, and NOT before that.
  static bool matches(const std::string& condition, const std::string& level) {
    if (condition.empty() || condition == "*") return true;
    const bool found = condition.find('"' + level + '"') != std::string::npos;
    return condition.starts_with("NOT") ? !found : found;
  }

  std::vector<const Stored*> matching(const std::string& topic, logs::TimeRange range,
                                      const std::string& condition) {
    const auto& lines = topics_lines[topic];
    const auto time_of = [](const Stored& line) { return line.record.time; };
    const auto begin = std::ranges::lower_bound(lines, range.from, {}, time_of);
    const auto end = std::ranges::lower_bound(lines, range.to, {}, time_of);
    // One answer per level; the million lines of the speed test have few.
    std::map<std::string, bool> known;
    std::vector<const Stored*> out;
    for (auto line = begin; line < end; ++line) {
      const auto [at, is_new] = known.try_emplace(line->level);
      if (is_new) at->second = matches(condition, line->level);
      if (at->second) out.push_back(&*line);
    }
    return out;
  }
};

}  // namespace mtc::digest
