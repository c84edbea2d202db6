// What a route of the console's data gets, and what it answers with.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/async.h"
#include "base/clock.h"
#include "base/fields.h"
#include "base/json.h"
#include "base/result.h"
#include "domain/alerts/desk.h"
#include "domain/alerts/quiet.h"
#include "domain/alerts/rules.h"
#include "domain/alerts/store.h"
#include "domain/alerts/weights.h"
#include "domain/audit/log.h"
#include "domain/clusters/checkpoint.h"
#include "domain/identity/user.h"
#include "domain/rollback/operation.h"

namespace mtc::web {

// All outlive the interface.
struct ApiPorts {
  // Who holds a bearer token: Errc::unauthenticated for nobody.
  std::function<Async<Result<identity::Principal>>(std::string bearer)> who;
  // Whose alerts somebody sees.
  std::function<Async<Result<alerts::Account>>(identity::User)> account_of;
  std::function<alerts::AlertRules()> rules;  // in force
  alerts::AlertStore& alerts;
  alerts::QuietStore& quiet;
  alerts::LearnedStore& learned;
  alerts::Desk& desk;
  rollback::OperationStore& operations;
  clusters::CheckpointStore& checkpoints;
  audit::Log& log;
  const Clock& clock;
};

struct ApiCall {
  const ApiPorts& ports;
  identity::Principal who;
  alerts::Account account = 0;
  std::int64_t number = 0;      // of the path, where it has one
  Json query = Json::object();  // texts by name
  Json body = Json::object();
};

using ApiHandler = Async<Result<Json>> (*)(ApiCall call);

struct Route {
  std::string_view method;
  std::string_view path;  // below /api/v1: "/alerts/{number}/score"
  identity::Scope scope;
  ApiHandler handle;
};

// What stands in the query, by the table; whatever is not in it is refused.
template <class Args>
Result<Args> read_query(const ApiCall& call, const Fields<Args>& fields) {
  return fields.parse(call.query, {.coerce_text = true});
}

// ISO 8601; nothing where nothing is said.
Result<std::optional<TimePoint>> read_moment(std::string_view name,
                                             const std::optional<std::string>& text);

// A moment, or null.
Json moment_json(const std::optional<TimePoint>& time);

}  // namespace mtc::web
