// Search conditions in CQL, the query language of the log service, built so that text from people
// stays text: whatever they say becomes one quoted phrase and can neither end the phrase nor add
// operators, fields, wildcards or an SQL part.
//
//   auto c = all_of({level_at_least(Level::error), keyword("超时")});
//   c.text()   // level:("ERROR" OR …) AND "超时"
//
// emulator/cql.h reads the same language and shares no code with this, on purpose: it judges what
// is written here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/logs/log_line.h"

namespace mtc::logs {

// One quoted phrase holding that text literally: quotes, backslashes and wildcards are escaped,
// control characters become blanks, broken UTF-8 is replaced, and what is beyond kMaxPhraseBytes is
// cut off.
std::string quote_phrase(std::string_view text);
inline constexpr std::size_t kMaxPhraseBytes = 1024;

// A field's name with everything but letters, digits, '_', '-', '.', '/', '@' and non-ASCII
// characters escaped.
std::string quote_field(std::string_view name);

// For the SQL part: "identifier".
std::string sql_identifier(std::string_view name);

// True if a '|' outside quotes makes what follows SQL.
bool has_sql_part(std::string_view query);

// "level:ERROR | select …" → the condition and the SQL, both without blanks around them; the second
// is empty without a '|' outside quotes. A text that begins with "select" is all SQL.
struct QueryParts {
  std::string condition, sql;
};
QueryParts split_query(std::string_view query);

class Condition {
 public:
  Condition() = default;  // everything

  // "*" for everything.
  std::string text() const { return everything() ? "*" : text_; }
  bool everything() const { return text_.empty(); }

  friend Condition keyword(std::string_view text);
  friend Condition field_equals(std::string_view field, std::string_view value);
  friend Condition level_at_least(Level level, std::string_view field);
  friend Condition all_of(const std::vector<Condition>& conditions);
  friend Condition any_of(const std::vector<Condition>& conditions);
  friend Condition none_of(const std::vector<Condition>& conditions);
  friend Condition as_written(std::string_view cql);

 private:
  explicit Condition(std::string text) : text_(std::move(text)) {}
  static Condition combine(const std::vector<Condition>& conditions, std::string_view with);

  std::string text_;
  bool compound_ = false;  // needs parentheses inside something else
};

// Lines that hold the text somewhere; everything if it is blank.
Condition keyword(std::string_view text);
// Everything if the value is blank.
Condition field_equals(std::string_view field, std::string_view value);
// That level or a worse one, in the spellings that programs use; everything for Level::unknown.
Condition level_at_least(Level level, std::string_view field = "level");

// A condition that somebody has written in CQL, as it is: theirs to get right. Everything for "*".
Condition as_written(std::string_view cql);

Condition all_of(const std::vector<Condition>& conditions);
// Everything if one of them is, or if there are none.
Condition any_of(const std::vector<Condition>& conditions);
// Lines that fulfil none of them; conditions that mean everything are left out.
Condition none_of(const std::vector<Condition>& conditions);

}  // namespace mtc::logs
