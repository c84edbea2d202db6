// Text to speech by Tencent Cloud (TextToVoice).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/tencent/client.h"
#include "base/language.h"
#include "base/random.h"
#include "domain/narration/speech_synthesizer.h"

namespace mtc::tencent {

struct VoiceOptions {
  std::string region = "ap-guangzhou";
  int voice_type = 101001;   // of the standard set
  double speed = 0;          // -2 (0.6 times as fast) to 6 (2.5 times)
  double volume = 0;         // -10 to 10
  int sample_rate = 16'000;  // 8000, 16000, 24000
  Millis timeout{20'000};    // of one piece
  std::size_t max_text_bytes = 8192;
};

class TencentVoice final : public narration::SpeechSynthesizer {
 public:
  // Client and random are borrowed and outlive the voice.
  TencentVoice(TencentClient& client, Random& random, VoiceOptions options = {});

  // A WAV file. Longer texts are spoken piece by piece and joined. Errc::invalid_argument for an
  // empty or too long text.
  Async<Result<std::string>> synthesize(std::string text, Language language) override;

 private:
  Async<Result<std::string>> speak(std::string piece, Language language);

  TencentClient& client_;
  Random& random_;
  const VoiceOptions options_;
};

// Pieces of at most 150 Chinese characters or 500 Latin letters (in a mixture, as much as is safe),
// cut after sentences where possible, else after commas, else between words, else anywhere between
// characters.
std::vector<std::string> split_for_speech(std::string_view text);

}  // namespace mtc::tencent
