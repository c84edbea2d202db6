// time_series(…) in GROUP BY: buckets of time without gaps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "emulator/search_condition.h"
#include "emulator/sql_ast.h"
#include "emulator/sql_value.h"

namespace mtc::emulator {

// time_series(ts, '5m', '%H:%i', '0'): bucket width in ms, label pattern, what fills gaps.
struct TimeSeries {
  std::int64_t width_ms = 0;
  std::string pattern, padding;
};
ApiResult<TimeSeries> read_time_series(const SqlExpr& call);

// One row for each bucket of the range and each combination of the other keys. A row holds its
// keys, of which the one at `at` is the bucket's start, and then its aggregates.
// FailedOperation.QueryError if that would be too many.
ApiResult<> fill_gaps(std::vector<std::vector<SqlValue>>& rows, std::size_t at,
                      std::size_t key_count, const TimeSeries& series, SearchRange range);

}  // namespace mtc::emulator
