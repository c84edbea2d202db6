// Runs the SQL part of a query over the logs that the search condition selects.
#pragma once

#include "emulator/api_error.h"
#include "emulator/search_condition.h"
#include "emulator/sql_ast.h"
#include "emulator/sql_value.h"

namespace mtc::emulator {

inline constexpr std::int64_t kDefaultRows = 100;
inline constexpr std::int64_t kMaxRows = 1'000'000;

// FailedOperation.SyntaxError or .QueryError for what the statement does wrong.
ApiResult<SqlRows> run_sql(Sqlite& db, const TopicTable& table, const CompiledCondition& condition,
                           SearchRange range, const Select& select);

}  // namespace mtc::emulator
