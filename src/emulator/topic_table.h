// The logs of one topic in one SQLite table. The row id is (time in ms << 21 | a running number),
// so the table itself is sorted by time: ranges of time and pages are ranges of row ids.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "emulator/index_rule.h"
#include "emulator/log_group.h"
#include "emulator/sqlite.h"

namespace mtc::emulator {

inline constexpr int kTimeShift = 21;
inline constexpr std::int64_t kMaxLogTime = (INT64_C(1) << 41) - 1;  // ms; the year 2039
inline std::int64_t row_at(std::int64_t time_ms) {
  return time_ms << kTimeShift;
}
inline std::int64_t time_of_row(std::int64_t row) {
  return row >> kTimeShift;
}

// Where logs come from: the neighbours of a log are those of its stream.
struct LogStream {
  std::string context;  // upper-case hexadecimal, or what the uploader chose
  std::string source, filename, hostname;
};

// PkgId is "<context>-<group in hexadecimal>"; PkgLogId counts in steps of 65536 within the
// package.
inline constexpr int kPackageLogShift = 16;

class TopicTable {
 public:
  // Opens or creates the table.
  TopicTable(Sqlite& db, int number, std::string topic_id);

  const std::string& name() const { return name_; }
  const std::string& topic_id() const { return topic_id_; }
  void drop();

  // New logs follow this rule; logs already there keep theirs.
  void set_index(IndexRule rule);
  void clear_index();
  const std::optional<IndexRule>& index() const { return index_; }
  // Some logs were written before there was an index (of this key): conditions must look at the
  // revision column.
  bool has_logs_before(int revision) const { return first_revision_ < revision; }

  // The stream with these properties; an empty context is filled in.
  int stream(const LogStream& stream);
  const LogStream& stream(int id) const {
    return streams_[static_cast<std::size_t>(id)].properties;
  }
  std::int64_t next_group(int stream);
  void note_group(int stream, std::int64_t group);
  std::string package_id(int stream, std::int64_t group) const;

  std::optional<std::int64_t> first_time() const;

 private:
  friend class LogWriter;
  struct Stream {
    LogStream properties;
    std::int64_t last_group = 0;
  };
  void save_index();
  void load();
  bool has_column(const std::string& column);

  Sqlite& db_;
  int number_;
  std::string name_, topic_id_;
  std::optional<IndexRule> index_;
  int revision_ = 0;                // rises with each change of the index; 0 = there never was one
  int first_revision_ = INT32_MAX;  // of the logs in the table
  std::vector<Stream> streams_;
  std::map<std::tuple<std::string, std::string, std::string, std::string>, int> stream_ids_;
  std::int64_t sequence_ = 0;
};

// Adds logs in one transaction; what was not committed is taken back.
class LogWriter {
 public:
  explicit LogWriter(TopicTable& table);
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  struct Place {
    int stream = 0;
    std::int64_t group = 0;
    std::int64_t index = 0;  // in the package
  };
  void add(const Place& place, std::int64_t time_ms, const std::vector<TextPair>& contents);
  void commit();

 private:
  struct Slot {
    std::string_view key;
    FieldType type;
    int parameter = 0;  // 0: not kept in a column
    bool has_children = false;
  };
  void bind_field(const Slot& slot, std::string_view value);
  void bind_children(const Slot& slot, std::string_view value);

  TopicTable& table_;
  std::unique_ptr<Statement> insert_;
  std::vector<Slot> slots_;
  std::string body_;
  std::deque<std::string> kept_;  // values that must live until the insert
  bool committed_ = false;
};

}  // namespace mtc::emulator
