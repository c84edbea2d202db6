// The sqlite3 C interface with ownership. What fails here is a broken disk or a mistake of ours, so
// it throws SqliteError; the one catch is around each emulated action.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mtc::emulator {

class TermMatcher;

struct SqliteError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A matcher goes to SQL functions as a pointer value, which SQL text cannot forge.
using SqlBind = std::variant<std::monostate, std::int64_t, double, std::string, const TermMatcher*>;
inline constexpr const char* kMatcherPointer = "mtc-term-matcher";

class Sqlite;

class Statement {
 public:
  Statement(Sqlite& db, std::string_view sql);
  // Parameters count from 1, columns from 0. Text given to bind_view must live until the next
  // step() returns.
  void bind(int index, std::int64_t value);
  void bind(int index, double value);
  void bind_null(int index);
  void bind_view(int index, std::string_view text);
  void bind_all(const std::vector<SqlBind>& values);  // which must outlive the statement
  bool step();                                        // true: a row is there
  // As step(), for inserts: false if a unique key stood in the way.
  bool insert();
  void reset();

  int columns() const { return sqlite3_column_count(handle_.get()); }
  int type(int column) const { return sqlite3_column_type(handle_.get(), column); }
  std::int64_t integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
  double number(int column) const { return sqlite3_column_double(handle_.get(), column); }
  std::string_view text(int column) const;  // until the next step()
  sqlite3_stmt* handle() const { return handle_.get(); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  sqlite3* db_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

class Sqlite {
 public:
  // ":memory:" or a file. Durability is given up for speed: what it holds can be generated or
  // uploaded again.
  explicit Sqlite(const std::string& path);
  void run(const std::string& sql);
  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace mtc::emulator
