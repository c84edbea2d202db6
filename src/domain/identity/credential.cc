#include "domain/identity/credential.h"

#include <fmt/format.h>
#include <algorithm>

namespace mtc::identity {

namespace {

bool is_printable(const std::string& text) {
  return std::ranges::all_of(
      text, [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\''; });
}

Result<void> check_part(std::string_view name, const std::string& text, std::size_t max_size) {
  if (is_printable(text) && text.size() <= max_size) return {};
  return fail(Errc::invalid_argument,
              fmt::format("{}: only visible ASCII characters without quotation marks, at most {}",
                          name, max_size));
}

}  // namespace

std::string mask_secret_id(const std::string& secret_id) {
  if (secret_id.size() < 16) return "…";
  return secret_id.substr(0, 4) + "…" + secret_id.substr(secret_id.size() - 4);
}

Result<void> check_credential(const TencentCredential& credential) {
  if (credential.secret_id.empty()) return fail(Errc::invalid_argument, "secret id: missing");
  if (credential.secret_key.empty()) return fail(Errc::invalid_argument, "secret key: missing");
  if (auto ok = check_part("secret id", credential.secret_id, 128); !ok) return ok;
  if (auto ok = check_part("secret key", credential.secret_key, 128); !ok) return ok;
  // Temporary tokens are long: the documentation says up to 4096 bytes.
  if (auto ok = check_part("token", credential.token, 4096); !ok) return ok;
  return check_part("region", credential.region, 32);
}

}  // namespace mtc::identity
