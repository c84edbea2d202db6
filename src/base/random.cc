#include "base/random.h"

#include <array>
#include <limits>

#include "base/encoding.h"

namespace mtc {

std::uint64_t uniform(Random& random, std::uint64_t bound) {
  // Rejects the tail that would make small numbers likelier.
  const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() / bound * bound;
  std::uint64_t value = 0;
  do {
    random.fill(std::as_writable_bytes(std::span(&value, 1)));
  } while (value >= limit);
  return value % bound;
}

std::string random_hex(Random& random, std::size_t bytes) {
  std::string raw(bytes, '\0');
  random.fill(std::as_writable_bytes(std::span(raw)));
  return to_hex(raw);
}

std::string random_token(Random& random, std::size_t bytes) {
  std::string raw(bytes, '\0');
  random.fill(std::as_writable_bytes(std::span(raw)));
  return to_base64url(raw);
}

std::string make_uuid(Random& random) {
  std::string raw(16, '\0');
  random.fill(std::as_writable_bytes(std::span(raw)));
  raw[6] = static_cast<char>((raw[6] & 0x0f) | 0x40);  // RFC 9562 §5.4: version and variant bits
  raw[8] = static_cast<char>((raw[8] & 0x3f) | 0x80);
  std::string text = to_hex(raw);
  for (const std::size_t at : {8, 13, 18, 23}) text.insert(at, 1, '-');
  return text;
}

std::uint64_t SeededRandom::next() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

void SeededRandom::fill(std::span<std::byte> bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i % 8 == 0) word = next();
    bytes[i] = static_cast<std::byte>(word >> (i % 8 * 8));
  }
}

}  // namespace mtc
