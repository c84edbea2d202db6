// What a digest's errors are compared with, for the ear and for the eye alike.
#pragma once

#include <optional>
#include <string_view>

#include "base/language.h"
#include "domain/digest/digest.h"

namespace mtc::digest {

struct Comparison {
  std::int64_t errors = 0;                         // of the reference
  bool day_before = false;                         // else the usual for this weekday
  std::string_view name(Language language) const;  // 前一天, "the day before"; 平时, "usual"
};

// The day before, or else the usual weekday; nullopt if neither is known, or if only a part of this
// period was counted, which would look like fewer errors.
std::optional<Comparison> comparison_of(const Digest& digest);

// Something of the period is missing: a topic, a region, or its end.
bool is_partial(const Digest& digest);

}  // namespace mtc::digest
