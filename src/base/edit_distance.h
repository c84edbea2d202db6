// How many slips lie between two words.
#pragma once

#include <cstddef>
#include <string_view>

namespace mtc {

// Bytes inserted, left out, replaced, or swapped with their neighbour (optimal string alignment).
// More than `most` is not counted further and answers most + 1.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most = 1000);

}  // namespace mtc
