// Decides which alerts are acted upon and when: urgent ones at once, the others in the night.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/alerts/intake.h"
#include "domain/alerts/rules.h"
#include "domain/alerts/score.h"
#include "domain/rollback/runner.h"

namespace mtc::rollback {

struct ResponderPorts {
  alerts::AlertStore& alerts;
  alerts::LearnedStore& learned;
  People& people;
  Places& places;
  Observer& observer;
  Runner& runner;
  Announcer& announcer;
  audit::Log& log;
  const Clock& clock;
};

// One executor.
class Responder {
 public:
  using AlertRules = std::function<alerts::AlertRules()>;  // as they are now
  Responder(ResponderPorts ports, AlertRules rules, Runner::Rules rollback_rules);

  // Looks at what is known about it, scores it and keeps the score. Finds the workload of a pod, a
  // node or a name where the report does not say it.
  Async<Result<alerts::Alert>> assess(alerts::Alert alert);

  // Firing alerts that nobody has looked at: scored; one operation for each incident that is
  // urgent. Each runs in a task of its own, started through `spawn`. Answers how many were begun.
  // Called when something was heard, and every few seconds.
  using Spawn = std::function<void(Async<>)>;
  Async<Result<int>> respond(Spawn spawn);
  // The night's work: whatever still fires and was not urgent. Ends when all of it is over.
  Async<Result<int>> work_through(alerts::Account account);
  // On a person's word: one alert, now. Answers what was begun: run() does it. Errors are as those
  // of Runner::begin(); Errc::invalid_argument where no workload belongs to the alert.
  Async<Result<std::optional<Operation>>> handle(alerts::Alert alert, identity::Principal who,
                                                 std::string channel);

 private:
  // Of the night's work: how many were begun, and what kept the first of the others from it.
  struct Tally {
    int begun = 0;
    std::optional<Error> trouble;
  };
  struct Assessed {
    alerts::Alert alert;
    std::optional<Target> target;  // nullopt: no workload
    identity::User user;           // on whose behalf; id 0: nobody may
  };
  Async<Result<Assessed>> look_into(alerts::Alert alert);
  Async<Result<std::optional<identity::User>>> answerable(alerts::Account account);
  Async<alerts::Weights> weights(alerts::Account account);
  Async<> keep_score(alerts::Alert& alert, alerts::Evidence evidence, identity::User user);
  // One job of several: assesses the first alert of an incident, gives its score to the others.
  struct Incident;
  Async<> assess_incident(std::shared_ptr<Incident> incident);
  Async<Result<std::vector<std::shared_ptr<Incident>>>> assess_all(
      std::vector<alerts::Alert> alerts);
  Async<Result<std::optional<Operation>>> take_on(std::shared_ptr<Incident> incident,
                                                  Trigger trigger);
  Async<Result<>> leave_to_people(Assessed what, std::string reason, bool urgent);
  Async<> run_alone(Operation operation);
  Async<> work_on(std::vector<std::shared_ptr<Incident>> of_one_target,
                  std::shared_ptr<Tally> tally);
  bool is_urgent(const alerts::Alert& alert) const;

  ResponderPorts ports_;
  AlertRules rules_;
  Runner::Rules rollback_rules_;
};

}  // namespace mtc::rollback
