// A cipher for tests: what is sealed does not show, and opens in its own place only.
#pragma once

#include <string>

#include "base/encoding.h"
#include "domain/identity/repositories.h"

namespace mtc::clusters {

struct FakeCipher final : identity::SecretCipher {
  std::string seal(std::string_view secret, std::string_view place) const override {
    return to_hex(place) + "." + to_hex(turned(secret));
  }
  Result<std::string> open(std::string_view sealed, std::string_view place) const override {
    const auto dot = sealed.find('.');
    if (dot == std::string_view::npos || sealed.substr(0, dot) != to_hex(place)) {
      return fail(Errc::internal, "it does not open");
    }
    return turned(from_hex(sealed.substr(dot + 1)).value_or(""));
  }
  bool is_current(std::string_view) const override { return true; }

 private:
  static std::string turned(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(c ^ 0x5a);
    return out;
  }
};

}  // namespace mtc::clusters
