#include "base/pinyin.h"

#include <unicode/translit.h>
#include <unicode/uscript.h>

#include <memory>
#include <mutex>
#include <stdexcept>
#include <unordered_map>

#include "base/text.h"

namespace mtc {
namespace {

constexpr std::size_t kMostKept = 50'000;  // characters; there are fewer than that in use

// ICU's own lock does not cover what we remember.
class Syllables {
 public:
  std::string of(UChar32 character) {
    UErrorCode error = U_ZERO_ERROR;
    if (uscript_getScript(character, &error) != USCRIPT_HAN) return {};
    const std::scoped_lock lock(mutex_);
    if (const auto it = known_.find(character); it != known_.end()) return it->second;
    std::string syllable = spell(character);
    if (known_.size() >= kMostKept) known_.clear();
    known_.emplace(character, syllable);
    return syllable;
  }

 private:
  std::string spell(UChar32 character) {
    if (!spelling_) {
      UErrorCode error = U_ZERO_ERROR;
      spelling_.reset(
          icu::Transliterator::createInstance("Han-Latin; Latin-ASCII", UTRANS_FORWARD, error));
      if (U_FAILURE(error))
        throw std::runtime_error("ICU cannot spell Chinese: its data is missing");
    }
    icu::UnicodeString text(character);
    spelling_->transliterate(text);
    std::string spelled;
    text.toUTF8String(spelled);
    // A rare character without a known sound stays itself.
    return to_lower_ascii(trim(spelled));
  }

  std::mutex mutex_;
  std::unique_ptr<icu::Transliterator> spelling_;
  std::unordered_map<UChar32, std::string> known_;
};

Syllables& syllables() {
  static Syllables all;
  return all;
}

}  // namespace

std::vector<Sound> sounds_of(std::string_view utf8) {
  const auto text = icu::UnicodeString::fromUTF8(
      icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
  std::vector<Sound> out;
  for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    const UChar32 character = text.char32At(at);
    Sound sound;
    icu::UnicodeString(character).toUTF8String(sound.text);
    sound.syllable = syllables().of(character);
    out.push_back(std::move(sound));
  }
  return out;
}

}  // namespace mtc
