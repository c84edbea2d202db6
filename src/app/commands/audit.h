// mcp-tencent-cloud audit list|verify|export
#pragma once

namespace CLI {
class App;
}

namespace mtc::app {

// `exit_code` outlives the parsing, which runs the command.
void add_audit_command(CLI::App& app, int& exit_code);

}  // namespace mtc::app
