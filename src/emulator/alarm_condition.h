// The trigger expression of an alarm policy: "$1.err_rate > 5 && $2.__QUERYCOUNT__ > 0",
// "[$1.count(*)] >= 10", "$1.service == \"pay\"".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api_error.h"
#include "emulator/sql_value.h"

namespace mtc::emulator {

// What query n of the policy found. `count` may exceed the rows that are here.
struct AlarmRows {
  std::int64_t count = 0;
  std::vector<std::string> columns;
  std::vector<std::vector<SqlValue>> rows;
};

struct ConditionNode {
  enum class Kind { number, text, field, arithmetic, comparison, logic };
  Kind kind = Kind::number;
  double number = 0;
  std::string text;  // of a text; the operator; the field's name
  int query = 0;     // of a field
  std::vector<ConditionNode> children;
};

inline constexpr std::size_t kMaxConditionBytes = 4096;
inline constexpr int kMaxEvaluations = 1000;

// FailedOperation.InvalidAlarm with the place of the trouble, also for a field of a query beyond
// `queries` and for an expression that is not true or false.
ApiResult<ConditionNode> parse_alarm_condition(std::string_view text, int queries);

// True if some combination of rows, one of each query in `results` (query 1 first), makes the
// condition true; no more than kMaxEvaluations are tried. Absent fields and values of the wrong
// type make a comparison false.
bool holds(const ConditionNode& condition, const std::vector<AlarmRows>& results);

}  // namespace mtc::emulator
