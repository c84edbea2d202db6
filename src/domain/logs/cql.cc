#include "domain/logs/cql.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace mtc::logs {
namespace {

// Literal text without control characters, bounded.
std::string tame(std::string_view text) {
  std::string clean = sanitize_utf8(prefix_of_bytes(text, kMaxPhraseBytes));
  // Replacing broken bytes has made it longer.
  clean.resize(prefix_of_bytes(clean, kMaxPhraseBytes).size());
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return clean;
}

bool is_blank(std::string_view text) {
  return trim(tame(text)).empty();
}

bool is_plain_in_field(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("_-./@").find(c) != std::string_view::npos;
}

struct Spelling {
  Level level;
  std::string_view word;
};
// Indexes may or may not heed case, so each word is asked for in upper and in lower case.
constexpr std::array<Spelling, 16> kSpellings{{{Level::fatal, "FATAL"},
                                               {Level::fatal, "CRITICAL"},
                                               {Level::fatal, "CRIT"},
                                               {Level::fatal, "EMERG"},
                                               {Level::fatal, "ALERT"},
                                               {Level::fatal, "PANIC"},
                                               {Level::error, "ERROR"},
                                               {Level::error, "ERR"},
                                               {Level::error, "SEVERE"},
                                               {Level::warn, "WARN"},
                                               {Level::warn, "WARNING"},
                                               {Level::info, "INFO"},
                                               {Level::info, "NOTICE"},
                                               {Level::debug, "DEBUG"},
                                               {Level::trace, "TRACE"},
                                               {Level::trace, "VERBOSE"}}};

}  // namespace

std::string quote_phrase(std::string_view text) {
  std::string out = "\"";
  for (const char c : tame(text)) {
    if (c == '"' || c == '\\' || c == '*' || c == '?') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string quote_field(std::string_view name) {
  std::string out;
  for (const char c : tame(name)) {
    if (!is_plain_in_field(c)) out += '\\';
    out += c;
  }
  return out;
}

std::string sql_identifier(std::string_view name) {
  return "\"" + replace_all(tame(name), "\"", "\"\"") + "\"";
}

namespace {

// Of the first '|' outside quotes; npos without one.
std::size_t find_bar(std::string_view query) {
  char quote = 0;
  for (std::size_t i = 0; i < query.size(); ++i) {
    const char c = query[i];
    if (c == '\\') {
      ++i;
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '|') {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

bool has_sql_part(std::string_view query) {
  return find_bar(query) != std::string_view::npos;
}

QueryParts split_query(std::string_view query) {
  query = trim(query);
  const auto bar = find_bar(query);
  if (bar != query.npos) {
    return {.condition = std::string(trim(query.substr(0, bar))),
            .sql = std::string(trim(query.substr(bar + 1)))};
  }
  const std::string first = to_lower_ascii(query.substr(0, 7));
  if (first.starts_with("select") && (first.size() == 6 || first[6] <= ' '))
    return {.condition = "*", .sql = std::string(query)};
  return {.condition = std::string(query), .sql = {}};
}

Condition keyword(std::string_view text) {
  if (is_blank(text)) return {};
  return Condition(quote_phrase(trim(text)));
}

Condition field_equals(std::string_view field, std::string_view value) {
  if (is_blank(field)) return keyword(value);
  if (is_blank(value)) return {};
  return Condition(quote_field(trim(field)) + ":" + quote_phrase(trim(value)));
}

Condition level_at_least(Level level, std::string_view field) {
  if (level == Level::unknown || is_blank(field)) return {};
  std::string words;
  for (const auto& [spelled, word] : kSpellings) {
    if (spelled < level) continue;
    for (const std::string& form : {std::string(word), to_lower_ascii(word)}) {
      if (!words.empty()) words += " OR ";
      words += quote_phrase(form);
    }
  }
  return Condition(quote_field(trim(field)) + ":(" + words + ")");
}

Condition Condition::combine(const std::vector<Condition>& conditions, std::string_view with) {
  Condition out;
  int parts = 0;
  for (const auto& condition : conditions) {
    if (condition.everything()) continue;
    ++parts;
  }
  for (const auto& condition : conditions) {
    if (condition.everything()) continue;
    if (!out.text_.empty()) out.text_ += with;
    // Parentheses always: the log service's precedence of mixed operators is not documented.
    out.text_ += condition.compound_ && parts > 1 ? "(" + condition.text_ + ")" : condition.text_;
    out.compound_ = parts > 1 || condition.compound_;
  }
  return out;
}

Condition as_written(std::string_view cql) {
  cql = trim(cql);
  if (cql.empty() || cql == "*") return {};
  Condition out{std::string(cql)};
  out.compound_ = true;
  return out;
}

Condition all_of(const std::vector<Condition>& conditions) {
  return Condition::combine(conditions, " AND ");
}

Condition any_of(const std::vector<Condition>& conditions) {
  if (std::ranges::any_of(conditions, &Condition::everything)) return {};
  return Condition::combine(conditions, " OR ");
}

Condition none_of(const std::vector<Condition>& conditions) {
  Condition any = Condition::combine(conditions, " OR ");
  if (any.everything()) return any;
  any.text_ = any.compound_ ? "NOT (" + any.text_ + ")" : "NOT " + any.text_;
  any.compound_ = true;
  return any;
}

}  // namespace mtc::logs
