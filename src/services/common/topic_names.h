// The names of a user's log topics, for completing what somebody types.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/identity/user.h"
#include "domain/logs/log_store.h"

namespace mtc::services {

// One executor. Every key stroke may ask, so the log service is asked at most once a minute and
// user, unless it fails.
class TopicNames {
 public:
  // The log service of a region for that user; an empty region means the usual one.
  using LogStores = std::function<logs::LogStore&(const identity::User& user, std::string region)>;

  TopicNames(LogStores stores, const Clock& clock) : stores_(std::move(stores)), clock_(clock) {}

  // Of the usual region: those that can be searched, sorted, each once.
  Async<Result<std::vector<std::string>>> list(identity::User user);

 private:
  struct Known {
    std::vector<std::string> names;
    TimePoint until{};
  };

  LogStores stores_;
  const Clock& clock_;
  std::map<identity::UserId, Known> known_;  // the stale ones go when a new one comes
};

}  // namespace mtc::services
