// What the operator says about the issuer whose access tokens we take.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace mtc::oauth {

// The claim that names our own user. All three are the issuer's word; an e-mail counts only if the
// issuer says that it was verified.
enum class UserClaim { preferred_username, subject, email };

std::string_view name_of(UserClaim claim);  // as in a token: "preferred_username", "sub", "email"
std::optional<UserClaim> parse_user_claim(std::string_view name);

struct IssuerSettings {
  std::string issuer;                  // as its tokens say it: "https://id.example.org/realms/ops"
  std::vector<std::string> audiences;  // our own addresses, as tokens for us name them
  std::string jwks_url;                // where the keys are; empty: the issuer's metadata tell
  UserClaim user_claim = UserClaim::preferred_username;
};

// https://, or http:// on this machine: an address that nobody on the way can answer for. No user
// information, no fragment, no blanks. Errc::invalid_argument says what is wrong, without quoting.
Result<> check_address(std::string_view url);

// Errc::invalid_argument naming the setting.
Result<> check_settings(const IssuerSettings& settings);

}  // namespace mtc::oauth
