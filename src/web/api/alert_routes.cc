#include "base/text.h"
#include "domain/alerts/desk_wording.h"
#include "domain/alerts/speech.h"
#include "web/api/routes.h"

namespace mtc::web {
namespace {

using alerts::Alert;

struct Args {
  std::optional<std::string> state, handling, level, cluster, ns, name, since, until;
  std::optional<double> least_score;
  bool waiting = false;
  std::int64_t limit = 100;
};

const Fields<Args>& fields() {
  static const Fields<Args> kFields{
      field("state", &Args::state, "State", {.choices = {"firing", "recovered", "closed"}}),
      field("handling", &Args::handling, "Several, separated by commas"),
      field("level", &Args::level, "Level", {.choices = {"info", "warning", "critical"}}),
      field("least_score", &Args::least_score, "Score", {.minimum = 0, .maximum = 100}),
      field("cluster", &Args::cluster, "Id of a cluster"),
      field("namespace", &Args::ns, "Namespace"),
      field("name", &Args::name, "Workload"),
      field("since", &Args::since, "Of the newest report, or of the end"),
      field("until", &Args::until, "They began before"),
      field("waiting", &Args::waiting, "For a person", {.required = false}),
      field("limit", &Args::limit, "How many", {.required = false, .minimum = 1, .maximum = 500})};
  return kFields;
}

Result<std::vector<alerts::Handling>> read_handling(const std::optional<std::string>& text) {
  std::vector<alerts::Handling> out;
  if (!text) return out;
  for (const auto word : split(*text, ',')) {
    const auto handling = alerts::parse_handling(trim(word));
    if (!handling) {
      return fail(Errc::invalid_argument,
                  "handling: one or several of none, quiet, running, solved, handed_over, "
                  "false_alarm, separated by commas");
    }
    out.push_back(*handling);
  }
  return out;
}

Result<alerts::AlertFilter> read_filter(const ApiCall& call) {
  const auto args = read_query(call, fields());
  if (!args) return fail(args.error());
  auto handling = read_handling(args->handling);
  if (!handling) return fail(std::move(handling).error());
  const auto since = read_moment("since", args->since), until = read_moment("until", args->until);
  if (!since) return fail(since.error());
  if (!until) return fail(until.error());
  alerts::AlertFilter filter{.handling = std::move(*handling),
                             .least_score = args->least_score,
                             .cluster_id = args->cluster.value_or(""),
                             .ns = args->ns.value_or(""),
                             .name = args->name.value_or(""),
                             .since = *since,
                             .until = *until,
                             .waiting = args->waiting,
                             .now = call.ports.clock.now(),
                             .limit = args->limit};
  if (args->state) filter.state = alerts::parse_state(*args->state);
  if (args->level) filter.level = alerts::parse_level(*args->level);
  return filter;
}

Json counts_json(const alerts::AlertCounts& counts) {
  return {{"all", counts.all},
          {"firing", counts.firing},
          {"recovered", counts.recovered},
          {"quiet", counts.quiet},
          {"handed_over", counts.handed_over},
          {"solved", counts.solved},
          {"highest", counts.highest ? Json(*counts.highest) : Json(nullptr)}};
}

Async<Result<Alert>> find(const ApiCall& call) {
  auto alert = co_await call.ports.alerts.find_number(call.account, call.number);
  if (!alert) co_return fail(std::move(alert).error());
  if (*alert) co_return std::move(**alert);
  co_return fail(Errc::not_found, alerts::say_no_such_alert(call.number, call.who.user.language));
}

Async<Result<Json>> list_alerts(ApiCall call) {
  const auto filter = read_filter(call);
  if (!filter) co_return fail(filter.error());
  const auto list = co_await call.ports.alerts.list(call.account, *filter);
  if (!list) co_return fail(list.error());
  const auto counts = co_await call.ports.alerts.count(call.account, *filter);
  if (!counts) co_return fail(counts.error());
  Json rows = Json::array();
  for (const Alert& alert : *list) rows.push_back(alerts::to_json(alert));
  co_return Json{{"alerts", std::move(rows)}, {"counts", counts_json(*counts)}};
}

Async<Result<Json>> show_alert(ApiCall call) {
  const auto alert = co_await find(call);
  if (!alert) co_return fail(alert.error());
  co_return alerts::to_json(*alert);
}

Async<Result<Json>> show_score(ApiCall call) {
  const auto alert = co_await find(call);
  if (!alert) co_return fail(alert.error());
  co_return Json{{"number", alert->number},
                 {"score", alert->score ? Json(*alert->score) : Json(nullptr)},
                 {"scoring", alert->scoring}};
}

constexpr std::array kRoutes{
    Route{"GET", "/alerts", identity::Scope::read, list_alerts},
    Route{"GET", "/alerts/{number}", identity::Scope::read, show_alert},
    Route{"GET", "/alerts/{number}/score", identity::Scope::read, show_score},
};

}  // namespace

std::span<const Route> alert_routes() {
  return kRoutes;
}

}  // namespace mtc::web
