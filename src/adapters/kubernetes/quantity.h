// Quantities as Kubernetes writes them: "100m", "1.5", "64Mi", "1e3".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mtc::kubernetes {

// Rounded up, as Kubernetes does; nullopt for what is no quantity; the largest number for what is
// larger. "0.5" and "500m" are 500 millicores, "1k" is 1,000 bytes, "1Ki" 1,024.
std::optional<std::int64_t> millicores_of(std::string_view quantity);
std::optional<std::int64_t> whole_of(std::string_view quantity);  // bytes, pods

}  // namespace mtc::kubernetes
