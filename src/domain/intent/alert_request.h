// What is asked of alerts, and what the morning shall tell.
#pragma once

#include <optional>

#include "domain/intent/tool_call.h"
#include "domain/intent/utterance.h"

namespace mtc::intent {

// Alerts as events: the rules that raise them are the log service's affair.
std::optional<ToolCall> route_alerts(const Utterance& said);

// 早报只讲告警, "tell me only the logs in the morning".
std::optional<ToolCall> route_broadcast_content(const Utterance& said);

}  // namespace mtc::intent
