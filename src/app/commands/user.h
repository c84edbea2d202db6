// mcp-tencent-cloud user add|list|set|enable|disable|password
#pragma once

namespace CLI {
class App;
}

namespace mtc::app {

// `exit_code` outlives the parsing, which runs the command.
void add_user_command(CLI::App& app, int& exit_code);

}  // namespace mtc::app
