// Lets a person at the terminal hear an answer, where the machine can play sound.
#pragma once

#include <string>

#include "base/async.h"
#include "base/language.h"
#include "base/result.h"

namespace mtc::app {

// Plays a WAV file with the first player there is (aplay, paplay, ffplay). Errc::not_found names
// what could be installed.
Async<Result<void>> play(std::string wav_file);

}  // namespace mtc::app
