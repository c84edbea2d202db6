// Texts from outside as they may stand in our sentences: one line, and short.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mtc::rollback {

std::string clean_text(std::string_view text, std::size_t characters);
std::string clean_name(std::string_view name);
std::vector<std::string> clean_names(const std::vector<std::string>& names);

}  // namespace mtc::rollback
