// analyze FILE…: the digest of log files of any size, without any cloud.
#pragma once

namespace CLI {
class App;
}

namespace mtc::app {

void add_analyze_command(CLI::App& app, int& exit_code);

}  // namespace mtc::app
