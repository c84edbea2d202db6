// The certificate that the server shows, with its key, and whom it trusts as a client: read from
// files, checked, read again when they have changed.
#pragma once

#include <openssl/ssl.h>

#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "infra/crypto/freed.h"
#include "infra/http/server.h"

namespace mtc {

using SslContext = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;

// Reads blocks; the files are small. All calls on one thread.
class TlsIdentity {
 public:
  // Every failure names the file and what to do about it: Errc::not_found and Errc::denied (also
  // for a key that others may read), Errc::invalid_argument for files that are no certificate and
  // key, do not belong together, or are out of date.
  static Result<std::unique_ptr<TlsIdentity>> load(TlsFiles files);

  // Reads all files again. After a failure the old certificate stays in use.
  Result<> reload();
  // The same if the files have changed since, looked at once per files.check_interval; the outcome
  // goes into the log.
  void reload_if_changed(SteadyTime now);

  // For a new session, which keeps it alive for itself.
  SSL_CTX& context() const { return *context_; }

 private:
  struct Stamp {
    std::filesystem::file_time_type certificate;
    std::filesystem::file_time_type key;
    std::filesystem::file_time_type client_ca;
    bool operator==(const Stamp&) const = default;
  };

  explicit TlsIdentity(TlsFiles files) : files_(std::move(files)) {}
  Stamp stamp() const;

  const TlsFiles files_;
  SslContext context_;
  Stamp stamp_;  // of what was read last, usable or not
  SteadyTime next_look_;
};

}  // namespace mtc
