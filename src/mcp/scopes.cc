#include "mcp/scopes.h"

#include <fmt/format.h>

#include <algorithm>

namespace mtc::mcp {

bool may_use(const ServerOptions& options, const Principal& principal, const std::string& scope) {
  if (scope.empty()) return true;
  if (options.allows) return options.allows(principal, scope);
  return std::ranges::find(principal.scopes, scope) != principal.scopes.end();
}

Answer scope_answer(const RequestId& id, std::string_view what, const std::string& scope) {
  auto answer = invalid_params(id, fmt::format("{} needs the permission \"{}\"", what, scope));
  answer.missing_scope = scope;
  return answer;
}

}  // namespace mtc::mcp
