// What the data of a period cannot answer by itself: decided from the finished figures alone.
#pragma once

#include <vector>

#include "domain/digest/digest.h"
#include "domain/digest/history.h"

namespace mtc::digest {

// Everything else of the digest must be filled in. The most pressing first.
std::vector<OpenQuestion> open_questions(const Digest& digest, const History& history);

// True if this goes on at the end of what was read.
bool lasts_to_the_end(const Digest& digest, const Spike& spike);

}  // namespace mtc::digest
