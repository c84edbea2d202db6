// The parts of answers that repeat a thousand times, written as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/search_condition.h"
#include "emulator/topic_table.h"

namespace mtc::emulator {

struct LogRow {
  std::int64_t row = 0;
  int stream = 0;
  std::int64_t group = 0, index = 0;
  std::string_view body;
};

// One LogInfo. `topic_name` is escaped already; `highlights` may be null.
void append_log_info(std::string& out, const LogRow& row, const TopicTable& table,
                     std::string_view topic_name, const std::vector<HighlightTerm>* highlights);

// One LogContextInfo.
void append_context_info(std::string& out, const LogRow& row, const TopicTable& table);

}  // namespace mtc::emulator
