// The second half of a spoken report, for whoever asks for the details: which errors, since when,
// what was new, when it peaked.
#pragma once

#include "domain/digest/digest.h"
#include "domain/digest/speech.h"

namespace mtc::digest {

// One paragraph; says so if there is nothing more to tell. Never empty.
std::string render_speech_details(const Digest& digest, const SpeechOptions& options = {});

}  // namespace mtc::digest
