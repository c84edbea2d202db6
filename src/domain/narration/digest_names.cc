#include "domain/narration/digest_names.h"

#include <algorithm>

#include "base/characters.h"
#include "base/text.h"
#include "domain/digest/phrase.h"
#include "domain/narration/spoken_claims.h"

namespace mtc::narration {
namespace {

bool is_word_byte(char c) {
  return is_alnum(c) || c == '_';
}

// Where a name stands as a whole word; Chinese names stand anywhere.
std::size_t find_name(std::string_view lower, std::string_view name, std::size_t from) {
  for (std::size_t i = lower.find(name, from); i != std::string_view::npos;
       i = lower.find(name, i + 1)) {
    const bool begins = !is_word_byte(name.front()) || !is_word_byte(before_or_zero(lower, i));
    const bool ends =
        !is_word_byte(name.back()) || !is_word_byte(at_or_zero(lower, i + name.size()));
    if (begins && ends) return i;
  }
  return std::string_view::npos;
}

bool stands_in(std::string_view lower, const std::string& lower_name) {
  return !lower_name.empty() && find_name(lower, lower_name, 0) != std::string_view::npos;
}

constexpr std::size_t kMaxNames = 500;

constexpr std::size_t kLongestChineseName = 12;
constexpr std::size_t kMostEnglishWords = 3;

bool is_a_statement(std::string_view name) {
  if (std::ranges::any_of(name, [](char c) { return !is_ascii(c); }))
    return count_characters(name) > kLongestChineseName || !find_claims(name).empty();
  const auto blanks = static_cast<std::size_t>(std::ranges::count(name, ' '));
  const bool in_words = blanks > 0 && std::ranges::none_of(name, is_digit);
  return blanks >= kMostEnglishWords || (in_words && !find_claims(name).empty());
}

}  // namespace

bool ServiceName::is_mentioned_in(std::string_view lower) const {
  return stands_in(lower, full) || stands_in(lower, spoken);
}

ServiceName name_of_service(const std::string& service) {
  return {.service = service,
          .full = to_lower_ascii(service),
          .spoken = to_lower_ascii(digest::spoken_service(service))};
}

std::vector<ServiceName> services_of(const digest::Digest& digest) {
  std::vector<ServiceName> out;
  for (const auto& total : digest.services) {
    if (out.size() < kMaxNames) out.push_back(name_of_service(total.service));
  }
  return out;
}

std::vector<std::string> known_names(const digest::Digest& digest) {
  std::vector<std::string> names;
  const auto add = [&](std::string_view name) {
    if (count_characters(name) > 1 && names.size() < kMaxNames && !is_a_statement(name))
      names.push_back(to_lower_ascii(name));
  };
  const auto add_service = [&](const std::string& service) {
    add(service);
    add(digest::spoken_service(service));
  };
  add(digest.scope);
  for (const auto& service : digest.services) add_service(service.service);
  for (const auto& spike : digest.spikes) add_service(spike.service);
  for (const auto& question : digest.questions) add_service(question.service);
  for (const auto& total : digest.top_errors) add_service(total.service);
  for (const auto& total : digest.new_templates) add_service(total.service);
  std::ranges::sort(names, [](const auto& a, const auto& b) {
    return std::pair(b.size(), a) < std::pair(a.size(), b);
  });
  names.erase(std::ranges::unique(names).begin(), names.end());
  return names;
}

std::string without_names(std::string_view text, const std::vector<std::string>& names) {
  std::string out(text);
  std::string lower = to_lower_ascii(text);
  for (const auto& name : names) {
    for (std::size_t i = find_name(lower, name, 0); i != std::string::npos;
         i = find_name(lower, name, i)) {
      std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(i), name.size(), ' ');
      std::fill_n(lower.begin() + static_cast<std::ptrdiff_t>(i), name.size(), ' ');
    }
  }
  return out;
}

}  // namespace mtc::narration
