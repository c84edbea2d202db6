// Hashing as a port: the domain says what is hashed, the cryptography is somebody else's.
#pragma once

#include <string>
#include <string_view>

namespace mtc::audit {

class Hasher {
 public:
  virtual ~Hasher() = default;
  // SHA-256, hexadecimal.
  virtual std::string of(std::string_view bytes) const = 0;
};

}  // namespace mtc::audit
