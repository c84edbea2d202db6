// Links to a digest that need no login: unguessable, and valid for a while. Only a hash of the
// token is stored.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "domain/broadcast/ports.h"
#include "domain/digest/digest.h"

namespace mtc::web {

class ShareLinks {
 public:
  // `public_url` without a slash at the end, e.g. https://ops.example.com
  ShareLinks(broadcast::BroadcastStore& store, const Clock& clock, Random& random,
             std::string public_url)
      : store_(store), clock_(clock), random_(random), public_url_(std::move(public_url)) {}

  const std::string& public_url() const { return public_url_; }

  // A new link to that digest: <public_url>/d/<token>.
  Async<Result<std::string>> create(std::string digest_id, std::chrono::hours lifetime);
  // The digest behind a token; nullopt if the token is wrong or has expired.
  Async<Result<std::optional<digest::Digest>>> open(std::string token);

 private:
  broadcast::BroadcastStore& store_;
  const Clock& clock_;
  Random& random_;
  std::string public_url_;
};

}  // namespace mtc::web
