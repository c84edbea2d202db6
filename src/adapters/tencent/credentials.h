// Whose requests they are: the port that hands out credentials, and its two simple implementations.
#pragma once

#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"

namespace mtc::tencent {

struct Credentials {
  std::string secret_id;
  std::string secret_key;
  std::string token;    // of temporary credentials; empty for a long-lived key pair
  TimePoint expires{};  // of temporary credentials; epoch 0: they do not
};

class CredentialProvider {
 public:
  virtual ~CredentialProvider() = default;
  // Errc::unauthenticated if there are none; the message says where they were looked for.
  virtual Async<Result<Credentials>> current() = 0;
  // Tencent Cloud refused the current token: fetch new credentials if that is possible, else the
  // same again.
  virtual Async<Result<Credentials>> refresh() = 0;
};

class StaticCredentials final : public CredentialProvider {
 public:
  explicit StaticCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}
  Async<Result<Credentials>> current() override;
  Async<Result<Credentials>> refresh() override;

 private:
  Credentials credentials_;
};

// TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY and, for temporary credentials,
// TENCENTCLOUD_SESSION_TOKEN (the names of the official tools), read at each call.
class EnvironmentCredentials final : public CredentialProvider {
 public:
  Async<Result<Credentials>> current() override;
  Async<Result<Credentials>> refresh() override;
};

}  // namespace mtc::tencent
