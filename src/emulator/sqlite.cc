#include "emulator/sqlite.h"

namespace mtc::emulator {
namespace {

void check(sqlite3* db, int code) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  throw SqliteError(sqlite3_errmsg(db));
}

}  // namespace

Statement::Statement(Sqlite& db, std::string_view sql) : db_(db.handle()) {
  sqlite3_stmt* raw = nullptr;
  check(db_, sqlite3_prepare_v2(db_, sql.data(), static_cast<int>(sql.size()), &raw, nullptr));
  handle_.reset(raw);
}

void Statement::bind(int index, std::int64_t value) {
  check(db_, sqlite3_bind_int64(handle_.get(), index, value));
}
void Statement::bind(int index, double value) {
  check(db_, sqlite3_bind_double(handle_.get(), index, value));
}
void Statement::bind_null(int index) {
  check(db_, sqlite3_bind_null(handle_.get(), index));
}

void Statement::bind_view(int index, std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();
  check(db_,
        sqlite3_bind_text64(handle_.get(), index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::bind_all(const std::vector<SqlBind>& values) {
  int index = 0;
  for (const auto& value : values) {
    ++index;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      bind(index, *integer);
    } else if (const auto* number = std::get_if<double>(&value)) {
      bind(index, *number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      bind_view(index, *text);
    } else if (const auto* matcher = std::get_if<const TermMatcher*>(&value)) {
      check(db_, sqlite3_bind_pointer(handle_.get(), index, const_cast<TermMatcher*>(*matcher),
                                      kMatcherPointer, nullptr));
    } else {
      bind_null(index);
    }
  }
}

bool Statement::step() {
  const int code = sqlite3_step(handle_.get());
  check(db_, code);
  return code == SQLITE_ROW;
}

bool Statement::insert() {
  const int code = sqlite3_step(handle_.get());
  sqlite3_reset(handle_.get());
  if (code == SQLITE_CONSTRAINT) return false;
  check(db_, code);
  return true;
}

void Statement::reset() {
  sqlite3_reset(handle_.get());
}

std::string_view Statement::text(int column) const {
  const auto* data = sqlite3_column_text(handle_.get(), column);
  if (data == nullptr) return {};
  return {reinterpret_cast<const char*>(data),
          static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

Sqlite::Sqlite(const std::string& path) {
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(raw);
  if (code != SQLITE_OK)
    throw SqliteError(path + ": " + (raw != nullptr ? sqlite3_errmsg(raw) : "out of memory"));
  sqlite3_busy_timeout(raw, 2000);
  // Large pages: a scan over long rows is then mostly sequential memory. Rollback stays possible
  // through a journal in memory.
  run("PRAGMA page_size=32768; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA "
      "temp_store=MEMORY;"
      "PRAGMA cache_size=-262144;");
}

void Sqlite::run(const std::string& sql) {
  check(handle_.get(), sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr));
}

}  // namespace mtc::emulator
