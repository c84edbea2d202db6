// Digests and message authentication codes, as raw bytes (to_hex of base/encoding.h makes them
// readable). Safe from any thread.
#pragma once

#include <string>
#include <string_view>

namespace mtc {

std::string sha256(std::string_view message);                             // 32 bytes, FIPS 180-4
std::string hmac_sha256(std::string_view key, std::string_view message);  // RFC 2104

// Only where a protocol of others prescribes them (WebSocket, chat robots, CLS): both are broken as
// fingerprints.
std::string sha1(std::string_view message);  // 20 bytes
std::string hmac_sha1(std::string_view key, std::string_view message);
std::string md5(std::string_view message);  // 16 bytes

// Takes as long whether the first or the last byte differs: for comparing secrets and signatures.
// Texts of different length are told apart at once.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace mtc
