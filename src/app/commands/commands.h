// Every command of the program.
#pragma once

namespace CLI {
class App;
}

namespace mtc::app {

// Adds all of them; the one that is chosen sets the exit code.
void add_commands(CLI::App& app, int& exit_code);

}  // namespace mtc::app
