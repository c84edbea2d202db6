// What completers of resources and prompts have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mtc::services {

// Those that begin as `typed` does (ASCII letters in any case), in their order, at most 100.
std::vector<std::string> beginning_with(std::string_view typed, std::vector<std::string> values);

}  // namespace mtc::services
