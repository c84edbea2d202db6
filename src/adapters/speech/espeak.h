// Speech without any service: espeak-ng (Debian package), run as a process.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/narration/speech_synthesizer.h"

namespace mtc::speech {

struct EspeakOptions {
  std::string program = "espeak-ng";
  int words_per_minute = 170;
  std::size_t max_characters = 1000;  // what is beyond is not spoken
  Millis timeout{15'000};
};

// Stateless; safe from one executor at a time, several texts at once.
class EspeakSynthesizer final : public narration::SpeechSynthesizer {
 public:
  explicit EspeakSynthesizer(EspeakOptions options = {}) : options_(std::move(options)) {}
  Async<Result<std::string>> synthesize(std::string text, Language language) override;

 private:
  EspeakOptions options_;
};

// The text as it is given to espeak-ng: one line, no control characters, nothing that it would take
// for markup (<…>), for phonemes ([[…]]) or for a command; in Chinese with numbers in characters
// (spell_numbers).
std::string prepare_for_espeak(std::string_view text, Language language,
                               std::size_t max_characters);

// Chinese text with its Arabic numbers written as they are said: 4200000 → 四百二十万, 12% →
// 百分之十二, 2:08 → 两点零八分, 3.5 → 三点五. espeak-ng 1.51 reads "4200000" as "四万二百千",
// "2:08" as "二零八" and says "percent" in English; it reads the characters well. Digits within a
// word (v2, 7d9f) stay, as do numbers of more than 16 digits.
std::string spell_numbers(std::string_view chinese);

}  // namespace mtc::speech
