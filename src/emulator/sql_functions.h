// The functions that SQLite does not have: the dialect's own and those that search conditions use.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "emulator/sqlite.h"
#include "emulator/topic_table.h"

namespace mtc::emulator {

// Table name → table, for what a log's stream is called. Lives as long as the connection.
using TableDirectory = std::map<std::string, const TopicTable*, std::less<>>;

// tables may be null: cls_stream is then always NULL.
void register_sql_functions(Sqlite& db, const TableDirectory* tables);

}  // namespace mtc::emulator
