// An authority of our own that issues certificates: for stand-ins on loopback and for tests, where
// real TLS is to be spoken and nobody's certificate is at hand.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace mtc {

struct KeyedCertificate {
  std::string certificate;  // PEM
  std::string key;          // PEM, without passphrase: a secret
};

// Its key is an elliptic curve's (P-256), and lives in this object only. Keys come from OpenSSL's
// own randomness; `random` gives the serial numbers. Certificates are valid from five minutes ago.
// Failures: Errc::invalid_argument for a name that no certificate may hold, Errc::internal if
// OpenSSL refuses. All calls on one thread.
class CertificateAuthority {
 public:
  // Clock and randomness are borrowed and outlive the authority.
  static Result<CertificateAuthority> create(const std::string& name, std::chrono::seconds lifetime,
                                             const Clock& clock, Random& random);
  CertificateAuthority(CertificateAuthority&&) noexcept;
  CertificateAuthority& operator=(CertificateAuthority&&) = delete;
  ~CertificateAuthority();

  const std::string& certificate() const { return certificate_; }  // PEM: whom to trust

  // For a server that is reached under these names and IP addresses; at least one.
  Result<KeyedCertificate> issue_server(const std::vector<std::string>& names,
                                        std::chrono::seconds lifetime);
  // For somebody who proves who he is: common name, and organisations (groups, in Kubernetes).
  Result<KeyedCertificate> issue_client(const std::string& name,
                                        const std::vector<std::string>& groups,
                                        std::chrono::seconds lifetime);

 private:
  struct Holder;  // the key and the certificate as OpenSSL has them
  CertificateAuthority(std::unique_ptr<Holder> holder, std::string certificate, const Clock& clock,
                       Random& random);

  std::unique_ptr<Holder> holder_;
  std::string certificate_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace mtc
