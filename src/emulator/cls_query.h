// What the query actions of the log service have in common.
#pragma once

#include <string_view>

#include "base/json.h"
#include "emulator/api_error.h"
#include "emulator/cql.h"
#include "emulator/search_condition.h"

namespace mtc::emulator {

// From and To. InvalidParameterValue if they stand the wrong way round.
ApiResult<SearchRange> read_range(const Json& body);

// QuerySyntax or SyntaxRule: the two have opposite defaults.
ApiResult<QuerySyntax> read_syntax(const Json& body, std::string_view member, QuerySyntax fallback);

ApiResult<CompiledCondition> compile_text(std::string_view condition, QuerySyntax syntax,
                                          const TopicTable& table, SearchRange range);

// The same for actions that count and show raw logs only: FailedOperation.SyntaxError for SQL.
ApiResult<CompiledCondition> compile_without_sql(std::string_view query, QuerySyntax syntax,
                                                 const TopicTable& table, SearchRange range);

}  // namespace mtc::emulator
