// Who is asking: bearer tokens into principals for the protocol, and those into people for the
// tools.
#pragma once

#include <memory>
#include <vector>

#include "adapters/oauth/issuer.h"
#include "domain/identity/directory.h"
#include "mcp/http/gate.h"
#include "services/common/callers.h"

namespace mtc::app {

mcp::Principal to_protocol(const identity::Principal& principal, std::string channel);

// Tools name one scope; a higher one includes it.
bool holds_scope(const mcp::Principal& principal, const std::string& scope);

// Takes our own tokens, and access tokens of the issuers that the settings trust.
class TokenAuthenticator final : public mcp::Authenticator {
 public:
  explicit TokenAuthenticator(identity::Directory& directory) : directory_(directory) {}
  // `assurance`: how sure its tokens make us of the person they name.
  void trust(std::unique_ptr<oauth::Issuer> issuer, identity::Assurance assurance) {
    issuers_.push_back({.issuer = std::move(issuer), .assurance = assurance});
  }
  // Awaited before it goes: keys may be on their way.
  Async<> stop();

  // A token of an issuer stands for one of our users, with the scopes it brings and ours knows.
  Async<Result<mcp::Principal>> authenticate(std::string bearer) override;

 private:
  struct Trusted {
    std::unique_ptr<oauth::Issuer> issuer;
    identity::Assurance assurance = identity::Assurance::device;
  };
  const Trusted* issuer_of(std::string_view bearer) const;

  identity::Directory& directory_;
  std::vector<Trusted> issuers_;
};

class DirectoryCallers final : public services::Callers {
 public:
  explicit DirectoryCallers(identity::Directory& directory) : directory_(directory) {}
  Async<Result<identity::Principal>> resolve(mcp::Principal principal) override;

 private:
  identity::Directory& directory_;
};

}  // namespace mtc::app
