#pragma once

namespace CLI {
class App;
}

namespace mtc::app {

void add_check_command(CLI::App& app, int& exit_code);

}  // namespace mtc::app
