// What the tools around alerts and rollbacks work with, and for whom.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/zone.h"
#include "domain/alerts/desk.h"
#include "domain/alerts/quiet.h"
#include "domain/alerts/rules.h"
#include "domain/alerts/store.h"
#include "domain/approval/approver.h"
#include "domain/clusters/good_state.h"
#include "domain/rollback/operation.h"
#include "domain/rollback/runner.h"
#include "mcp/reply.h"
#include "services/basic/cluster_change.h"
#include "services/common/callers.h"

namespace mtc::services {

// What rollback::Responder and rollback::Runner do, and the tasks it is done in.
struct RollbackWork {
  using Begun = Async<Result<std::optional<rollback::Operation>>>;
  // Responder::handle(): one alert, on a person's word.
  std::function<Begun(alerts::Alert, identity::Principal, std::string channel)> handle;
  std::function<Begun(rollback::Request)> begin;  // Runner::begin()
  // Runner::run() in a task of its own, and then a notice to operation.user that it recovered: of
  // what a person has to go on with, the runner tells.
  std::function<void(rollback::Operation)> run;
  std::function<Async<Result<bool>>(std::string operation_id, std::string by)> cancel;
};

// All outlive the tools and the executors.
struct DevopsToolPorts {
  Callers& callers;
  const Clock& clock;
  alerts::AlertStore& alerts;
  alerts::QuietStore& quiet;
  alerts::Desk& desk;
  rollback::OperationStore& operations;
  rollback::People& people;
  approval::Approver& approver;
  ChangePlaces& places;
  clusters::ChangePorts changes;
  clusters::GoodStateStore& good;
  RollbackWork work;
  std::function<alerts::AlertRules()> rules;  // as they are now
  std::function<Async<Result<>>(identity::User)> save_user;
  // The name of the dashboard that is meant, Errc::not_found or Errc::conflict with a sentence;
  // empty: as it is said.
  std::function<Async<Result<std::string>>(identity::User, std::string said)> dashboard{};

  ClusterChangePorts cluster_changes() const {
    return {.callers = callers, .approver = approver, .places = places, .changes = changes};
  }
};

// Who asks, and whose alerts these are.
struct DevopsCaller {
  identity::Principal who;
  alerts::Account account = 0;
  Language language = Language::zh;
  Zone zone = Zone::shanghai();
  TimePoint now{};
  std::string channel;

  bool zh() const { return language == Language::zh; }
};
Async<Result<DevopsCaller>> caller_of(DevopsToolPorts ports, mcp::CallContext context);

mcp::Reply reply_with(std::string speech, Json data = Json::object());
// What was wrong as a sentence of the person's language, with the error's kind in the data.
mcp::Reply refusal_to(const Error& error, const DevopsCaller& caller);

// Of data from outside: each text on one line and of bounded length, whatever it says.
Json bounded(Json data);

// Says in one sentence where it fails: `tell` gets whom it is for. Named, so that nothing it uses
// lives in a lambda's captures.
template <class Args>
Async<Result<mcp::Reply>> answer_caller(DevopsToolPorts ports, Args args, mcp::CallContext context,
                                        Async<Result<mcp::Reply>> (*tell)(DevopsToolPorts, Args,
                                                                          DevopsCaller)) {
  auto caller = co_await caller_of(ports, std::move(context));
  if (!caller) co_return fail(std::move(caller).error());
  const DevopsCaller whom = *caller;
  auto reply = co_await tell(std::move(ports), std::move(args), std::move(*caller));
  if (!reply) co_return refusal_to(reply.error(), whom);
  co_return std::move(*reply);
}

// Whether it may be done at once, by the risk table: a refusal otherwise, which is in the audit
// log.
Async<Result<>> may_change(approval::Approver& approver, const DevopsCaller& caller,
                           approval::Proposal proposal);

}  // namespace mtc::services
