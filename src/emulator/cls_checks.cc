#include "emulator/cls_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/zone.h"

namespace mtc::emulator {

std::string cls_time(TimePoint time) {
  return format_civil(time, Zone::shanghai());
}

ApiResult<> check_short_name(const std::string& name, std::string_view member) {
  if (name.empty() || name.size() > 255 || name.find('|') != std::string::npos)
    return bad_value(fmt::format("{} should have 1 to 255 bytes and no '|'", member));
  return {};
}

ApiResult<> check_tag_count(const Json& body, std::size_t most) {
  if (array_or_empty(body, "Tags").size() > most)
    return bad_value(fmt::format("more than {} tags", most));
  return {};
}

bool name_taken(const Call& call, std::string_view kind, std::string_view part,
                const std::string& name, std::string_view except_id, std::string_view member) {
  return std::ranges::any_of(call.records().of(kind, call.owner), [&](const Record* one) {
    return one->id != except_id && string_or(object_or_empty(one->document, part), member) == name;
  });
}

}  // namespace mtc::emulator
