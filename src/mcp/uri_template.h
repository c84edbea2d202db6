// URI templates of RFC 6570, level 1: names in braces that stand for one path segment each.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::mcp {

// The names, in order; nullopt if a brace is not closed, a name is empty, repeated or not of
// A-Z a-z 0-9 _, or something other than '/' follows it.
std::optional<std::vector<std::string>> template_names(std::string_view uri_template);

// The values, percent-decoded; nullopt if `uri` is not of that form. A value is never empty and has
// neither '/' nor control characters, so that it cannot leave its segment.
std::optional<std::map<std::string, std::string>> match_template(std::string_view uri_template,
                                                                 std::string_view uri);

}  // namespace mtc::mcp
