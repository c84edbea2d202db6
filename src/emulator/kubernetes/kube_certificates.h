// The certificates that a cluster's API lives by: its own, and those its users prove themselves
// with. kubectl shows a token over HTTPS only.
#pragma once

#include <filesystem>
#include <string>

#include "emulator/kubernetes/access.h"
#include "infra/crypto/certificate_authority.h"
#include "infra/http/server.h"

namespace mtc::emulator::kubernetes {

class KubeCertificates {
 public:
  // Valid for a year by the machine's own clock, which is what other programs go by. The failures
  // are those of the authority.
  static Result<KubeCertificates> create(const Clock& system_clock, Random& random);

  const std::string& ca() const { return authority_.certificate(); }  // PEM
  // Writes ca.crt, server.crt and server.key (for this machine) into the folder.
  Result<TlsFiles> write_server_files(const std::filesystem::path& folder);
  Result<KeyedCertificate> issue(const User& user);

 private:
  explicit KubeCertificates(CertificateAuthority authority) : authority_(std::move(authority)) {}
  CertificateAuthority authority_;
};

// What a kubeconfig says: one cluster and one user, who has a token or a certificate.
struct KubeAccess {
  std::string cluster;
  std::string server;  // the whole URL with /clusters/<id>
  std::string ca;      // PEM; empty: none
  std::string user;
  std::string token;
  KeyedCertificate certificate;
};
std::string kubeconfig_text(const KubeAccess& access);

}  // namespace mtc::emulator::kubernetes
