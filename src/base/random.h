// Randomness as a port: ids, tokens, jitter. Tests give a fixed sequence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace mtc {

class Random {
 public:
  virtual ~Random() = default;
  // Fills bytes with unpredictable ones (fit for keys). Safe from any thread.
  virtual void fill(std::span<std::byte> bytes) = 0;
};

// Uniform in [0, bound); bound > 0.
std::uint64_t uniform(Random& random, std::uint64_t bound);

// A version 4 UUID in lower-case text.
std::string make_uuid(Random& random);

// bytes * 2 lower-case hexadecimal digits.
std::string random_hex(Random& random, std::size_t bytes);

// URL-safe Base64 without padding of that many random bytes: for tokens and unguessable links.
std::string random_token(Random& random, std::size_t bytes);

// A repeatable generator for tests and generated data (splitmix64); never for secrets.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::byte> bytes) override;
  std::uint64_t next();

 private:
  std::uint64_t state_;
};

}  // namespace mtc
