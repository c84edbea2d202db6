#include "mcp/http/web_guard.h"

#include <algorithm>

#include "base/text.h"

namespace mtc::mcp {
namespace {

bool is_port(std::string_view text) {
  return text.empty() || (text.size() <= 5 &&
                          std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }));
}

// "[::1]:80" → "[::1]"; empty if what follows the name is not a port.
std::string_view without_port(std::string_view host) {
  const auto name_end = host.starts_with('[') ? host.find(']') : 0;
  if (name_end == std::string_view::npos) return {};
  const auto colon = host.find(':', name_end);
  if (colon == std::string_view::npos) return host;
  return is_port(host.substr(colon + 1)) ? host.substr(0, colon) : std::string_view{};
}

}  // namespace

bool is_loopback_name(std::string_view host) {
  const auto name = without_port(host);
  return equals_ignoring_case(name, "localhost") || name == "127.0.0.1" || name == "[::1]";
}

bool is_allowed_host(std::string_view host, const std::vector<std::string>& allowed) {
  if (is_loopback_name(host)) return true;
  const auto name = without_port(host);
  return std::ranges::any_of(allowed, [&](const std::string& one) {
    return one == "*" ||
           (!name.empty() && (equals_ignoring_case(one, host) || equals_ignoring_case(one, name)));
  });
}

bool is_allowed_origin(std::string_view origin, std::string_view host,
                       const std::vector<std::string>& allowed) {
  const auto listed = [&](const std::string& one) { return equals_ignoring_case(one, origin); };
  if (std::ranges::any_of(allowed, listed)) return true;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!origin.starts_with(scheme)) continue;
    const auto page = origin.substr(scheme.size());
    return is_loopback_name(page) || equals_ignoring_case(page, host);
  }
  return false;
}

}  // namespace mtc::mcp
