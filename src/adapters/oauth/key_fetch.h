// Fetches an issuer's keys once; key_source.h decides when.
#pragma once

#include "adapters/oauth/settings.h"
#include "base/async.h"
#include "base/clock.h"
#include "infra/http/transport.h"
#include "infra/jwt/jwk.h"

namespace mtc::oauth {

struct FetchedKeys {
  JwkSet keys;       // at least one
  Millis freshness;  // how long they need not be asked for again
};

// Asks the metadata where the keys are (unless the settings say), then for the keys. At most 5
// seconds and 256 KiB an answer; redirects are not followed. Every failure is Errc::unavailable,
// Errc::cancelled if the coroutine was cancelled; the message is for the operator. `http` and
// `settings` outlive the call.
Async<Result<FetchedKeys>> fetch_keys(HttpTransport& http, const IssuerSettings& settings);

}  // namespace mtc::oauth
