// Keys for Tencent Cloud: one set for the installation, or a user's own. At rest the secrets are
// encrypted.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "domain/identity/user.h"

namespace mtc::identity {

struct TencentCredential {
  std::string secret_id;
  std::string secret_key;
  std::string token;   // of temporary keys; else empty
  std::string region;  // the default region, for example ap-guangzhou; may be empty
};

// Whose credential it is: a user's, or (nullopt) the installation's.
using CredentialOwner = std::optional<UserId>;

// As it is stored.
struct SealedCredential {
  CredentialOwner owner;
  std::string hint;  // the secret id with its middle hidden: "AKID…x7Qz"
  std::string region;
  std::string sealed;  // secret id, key and token; made by SecretCipher
  TimePoint updated{};
};

// "AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA" → "AKID…hESA"; short ids are hidden wholly.
std::string mask_secret_id(const std::string& secret_id);

// Neither empty nor with characters that no key has (a pasted line break, a quotation mark). Shows
// no part of them.
Result<void> check_credential(const TencentCredential& credential);

}  // namespace mtc::identity
