#include "domain/identity/token.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace mtc::identity {

namespace {

constexpr std::string_view kMark = "mtc_";
constexpr std::size_t kRandomBytes = 32;
constexpr std::size_t kLength = kMark.size() + 43;  // 32 bytes in Base64 without padding
constexpr std::size_t kPrefix = kMark.size() + 8;

bool is_base64url(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

}  // namespace

std::string make_token(Random& random) {
  return std::string(kMark) + random_token(random, kRandomBytes);
}

bool looks_like_token(std::string_view text) {
  return text.size() == kLength && text.starts_with(kMark) &&
         std::ranges::all_of(text.substr(kMark.size()), is_base64url);
}

std::string_view prefix_of_token(std::string_view token) {
  return token.substr(0, kPrefix);
}

std::string format_scopes(const std::set<Scope>& scopes) {
  std::vector<std::string> names;
  names.reserve(scopes.size());
  for (const Scope scope : scopes) names.emplace_back(name_of(scope));
  return join(names, " ");
}

Result<std::set<Scope>> parse_scopes(std::string_view text) {
  const auto flat = replace_all(std::string(text), ",", " ");
  std::set<Scope> scopes;
  for (const auto name : split(flat, ' ')) {
    if (trim(name).empty()) continue;
    const auto scope = parse_scope(trim(name));
    if (!scope) {
      return fail(Errc::invalid_argument,
                  fmt::format("scope: \"{}\" is not one of {}",
                              shorten_bytes(sanitize_utf8(trim(name)), 40),
                              format_scopes({Scope::read, Scope::operate, Scope::admin})));
    }
    scopes.insert(*scope);
  }
  if (scopes.empty())
    return fail(Errc::invalid_argument, "scope: give at least one, for example ops.read");
  return scopes;
}

}  // namespace mtc::identity
