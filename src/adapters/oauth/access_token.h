// Who is asking and for what, as a verified access token says it (RFC 9068).
#pragma once

#include <string>
#include <vector>

#include "adapters/oauth/settings.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace mtc::oauth {

struct AccessToken {
  std::string issuer;
  std::string subject;              // the issuer's own name for the user; never given to another
  std::string client_id;            // the program that asks; empty if the token does not say
  std::string username;             // the claim that the settings name: our user
  std::vector<std::string> scopes;  // as the issuer says them, sorted, each once
  TimePoint expires{};
};

// Reads claims that verify_jwt() of infra/jwt gave. Errc::unauthenticated, with a reason that a
// stranger may read, if they name no subject or no user, if an e-mail that is to name the user was
// not verified, or if the token is bound to a key of its holder (`cnf`, RFC 7800): we cannot see
// whether he has it, and without that such a token proves nothing.
Result<AccessToken> read_access_token(const Json& claims, const IssuerSettings& settings);

}  // namespace mtc::oauth
