#include "adapters/oauth/freshness.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace mtc::oauth {
namespace {

constexpr std::int64_t kMostSeconds = std::chrono::seconds(std::chrono::hours(24)).count();

// "max-age=600", perhaps "max-age=\"600\"".
std::optional<Millis> max_age_in(std::string_view directive) {
  const auto equals = directive.find('=');
  if (equals == std::string_view::npos ||
      !equals_ignoring_case(directive.substr(0, equals), "max-age"))
    return std::nullopt;
  std::string_view value = directive.substr(equals + 1);
  if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"'))
    value = value.substr(1, value.size() - 2);
  std::int64_t seconds = 0;
  const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (stop != value.data() + value.size() || value.starts_with('-')) return std::nullopt;
  if (error == std::errc::result_out_of_range) return kMostFreshness;
  if (error != std::errc{}) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, kMostSeconds));
}

}  // namespace

Millis freshness_of(const HttpHeaders& headers) {
  Millis freshness = kDefaultFreshness;
  for (const auto part : split(find_header(headers, "cache-control"), ',')) {
    const auto directive = trim(part);
    if (equals_ignoring_case(directive, "no-cache") || equals_ignoring_case(directive, "no-store"))
      return kLeastFreshness;
    if (const auto age = max_age_in(directive)) freshness = *age;
  }
  return std::clamp(freshness, kLeastFreshness, kMostFreshness);
}

}  // namespace mtc::oauth
