#include "domain/digest/comparison.h"

namespace mtc::digest {

std::string_view Comparison::name(Language language) const {
  if (language == Language::zh) return day_before ? "前一天" : "平时";
  return day_before ? "the day before" : "usual";
}

std::optional<Comparison> comparison_of(const Digest& digest) {
  if (!digest.coverage.totals_exact || is_partial(digest)) return std::nullopt;
  const bool day_before = digest.previous_day.has_value();
  const auto& reference = day_before ? digest.previous_day : digest.usual_weekday;
  if (!reference) return std::nullopt;
  return Comparison{.errors = reference->errors, .day_before = day_before};
}

bool is_partial(const Digest& digest) {
  return !digest.coverage.missing.empty() || digest.coverage.data_until.has_value();
}

}  // namespace mtc::digest
