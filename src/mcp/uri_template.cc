#include "mcp/uri_template.h"

#include <algorithm>

#include "base/characters.h"
#include "base/encoding.h"
#include "base/text.h"

namespace mtc::mcp {
namespace {

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return is_alnum(c) || c == '_'; });
}

bool is_value(std::string_view value) {
  return !value.empty() && value != "." && value != ".." && is_valid_utf8(value) &&
         std::ranges::none_of(value, [](char c) {
           return c == '/' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

}  // namespace

std::optional<std::vector<std::string>> template_names(std::string_view uri_template) {
  std::vector<std::string> names;
  while (true) {
    const auto open = uri_template.find('{');
    if (open == std::string_view::npos) return names;
    const auto close = uri_template.find('}', open);
    if (close == std::string_view::npos) return std::nullopt;
    std::string name(uri_template.substr(open + 1, close - open - 1));
    if (!is_name(name) || std::ranges::find(names, name) != names.end()) return std::nullopt;
    names.push_back(std::move(name));
    uri_template.remove_prefix(close + 1);
    // A value takes the rest of its segment: what came after it could never match.
    if (!uri_template.empty() && uri_template.front() != '/') return std::nullopt;
  }
}

std::optional<std::map<std::string, std::string>> match_template(std::string_view uri_template,
                                                                 std::string_view uri) {
  std::map<std::string, std::string> values;
  while (!uri_template.empty()) {
    const auto open = std::min(uri_template.find('{'), uri_template.size());
    if (!uri.starts_with(uri_template.substr(0, open))) return std::nullopt;
    uri.remove_prefix(open);
    uri_template.remove_prefix(open);
    if (uri_template.empty()) break;
    const auto close = uri_template.find('}');
    if (close == std::string_view::npos) return std::nullopt;
    // A value ends where its path segment does.
    const auto end = std::min(uri.find('/'), uri.size());
    auto value = percent_decode(uri.substr(0, end));
    if (!value || !is_value(*value)) return std::nullopt;
    values.emplace(uri_template.substr(1, close - 1), std::move(*value));
    uri.remove_prefix(end);
    uri_template.remove_prefix(close + 1);
  }
  if (!uri.empty()) return std::nullopt;
  return values;
}

}  // namespace mtc::mcp
