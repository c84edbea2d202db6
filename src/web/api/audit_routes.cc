#include "web/api/routes.h"

namespace mtc::web {
namespace {

struct Args {
  std::optional<std::string> since, actor, action, target;
  std::int64_t limit = 100;
};

// Of the whole installation, whoever's account it was.
Async<Result<Json>> list_audit(ApiCall call) {
  static const Fields<Args> kFields{
      field("since", &Args::since, "ISO 8601"), field("actor", &Args::actor, "Username"),
      field("action", &Args::action, "Tool"), field("target", &Args::target, "What was touched"),
      field("limit", &Args::limit, "How many", {.required = false, .minimum = 1, .maximum = 1000})};
  const auto args = read_query(call, kFields);
  if (!args) co_return fail(args.error());
  const auto since = read_moment("since", args->since);
  if (!since) co_return fail(since.error());
  const auto list = co_await call.ports.log.list({.actor = args->actor.value_or(""),
                                                  .action = args->action.value_or(""),
                                                  .target = args->target.value_or(""),
                                                  .since = *since,
                                                  .limit = args->limit});
  if (!list) co_return fail(list.error());
  Json rows = Json::array();
  for (const auto& row : *list) rows.push_back(audit::to_json(row));
  co_return Json{{"rows", std::move(rows)}};
}

constexpr std::array kRoutes{
    Route{"GET", "/audit", identity::Scope::admin, list_audit},
};

}  // namespace

std::span<const Route> audit_routes() {
  return kRoutes;
}

}  // namespace mtc::web
