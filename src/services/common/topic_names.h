// The names of a user's log topics, for completing what somebody types.
#pragma once

#include <functional>
#include <string>

#include "domain/logs/log_store.h"
#include "services/common/kept_names.h"

namespace mtc::services {

// The log service of a region for that user; an empty region means the usual one.
using LogStores = std::function<logs::LogStore&(const identity::User& user, std::string region)>;

// Of the usual region: those that can be searched.
KeptNames topic_names(LogStores stores, const Clock& clock);

}  // namespace mtc::services
