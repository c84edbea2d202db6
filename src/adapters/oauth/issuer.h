// Takes the access tokens of an external OAuth issuer (Keycloak, Entra ID, Auth0 …) and verifies
// them here, with the keys that the issuer publishes.
#pragma once

#include <string>

#include "adapters/oauth/access_token.h"
#include "adapters/oauth/key_source.h"
#include "adapters/oauth/settings.h"
#include "infra/jwt/jwt.h"

namespace mtc::oauth {

// All calls on the executor's thread.
class Issuer {
 public:
  // `http` and `clock` outlive the issuer. The settings have been checked.
  Issuer(asio::any_io_executor executor, HttpTransport& http, const Clock& clock,
         IssuerSettings settings);

  // Errc::unauthenticated for a token that proves nothing, Errc::unavailable if the issuer's keys
  // cannot be had now. Either message may be told to whoever sent the token. Throws
  // boost::system::system_error (operation_aborted) if the coroutine is cancelled while it waits.
  Async<Result<AccessToken>> verify(std::string token);

  // Await it before the issuer goes: a fetch may be under way.
  Async<> stop() { return keys_.stop(); }

  const std::string& name() const { return settings_.issuer; }

 private:
  Async<Result<>> check_signer(const Jws& jws);

  const IssuerSettings settings_;
  const JwtRules rules_;
  const Clock& clock_;
  KeySource keys_;
};

}  // namespace mtc::oauth
