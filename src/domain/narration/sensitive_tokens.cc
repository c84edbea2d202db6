// Words that are secrets by themselves: known beginnings (AKID…, eyJ…), random letters, hashes.
#include <algorithm>
#include <array>

#include "base/characters.h"
#include "domain/narration/sensitive.h"

namespace mtc::narration {
namespace {

using Spans = std::vector<SensitiveSpan>;

struct KnownKey {
  std::string_view prefix;
  std::size_t least;  // characters after the prefix
};

constexpr std::array<KnownKey, 24> kKnownKeys{
    {{"AKID", 12},    {"AKIA", 12},    {"ASIA", 12},    {"LTAI", 12},        {"sk-", 16},
     {"sk_live_", 8}, {"sk_test_", 8}, {"rk_live_", 8}, {"ghp_", 16},        {"gho_", 16},
     {"ghu_", 16},    {"ghs_", 16},    {"ghr_", 16},    {"github_pat_", 16}, {"glpat-", 12},
     {"xoxb-", 8},    {"xoxp-", 8},    {"xoxa-", 8},    {"xoxs-", 8},        {"AIza", 24},
     {"npm_", 24},    {"hf_", 24},     {"tsk_", 24},    {"whsec_", 16}}};

bool is_word(char c) {
  return is_alnum(c) || c == '_' || c == '-';
}

bool begins_known_key(std::string_view word) {
  return std::ranges::any_of(kKnownKeys, [&](const KnownKey& key) {
    return word.starts_with(key.prefix) && word.size() >= key.prefix.size() + key.least;
  });
}

// A known beginning at the start of a word or behind one of its hyphens: key_AKID… too.
void find_known_keys(std::string_view text, Spans& out) {
  for (std::size_t i = 0; i < text.size();) {
    if (!is_word(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && is_word(text[end])) ++end;
    for (std::size_t at = i; at < end; ++at) {
      if (at > i && is_alnum(text[at - 1])) continue;
      if (!begins_known_key(text.substr(at, end - at))) continue;
      out.push_back({at, end, Sensitive::key});
      break;
    }
    i = end;
  }
}

constexpr std::size_t kHashDigits = 32;
constexpr std::size_t kRandomCharacters = 24;

bool looks_random(std::string_view word) {
  const auto count = [&](auto is) { return std::ranges::count_if(word, is); };
  return word.size() >= kRandomCharacters && count(is_digit) >= 2 && count(is_upper) >= 2 &&
         count(is_lower) >= 2;
}

void find_random_words(std::string_view text, Spans& out) {
  for (std::size_t i = 0; i < text.size();) {
    if (!is_alnum(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && is_alnum(text[end])) ++end;
    const std::string_view word = text.substr(i, end - i);
    if (word.size() >= kHashDigits && std::ranges::all_of(word, is_hex)) {
      out.push_back({i, end, Sensitive::hash});
    } else if (looks_random(word)) {
      out.push_back({i, end, Sensitive::key});
    }
    i = end;
  }
}

// Header and payload of a JWT both begin with '{"', which is eyJ in Base64; the signature may be
// missing.
void find_jwts(std::string_view text, Spans& out) {
  const auto in_jwt = [](char c) { return is_word(c) || c == '.'; };
  for (std::size_t i = text.find("eyJ"); i != std::string_view::npos; i = text.find("eyJ", i)) {
    std::size_t end = i;
    while (end < text.size() && in_jwt(text[end])) ++end;
    if (text.substr(i, end - i).find(".eyJ") != std::string_view::npos) {
      out.push_back({i, end, Sensitive::token});
    }
    i = end;
  }
}

constexpr std::size_t kUuidLength = 36;

bool is_uuid(std::string_view text, std::size_t at) {
  if (at + kUuidLength > text.size() || is_alnum(at_or_zero(text, at + kUuidLength))) return false;
  for (std::size_t i = 0; i < kUuidLength; ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[at + i] != '-' : !is_hex(text[at + i])) return false;
  }
  return true;
}

void find_uuids(std::string_view text, Spans& out) {
  for (std::size_t i = 0; i + kUuidLength <= text.size(); ++i) {
    if (text[i + 8] != '-' || is_alnum(before_or_zero(text, i)) || !is_uuid(text, i)) continue;
    out.push_back({i, i + kUuidLength, Sensitive::uuid});
  }
}

}  // namespace

void find_tokens(std::string_view text, Spans& out) {
  find_jwts(text, out);
  find_known_keys(text, out);
  find_random_words(text, out);
  find_uuids(text, out);
}

}  // namespace mtc::narration
