// The port to the settings of a log service: logsets, topics, alarm policies, scheduled SQL,
// dashboards. adapters/tencent implements it with CLS.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/json.h"
#include "base/result.h"
#include "domain/logs/log_store.h"

namespace mtc::logs {

struct NewTopic {
  std::string logset_id;
  std::string name;
  int retention_days = 30;  // 1 to 3600; 3640: for ever
  // Columns that are searchable by name and usable in SQL from the first line on, besides the full
  // text; type "text", "long" or "double".
  std::vector<TopicFields::Key> keys;
};

enum class AlarmLevel { warn, info, critical };

// One query of an alarm policy: "condition | sql".
struct AlarmQuery {
  std::string topic_id;
  std::string logset_id;
  std::string query;  // in CQL
  int minutes = 5;    // the window that ends with the run
};

struct AlarmPolicy {
  std::string id;  // empty: new
  std::string name;
  std::vector<AlarmQuery> queries;
  std::string condition;    // "$1.errors > 100"
  int every_minutes = 1;    // between runs
  int trigger_count = 1;    // runs in a row that must match
  int repeat_minutes = 15;  // between notices while it fires
  AlarmLevel level = AlarmLevel::warn;
  std::vector<std::string> notice_ids;
  bool enabled = true;
};

struct NoticeGroup {
  std::string id, name;
  std::vector<std::string> channels;  // as the service names them: Email, Sms, WeChat, WeCom …
};

struct ScheduledSql {
  std::string id;  // empty: new
  std::string name;
  std::string source_topic, target_topic;
  std::string query;  // "condition | sql" in CQL
  int every_minutes = 60;
  int window_minutes = 60;  // that each run looks back
  bool enabled = true;
  std::string state;  // running, stopped, source_missing, target_missing, denied, failed
};

struct Dashboard {
  std::string id, name;
  std::string region;
  Json data;  // the console's own definition, as far as it is JSON
};

// All calls may fail with the Errc of the outside system (conflict: the name is taken; denied,
// not_found, rate_limited, unavailable, timed_out …). One account and region. Safe to use from one
// executor at a time.
class LogAdmin {
 public:
  virtual ~LogAdmin() = default;

  // These answer the id of what they made.
  virtual Async<Result<std::string>> create_logset(std::string name) = 0;
  // With its index. Where that fails, the topic is removed again; if even that fails, the message
  // names the topic that is left without an index.
  virtual Async<Result<std::string>> create_topic(NewTopic topic) = 0;
  virtual Async<Result<std::string>> create_alarm(AlarmPolicy alarm) = 0;
  virtual Async<Result<std::string>> create_scheduled_sql(ScheduledSql task) = 0;

  virtual Async<Result<std::vector<AlarmPolicy>>> alarms() = 0;
  virtual Async<Result<std::vector<NoticeGroup>>> notice_groups() = 0;
  virtual Async<Result<std::vector<ScheduledSql>>> scheduled_sqls() = 0;
  virtual Async<Result<std::vector<Dashboard>>> dashboards() = 0;

  virtual Async<Result<>> enable_alarm(std::string id, bool enabled) = 0;
  virtual Async<Result<>> enable_scheduled_sql(ScheduledSql task, bool enabled) = 0;
  virtual Async<Result<>> delete_alarm(std::string id) = 0;
  virtual Async<Result<>> delete_scheduled_sql(ScheduledSql task) = 0;
  virtual Async<Result<>> delete_topic(std::string id) = 0;
  virtual Async<Result<>> delete_logset(std::string id) = 0;  // conflict: it still holds topics
};

}  // namespace mtc::logs
