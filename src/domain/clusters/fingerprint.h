// Fingerprints: whether two values are the same, without showing them.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace mtc::clusters {

// A keyed SHA-256 (HMAC) under a key of the installation: without the key nobody can try out what a
// short password's fingerprint would be. adapters/storage implements it. Safe from any thread.
class Fingerprints {
 public:
  virtual ~Fingerprints() = default;
  virtual std::string of(std::string_view value) const = 0;  // 64 hexadecimal digits
};

// Eight of the digits: for telling Secret values apart in a plan.
std::string short_fingerprint(const Fingerprints& fingerprints, std::string_view value);

// Of what people decided on in the object (without_noise): equal as long as nobody but the cluster
// itself has changed it. An object that is null has "absent".
std::string object_fingerprint(const Fingerprints& fingerprints, const Json& object);

}  // namespace mtc::clusters
