#include "web/api/routes.h"

namespace mtc::web {
namespace {

struct Args {
  std::int64_t versions = 20;
};

// Rules in force, what was learned, and how it came about, newest first.
Async<Result<Json>> show_scoring(ApiCall call) {
  static const Fields<Args> kFields{field("versions", &Args::versions, "How many of them",
                                          {.required = false, .minimum = 1, .maximum = 200})};
  const auto args = read_query(call, kFields);
  if (!args) co_return fail(args.error());
  const auto learned = co_await call.ports.learned.list(call.account, args->versions);
  if (!learned) co_return fail(learned.error());
  Json versions = Json::array();
  for (const auto& one : *learned) versions.push_back(alerts::to_json(one));
  const Json newest = versions.empty() ? Json(nullptr) : versions.front();
  co_return Json{{"rules", alerts::to_json(call.ports.rules())},
                 {"learned", newest},
                 {"versions", std::move(versions)}};
}

constexpr std::array kRoutes{
    Route{"GET", "/scoring", identity::Scope::read, show_scoring},
};

}  // namespace

std::span<const Route> scoring_routes() {
  return kRoutes;
}

}  // namespace mtc::web
