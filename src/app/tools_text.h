// The tools as a page for people: the tables of docs/TOOLS.md.
#pragma once

#include <string>

#include "base/json.h"

namespace mtc::app {

// Of a list as tools/list gives it: each tool with its arguments.
std::string tools_markdown(const Json& tools);

}  // namespace mtc::app
