// Who is who: users, their passwords and tokens, and who stands behind a request.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "domain/identity/repositories.h"
#include "domain/identity/token.h"
#include "domain/identity/user.h"

namespace mtc::identity {

// The ports outlive the directory.
struct DirectoryPorts {
  UserRepository& users;
  TokenRepository& tokens;
  PasswordHasher& passwords;
  const TokenFingerprint& fingerprint;
  Random& random;
  const Clock& clock;
};

struct IssuedToken {
  std::string secret;  // shown once; nobody can get it back
  ApiToken token;
};

// All calls on the loop's thread. Usernames are accepted in any case.
class Directory {
 public:
  explicit Directory(DirectoryPorts ports) : ports_(ports) {}

  // Errc::unauthenticated for whatever is no living token of an enabled user, with one message for
  // all of these, so that trying teaches nothing; Errc::unavailable if the database cannot say. How
  // sure a token makes us of the person stands in it.
  Async<Result<Principal>> by_token(std::string bearer);
  // Errc::unauthenticated for a wrong name or password, after the same time for both.
  Async<Result<Principal>> by_password(std::string username, std::string password);
  // For a channel that vouches for the person itself: stdio under the person's own account, a bound
  // device. Errc::not_found if there is no such user, Errc::denied if disabled.
  Async<Result<Principal>> by_name(std::string username, Assurance assurance,
                                   std::set<Scope> scopes);

  // The display name defaults to the username. Errc::conflict if the username is taken.
  Async<Result<User>> add_user(User user);
  Async<Result<User>> find_user(std::string username);  // Errc::not_found
  Async<Result<std::vector<User>>> users();
  Async<Result<void>> update_user(User user);
  Async<Result<User>> set_disabled(std::string username, bool disabled);
  Async<Result<void>> set_password(std::string username, std::string password);

  // `lifetime` absent: it never expires. Errc::invalid_argument for Assurance::none.
  Async<Result<IssuedToken>> create_token(std::string username, std::set<Scope> scopes,
                                          std::optional<Millis> lifetime, std::string label,
                                          Assurance assurance = Assurance::device);
  Async<Result<std::vector<TokenOwner>>> tokens();
  // By its first characters ("mtc_" may be left out); Errc::not_found, or Errc::conflict if several
  // living ones match.
  Async<Result<ApiToken>> revoke_token(std::string prefix);

 private:
  Async<Result<void>> note_use(ApiToken token, TimePoint now);
  Async<Result<std::string>> spare_hash();

  DirectoryPorts ports_;
  std::string spare_hash_;  // of no password: what an unknown name is compared with
};

}  // namespace mtc::identity
