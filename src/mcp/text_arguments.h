// Arguments of prompts and completions: texts by name.
#pragma once

#include <map>
#include <string>

#include "base/json.h"

namespace mtc::mcp {

// Values that are no strings count as absent.
inline std::map<std::string, std::string> text_arguments(const Json& object) {
  std::map<std::string, std::string> out;
  for (const auto& [key, value] : object.items()) {
    if (value.is_string()) out.emplace(key, value.get<std::string>());
  }
  return out;
}

}  // namespace mtc::mcp
