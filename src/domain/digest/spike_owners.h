// Spikes with their owners: which service rose, and with which template.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/digest/digest.h"
#include "domain/digest/timeline.h"

namespace mtc::digest {

struct ErrorCourse {
  // Whose error an entry of the timeline is. Entries joined since share one place.
  struct Source {
    std::uint32_t entry = 0;
    std::uint32_t service = 0;
  };

  const Timeline& errors;             // of the lines that were read
  const Timeline* counted = nullptr;  // counted elsewhere, of nobody in particular; null: none
  // If given, every minute of this range counts, whether a line was written in it or not.
  std::optional<std::pair<TimePoint, TimePoint>> within{};
  std::vector<Source> sources{};  // by entry of the timeline
  std::function<std::string(std::uint32_t service)> service_name{};
  std::function<std::string(std::uint32_t entry)> template_id{};
};

// Worst first. A rise that one service makes up is told with that service's own figures; the rise
// of a small service that drowns in the errors of the others is a spike too.
std::vector<Spike> spikes_of(const ErrorCourse& course);

}  // namespace mtc::digest
