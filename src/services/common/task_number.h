// "任务十二" → 12: how people name a task.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mtc::services {

// "12", "任务12", "第三个任务", "task 3", "#3"; Chinese numerals. Nullopt if there is
// no number, or more than one.
std::optional<std::int64_t> parse_task_number(std::string_view text);

}  // namespace mtc::services
