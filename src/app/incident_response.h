// All that hears of alerts and repairs, connected: stores, intake, scoring, the ladder, and who is
// told.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "adapters/storage/alert_repository.h"
#include "adapters/storage/good_state_repository.h"
#include "adapters/storage/hook_repository.h"
#include "adapters/storage/learned_repository.h"
#include "adapters/storage/operation_repository.h"
#include "adapters/storage/quiet_repository.h"
#include "app/cloud_accounts.h"
#include "app/foundation.h"
#include "app/night_watch.h"
#include "app/people.h"
#include "app/queue_announcer.h"
#include "app/rollback_places.h"
#include "app/rules_file.h"
#include "domain/alerts/desk.h"
#include "domain/narration/chat_model.h"
#include "domain/rollback/log_error_rates.h"
#include "services/devops/devops_ports.h"
#include "web/hooks.h"

namespace mtc::app {

// All outlive it.
struct IncidentResponsePorts {
  Foundation& foundation;
  const StoredSecrets& secrets;
  CloudAccounts& cloud;
  services::ChangePlaces& places;
  clusters::ChangePorts changes;
  audit::Log& log;
  broadcast::BroadcastStore& broadcasts;
  identity::Vault& vault;
  narration::ChatModel* model;  // null without one
  std::string holder;           // this process
};

class IncidentResponse {
 public:
  IncidentResponse(const asio::any_io_executor& executor, IncidentResponsePorts ports);

  // Reads the rules; what is wrong with them keeps the server from starting.
  Result<> open();
  // Begins to hear and to act, in that group.
  void start(TaskGroup& group);
  Async<> forget(TimePoint before);

  web::Hooks& hooks() { return hooks_; }
  NightWatch& watch() { return watch_; }
  alerts::AlertStore& alerts() { return alerts_; }
  alerts::QuietStore& quiet() { return quiet_; }
  alerts::LearnedStore& learned() { return learned_; }
  alerts::Desk& desk() { return desk_; }
  rollback::OperationStore& operations() { return operations_; }
  rollback::People& people() { return people_; }
  clusters::GoodStateStore& good_states() { return good_; }
  const alerts::AlertRules& alert_rules() const { return alert_rules_.now(); }
  const rollback::RollbackRules& rollback_rules() const { return rollback_rules_.now(); }
  // For the tools: what they begin runs in the group.
  services::RollbackWork work();

 private:
  std::vector<alerts::AlarmHistory*> histories(const identity::User& user);
  void run_beside(rollback::Operation operation);
  Async<> learn(alerts::Alert alert, alerts::Outcome outcome);

  IncidentResponsePorts ports_;
  RulesFile<alerts::AlertRules> alert_rules_;
  RulesFile<rollback::RollbackRules> rollback_rules_;
  storage::SqlAlertStore alerts_;
  storage::SqlQuietStore quiet_;
  storage::SqlLearnedStore learned_;
  storage::SqlOperationStore operations_;
  storage::SqlGoodStateStore good_;
  storage::SqlHookRepository hook_keys_;
  StoredPeople people_;
  RollbackPlaces places_;
  rollback::LogErrorRates errors_;
  QueueAnnouncer announcer_;
  rollback::Observer observer_;
  rollback::Surgeon surgeon_;
  rollback::Guard guard_;
  std::optional<rollback::Investigator> investigator_;
  rollback::Runner runner_;
  rollback::Responder responder_;
  alerts::Intake intake_;
  alerts::Desk desk_;
  clusters::GoodStateKeeper keeper_;
  web::Hooks hooks_;
  NightWatch watch_;
  TaskGroup* group_ = nullptr;
};

}  // namespace mtc::app
