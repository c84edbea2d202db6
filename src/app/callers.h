// Who is asking: bearer tokens into principals for the protocol, and those into people for the
// tools.
#pragma once

#include "domain/identity/directory.h"
#include "mcp/http_transport.h"
#include "services/common/callers.h"

namespace mtc::app {

mcp::Principal to_protocol(const identity::Principal& principal, std::string channel);

// Tools name one scope; a higher one includes it.
bool holds_scope(const mcp::Principal& principal, const std::string& scope);

class TokenAuthenticator final : public mcp::Authenticator {
 public:
  explicit TokenAuthenticator(identity::Directory& directory) : directory_(directory) {}
  Async<Result<mcp::Principal>> authenticate(std::string bearer) override;

 private:
  identity::Directory& directory_;
};

class DirectoryCallers final : public services::Callers {
 public:
  explicit DirectoryCallers(identity::Directory& directory) : directory_(directory) {}
  Async<Result<identity::Principal>> resolve(mcp::Principal principal) override;

 private:
  identity::Directory& directory_;
};

}  // namespace mtc::app
