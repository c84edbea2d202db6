// Log settings in memory, for tests: what is created is listed, and every call can be made to fail.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/logs/log_admin.h"

namespace mtc::logs {

class FakeLogAdmin final : public LogAdmin {
 public:
  std::vector<AlarmPolicy> alarm_list;
  std::vector<NoticeGroup> notices;
  std::vector<ScheduledSql> tasks;
  std::vector<Dashboard> boards;
  std::vector<std::string> logset_names;
  std::vector<NewTopic> topics_made;
  std::optional<Error> refuse;                 // every call fails with it
  std::map<std::string, Error> refuse_action;  // only that one: "create_alarm"
  std::vector<std::string> done;  // "enable_alarm alarm-1 off", in order; only what succeeded

  Async<Result<std::string>> create_logset(std::string name) override;
  Async<Result<std::string>> create_topic(NewTopic topic) override;
  Async<Result<std::string>> create_alarm(AlarmPolicy alarm) override;
  Async<Result<std::string>> create_scheduled_sql(ScheduledSql task) override;
  Async<Result<std::vector<AlarmPolicy>>> alarms() override;
  Async<Result<std::vector<NoticeGroup>>> notice_groups() override;
  Async<Result<std::vector<ScheduledSql>>> scheduled_sqls() override;
  Async<Result<std::vector<Dashboard>>> dashboards() override;
  Async<Result<>> enable_alarm(std::string id, bool enabled) override;
  Async<Result<>> enable_scheduled_sql(ScheduledSql task, bool enabled) override;
  Async<Result<>> delete_alarm(std::string id) override;
  Async<Result<>> delete_scheduled_sql(ScheduledSql task) override;
  Async<Result<>> delete_topic(std::string id) override;
  Async<Result<>> delete_logset(std::string id) override;

 private:
  std::optional<Error> refused(const std::string& action) const;
  Result<> note(const std::string& action, const std::string& what);
};

}  // namespace mtc::logs
