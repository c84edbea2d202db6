// Which fields of a topic hold the level, the service, the status and so on, told by the names
// people give them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/language.h"
#include "domain/logs/log_store.h"

namespace mtc::logs {

enum class Column { level, service, status, latency, url, client, host, user, message };

// As people call it: 级别, "level".
std::string_view name_of(Column column, Language language);

// Nullopt if no field is named like that (or none of a type that fits).
std::optional<TopicFields::Key> find_column(const TopicFields& fields, Column column);

// How many milliseconds one unit of that latency field is: "cost_ms" 1, "request_time" 1000 (nginx
// writes seconds). Milliseconds where the name does not say.
double milliseconds_per_unit(std::string_view latency_field);

// For SQL: quoted only where it must be, which more parsers understand.
std::string sql_column(std::string_view name);

// As a number in SQL, whatever the field's type is.
std::string sql_number(const TopicFields::Key& key);

// The fields there are, for a sentence: "level, service, message"; at most twelve, in_sql only if
// wanted.
std::string list_fields(const TopicFields& fields, bool only_in_sql, Language language);

// Errc::invalid_argument: the topic has no such field, or it is not kept for statistics; says which
// fields there are.
std::unexpected<Error> missing_column(const TopicFields& fields, Column column, Language language);

}  // namespace mtc::logs
