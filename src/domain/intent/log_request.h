// What is asked of the log service.
#pragma once

#include <optional>

#include "domain/intent/tool_call.h"
#include "domain/intent/utterance.h"

namespace mtc::intent {

// Dashboards, and what is set up: topics, alarm rules …
std::optional<ToolCall> route_log_settings(Utterance said);

// Log lines.
std::optional<ToolCall> route_log_search(Utterance said);

}  // namespace mtc::intent
