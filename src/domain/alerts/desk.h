// What people do about alerts: take note, hand on, put off, close, silence, say that one was false.
// One way for tools and console.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/result.h"
#include "domain/alerts/learning.h"
#include "domain/alerts/quiet.h"
#include "domain/alerts/store.h"
#include "domain/audit/log.h"
#include "domain/identity/user.h"

namespace mtc::alerts {

struct DeskPorts {
  AlertStore& store;  // these four outlive the desk
  QuietStore& quiet;
  audit::Log& log;
  const Clock& clock;
  // Whose alerts a person sees, and who sees those of an account.
  std::function<Async<Result<Account>>(identity::User)> account_of;
  std::function<Async<Result<std::vector<identity::User>>>(Account)> people_of;
  // Hears what a person teaches about an alert; may be empty. What comes of it is no answer's
  // business: it must not throw.
  std::function<Async<>(Alert, Outcome)> learn{};
};

// All of it needs Scope::operate. Alerts and silences go by the numbers that they have in the
// person's account. Refusals are sentences in the language of the person: Errc::denied (also in the
// audit log), Errc::not_found for a number that is none, Errc::invalid_argument, Errc::conflict.
// Each stands in the audit log before it is done; what cannot be written there is not done.
// `channel`: where the person asks from, for the log ("http", "xiaozhi", "console").
class Desk {
 public:
  explicit Desk(DeskPorts ports) : ports_(std::move(ports)) {}

  Async<Result<Alert>> acknowledge(identity::Principal who, std::string channel,
                                   std::int64_t number);
  // `to`: username or display name of somebody of the same account; empty: nobody any more.
  Async<Result<Alert>> assign(identity::Principal who, std::string channel, std::int64_t number,
                              std::string to);
  // At most thirty days.
  Async<Result<Alert>> snooze(identity::Principal who, std::string channel, std::int64_t number,
                              TimePoint until);
  Async<Result<Alert>> lift_snooze(identity::Principal who, std::string channel,
                                   std::int64_t number);
  // Done with. Errc::conflict while a rollback is at work on it.
  Async<Result<Alert>> close(identity::Principal who, std::string channel, std::int64_t number,
                             std::string note);
  // Closes it and teaches that nothing was wrong; said again it changes nothing. Errc::conflict
  // while a rollback is at work on it.
  Async<Result<Alert>> report_false_alarm(identity::Principal who, std::string channel,
                                          std::int64_t number, std::string note);

  // Number, account, creator and times of making are filled in; without `from` it begins now. Ends
  // within thirty days, one that comes again daily within a year; one for everything and all the
  // time within a day. Errc::invalid_argument says what is wrong with it.
  Async<Result<Quiet>> silence(identity::Principal who, std::string channel, Quiet quiet);
  Async<Result<Quiet>> lift(identity::Principal who, std::string channel, std::int64_t number);

 private:
  // What somebody orders, for the audit log.
  struct Order {
    identity::Principal who;
    std::string channel;
    std::string action;  // "acknowledge_alert"
    std::string target;  // "alert/12"
    Json details = nullptr;
  };
  struct Found {
    Order order;
    Alert alert;
  };

  Async<Result<Account>> admit(Order order);
  Async<Result<Found>> find(Order order, std::int64_t number);
  Async<Result<Alert>> change(Found found, AlertChange change);
  Async<Result<Alert>> end(Order order, std::int64_t number, std::string note, Handling handling);
  Async<Result<identity::User>> colleague(Order order, Account account, std::string name);
  Async<Result<>> note(Order order, audit::Event event, std::string reason);

  DeskPorts ports_;
};

}  // namespace mtc::alerts
