// Amounts as Kubernetes writes them: 500m, 2, 128Mi, 1.5G, 1e3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace mtc::emulator::kubernetes {

// In thousandths, rounded up; nullopt if that is no quantity (or larger than eight exa).
std::optional<std::int64_t> read_milli(std::string_view text);

// The member of a resource list (requests, capacity); absent or broken reads as 0. A number in the
// JSON counts as well as a text.
std::int64_t milli_of(const Json& resources, std::string_view name);
std::int64_t whole_of(const Json& resources, std::string_view name);  // bytes, pods; rounded up

std::string memory_text(std::int64_t bytes);  // "131072Ki"

}  // namespace mtc::emulator::kubernetes
