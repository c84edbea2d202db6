// The few habits our SQL has with SOCI. Only .cc files of this folder include it: SOCI's headers
// are heavy.
#pragma once

#include <soci/soci.h>

#include <optional>
#include <string>

#include "base/clock.h"

namespace mtc::storage {

inline long long millis_of(TimePoint time) {
  return time.time_since_epoch().count();
}
inline TimePoint time_of(long long millis) {
  return TimePoint(Millis(millis));
}

// A column that may be NULL; name both members in into() and use(), which wants them changeable.
template <class T>
struct Nullable {
  T value{};
  soci::indicator state = soci::i_null;

  Nullable() = default;
  explicit Nullable(const std::optional<T>& from) {
    if (!from) return;
    value = *from;
    state = soci::i_ok;
  }
  bool present() const { return state == soci::i_ok; }
  std::optional<T> get() const { return present() ? std::optional(value) : std::nullopt; }
};

inline Nullable<long long> nullable(const std::optional<TimePoint>& time) {
  return Nullable<long long>(time ? std::optional(millis_of(*time)) : std::nullopt);
}
inline std::optional<TimePoint> time_of(const Nullable<long long>& millis) {
  return millis.present() ? std::optional(time_of(millis.value)) : std::nullopt;
}

// A column of a row that goes both ways, whether it may be NULL or not.
template <class T>
void give(soci::statement& statement, T& column) {
  statement.exchange(soci::use(column));
}
template <class T>
void give(soci::statement& statement, Nullable<T>& column) {
  statement.exchange(soci::use(column.value, column.state));
}
template <class T>
void take(soci::statement& statement, T& column) {
  statement.exchange(soci::into(column));
}
template <class T>
void take(soci::statement& statement, Nullable<T>& column) {
  statement.exchange(soci::into(column.value, column.state));
}

// To be executed again and again, with what its variables hold by then.
inline void prepare(soci::statement& statement, const std::string& sql) {
  statement.alloc();
  statement.prepare(sql);
  statement.define_and_bind();
}

// For queries whose into() and use() were given by exchange(): rows are fetched then.
inline void start(soci::statement& statement, const std::string& sql) {
  prepare(statement, sql);
  statement.execute();
}

// The same for statements that change something.
inline void write(soci::statement& statement, const std::string& sql) {
  prepare(statement, sql);
  statement.execute(true);
}

}  // namespace mtc::storage
