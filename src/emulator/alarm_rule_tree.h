// The JSON rule trees of notice rules and shields: which firings they are about.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/api_error.h"

namespace mtc::emulator {

struct FiringFacts {
  std::int64_t level = 0;
  std::string alarm_id, alarm_name;
};

// InvalidParameterValue if the text is no tree of operations over conditions.
ApiResult<> check_rule_tree(std::string_view text);
// Conditions other than Level, AlarmID and AlarmName, whose meaning is not published, never match.
bool matches_rule_tree(std::string_view text, const FiringFacts& facts);

}  // namespace mtc::emulator
