// Who may use what.
#pragma once

#include <string>

#include "mcp/answer.h"
#include "mcp/server_options.h"

namespace mtc::mcp {

// Whether the principal may use what needs that scope.
bool may_use(const ServerOptions& options, const Principal& principal, const std::string& scope);

// "<what> needs the permission <scope>"; transports that can ask for a better token do.
Answer scope_answer(const RequestId& id, std::string_view what, const std::string& scope);

}  // namespace mtc::mcp
