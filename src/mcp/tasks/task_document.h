// A task as a store keeps it: one JSON document.
#pragma once

#include "mcp/tasks.h"

namespace mtc::mcp {

// All of it but `version`, which belongs to the row.
Json to_json(const Task& task);
// Errc::internal naming the member that is missing or wrong.
Result<Task> task_from_json(const Json& document);

}  // namespace mtc::mcp
