// From what somebody says to the tool that is meant, without a language model: by the words of the
// request, and what is left is the name.
#pragma once

#include <optional>
#include <string_view>

#include "domain/intent/tool_call.h"

namespace mtc::intent {

// Nullopt if none of the tools is meant: small talk, or something we cannot do.
std::optional<ToolCall> route(std::string_view utterance);

}  // namespace mtc::intent
