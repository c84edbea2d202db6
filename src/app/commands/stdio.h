#pragma once

namespace CLI {
class App;
}

namespace mtc::app {

void add_stdio_command(CLI::App& app, int& exit_code);

}  // namespace mtc::app
