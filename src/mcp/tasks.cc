#include "mcp/tasks.h"

#include <array>

#include "base/zone.h"

namespace mtc::mcp {
namespace {

constexpr std::array<std::string_view, 5> kNames{"working", "input_required", "completed", "failed",
                                                 "cancelled"};

}  // namespace

std::string_view name_of(TaskStatus status) {
  return kNames[static_cast<std::size_t>(status)];
}

std::optional<TaskStatus> parse_task_status(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<TaskStatus>(i);
  }
  return std::nullopt;
}

Json describe_task(const Task& task, Millis poll_interval) {
  Json out{{"taskId", task.id},
           {"status", name_of(task.status)},
           {"createdAt", format_iso_utc(task.created)},
           {"lastUpdatedAt", format_iso_utc(task.updated)},
           {"ttlMs", task.ttl.count()},
           {"pollIntervalMs", poll_interval.count()}};
  if (!task.message.empty()) out["statusMessage"] = task.message;
  switch (task.status) {
    case TaskStatus::input_required:
      out["inputRequests"] = task.asked;
      break;
    case TaskStatus::completed:
      out["result"] = task.result;
      break;
    case TaskStatus::failed:
      out["error"] = task.error;
      break;
    case TaskStatus::working:
    case TaskStatus::cancelled:
      break;
  }
  return out;
}

}  // namespace mtc::mcp
