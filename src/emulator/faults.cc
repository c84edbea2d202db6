#include "emulator/faults.h"

#include <algorithm>

#include "base/fields.h"

namespace mtc::emulator {
namespace {

FieldOptions count() {
  return {.required = false, .minimum = 0, .maximum = 1'000'000};
}

const Fields<Faults>& fields() {
  static const Fields<Faults> all{
      field("action", &Faults::action, "Only requests of this action", {.required = false}),
      field("regions", &Faults::regions, "Only requests to these regions",
            {.required = false, .max_length = 100}),
      field("requests_per_second", &Faults::requests_per_second, "Limit for every action", count()),
      field("error_code", &Faults::error_code, "Code of the errors below",
            {.required = false, .max_length = 100}),
      field("errors", &Faults::errors, "So many requests fail with error_code", count()),
      field("delay_ms", &Faults::delay_ms, "Wait before every answer",
            {.required = false, .minimum = 0, .maximum = 600'000}),
      field("drops", &Faults::drops, "So many connections are closed in the middle of the answer",
            count()),
      field("truncated", &Faults::truncated, "So many answers end in the middle of the JSON",
            count()),
      field("garbage", &Faults::garbage, "So many answers are no JSON", count()),
      field("wrong_types", &Faults::wrong_types, "So many answers say that they are HTML", count()),
      field("http_errors", &Faults::http_errors, "So many answers are HTTP 502", count()),
      field("clock_skew_seconds", &Faults::clock_skew_seconds,
            "The server's clock is ahead by this",
            {.required = false, .minimum = -1e9, .maximum = 1e9}),
      field("expired_contexts", &Faults::expired_contexts, "Paging contexts are too old",
            {.required = false}),
      field("expired_tokens", &Faults::expired_tokens, "Temporary keys have run out",
            {.required = false}),
  };
  return all;
}

}  // namespace

bool Faults::hit(std::string_view requested_action, std::string_view region) const {
  return (action.empty() || action == requested_action) &&
         (regions.empty() || std::ranges::find(regions, region) != regions.end());
}

Result<Faults> parse_faults(const Json& json) {
  return fields().parse(json);
}
Json show_faults(const Faults& faults) {
  return fields().show(faults);
}

}  // namespace mtc::emulator
