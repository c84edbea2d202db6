// What a look shows, sign by sign. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "domain/rollback/health.h"

namespace mtc::rollback {

// True: as it should be. What was not measured is absent.
struct Signs {
  std::optional<bool> pods, errors, resources, alert;
};
Signs signs_of(const Health& health);

// Errors above what is usual, with room for noise; nullopt where nobody measured them.
std::optional<bool> errors_are_usual(std::optional<double> rate, std::optional<double> usual);

inline constexpr double kBusy = 0.9;             // of a limit: near it
inline constexpr double kNearLimit = 0.95;       // of a limit: full
inline constexpr double kFewErrors = 0.05;       // where nobody knows what is usual
inline constexpr double kUsualErrors = 0.01;     // never too many, whatever is usual
inline constexpr double kUsualFactor = 1.5;      // errors vary
inline constexpr double kWorseFactor = 2;        // of the usual: no longer chance
inline constexpr double kNoise = 1.2;            // of before: no longer chance
inline constexpr double kClearlyFewer = 0.7;     // of before
inline constexpr double kClearlyRelieved = 0.8;  // of the resources before

// Pods that are wanted and not ready; of its release without itself, where that is known.
std::int64_t missing_pods(const Health& health);
std::optional<std::int64_t> missing_neighbours(const Health& health);

}  // namespace mtc::rollback
