// Sound files in RIFF WAVE form, as far as pieces of speech must be joined.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace mtc::tencent {

// One file that plays the pieces one after the other. All must have the same format (channels,
// rate, bits). Chunks other than "fmt " and "data" are dropped; sizes that a streaming encoder left
// open reach to the end of the piece. Errc::unavailable if a piece is no WAVE file or differs from
// the first.
Result<std::string> join_wavs(const std::vector<std::string>& pieces);

}  // namespace mtc::tencent
