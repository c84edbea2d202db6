// What a night brought besides its logs: from the stores, and from the dashboard that a user has
// chosen.
#pragma once

#include "domain/alerts/store.h"
#include "domain/broadcast/night_report.h"
#include "domain/rollback/operation.h"
#include "domain/rollback/ports.h"
#include "services/basic/log_tool_common.h"

namespace mtc::app {

// All outlive it.
struct StoredNightPorts {
  alerts::AlertStore& alerts;
  rollback::OperationStore& operations;
  rollback::People& people;
  const Clock& clock;
};

class StoredNights final : public broadcast::NightSource {
 public:
  explicit StoredNights(StoredNightPorts ports) : ports_(ports) {}
  // Without it no dashboard is watched.
  void look_at_dashboards_with(services::LogToolPorts logs) { logs_.emplace(std::move(logs)); }

  Async<Result<broadcast::Night>> collect(identity::User user, logs::TimeRange period) override;
  Async<Result<std::string>> watch(identity::User user, logs::TimeRange period) override;

 private:
  StoredNightPorts ports_;
  std::optional<services::LogToolPorts> logs_;
};

}  // namespace mtc::app
