#include "emulator/kubernetes/kube_certificates.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "infra/files/files.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::chrono::hours kLifetime{24 * 365};

}  // namespace

Result<KubeCertificates> KubeCertificates::create(const Clock& system_clock, Random& random) {
  auto authority =
      CertificateAuthority::create("kubernetes stand-in", kLifetime, system_clock, random);
  if (!authority) return fail(authority.error());
  return KubeCertificates(std::move(*authority));
}

Result<TlsFiles> KubeCertificates::write_server_files(const std::filesystem::path& folder) {
  const auto server = authority_.issue_server({"localhost", "127.0.0.1", "::1"}, kLifetime);
  if (!server) return fail(server.error());
  TlsFiles files{.certificate = folder / "server.crt",
                 .key = folder / "server.key",
                 .client_ca = folder / "ca.crt",
                 .check_interval = Millis(0)};
  for (const auto& [file, text] :
       {std::pair(files.certificate, server->certificate), std::pair(files.key, server->key),
        std::pair(files.client_ca, ca())})
    if (auto done = write_file(file, text, 0600); !done) return fail(done.error());
  return files;
}

Result<KeyedCertificate> KubeCertificates::issue(const User& user) {
  return authority_.issue_client(user.name, user.groups, kLifetime);
}

std::string kubeconfig_text(const KubeAccess& access) {
  const auto context = fmt::format("{}-{}-context-default", access.cluster, access.user);
  std::string out = "apiVersion: v1\nkind: Config\nclusters:\n";
  out += fmt::format("- name: {}\n  cluster:\n    server: \"{}\"\n", access.cluster, access.server);
  if (!access.ca.empty())
    out += fmt::format("    certificate-authority-data: {}\n", to_base64(access.ca));
  out += fmt::format("contexts:\n- name: {0}\n  context:\n    cluster: {1}\n    user: \"{2}\"\n",
                     context, access.cluster, access.user);
  out +=
      fmt::format("current-context: {}\nusers:\n- name: \"{}\"\n  user:\n", context, access.user);
  if (!access.token.empty()) out += fmt::format("    token: \"{}\"\n", access.token);
  if (!access.certificate.key.empty())
    out +=
        fmt::format("    client-certificate-data: {}\n    client-key-data: {}\n",
                    to_base64(access.certificate.certificate), to_base64(access.certificate.key));
  return out;
}

}  // namespace mtc::emulator::kubernetes
