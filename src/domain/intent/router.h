// From what somebody says to the tool that is meant, without a language model. It knows the tools
// of the morning: being greeted, hearing the report again, asking who one is, and looking for log
// lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace mtc::intent {

struct ToolCall {
  std::string tool;
  Json arguments = Json::object();
};

// Nullopt if none of the tools is meant: small talk, or something we cannot do.
std::optional<ToolCall> route(std::string_view utterance);

}  // namespace mtc::intent
