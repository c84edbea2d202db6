// The settings of CLS, Tencent Cloud's log service, in one region.
#pragma once

#include <string>
#include <vector>

#include "adapters/tencent/client.h"
#include "domain/logs/log_admin.h"

namespace mtc::tencent {

class ClsLogAdmin final : public logs::LogAdmin {
 public:
  // Borrowed, and outlive this.
  ClsLogAdmin(TencentClient& client, const Clock& clock, std::string region)
      : client_(client), clock_(clock), region_(std::move(region)) {}

  Async<Result<std::string>> create_logset(std::string name) override;
  Async<Result<std::string>> create_topic(logs::NewTopic topic) override;
  Async<Result<std::string>> create_alarm(logs::AlarmPolicy alarm) override;
  Async<Result<std::string>> create_scheduled_sql(logs::ScheduledSql task) override;

  Async<Result<std::vector<logs::AlarmPolicy>>> alarms() override;
  Async<Result<std::vector<logs::NoticeGroup>>> notice_groups() override;
  Async<Result<std::vector<logs::ScheduledSql>>> scheduled_sqls() override;
  Async<Result<std::vector<logs::Dashboard>>> dashboards() override;

  Async<Result<>> enable_alarm(std::string id, bool enabled) override;
  Async<Result<>> enable_scheduled_sql(logs::ScheduledSql task, bool enabled) override;
  Async<Result<>> delete_alarm(std::string id) override;
  Async<Result<>> delete_scheduled_sql(logs::ScheduledSql task) override;
  Async<Result<>> delete_topic(std::string id) override;
  Async<Result<>> delete_logset(std::string id) override;

 private:
  ApiCall make_call(std::string action, Json body) const;
  Async<Result<std::vector<Json>>> list(std::string action, std::string member);
  Async<Result<Json>> change(std::string action, Json body);
  // The id that the answer has to hold.
  Async<Result<std::string>> create(std::string action, Json body, std::string id_member);
  Async<Result<>> carry_out(std::string action, Json body);

  TencentClient& client_;
  const Clock& clock_;
  const std::string region_;
};

}  // namespace mtc::tencent
