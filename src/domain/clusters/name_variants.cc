#include "domain/clusters/name_variants.h"

#include <algorithm>
#include <map>

#include "base/contains.h"
#include "domain/clusters/name_words.h"

namespace mtc::clusters {
namespace {

// See NameMatch. Whoever says a word of the other language means it nearly as surely as whoever
// says the word itself; a word close by is a guess, and so is a part of a name.
constexpr int kItself = 97;
constexpr int kBySound = 94;
constexpr int kByMeaning = 94;
constexpr int kNear = 84;
constexpr int kFirstPart = 14;  // less
constexpr int kLaterPart = 18;
constexpr std::size_t kMostWays = 80;     // of one stretch of words
constexpr std::size_t kMostWords = 6;     // of a name; the rest is taken as one
constexpr std::size_t kShortestPart = 2;  // letters; less says nothing

using Ways = std::map<std::string, int>;  // letters → score, the best

void note(Ways& ways, const std::string& letters, int score) {
  const auto [it, is_new] = ways.try_emplace(letters, score);
  if (!is_new) it->second = std::max(it->second, score);
}

Ways ways_of(const NameToken& token) {
  Ways out;
  note(out, token.letters, token.han ? kBySound : kItself);
  for (const Meaning* meaning : meanings_of(token.letters)) {
    const bool own = contains(meaning->words, token.letters);
    for (const auto& word : meaning->words) note(out, word, own ? kByMeaning : kNear);
    if (!own) continue;
    for (const auto& word : meaning->near) note(out, word, kNear);
  }
  return out;
}

Ways both(const Ways& first, const Ways& second) {
  Ways out;
  for (const auto& [a, score_a] : first) {
    for (const auto& [b, score_b] : second) {
      if (out.size() >= kMostWays) return out;
      note(out, a + b, std::min(score_a, score_b));
    }
  }
  return out;
}

}  // namespace

std::vector<NameVariant> variants_of(const NameText& name) {
  std::vector<Ways> words;
  for (const auto& token : name.core) {
    if (words.size() < kMostWords) {
      words.push_back(ways_of(token));
    } else {
      words.back() = both(words.back(), {{token.letters, kItself}});
    }
  }
  std::vector<NameVariant> out;
  for (std::size_t begin = 0; begin < words.size(); ++begin) {
    Ways ways = words[begin];
    for (std::size_t end = begin + 1;; ++end) {
      const bool whole = begin == 0 && end == words.size();
      const int less = whole ? 0 : begin == 0 ? kFirstPart : kLaterPart;
      for (const auto& [letters, score] : ways) {
        if (whole || letters.size() >= kShortestPart)
          out.push_back({.letters = letters, .score = score - less, .whole = whole});
      }
      if (end == words.size()) break;
      ways = both(ways, words[end]);
    }
  }
  return out;
}

}  // namespace mtc::clusters
