#include "domain/clusters/name_score.h"

#include <algorithm>
#include <array>

#include "base/edit_distance.h"
#include "base/text.h"

namespace mtc::clusters {
namespace {

constexpr int kVeryName = 100;
constexpr int kSameText = 99;   // but for case and separators
constexpr int kSameSound = 96;  // all of it, with the word for the kind
constexpr int kSameCore = 97;   // without that word
constexpr int kBlurred = 6;     // less: zh for z, ang for an
constexpr int kSlip = 6;        // less for each, and once
constexpr int kEnglishInChinese = 20;
constexpr std::size_t kBones = 4;  // of three there are too many alike: 天气 and dingwei

// What a recogniser, or a southern speaker, does not tell apart.
std::string blur(std::string letters) {
  for (const auto& [from, to] : std::array<std::pair<std::string_view, std::string_view>, 5>{
           {{"zh", "z"}, {"ch", "c"}, {"sh", "s"}, {"ng", "n"}, {"l", "n"}}})
    letters = replace_all(std::move(letters), from, to);
  return letters;
}

// Short words are too near to each other for guesses.
std::size_t slips_allowed(std::size_t letters) {
  return letters < 4 ? 0 : letters < 8 ? 1 : letters < 12 ? 2 : 3;
}

// The consonants that survive when English is heard as Chinese: 配门特 and payment are both pmnt.
std::string skeleton(std::string_view letters) {
  std::string out;
  for (const char c : letters) {
    if (std::string_view("aeiouywhr").find(c) != std::string_view::npos) continue;
    const char sound = c == 'b'                           ? 'p'
                       : c == 'd'                         ? 't'
                       : c == 'g' || c == 'q' || c == 'c' ? 'k'
                       : c == 'v'                         ? 'f'
                       : c == 'z' || c == 'x' || c == 'j' ? 's'
                                                          : c;
    if (out.empty() || out.back() != sound) out += sound;
  }
  return out;
}

}  // namespace

int score_letters(const std::string& heard, bool heard_han, const NameVariant& variant,
                  std::size_t allowed) {
  if (heard == variant.letters) return variant.score;
  int best = 0;
  const auto shorter = std::min(heard.size(), variant.letters.size());
  if (allowed > 0) {
    if (const auto slips = edit_distance(heard, variant.letters, allowed); slips <= allowed)
      best = variant.score - kSlip * (1 + static_cast<int>(slips));
  }
  if (heard_han && shorter >= 4) {
    if (blur(heard) == blur(variant.letters)) best = std::max(best, variant.score - kBlurred);
    if (variant.whole) {
      const auto bones = skeleton(heard);
      if (bones.size() >= kBones && bones == skeleton(variant.letters))
        best = std::max(best, variant.score - kEnglishInChinese);
    }
  }
  return best;
}

HeardName::HeardName(std::string spoken, Named what)
    : spoken_(std::string(trim(sanitize_utf8(spoken)))), what_(what) {
  readings_.push_back(read_name(spoken_, what_, true));
  auto plain = read_name(spoken_, what_, false);
  if (plain.letters() != readings_.front().letters()) readings_.push_back(std::move(plain));
}

int HeardName::fits_text(const NameText& heard, const NameText& name) const {
  if (heard.plain() == name.plain()) return kSameText;
  int best = 0;
  if (heard.plain_core() == name.plain_core()) best = kSameCore;
  if (heard.letters() == name.letters()) best = std::max(best, kSameSound);
  const auto core = heard.letters_core();
  for (const auto& variant : variants_of(name)) {
    const auto allowed = slips_allowed(std::min(core.size(), variant.letters.size()));
    best = std::max(best, score_letters(core, heard.han, variant, allowed));
  }
  // With the word for the kind, which one of them may have and the other not. It is no help in
  // telling names apart: how much may be wrong depends on the rest.
  const NameVariant full{.letters = name.letters(), .score = kSameSound};
  const auto allowed = slips_allowed(std::min(core.size(), name.letters_core().size()));
  return std::max(best, score_letters(heard.letters(), heard.han, full, allowed));
}

int HeardName::fits(const std::string& name) const {
  if (spoken_ == name) return kVeryName;
  int best = 0;
  std::string letters;
  for (const bool numbers : {true, false}) {
    const auto text = read_name(name, what_, numbers);
    if (text.all.empty() || text.letters() == letters) continue;  // read alike
    letters = text.letters();
    for (const auto& heard : readings_) best = std::max(best, fits_text(heard, text));
  }
  return best;
}

bool HeardName::is(const std::string& name) const {
  const auto text = read_name(name, what_, true);
  return std::ranges::any_of(readings_, [&](const NameText& heard) {
    return heard.letters() == text.letters() || heard.letters_core() == text.letters_core();
  });
}

}  // namespace mtc::clusters
