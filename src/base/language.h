// The two languages the product speaks.
#pragma once

#include <optional>
#include <string_view>

namespace mtc {

enum class Language { zh, en };

inline std::string_view name_of(Language language) {
  return language == Language::zh ? "zh" : "en";
}

// "zh", "zh-CN", "en", "en_US" …; nullopt for anything else.
inline std::optional<Language> parse_language(std::string_view text) {
  if (text.starts_with("zh")) return Language::zh;
  if (text.starts_with("en")) return Language::en;
  return std::nullopt;
}

}  // namespace mtc
