#include "adapters/tencent/credentials.h"

#include <cstdlib>

namespace mtc::tencent {
namespace {

Result<Credentials> complete(Credentials credentials, std::string_view where) {
  if (credentials.secret_id.empty() || credentials.secret_key.empty()) {
    return fail(
        Errc::unauthenticated,
        "no Tencent Cloud credentials: SecretId or SecretKey is missing in " + std::string(where));
  }
  return credentials;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

Async<Result<Credentials>> StaticCredentials::current() {
  co_return complete(credentials_, "the settings");
}
Async<Result<Credentials>> StaticCredentials::refresh() {
  co_return complete(credentials_, "the settings");
}

Async<Result<Credentials>> EnvironmentCredentials::current() {
  co_return complete({.secret_id = variable("TENCENTCLOUD_SECRET_ID"),
                      .secret_key = variable("TENCENTCLOUD_SECRET_KEY"),
                      .token = variable("TENCENTCLOUD_SESSION_TOKEN")},
                     "the environment (TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY)");
}
Async<Result<Credentials>> EnvironmentCredentials::refresh() {
  co_return co_await current();
}

}  // namespace mtc::tencent
