// CLS' own shapes of alarms, notices, scheduled SQL and dashboards, from and to the domain's
// values.
#pragma once

#include <string>

#include "base/json.h"
#include "domain/logs/log_admin.h"

namespace mtc::tencent {

Json index_rule(const logs::NewTopic& topic);
Json alarm_body(const logs::AlarmPolicy& alarm);
Json scheduled_sql_body(const logs::ScheduledSql& task, const std::string& region, TimePoint start);

logs::AlarmPolicy read_alarm(const Json& item);
logs::NoticeGroup read_notice_group(const Json& item);
logs::ScheduledSql read_scheduled_sql(const Json& item);
logs::Dashboard read_dashboard(const Json& item);

}  // namespace mtc::tencent
