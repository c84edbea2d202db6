#include "domain/identity/hook.h"

#include <algorithm>

namespace mtc::identity {
namespace {

constexpr std::string_view kMark = "mth_";
constexpr std::size_t kBytes = 24;
constexpr std::size_t kCharacters = kBytes * 4 / 3;

}  // namespace

std::string make_hook_key(Random& random) {
  return std::string(kMark) + random_token(random, kBytes);
}

bool looks_like_hook_key(std::string_view text) {
  if (!text.starts_with(kMark) || text.size() != kMark.size() + kCharacters) return false;
  return std::ranges::all_of(text.substr(kMark.size()), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

}  // namespace mtc::identity
