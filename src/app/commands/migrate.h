// mcp-tencent-cloud migrate: brings the database's tables up to date
#pragma once

namespace CLI {
class App;
}

namespace mtc::app {

// `exit_code` outlives the parsing, which runs the command.
void add_migrate_command(CLI::App& app, int& exit_code);

}  // namespace mtc::app
