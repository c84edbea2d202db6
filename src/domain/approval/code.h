// The code that is said to confirm a plan.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace mtc::approval {

// Four digits that are easy to tell apart when heard: the first is no zero (a number would lose
// it), no two neighbours are equal, and they do not just count up or down.
std::string make_code(Random& random);

// The code in what was said or written: "7315", "七三一五", "7 3 1 5", "确认，七三一五。", "seven
// three one five". Nullopt unless there are exactly four digits.
std::optional<std::string> read_code(std::string_view heard);

// Takes as long whether the first or the last byte differs. Texts of different length are told
// apart at once.
bool same_in_constant_time(std::string_view a, std::string_view b);

}  // namespace mtc::approval
