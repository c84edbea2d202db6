#include "adapters/oauth/discovery.h"

#include "adapters/oauth/settings.h"
#include "infra/http/url.h"

namespace mtc::oauth {
namespace {

bool is_here(std::string_view url) {
  const auto host = host_of_url(url);
  return host && is_loopback(*host);
}

}  // namespace

std::vector<std::string> metadata_addresses(std::string_view issuer) {
  // Both documents want a slash at the end removed (RFC 8414 §3.1, OpenID Discovery §4).
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  const auto host = issuer.find("://") + 3;
  const auto path = std::min(issuer.find('/', host), issuer.size());
  return {std::string(issuer.substr(0, path)) + "/.well-known/oauth-authorization-server" +
              std::string(issuer.substr(path)),
          std::string(issuer) + "/.well-known/openid-configuration"};
}

Result<std::string> read_keys_address(const Json& metadata, std::string_view issuer) {
  // RFC 8414 §3.3: or anybody could stand in for the issuer with keys of his own.
  if (string_or(metadata, "issuer") != issuer)
    return fail(Errc::unavailable, "its metadata are about another issuer than the configured one");
  std::string address = string_or(metadata, "jwks_uri");
  if (address.empty()) return fail(Errc::unavailable, "its metadata do not say where its keys are");
  if (const auto sound = check_address(address); !sound)
    return fail(Errc::unavailable, "its metadata: jwks_uri: " + sound.error().message);
  if (is_here(address) && !is_here(issuer))
    return fail(Errc::unavailable, "its metadata: jwks_uri: expected no address of this machine");
  return address;
}

}  // namespace mtc::oauth
