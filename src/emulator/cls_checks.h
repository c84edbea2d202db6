// Checks and texts that the management actions of the log service share.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "emulator/action_table.h"
#include "emulator/listing.h"

namespace mtc::emulator {

inline constexpr FilterStyle kClsFilters{};

// "2026-01-01 08:00:00" in UTC+8, as the log service writes times.
std::string cls_time(TimePoint time);

// 1 to 255 bytes, no '|'.
ApiResult<> check_short_name(const std::string& name, std::string_view member);
ApiResult<> check_tag_count(const Json& body, std::size_t most);

// A name is taken by another record of that owner: `member` of `part` in its document.
bool name_taken(const Call& call, std::string_view kind, std::string_view part,
                const std::string& name, std::string_view except_id,
                std::string_view member = "Name");

}  // namespace mtc::emulator
