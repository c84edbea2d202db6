// A search condition against the index of a topic: what SQLite is asked to look for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "emulator/api_error.h"
#include "emulator/cql.h"
#include "emulator/sqlite.h"
#include "emulator/tokens.h"
#include "emulator/topic_table.h"

namespace mtc::emulator {

// SQL text with numbered parameters (?1, ?2 …) and their values.
struct Predicate {
  std::string sql;
  std::vector<SqlBind> binds;
  std::vector<std::shared_ptr<const TermMatcher>> matchers;  // the owners of what binds point to

  std::string add(SqlBind value) {
    binds.push_back(std::move(value));
    return "?" + std::to_string(binds.size());
  }
  std::string add(TermMatcher matcher) {
    matchers.push_back(std::make_shared<const TermMatcher>(std::move(matcher)));
    return add(SqlBind(matchers.back().get()));
  }
};

// What a matching log can show as <cls_highlight>.
struct HighlightTerm {
  std::string field;
  std::shared_ptr<const TermMatcher> matcher;
};

struct CompiledCondition {
  Predicate where;  // over the topic's table, the time range included
  std::vector<HighlightTerm> highlights;
};

struct SearchRange {
  std::int64_t from_ms = 0;  // inclusive
  std::int64_t to_ms = 0;    // exclusive
};

// FailedOperation.SyntaxError for fields that are not indexed or numbers that are none.
ApiResult<CompiledCondition> compile_condition(const Condition& condition, const TopicTable& table,
                                               SearchRange range);

}  // namespace mtc::emulator
