// Loads many logs into one topic: long transactions, packages of the documented size.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "emulator/topic_table.h"

namespace mtc::emulator {

class BulkWriter {
 public:
  explicit BulkWriter(TopicTable& table) : table_(table) {}
  void add(int stream, std::int64_t time_ms, const std::vector<TextPair>& contents);
  void finish();
  std::int64_t count() const { return count_; }

 private:
  TopicTable& table_;
  std::unique_ptr<LogWriter> writer_;
  std::vector<LogWriter::Place> places_;  // by stream
  std::int64_t count_ = 0;
};

}  // namespace mtc::emulator
