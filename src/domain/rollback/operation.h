// One rollback: what began it, what it tried, what came of that. Each transition is kept before the
// next thing is done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/async.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/language.h"
#include "base/result.h"
#include "domain/alerts/report.h"
#include "domain/clusters/objects.h"
#include "domain/rollback/health.h"
#include "domain/rollback/rung.h"

namespace mtc::rollback {

enum class Trigger {
  night,   // by itself, when the mornings are prepared
  urgent,  // by itself, at once
  person,  // somebody asked for it and confirmed
};
std::string_view name_of(Trigger trigger);
std::optional<Trigger> parse_trigger(std::string_view name);

enum class OperationState {
  running,
  recovered,
  undone,       // everything is as it was before
  handed_over,  // a person has to go on
  cancelled,    // somebody stopped it
};
std::string_view name_of(OperationState state);
std::optional<OperationState> parse_operation_state(std::string_view name);

enum class StepState {
  waiting,
  skipped,    // `reason` says why
  planned,    // what will be done is written down
  acting,     // it is being done, or was when the process died
  verifying,  // done; looked at
  good,       // the trouble is over
  no_better,  // nothing changed: it stays, the next one is tried
  worse,      // it is about to be taken back
  restoring,  // it is being taken back
  undone,     // taken back, and looked at
  refused,    // a rule or the cluster did not allow it; nothing was done
  unclear,    // nobody knows what came of it
};
std::string_view name_of(StepState state);
std::optional<StepState> parse_step_state(std::string_view name);
bool is_over(StepState state);

struct Step {
  Rung rung{};
  StepState state = StepState::waiting;
  std::string reason;        // for people
  std::string action;        // of the risk table; empty: not planned yet
  Json arguments = nullptr;  // all that doing it needs; sealed at rest
  std::string version;       // of the target when it was planned
  std::string target;        // for the audit log
  std::string summary;       // for people: what is done
  std::string checkpoint;    // its id, chosen before it is done
  std::optional<Health> before, after;
  std::optional<TimePoint> started, ended;
};

struct Target {
  std::string region, cluster_id, cluster_name;
  clusters::ObjectRef object;
};
// "cls-0a1b2c3d/shop-prod/Deployment/payment"
std::string target_name(const Target& target);

struct Operation {
  std::string id;           // UUID
  std::int64_t number = 0;  // as it is said; counts for each account
  alerts::Account account = 0;
  identity::UserId user = 0;  // on whose behalf
  std::string incident;       // of the alerts; "person/<uuid>" where none began it
  std::string alert_id;       // the one with the highest score; may be empty
  std::string trouble;        // of the diagnosis
  std::string title;          // what happened, in a few words
  Target target;
  double score = 0;
  Trigger trigger = Trigger::night;
  std::string assurance, channel;  // of the person who asked
  OperationState state = OperationState::running;
  std::vector<Step> steps;
  std::string speech;  // how it stands, for the ear, in `language`
  Language language = Language::zh;
  bool cancel_asked = false;
  std::string cancel_by;
  TimePoint started{};
  std::optional<TimePoint> ended;
  Json diagnosis = nullptr;
  std::int64_t revision = 0;  // of the row: see save()
};

struct OperationFilter {
  std::optional<OperationState> state{};
  std::string cluster_id, ns, name{};
  std::optional<TimePoint> since{}, until{};
  std::int64_t limit = 50;
};

// Where operations are kept. adapters/storage implements it.
class OperationStore {
 public:
  virtual ~OperationStore() = default;
  // Numbers it and gives it to `holder`, if no operation of that incident has been begun before
  // (nor, for a person's, one is running), and none is running for the same target: nullopt. One
  // statement or transaction: of several callers in several processes one gets it.
  virtual Async<Result<std::optional<Operation>>> begin(Operation operation, std::string holder,
                                                        TimePoint until) = 0;
  // Keeps it and renews the lease. Errc::conflict if somebody else holds it or it was saved since
  // (cancel_asked does not count): then leave it alone. Answers it as it is kept, with
  // cancel_asked.
  virtual Async<Result<Operation>> save(Operation operation, std::string holder,
                                        TimePoint until) = 0;
  // Those that run and whose lease is over: given to `holder`, each to one caller.
  virtual Async<Result<std::vector<Operation>>> adopt(std::string holder, TimePoint now,
                                                      TimePoint until) = 0;
  virtual Async<Result<std::optional<Operation>>> find(std::string id) = 0;
  virtual Async<Result<std::optional<Operation>>> find_number(alerts::Account account,
                                                              std::int64_t number) = 0;
  virtual Async<Result<std::vector<Operation>>> list(alerts::Account account,
                                                     OperationFilter filter) = 0;  // newest first
  // Asks the one who runs it to stop: false if it does not run.
  virtual Async<Result<bool>> ask_cancel(std::string id, std::string by) = 0;
  // For the limits: begun since then, of the account and of that target.
  virtual Async<Result<std::int64_t>> count(alerts::Account account, std::string target,
                                            TimePoint since) = 0;
  virtual Async<Result<int>> forget(TimePoint ended_before) = 0;
};

}  // namespace mtc::rollback
