// What is asked of rollbacks: begin one, how it goes, stop it, what there was, and back again.
#pragma once

#include <optional>

#include "domain/intent/tool_call.h"
#include "domain/intent/utterance.h"

namespace mtc::intent {

// Nullopt also for what only sounds like it: figures about rollbacks, links to them.
std::optional<ToolCall> route_rollback(const Utterance& said);

// A code with a word of agreement: 八幺四六没问题干吧, "yes go ahead, code 3371".
std::optional<ToolCall> route_agreement(const Utterance& said);

}  // namespace mtc::intent
