// Search conditions in CQL, the query language of the log service, built so that text from people
// stays text: whatever they say becomes one quoted phrase and can neither end the phrase nor add
// operators, fields, wildcards or an SQL part.
//
//   auto c = all_of({level_at_least(Level::error), field_equals("service", "pay"),
//   keyword("支付超时")}); c.text()   // level:("ERROR" OR …) AND service:"pay" AND "支付超时"
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

// For the SQL part: 'text' and "identifier".
std::string sql_literal(std::string_view text);
std::string sql_identifier(std::string_view name);

// True if a '|' outside quotes makes what follows SQL.
bool has_sql_part(std::string_view query);

class Condition {
 public:
  Condition() = default;  // everything

  // "*" for everything.
  std::string text() const { return everything() ? "*" : text_; }
  bool everything() const { return text_.empty(); }
  // Some of it was passed through unchecked: show it to the person, never build it from what a
  // model or a log says.
  bool raw() const { return raw_; }

  friend Condition keyword(std::string_view text);
  friend Condition field_equals(std::string_view field, std::string_view value);
  friend Condition level_at_least(Level level, std::string_view field);
  friend Condition raw_condition(std::string_view cql);
  friend Condition all_of(const std::vector<Condition>& conditions);
  friend Condition any_of(const std::vector<Condition>& conditions);
  friend Condition none_of(const std::vector<Condition>& conditions);

 private:
  explicit Condition(std::string text) : text_(std::move(text)) {}
  static Condition combine(const std::vector<Condition>& conditions, std::string_view with);

  std::string text_;
  bool compound_ = false;  // needs parentheses inside something else
  bool raw_ = false;
};

// Lines that hold the text somewhere; everything if it is blank.
Condition keyword(std::string_view text);
// Everything if the value is blank.
Condition field_equals(std::string_view field, std::string_view value);
// That level or a worse one, in the spellings that programs use; everything for Level::unknown.
Condition level_at_least(Level level, std::string_view field = "level");
// What somebody wrote as CQL; everything if it is blank. An SQL part must have been refused before
// (has_sql_part).
Condition raw_condition(std::string_view cql);

Condition all_of(const std::vector<Condition>& conditions);
// Everything if one of them is, or if there are none.
Condition any_of(const std::vector<Condition>& conditions);
// Lines that fulfil none of them; conditions that mean everything are left out.
Condition none_of(const std::vector<Condition>& conditions);

}  // namespace mtc::logs
