// The questions the fixture's tools ask, and what came back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mcp/call_context.h"
#include "mcp/reply.h"

namespace mtc::conformance {

// A form of one required field.
mcp::Question ask_for(std::string key, std::string message, std::string_view field,
                      std::string_view type = "string");
mcp::Question ask_model(std::string key, std::string prompt, int max_tokens);
mcp::Question ask_roots(std::string key);

// Null if it was not answered.
const Json* answer_to(const mcp::CallContext& context, std::string_view key);

// What was written into the form; nullopt if it was not answered, was declined, or is not of that
// kind: whoever asked asks again.
std::optional<std::string> text_given(const mcp::CallContext& context, std::string_view key,
                                      std::string_view field);
std::optional<bool> choice_given(const mcp::CallContext& context, std::string_view key,
                                 std::string_view field);
// What the client's model said.
std::optional<std::string> model_said(const mcp::CallContext& context, std::string_view key);
// How many roots the client named.
std::optional<std::size_t> roots_given(const mcp::CallContext& context, std::string_view key);

}  // namespace mtc::conformance
