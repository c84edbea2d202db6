// Where in a text something stands that must not leave: the scanners behind redaction.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace mtc::narration {

// Ordered: where two kinds overlap, the earlier one names the whole.
enum class Sensitive : std::uint8_t {
  private_key,
  secret,       // values of password=…, Authorization: …, cookies
  credentials,  // user:password before an @
  token,        // JWT
  key,          // AKID…, AKIA…, sk-…, ghp_… and other random-looking words
  email,
  id_card,
  bank_card,
  phone,
  uuid,
  ip,
  mac,
  hash,  // 32 and more hexadecimal digits
  host,
};

std::string_view name_of(Sensitive kind);  // "id-card"

struct SensitiveSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  Sensitive kind = Sensitive::secret;
};

// Each appends what it finds, in no order and possibly overlapping. Time is linear in the text.
void find_secrets(std::string_view text,
                  std::vector<SensitiveSpan>& out);  // private keys, key=value, headers, URLs
void find_tokens(std::string_view text,
                 std::vector<SensitiveSpan>& out);  // JWT, access keys, UUID, hashes
void find_personal(std::string_view text,
                   std::vector<SensitiveSpan>& out);  // e-mail, phone, identity and bank cards
void find_addresses(std::string_view text, std::vector<SensitiveSpan>& out);  // IPv4, IPv6, MAC
void find_hostnames(std::string_view text, std::vector<SensitiveSpan>& out);

}  // namespace mtc::narration
