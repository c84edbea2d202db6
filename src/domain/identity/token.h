// API tokens: "mtc_" and 32 random bytes in URL-safe Base64. Only a hash of them is stored; who
// loses one makes another.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "domain/identity/user.h"

namespace mtc::identity {

struct ApiToken {
  std::int64_t id = 0;
  UserId user_id = 0;
  std::string hash;    // hexadecimal SHA-256 of the whole token
  std::string prefix;  // the first 12 characters, by which people recognise it
  std::string label;   // what it is for; may be empty
  std::set<Scope> scopes;
  Assurance assurance = Assurance::device;  // how sure it makes us of the person
  TimePoint created{};
  std::optional<TimePoint> expires;    // absent: never
  std::optional<TimePoint> last_used;  // to about ten minutes
  std::optional<TimePoint> revoked;

  bool live(TimePoint now) const { return !revoked && (!expires || now < *expires); }
};

std::string make_token(Random& random);
// Whether it has the shape of a token: what has not is refused without asking the database.
bool looks_like_token(std::string_view text);
std::string_view prefix_of_token(std::string_view token);

// "ops.read ops.operate" and back, separated by white space or commas. An unknown name is an error
// that lists the known.
std::string format_scopes(const std::set<Scope>& scopes);
Result<std::set<Scope>> parse_scopes(std::string_view text);

}  // namespace mtc::identity
