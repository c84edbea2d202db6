// Changes of log settings as they are proposed, planned and done: what stands in a proposal's
// arguments, and who does it.
#pragma once

#include "base/json.h"
#include "services/basic/log_tool_common.h"
#include "services/common/guarded_change.h"

namespace mtc::services {

// Registers what confirm_plan needs for every action below. The ports outlive the executors.
//   create_logset, create_log_topic, create_alarm, create_scheduled_sql, enable_log_rule,
//   disable_log_rule, delete_alarm, delete_scheduled_sql, delete_log_topic, delete_logset
void add_log_executors(ChangeExecutors& executors, const LogToolPorts& ports);

// The one of that action.
DoChange log_executor(const LogToolPorts& ports, std::string_view action);

// The state that a rule or topic was in: part of a proposal, and compared again before it is done.
std::string version_of(const logs::AlarmPolicy& alarm);
std::string version_of(const logs::ScheduledSql& task);
std::string version_of(const logs::Topic& topic);
std::string version_of(const logs::Logset& logset);

Json to_json(const logs::NewTopic& topic);
Json to_json(const logs::AlarmPolicy& alarm);
Json to_json(const logs::ScheduledSql& task);
// Arguments come back from storage: Errc::internal where they are not what was written.
Result<logs::NewTopic> read_new_topic(const Json& json);
Result<logs::AlarmPolicy> read_alarm(const Json& json);
Result<logs::ScheduledSql> read_scheduled_sql(const Json& json);

// What changing tools answer besides what they say.
Json log_change_schema();

}  // namespace mtc::services
