// The machine's randomness (libsodium over getrandom), fit for keys and tokens.
#pragma once

#include "base/random.h"

namespace mtc {

class SystemRandom final : public Random {
 public:
  // Throws std::runtime_error if the system has no source of randomness.
  SystemRandom();
  void fill(std::span<std::byte> bytes) override;
};

}  // namespace mtc
