// mcp-tencent-cloud credential set|list|remove|rotate-key
#pragma once

namespace CLI {
class App;
}

namespace mtc::app {

// `exit_code` outlives the parsing, which runs the command.
void add_credential_command(CLI::App& app, int& exit_code);

}  // namespace mtc::app
