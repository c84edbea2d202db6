// Where an issuer says where its keys are: OAuth 2.0 authorization server metadata (RFC 8414) or
// OpenID Connect discovery.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace mtc::oauth {

// The addresses to ask, in order. For "https://a/b":
//   https://a/.well-known/oauth-authorization-server/b
//   https://a/b/.well-known/openid-configuration
std::vector<std::string> metadata_addresses(std::string_view issuer);

// `jwks_uri` of the metadata. Errc::unavailable unless they are about this very issuer and the
// address is one that check_address() takes; on this machine only if the issuer is, too: an issuer
// elsewhere has no business with what listens here.
Result<std::string> read_keys_address(const Json& metadata, std::string_view issuer);

}  // namespace mtc::oauth
