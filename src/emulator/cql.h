// The search condition of the log service: CQL (syntax 1) and the common part of its Lucene dialect
// (syntax 0), read as the documents describe them. It shares no code with domain/logs/cql.h, which
// writes conditions, on purpose: whoever judges a query must not make its writer's mistakes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/api_error.h"

namespace mtc::emulator {

enum class QuerySyntax { lucene = 0, cql = 1 };

enum class CompareOp { greater, greater_equal, less, less_equal, equal };
std::string_view symbol_of(CompareOp op);  // as CQL and SQL write it

struct Condition {
  enum class Kind {
    all,  // * or nothing
    conjunction,
    disjunction,
    negation,  // of children[0]
    term,      // field:value, or a full-text search if field is empty
    compare,   // field op number
    exists,    // field:*
    empty,     // field:""
  };
  Kind kind = Kind::all;
  std::string field;
  std::string value;    // of a term; wildcards stand as kAnyRun and kAnyCharacter (tokens.h)
  bool phrase = false;  // the value was quoted
  CompareOp op = CompareOp::equal;
  std::string number;  // of a comparison, as written; the field's type decides how it is read
  std::vector<Condition> children;
};

inline constexpr std::size_t kMaxQueryBytes = 12U << 10U;

// FailedOperation.SyntaxError with the place of the trouble. Nested at most 60 deep.
ApiResult<Condition> parse_condition(std::string_view text, QuerySyntax syntax);

// "condition | sql" cut at the first bar outside quotes; the second part is empty if there is none.
struct QueryParts {
  std::string_view condition;
  std::string_view sql;
  bool has_sql = false;
};
QueryParts split_query(std::string_view text);

}  // namespace mtc::emulator
