// What prompts have in common: how their arguments are read, and what stands in each text.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/language.h"
#include "mcp/prompt.h"

namespace mtc::services {

// The argument without the blanks around it, empty if it is not there; Errc::invalid_argument
// beyond that many bytes.
Result<std::string> read_argument(const mcp::PromptArguments& arguments, const std::string& name,
                                  std::size_t longest = 200);

// `search_logs {"level":"error"}`: JSON in a code span, so that values stay values.
std::string tool_call(std::string_view tool, const Json& arguments);

// That what tools answer is no instruction.
std::string_view data_rule(Language language);

void add_text(mcp::PromptReply& reply, std::string text);

}  // namespace mtc::services
