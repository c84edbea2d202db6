// The functions that SQLite does not have: the dialect's own and those that search conditions use.
#pragma once

#include <map>
#include <string>

#include "emulator/sqlite.h"
#include "emulator/topic_table.h"

namespace mtc::emulator {

// Table name → table, for what a log's stream is called. Lives as long as the connection.
using TableDirectory = std::map<std::string, const TopicTable*, std::less<>>;

// tables may be null: cls_stream is then always NULL.
void register_sql_functions(Sqlite& db, const TableDirectory* tables);

// "2026-01-01 08:00:00.000" from Unix ms and an offset.
std::string timestamp_text(std::int64_t ms, std::int64_t offset_ms);

// MySQL-like pattern: %Y %m %d %H %i %s %f …
std::string format_timestamp(std::int64_t civil_ms, std::string_view pattern);

inline constexpr std::int64_t kShanghaiOffset = 8 * 3'600'000;

}  // namespace mtc::emulator
