// The port to a log service: where lines are searched and counted. adapters/tencent implements it
// with CLS.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/json.h"
#include "base/result.h"
#include "domain/logs/log_line.h"

namespace mtc::logs {

struct TimeRange {
  TimePoint from{};  // inclusive
  TimePoint to{};    // exclusive
  Millis length() const { return to - from; }
  friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

struct Topic {
  std::string id;
  std::string name;
  std::string logset_id;
  std::string region;
  bool indexed = false;  // without an index nothing can be searched
};

struct Logset {
  std::string id;
  std::string name;
  std::int64_t topics = 0;
};

// What of a topic can be asked for by name; from the topic's index.
struct TopicFields {
  struct Key {
    std::string name;
    std::string type;     // "text", "long", "double", "json"
    bool in_sql = false;  // usable as a column in the SQL part
  };
  bool full_text = false;
  std::vector<Key> keys;
  const Key* find(std::string_view name) const {
    for (const auto& key : keys) {
      if (key.name == name) return &key;
    }
    return nullptr;
  }
};

// Search condition in CQL ("*" or empty: all lines). Text from people goes in through
// domain/logs/cql.h, never by hand.
struct Search {
  std::string topic_id;
  TimeRange range;
  std::string condition;
  std::int64_t limit = 100;  // lines in all; the store pages as needed
  bool newest_first = true;
};

struct SearchResult {
  std::vector<LogRecord> lines;
  bool complete = true;  // false: there are more lines than `limit` (or than the service hands out)
};

// Rows of an SQL analysis: column names, then each row's values as JSON (numbers stay numbers).
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<Json>> rows;
};

struct Histogram {
  Millis interval{};
  std::int64_t total = 0;
  struct Bucket {
    TimePoint begin{};
    std::int64_t count = 0;
  };
  std::vector<Bucket> buckets;
};

// All calls may fail with the Errc of the outside system (denied, not_found, rate_limited,
// unavailable, timed_out …); the message says what was asked. One store serves one account and
// region. Safe to use from one executor at a time.
class LogStore {
 public:
  virtual ~LogStore() = default;

  virtual Async<Result<std::vector<Topic>>> topics() = 0;
  virtual Async<Result<std::vector<Logset>>> logsets() = 0;
  // An empty TopicFields (no full text, no keys) if the topic has no index.
  virtual Async<Result<TopicFields>> fields(std::string topic_id) = 0;

  virtual Async<Result<SearchResult>> search(Search search) = 0;
  // "condition | sql" in the log service's SQL (Presto dialect, no FROM).
  virtual Async<Result<Table>> analyze(std::string topic_id, TimeRange range, std::string condition,
                                       std::string sql) = 0;
  virtual Async<Result<Histogram>> histogram(std::string topic_id, TimeRange range,
                                             std::string condition, Millis interval) = 0;
  // The lines around one line of its stream, oldest first, that line included.
  virtual Async<Result<std::vector<LogRecord>>> context(LogRecord line, int before, int after) = 0;
};

}  // namespace mtc::logs
