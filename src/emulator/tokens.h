// How an index cuts text into words, and whether the words of a search term are in a text.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace mtc::emulator {

// Stand in a parsed search value for an unescaped * and ?.
inline constexpr char kAnyRun = '\x01';
inline constexpr char kAnyCharacter = '\x02';

struct TokenRule {
  std::string separators;  // each character ends a word; empty: the whole value is one word
  bool chinese = false;    // each Chinese character is a word of its own
  bool case_sensitive = false;
};

class Tokenizer {
 public:
  explicit Tokenizer(const TokenRule& rule);
  // Takes the next word off the front of `rest`; false when there is none.
  bool next(std::string_view& rest, std::string_view& word) const;
  bool whole() const { return whole_; }

 private:
  std::array<bool, 256> separator_{};
  bool chinese_;
  bool whole_;
};

// True if text is the pattern; * and ? stand as kAnyRun and kAnyCharacter. A pattern compared
// without case is given in lower case.
bool glob_matches(std::string_view pattern, std::string_view text, bool case_sensitive);

// One search value against one kind of index. Immutable after construction.
class TermMatcher {
 public:
  // In a phrase the words must stand side by side in order; otherwise all of them somewhere.
  TermMatcher(const TokenRule& rule, std::string_view value, bool phrase);
  bool matches(std::string_view text) const;
  // False only if no text inside these bytes can match: a quick look before the log is taken apart.
  // Sees through JSON escapes.
  bool may_match(std::string_view json) const;
  // The text with each matching word in <cls_highlight> marks.
  std::string highlight(std::string_view text) const;

 private:
  bool matches_phrase(std::string_view text) const;
  bool word_matches(std::size_t index, std::string_view word) const;
  Tokenizer tokenizer_;
  bool case_sensitive_;
  bool phrase_;
  std::vector<std::string> words_;
  std::string anchor_;         // a word that every match contains; empty: none is known
  std::size_t anchor_at_ = 0;  // its rarest byte
};

}  // namespace mtc::emulator
