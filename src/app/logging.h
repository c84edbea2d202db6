// Messages of the program go to stderr: stdout belongs to answers.
#pragma once

#include <string>

namespace mtc::app {

void set_up_logging(const std::string& level);
void set_log_level(const std::string& level);

}  // namespace mtc::app
