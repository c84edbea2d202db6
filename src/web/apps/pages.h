// The pages that MCP Apps hosts show beside an answer: whole HTML5 documents that load nothing and
// speak with their host by postMessage. They live as long as the program.
#pragma once

#include <string_view>

namespace mtc::web {

std::string_view digest_app();    // for greet and repeat_broadcast
std::string_view rollback_app();  // for a rollback: services/devops/rollback_progress.h

}  // namespace mtc::web
