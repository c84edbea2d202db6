// A tool and its arguments.
#pragma once

#include <string>

#include "base/json.h"

namespace mtc::intent {

struct ToolCall {
  std::string tool;
  Json arguments = Json::object();
};

}  // namespace mtc::intent
