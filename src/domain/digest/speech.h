// The digest for the ear: bad news first, numbers as they are said, nothing that cannot be spoken.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/language.h"
#include "domain/digest/digest.h"

namespace mtc::digest {

struct SpeechOptions {
  Language language = Language::zh;
  std::string name;  // whom it is addressed to ("张三，…"); empty where a greeting goes before
  // Chinese characters; two letters of English count as one. What is least important is left out
  // first.
  std::size_t max_characters = 300;
  std::optional<TimePoint>
      now;  // when it is heard, for 昨晚 and 今天; else when the digest was made
};

// One paragraph without a greeting. Never empty.
std::string render_speech(const Digest& digest, const SpeechOptions& options = {});

}  // namespace mtc::digest
