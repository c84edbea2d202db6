// The port to a voice: text in, sound out.
#pragma once

#include <string>

#include "base/async.h"
#include "base/language.h"
#include "base/result.h"

namespace mtc::narration {

class SpeechSynthesizer {
 public:
  virtual ~SpeechSynthesizer() = default;
  // The bytes of a WAV file: 16-bit PCM, one channel. The text is only ever read out: marks, tags
  // and commands in it mean nothing. Errc::invalid_argument if there is nothing to say,
  // Errc::not_found if the program that speaks is not installed, Errc::timed_out, Errc::unavailable
  // if it did not deliver sound.
  virtual Async<Result<std::string>> synthesize(std::string text, Language language) = 0;
};

}  // namespace mtc::narration
