#include "domain/clusters/object.h"
#include "web/api/routes.h"

namespace mtc::web {
namespace {

struct Args {
  std::int64_t limit = 50;
};

// What was kept, never what is in it: that may be secret.
Json checkpoint_json(const clusters::Checkpoint& checkpoint) {
  Json objects = Json::array();
  for (const auto& one : checkpoint.objects) {
    Json object = clusters::to_json(one.object);
    object["was_there"] = one.before.has_value();
    objects.push_back(std::move(object));
  }
  return {{"number", checkpoint.number},
          {"region", checkpoint.region},
          {"cluster_id", checkpoint.cluster_id},
          {"cluster_name", checkpoint.cluster_name},
          {"action", checkpoint.action},
          {"summary", checkpoint.summary},
          {"objects", std::move(objects)},
          {"created", moment_json(checkpoint.created)},
          {"restored", moment_json(checkpoint.restored)}};
}

Async<Result<Json>> list_checkpoints(ApiCall call) {
  static const Fields<Args> kFields{
      field("limit", &Args::limit, "How many", {.required = false, .minimum = 1, .maximum = 200})};
  const auto args = read_query(call, kFields);
  if (!args) co_return fail(args.error());
  const auto list = co_await call.ports.checkpoints.list(call.who.user.id, args->limit);
  if (!list) co_return fail(list.error());
  Json rows = Json::array();
  for (const auto& checkpoint : *list) rows.push_back(checkpoint_json(checkpoint));
  co_return Json{{"checkpoints", std::move(rows)}};
}

constexpr std::array kRoutes{
    Route{"GET", "/checkpoints", identity::Scope::read, list_checkpoints},
};

}  // namespace

std::span<const Route> checkpoint_routes() {
  return kRoutes;
}

}  // namespace mtc::web
