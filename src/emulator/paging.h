// The opaque Context text of SearchLog.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace mtc::emulator {

struct PagingContext {
  std::int64_t last_row = 0;   // the next page begins behind it
  std::int64_t delivered = 0;  // raw logs so far
};

inline constexpr Millis kContextLifetime{3'600'000};
inline constexpr std::int64_t kMaxLogsByContext = 10'000;

// `request` is everything that has to stay the same from page to page.
std::string write_context(const PagingContext& context, std::string_view request, TimePoint now,
                          std::string_view key);
// Nullopt if it is not ours, belongs to another request or is older than an hour.
std::optional<PagingContext> read_context(std::string_view text, std::string_view request,
                                          TimePoint now, std::string_view key);

}  // namespace mtc::emulator
