#include "web/api/routes.h"

namespace mtc::web {
namespace {

Async<Result<Json>> list_silences(ApiCall call) {
  struct NoArgs {};
  if (const auto args = read_query(call, Fields<NoArgs>()); !args) co_return fail(args.error());
  const auto live = co_await call.ports.quiet.live(call.account, call.ports.clock.now());
  if (!live) co_return fail(live.error());
  Json rows = Json::array();
  for (const auto& quiet : *live) rows.push_back(alerts::to_json(quiet));
  co_return Json{{"silences", std::move(rows)}};
}

constexpr std::array kRoutes{
    Route{"GET", "/silences", identity::Scope::read, list_silences},
};

}  // namespace

std::span<const Route> silence_routes() {
  return kRoutes;
}

}  // namespace mtc::web
