#include "infra/crypto/system_random.h"

#include <sodium.h>

#include <stdexcept>

namespace mtc {

SystemRandom::SystemRandom() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium finds no source of randomness");
}

void SystemRandom::fill(std::span<std::byte> bytes) {
  randombytes_buf(bytes.data(), bytes.size());
}

}  // namespace mtc
