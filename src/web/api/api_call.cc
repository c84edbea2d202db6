#include "web/api/api_call.h"

#include "base/zone.h"

namespace mtc::web {

Result<std::optional<TimePoint>> read_moment(std::string_view name,
                                             const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const auto time = parse_iso(*text);
  if (!time) return fail_in(name, time.error());
  return *time;
}

Json moment_json(const std::optional<TimePoint>& time) {
  return time ? Json(format_iso_utc(*time)) : Json(nullptr);
}

}  // namespace mtc::web
