// Names that somebody may choose from, per user and kept for a moment: for completing what is
// typed.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"
#include "domain/identity/user.h"

namespace mtc::services {

// One executor. Every key stroke may ask, so the names are fetched at most once a minute and user,
// unless that fails.
class KeptNames {
 public:
  using Fetch = std::function<Async<Result<std::vector<std::string>>>(identity::User user)>;

  KeptNames(Fetch fetch, const Clock& clock) : fetch_(std::move(fetch)), clock_(clock) {}

  // Sorted, each once.
  Async<Result<std::vector<std::string>>> list(identity::User user);

 private:
  struct Known {
    std::vector<std::string> names;
    TimePoint until{};
  };

  Fetch fetch_;
  const Clock& clock_;
  std::map<identity::UserId, Known> known_;  // the stale ones go when a new one comes
};

}  // namespace mtc::services
