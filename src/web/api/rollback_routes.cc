#include "domain/rollback/telling.h"
#include "web/api/routes.h"

namespace mtc::web {
namespace {

struct Args {
  std::optional<std::string> state, cluster, ns, name, since, until;
  std::int64_t limit = 50;
};

const Fields<Args>& fields() {
  static const Fields<Args> kFields{
      field("state", &Args::state, "State",
            {.choices = {"running", "recovered", "undone", "handed_over", "cancelled"}}),
      field("cluster", &Args::cluster, "Id of a cluster"),
      field("namespace", &Args::ns, "Namespace"),
      field("name", &Args::name, "Workload"),
      field("since", &Args::since, "They began since then"),
      field("until", &Args::until, "They began before"),
      field("limit", &Args::limit, "How many", {.required = false, .minimum = 1, .maximum = 200})};
  return kFields;
}

Async<Result<Json>> list_rollbacks(ApiCall call) {
  const auto args = read_query(call, fields());
  if (!args) co_return fail(args.error());
  const auto since = read_moment("since", args->since), until = read_moment("until", args->until);
  if (!since) co_return fail(since.error());
  if (!until) co_return fail(until.error());
  rollback::OperationFilter filter{.cluster_id = args->cluster.value_or(""),
                                   .ns = args->ns.value_or(""),
                                   .name = args->name.value_or(""),
                                   .since = *since,
                                   .until = *until,
                                   .limit = args->limit};
  if (args->state) filter.state = rollback::parse_operation_state(*args->state);
  const auto list = co_await call.ports.operations.list(call.account, std::move(filter));
  if (!list) co_return fail(list.error());
  Json rows = Json::array();
  for (const auto& operation : *list) rows.push_back(rollback::to_json(operation));
  co_return Json{{"rollbacks", std::move(rows)}};
}

Async<Result<Json>> show_rollback(ApiCall call) {
  const auto operation = co_await call.ports.operations.find_number(call.account, call.number);
  if (!operation) co_return fail(operation.error());
  if (*operation) co_return rollback::to_json(**operation);
  const bool zh = call.who.user.language == Language::zh;
  co_return fail(Errc::not_found, zh ? "没有这个编号的回滚。" : "There is no such rollback.");
}

constexpr std::array kRoutes{
    Route{"GET", "/rollbacks", identity::Scope::read, list_rollbacks},
    Route{"GET", "/rollbacks/{number}", identity::Scope::read, show_rollback},
};

}  // namespace

std::span<const Route> rollback_routes() {
  return kRoutes;
}

}  // namespace mtc::web
