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

// As the answer carries them.
std::string row_as_json(const std::vector<SqlColumn>& columns, const std::vector<SqlValue>& row);
std::string value_as_text(const SqlValue& value, SqlType type);

}  // namespace mtc::emulator
