// Passwords at rest: Argon2id (RFC 9106) of libsodium. Slow on purpose: call it off the loop.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mtc {

// 64 MiB and two passes: libsodium's "interactive" profile, three times the memory of OWASP's
// minimum for Argon2id (19 MiB, two passes).
struct Argon2Cost {
  std::uint64_t passes = 2;                          // at least 1
  std::size_t memory_bytes = std::size_t{64} << 20;  // at least 8192
};

// "$argon2id$v=19$m=65536,t=2,p=1$…" with a fresh salt. Errc::resource_exhausted if the memory is
// not there, Errc::invalid_argument for a password of more than 1024 bytes.
Result<std::string> hash_password(std::string_view password, const Argon2Cost& cost = {});

// False for a wrong password and for a broken hash.
bool verify_password(std::string_view hash, std::string_view password);

// Whether the hash was made with another cost: after a right password, hash it anew.
bool password_needs_rehash(std::string_view hash, const Argon2Cost& cost = {});

}  // namespace mtc
