#include "emulator/tokens.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace mtc::emulator {
namespace {

constexpr std::size_t kMaxWords =
    64;  // of one search value: they are counted in the bits of a word

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// Length of the CJK character at the front, 0 if something else stands there. U+2E80 and above in
// three bytes cover the scripts and their punctuation.
std::size_t cjk_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0xE2 || lead > 0xEF || text.size() < 3) return 0;
  if (lead == 0xE2 && static_cast<unsigned char>(text[1]) < 0xBA) return 0;
  return 3;
}

bool same(std::string_view pattern, std::string_view text, bool case_sensitive) {
  if (pattern.size() != text.size()) return false;
  if (case_sensitive) return pattern == text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lower(text[i]) != pattern[i]) return false;
  }
  return true;
}

// How common a byte is in logs, roughly: letters by their frequency in English, everything else is
// rarer.
int commonness(char c) {
  constexpr std::string_view kCommon = "etaoinsrhldcumfpgwybvkxjqz";
  const auto at = kCommon.find(c);
  return at == std::string_view::npos ? (c >= '0' && c <= '9' ? 20 : 5)
                                      : 100 - static_cast<int>(at) * 3;
}

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

const char* find_byte(const char* from, const char* end, char c) {
  const auto* at =
      static_cast<const char*>(std::memchr(from, c, static_cast<std::size_t>(end - from)));
  return at == nullptr ? end : at;
}

bool has_wildcard(std::string_view pattern) {
  return pattern.find_first_of("\x01\x02") != std::string_view::npos;
}

}  // namespace

Tokenizer::Tokenizer(const TokenRule& rule)
    : chinese_(rule.chinese), whole_(rule.separators.empty() && !rule.chinese) {
  for (const char c : rule.separators) separator_[static_cast<unsigned char>(c)] = true;
}

bool Tokenizer::next(std::string_view& rest, std::string_view& word) const {
  if (whole_) {
    word = rest;
    rest = {};
    return word.data() != nullptr;
  }
  std::size_t begin = 0;
  while (begin < rest.size() && separator_[static_cast<unsigned char>(rest[begin])]) ++begin;
  if (begin == rest.size()) return false;
  std::size_t end = begin;
  while (end < rest.size() && !separator_[static_cast<unsigned char>(rest[end])]) {
    const std::size_t cjk = chinese_ && (static_cast<unsigned char>(rest[end]) >= 0xE2)
                                ? cjk_length(rest.substr(end))
                                : 0;
    if (cjk != 0) {
      if (end == begin) end += cjk;
      break;
    }
    ++end;
  }
  word = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return true;
}

bool glob_matches(std::string_view pattern, std::string_view text, bool case_sensitive) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == kAnyRun) {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == kAnyCharacter) {
      ++p;
      ++t;
      while (t < text.size() && (static_cast<unsigned char>(text[t]) & 0xC0U) == 0x80U) ++t;
    } else if (p < pattern.size() && pattern[p] == (case_sensitive ? text[t] : lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == kAnyRun) ++p;
  return p == pattern.size();
}

TermMatcher::TermMatcher(const TokenRule& rule, std::string_view value, bool phrase)
    : tokenizer_(rule), case_sensitive_(rule.case_sensitive), phrase_(phrase) {
  std::string_view word;
  if (value.data() == nullptr) value = "";
  for (auto rest = value; words_.size() < kMaxWords && tokenizer_.next(rest, word);) {
    words_.push_back(case_sensitive_ ? std::string(word) : to_lower_ascii(word));
    if (tokenizer_.whole()) break;
  }
  for (const auto& one : words_) {
    const bool plain = !has_wildcard(one) && std::ranges::none_of(one, [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
    });
    if (plain && one.size() > anchor_.size()) anchor_ = one;
  }
  for (std::size_t i = 1; i < anchor_.size(); ++i) {
    if (commonness(lower(anchor_[i])) < commonness(lower(anchor_[anchor_at_]))) anchor_at_ = i;
  }
}

bool TermMatcher::may_match(std::string_view json) const {
  if (anchor_.empty()) return true;
  if (json.size() < anchor_.size()) return false;
  const char rare = anchor_[anchor_at_], other = case_sensitive_ ? rare : upper(rare);
  const char* const first = json.data() + anchor_at_;
  const char* const end = json.data() + json.size() - (anchor_.size() - anchor_at_ - 1);
  const char* a = find_byte(first, end, rare);
  const char* b = other == rare ? end : find_byte(first, end, other);
  while (a != end || b != end) {
    const char*& hit = a < b ? a : b;
    if (same(anchor_, {hit - anchor_at_, anchor_.size()}, case_sensitive_)) return true;
    hit = find_byte(hit + 1, end, *hit);
  }
  return false;
}

bool TermMatcher::word_matches(std::size_t index, std::string_view word) const {
  const auto& pattern = words_[index];
  return has_wildcard(pattern) ? glob_matches(pattern, word, case_sensitive_)
                               : same(pattern, word, case_sensitive_);
}

bool TermMatcher::matches(std::string_view text) const {
  if (words_.empty()) return false;  // nothing but separators: no word to find
  if (text.data() == nullptr) text = "";
  if (tokenizer_.whole()) return word_matches(0, text);
  if (phrase_ && words_.size() > 1) return matches_phrase(text);
  const std::uint64_t all = words_.size() == kMaxWords ? ~0ULL : (1ULL << words_.size()) - 1;
  std::uint64_t found = 0;
  std::string_view word;
  while (tokenizer_.next(text, word)) {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (word_matches(i, word)) found |= 1ULL << i;
    }
    if (found == all) return true;
  }
  return false;
}

bool TermMatcher::matches_phrase(std::string_view text) const {
  std::string_view word;
  while (tokenizer_.next(text, word)) {
    if (!word_matches(0, word)) continue;
    auto rest = text;
    std::size_t i = 1;
    while (i < words_.size() && tokenizer_.next(rest, word) && word_matches(i, word)) ++i;
    if (i == words_.size()) return true;
  }
  return false;
}

std::string TermMatcher::highlight(std::string_view text) const {
  std::string out;
  std::string_view word;
  std::size_t copied = 0;
  for (auto rest = text; tokenizer_.next(rest, word);) {
    bool hit = false;
    for (std::size_t i = 0; i < words_.size() && !hit; ++i) hit = word_matches(i, word);
    if (hit) {
      const auto at = static_cast<std::size_t>(word.begin() - text.begin());
      out.append(text, copied, at - copied);
      out.append("<cls_highlight>").append(word).append("</cls_highlight>");
      copied = at + word.size();
    }
    if (tokenizer_.whole()) break;
  }
  out.append(text.substr(copied));
  return out;
}

}  // namespace mtc::emulator
