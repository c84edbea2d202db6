// Endpoint addresses (接入点): what the XiaoZhi console or a self-hosted relay hands out, checked
// before anything dials.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "infra/websocket/url.h"

namespace mtc::xiaozhi {

struct EndpointAddress {
  WebSocketUrl url;                  // its query holds the token
  std::string token;                 // decoded; a secret
  bool hosted = false;               // the vendor's cloud; else a relay of one's own
  std::optional<TimePoint> expires;  // of a token that says so (JWT); read, not verified

  // Safe to show: no query. Two endpoints of one relay look the same here.
  std::string shown() const { return url.redacted(); }
  // Where a voice server connects to reach us; only on a relay of one's own, where it may be used
  // for a self-check.
  std::optional<std::string> caller_url() const;
};

// Repairs what people copy wrong and what the relay would refuse: a token with a bare + / or =, a
// missing slash before the
// '?'. Errc::invalid_argument with what to do for the rest; the message holds no token.
Result<EndpointAddress> parse_endpoint_address(std::string_view text);

// All of them; a token that occurs twice is refused, because a relay lets only one connection per
// token live.
Result<std::vector<EndpointAddress>> parse_endpoint_addresses(
    const std::vector<std::string>& texts);

// The `exp` claim of a JSON Web Token, unverified; nullopt for anything else.
std::optional<TimePoint> expiry_of_token(std::string_view token);

}  // namespace mtc::xiaozhi
