// The SQL part of a query cut into tokens.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api_error.h"

namespace mtc::emulator {

struct SqlToken {
  enum class Kind { end, name, quoted_name, text, integer, number, symbol };
  Kind kind = Kind::end;
  std::string text;
  std::size_t begin = 0, end = 0;  // in the source
};

// The last one is of kind `end`. FailedOperation.SyntaxError for what is no token, and for more
// than two thousand.
ApiResult<std::vector<SqlToken>> cut_sql(std::string_view sql);

// Words that cannot be names without quotes.
bool is_reserved(std::string_view word);

}  // namespace mtc::emulator
