// One query on one topic for the stand-in's own periodic work: alarms and scheduled SQL.
#pragma once

#include <string_view>

#include "emulator/alarm_condition.h"
#include "emulator/cloud.h"
#include "emulator/cls_query.h"
#include "emulator/sql_value.h"

namespace mtc::emulator {

// Refuses what could never run: ResourceNotFound.*, FailedOperation.SyntaxError …
ApiResult<> check_query(Cloud& cloud, const Owner& owner, std::string_view topic_id,
                        std::string_view query, QuerySyntax syntax, bool sql_needed);

// The rows of an SQL analysis. The query has SQL.
ApiResult<SqlRows> run_query(Cloud& cloud, const Topic& topic, std::string_view query,
                             QuerySyntax syntax, SearchRange range);

// The same for both kinds of query: of raw logs the newest hundred with all their fields, and how
// many there are.
ApiResult<AlarmRows> run_alarm_query(Cloud& cloud, const Topic& topic, std::string_view query,
                                     QuerySyntax syntax, SearchRange range);

}  // namespace mtc::emulator
