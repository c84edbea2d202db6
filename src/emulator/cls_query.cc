#include "emulator/cls_query.h"

#include <algorithm>

#include "emulator/request_schema.h"

namespace mtc::emulator {

ApiResult<SearchRange> read_range(const Json& body) {
  const SearchRange range{.from_ms = std::min(integer_or(body, "From"), kMaxLogTime),
                          .to_ms = std::min(integer_or(body, "To"), kMaxLogTime)};
  if (range.from_ms < 0 || range.to_ms < range.from_ms)
    return bad_value("From should not be after To");
  return range;
}

ApiResult<QuerySyntax> read_syntax(const Json& body, std::string_view member,
                                   QuerySyntax fallback) {
  if (!given(body, member)) return fallback;
  const auto value = integer_or(body, member);
  if (value != 0 && value != 1) return bad_value(std::string(member) + " should be 0 or 1");
  return static_cast<QuerySyntax>(value);
}

ApiResult<CompiledCondition> compile_text(std::string_view condition, QuerySyntax syntax,
                                          const TopicTable& table, SearchRange range) {
  const auto parsed = parse_condition(condition, syntax);
  if (!parsed) return std::unexpected(parsed.error());
  return compile_condition(*parsed, table, range);
}

ApiResult<CompiledCondition> compile_without_sql(std::string_view query, QuerySyntax syntax,
                                                 const TopicTable& table, SearchRange range) {
  if (split_query(query).has_sql) return syntax_error("SQL is not possible here");
  return compile_text(query, syntax, table, range);
}

}  // namespace mtc::emulator
