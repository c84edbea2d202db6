// Fingerprints for tests: equal texts have equal ones, and no text shows in its own.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "domain/clusters/fingerprint.h"

namespace mtc::clusters {

struct FakeFingerprints final : Fingerprints {
  std::string of(std::string_view value) const override {
    std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
    for (const char c : value) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    std::string out;
    for (int i = 0; i < 4; ++i) out += fmt::format("{:016x}", hash = hash * 1099511628211ULL + 1);
    return out;
  }
};

}  // namespace mtc::clusters
