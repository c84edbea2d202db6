// The words of the prompts, in both languages. Arguments stand in them as JSON in code spans, so
// that they stay values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/language.h"

namespace mtc::services {

std::string morning_report_text(Language language, const Json& repeat_arguments);
std::string incident_review_text(Language language, const Json& search_arguments);
std::string hand_over_text(Language language, const Json& search_arguments);

// Goes before an attached report.
std::string_view report_follows(Language language);

// What people mostly ask for, in words that logs::parse_time_range understands.
std::vector<std::string> usual_time_ranges(Language language);

}  // namespace mtc::services
