// Types of columns that the engines spell differently; the rest of our SQL is understood by SQLite,
// MariaDB and PostgreSQL.
#pragma once

namespace mtc::storage {

inline constexpr const char* kNumberedKey =
    "INTEGER PRIMARY KEY AUTOINCREMENT";          // ids are never given twice
inline constexpr const char* kLongText = "TEXT";  // megabytes

}  // namespace mtc::storage
