// A cipher for tests: what is sealed does not show, and opens in its own place only.
#pragma once

#include <string>

#include "base/encoding.h"
#include "domain/identity/repositories.h"

namespace mtc::clusters {

struct FakeCipher final : identity::SecretCipher {
  std::string seal(std::string_view secret, std::string_view place) const override {
    // As a real one: never the same text twice.
    return to_hex(place) + "." +
           to_hex(turned(std::string(secret) + std::to_string(10 + ++sealed_ % 90)));
  }
  Result<std::string> open(std::string_view sealed, std::string_view place) const override {
    const auto dot = sealed.find('.');
    if (dot == std::string_view::npos || sealed.substr(0, dot) != to_hex(place)) {
      return fail(Errc::internal, "it does not open");
    }
    std::string out = turned(from_hex(sealed.substr(dot + 1)).value_or(""));
    out.resize(out.size() < 2 ? 0 : out.size() - 2);
    return out;
  }
  bool is_current(std::string_view) const override { return true; }

 private:
  static std::string turned(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(c ^ 0x5a);
    return out;
  }
  mutable int sealed_ = 0;
};

}  // namespace mtc::clusters
