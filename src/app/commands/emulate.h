// emulate: the loopback stand-in for Tencent Cloud as a program.
#pragma once

namespace CLI {
class App;
}

namespace mtc::app {

void add_emulate_command(CLI::App& app, int& exit_code);

}  // namespace mtc::app
