// What is remembered of earlier days, and how a new day is compared with it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/digest/digest.h"

namespace mtc::digest {

// One civil day of one scope, as it was counted.
struct DayTotals {
  std::chrono::year_month_day day{};
  std::int64_t lines = 0;
  std::int64_t errors = 0;
  std::vector<ServiceTotal> services;
};

// A template that has been seen on some day. The text is kept because a template may read a little
// differently on another day ("connection to db-1 refused", "connection to <*> refused"): see
// same_template().
struct KnownTemplate {
  std::string id;  // template_id(service, text)
  std::string service;
  std::string text;
};

// All that a digest is compared with. Empty parts were not remembered.
struct History {
  std::optional<Reference> previous_day;
  std::optional<Reference> usual_weekday;
  // Absent: no earlier day is known, so nothing can be called new.
  std::optional<std::vector<KnownTemplate>> known_templates;
  std::vector<ServiceTotal> usual_services;  // lines and errors of a mean day before
};

// Stable for equal texts: 16 hexadecimal digits of a hash (FNV-1a, 64 bit) over service and
// template.
std::string template_id(std::string_view service, std::string_view text);

// True if the two texts can be the same template: word by word equal, where <*> in either stands
// for any part of a word; at least one word that says something is the same in both.
bool same_template(std::string_view a, std::string_view b);

// The comparison for `day` from the days remembered before it, in any order. usual_weekday is the
// mean over the same weekday of up to four earlier weeks and needs at least two of them;
// usual_services is the mean over the last seven days.
History compare_with(const std::vector<DayTotals>& days, std::chrono::year_month_day day);

}  // namespace mtc::digest
