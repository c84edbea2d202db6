// Whose and where: nearly everything lives in one account and region.
#pragma once

#include <cstdint>
#include <string>

namespace mtc::emulator {

struct Owner {
  std::uint64_t uin = 0;
  std::string region;
  friend bool operator==(const Owner&, const Owner&) = default;
};

}  // namespace mtc::emulator
