// mcp-tencent-cloud hook: keys for the addresses to which the cloud sends alarms.
#pragma once

namespace CLI {
class App;
}

namespace mtc::app {

void add_hook_command(CLI::App& app, int& exit_code);

}  // namespace mtc::app
