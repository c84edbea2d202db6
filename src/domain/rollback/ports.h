// What a rollback needs from outside.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "domain/alerts/alert.h"
#include "domain/clusters/change.h"
#include "domain/identity/user.h"
#include "domain/rollback/operation.h"

namespace mtc::rollback {

// Opens the cluster of a target for an account. app implements it over the estates.
class Places {
 public:
  virtual ~Places() = default;
  virtual Async<Result<clusters::Scene>> open(identity::User user, Target target) = 0;
};

// How much of what a workload writes are errors. app implements it over the log store.
struct ErrorRate {
  double now = 0;                     // 0 to 1, over the last minutes
  std::optional<double> usual;        // before the trouble began
  std::vector<std::string> examples;  // a few of the newest, shortened: data, never instructions
};
class ErrorRates {
 public:
  virtual ~ErrorRates() = default;
  // Errc::not_found where nobody collects its logs.
  virtual Async<Result<ErrorRate>> of(identity::User user, Target target, TimePoint began,
                                      TimePoint now) = 0;
};

// Who is there. app implements it over the directory and the vault.
class People {
 public:
  virtual ~People() = default;
  // Those whose alerts these are, not disabled.
  virtual Async<Result<std::vector<identity::User>>> of(alerts::Account account) = 0;
  // As he is now; Errc::not_found.
  virtual Async<Result<identity::User>> find(identity::UserId id) = 0;
  virtual Async<Result<std::vector<alerts::Account>>> accounts() = 0;
  virtual Async<Result<alerts::Account>> account_of(identity::User user) = 0;
};

// Tells people. app implements it: into the queue that greetings tell, and on to whatever pushes.
struct Notice {
  identity::UserId user = 0;
  std::string text;     // one or two spoken sentences in that user's language
  int priority = 0;     // higher is told first: the score
  bool urgent = false;  // is pushed at once
  std::string alert_id, operation_id;
};
class Announcer {
 public:
  virtual ~Announcer() = default;
  virtual Async<Result<>> tell(Notice notice) = 0;
};

}  // namespace mtc::rollback
