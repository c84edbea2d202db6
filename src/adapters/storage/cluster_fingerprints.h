// Fingerprints of what stands in clusters, under the installation's oldest key.
#pragma once

#include "base/encoding.h"
#include "domain/clusters/fingerprint.h"
#include "infra/crypto/secret_box.h"

namespace mtc::storage {

// The box outlives it.
class BoxFingerprints final : public clusters::Fingerprints {
 public:
  explicit BoxFingerprints(const SecretBox& box) : box_(box) {}
  std::string of(std::string_view value) const override {
    return to_hex(box_.keyed_hash(value, "clusters"));
  }

 private:
  const SecretBox& box_;
};

}  // namespace mtc::storage
