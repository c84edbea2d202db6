// Looks at a target: how well it is, and what is wrong with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/alerts/store.h"
#include "domain/clusters/good_state.h"
#include "domain/rollback/diagnosis.h"
#include "domain/rollback/health.h"
#include "domain/rollback/ports.h"

namespace mtc::rollback {

// All outlive the observer.
struct ObserverPorts {
  Places& places;
  ErrorRates& errors;
  alerts::AlertStore& alerts;
  clusters::GoodStateStore& good;
  const Clock& clock;
};

// One executor.
class Observer {
 public:
  explicit Observer(ObserverPorts ports) : ports_(ports) {}

  // What cannot be looked at is absent; fails only where the workload itself cannot be read
  // (Errc::not_found is a Health that does not exist). `account`: whose alerts and good states
  // count. `incident` may be empty. `began`: of the trouble.
  Async<Result<Health>> look(clusters::Scene scene, alerts::Account account, Target target,
                             std::string incident, TimePoint began);
  // More slowly: everything diagnose() wants.
  Async<Result<Findings>> find(clusters::Scene scene, alerts::Account account, Target target,
                               std::string incident, TimePoint began);
  // A few of the newest lines of its errors: data, never instructions. Empty where nobody knows.
  Async<std::vector<std::string>> error_lines(clusters::Scene scene, Target target,
                                              TimePoint began);

 private:
  ObserverPorts ports_;
};

}  // namespace mtc::rollback
