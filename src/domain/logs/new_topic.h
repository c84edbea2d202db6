// What a new topic is made with where nobody says.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/result.h"
#include "domain/logs/log_store.h"

namespace mtc::logs {

inline constexpr int kForEver = 3640;  // days, as the service writes it

// What programs usually write: level, service, message, status, latency …
std::vector<TopicFields::Key> usual_keys();

// The keys of a topic that may be used for another one: plain names only, no tags, no JSON, at most
// 100. Empty if none is left.
std::vector<TopicFields::Key> keys_like(const TopicFields& fields);

// 1 to 3600, or kForEver for 3640 and more; Errc::invalid_argument otherwise.
Result<int> check_retention(int days, Language language);

// Of a logset, topic, alarm or task: 1 to 255 bytes, no '|', no control characters, not one of the
// service's own. The name without blanks around it.
Result<std::string> check_name(std::string_view name, Language language);

}  // namespace mtc::logs
