// mcp-tencent-cloud token create|list|revoke
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace CLI {
class App;
}

namespace mtc::app {

// `exit_code` outlives the parsing, which runs the command.
void add_token_command(CLI::App& app, int& exit_code);

// "30m", "12h", "90d", "52w", up to ten years; "never" is nullopt.
Result<std::optional<Millis>> parse_lifetime(std::string_view text);

}  // namespace mtc::app
