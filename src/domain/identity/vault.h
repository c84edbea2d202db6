// Where credentials are kept: encrypted on the way in, opened only for whoever signs a request with
// them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"
#include "domain/identity/credential.h"
#include "domain/identity/repositories.h"

namespace mtc::identity {

// What may be shown of a credential.
struct CredentialInfo {
  CredentialOwner owner;
  std::string hint;
  std::string region;
  TimePoint updated{};
  bool newest_key = false;  // encrypted with the newest key
};

struct ResealReport {
  int current = 0;  // were encrypted with the newest key already, or were saved anew meanwhile
  int resealed = 0;
};

// The ports outlive the vault. All calls on the loop's thread.
class Vault {
 public:
  Vault(CredentialRepository& repository, const SecretCipher& cipher, const Clock& clock)
      : repository_(repository), cipher_(cipher), clock_(clock) {}

  Async<Result<void>> save(CredentialOwner owner, TencentCredential credential);
  // The owner's own, else the installation's, else nullopt.
  Async<Result<std::optional<TencentCredential>>> find(CredentialOwner owner);
  Async<Result<std::vector<CredentialInfo>>> list();
  Async<Result<bool>> remove(CredentialOwner owner);
  // Encrypts everything anew that is not encrypted with the newest key. May be repeated after a
  // failure.
  Async<Result<ResealReport>> reseal();

 private:
  Result<TencentCredential> open(const SealedCredential& sealed) const;

  CredentialRepository& repository_;
  const SecretCipher& cipher_;
  const Clock& clock_;
};

}  // namespace mtc::identity
