// Everything the stand-in remembers besides logs: alarms, clusters, dashboards … One record is one
// JSON document with a kind, an id and an owner; all are in memory and mirrored in SQLite.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "emulator/owner.h"
#include "emulator/sqlite.h"

namespace mtc::emulator {

struct Record {
  std::int64_t number = 0;  // rises with each record
  std::string kind, id;
  Owner owner;
  Json document = Json::object();

  std::string text(std::string_view member) const { return string_or(document, member); }
  std::int64_t integer(std::string_view member) const { return integer_or(document, member); }
  TimePoint time(std::string_view member) const { return TimePoint(Millis(integer(member))); }
};

// One thread at a time. Records stay where they are until they are erased.
class Records {
 public:
  explicit Records(Sqlite& db);

  // The id is new within its kind; an old record of that id is replaced.
  Record& add(std::string_view kind, const Owner& owner, std::string id, Json document);
  // After a change of the document.
  void save(const Record& record);
  void erase(const Record& record);

  // Oldest first.
  std::vector<Record*> all(std::string_view kind) const;
  std::vector<Record*> of(std::string_view kind, const Owner& owner) const;
  Record* find(std::string_view kind, const Owner& owner, std::string_view id) const;

 private:
  using Kind = std::vector<std::unique_ptr<Record>>;
  Sqlite& db_;
  std::map<std::string, Kind, std::less<>> kinds_;
  std::int64_t next_number_ = 1;
};

inline std::int64_t millis(TimePoint time) {
  return time.time_since_epoch().count();
}

// "cls-0a1b2c3d": eight letters and digits that follow from the seed.
std::string short_id(std::string_view prefix, std::string_view seed, int length = 8);

}  // namespace mtc::emulator
