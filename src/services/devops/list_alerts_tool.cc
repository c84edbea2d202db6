#include <algorithm>

#include "domain/alerts/speech.h"
#include "domain/logs/time_range.h"
#include "services/devops/alert_tools.h"
#include "services/devops/spoken_choice.h"

namespace mtc::services {
namespace {

using alerts::Alert;
using alerts::AlertCounts;
using alerts::AlertFilter;
using alerts::Handling;
using alerts::State;

constexpr std::int64_t kMostListed = 100;
constexpr auto kLately = std::chrono::hours(24);

struct ListArgs {
  std::string status, severity, time_range, cluster, ns, service;
  std::optional<double> least_score;
};

const std::vector<Handling>& audible() {
  static const std::vector<Handling> all{Handling::none, Handling::running, Handling::solved,
                                         Handling::handed_over};
  return all;
}

// What a word for a status asks of the store; what it cannot say is looked at afterwards.
void set_status(AlertFilter& filter, std::string_view status) {
  if (status == "firing") {
    filter.state = State::firing;
    filter.handling = audible();
  } else if (status == "recovered") {
    filter.state = State::recovered;
  } else if (status == "closed") {
    filter.state = State::closed;
  } else if (status == "waiting") {
    filter.waiting = true;
  } else if (status == "silenced") {
    filter.handling = {Handling::quiet};
  } else if (status == "handled") {
    filter.handling = {Handling::running, Handling::solved, Handling::handed_over};
  }
}

bool has_status(const Alert& alert, std::string_view status, TimePoint now) {
  if (status == "acknowledged") return alert.acknowledged_by != 0;
  if (status == "snoozed") return alert.snoozed_until && *alert.snoozed_until > now;
  return true;
}

AlertCounts count_of(const std::vector<Alert>& all) {
  AlertCounts out;
  for (const auto& alert : all) {
    ++out.all;
    out.firing += alert.state == State::firing;
    out.recovered += alert.state == State::recovered;
    out.quiet += alert.handling == Handling::quiet;
    out.handed_over += alert.handling == Handling::handed_over;
    out.solved += alert.handling == Handling::solved;
    if (alert.score) out.highest = std::max(out.highest.value_or(0), *alert.score);
  }
  return out;
}

struct Listed {
  std::vector<Alert> alerts;
  AlertCounts counts;
};

Async<Result<Listed>> look_up(DevopsToolPorts ports, ListArgs args, AlertFilter filter,
                              DevopsCaller caller) {
  auto found = co_await ports.alerts.list(caller.account, filter);
  if (!found) co_return fail(std::move(found).error());
  Listed out{.alerts = std::move(*found)};
  const bool whole = args.cluster.empty() && args.service.empty() &&
                     args.status != "acknowledged" && args.status != "snoozed";
  if (whole) {
    auto counts = co_await ports.alerts.count(caller.account, std::move(filter));
    if (!counts) co_return fail(std::move(counts).error());
    out.counts = *counts;
    co_return out;
  }
  keep_meant<Alert>(out.alerts, args.cluster, clusters::Named::cluster, caller.language,
                    [](const Alert& alert) {
                      return alert.subject.cluster_name.empty() ? alert.subject.cluster_id
                                                                : alert.subject.cluster_name;
                    });
  if (!args.service.empty()) {
    auto named = out.alerts;
    keep_meant<Alert>(named, args.service, clusters::Named::workload, caller.language,
                      [](const Alert& alert) { return alert.subject.name; });
    if (named.empty()) {
      for (const auto index : alerts::find_spoken(out.alerts, args.service))
        named.push_back(out.alerts[index]);
    }
    out.alerts = std::move(named);
  }
  std::erase_if(out.alerts,
                [&](const Alert& alert) { return !has_status(alert, args.status, caller.now); });
  out.counts = count_of(out.alerts);
  co_return out;
}

Json counts_json(const AlertCounts& counts) {
  Json out{{"all", counts.all},
           {"firing", counts.firing},
           {"recovered", counts.recovered},
           {"silenced", counts.quiet},
           {"handed_over", counts.handed_over},
           {"solved", counts.solved}};
  if (counts.highest) out["highest"] = *counts.highest;
  return out;
}

std::string say_none(bool of_now, const DevopsCaller& caller) {
  if (of_now) return caller.zh() ? "现在没有告警。" : "There is no alert right now.";
  return caller.zh() ? "没有这样的告警。" : "There is no such alert.";
}

Async<Result<mcp::Reply>> list(DevopsToolPorts ports, ListArgs args, DevopsCaller caller) {
  AlertFilter filter{.ns = args.ns, .now = caller.now, .limit = kMostListed};
  filter.least_score = args.least_score;
  if (!args.severity.empty()) filter.level = alerts::parse_level(args.severity);
  if (!args.time_range.empty()) {
    const auto range =
        logs::parse_time_range(args.time_range, caller.now, caller.zone, caller.language);
    if (!range) co_return fail(range.error());
    filter.since = range->from;
    filter.until = range->to;
  }
  // 有告警吗 means those of now.
  const bool of_now = args.status.empty() && args.time_range.empty();
  set_status(filter, of_now ? "firing" : args.status);
  auto listed = co_await look_up(ports, args, filter, caller);
  if (!listed) co_return fail(std::move(listed).error());
  std::string speech;
  if (listed->counts.all == 0) {
    speech = say_none(of_now || args.status == "firing", caller);
    if (of_now) {
      filter.state.reset();
      filter.since = caller.now - kLately;
      listed = co_await look_up(ports, args, filter, caller);
      if (!listed) co_return fail(std::move(listed).error());
      if (listed->counts.all > 0) {
        speech += caller.zh() ? "最近一天的是：" : " In the last day: ";
      }
    }
  }
  if (listed->counts.all > 0) {
    speech += alerts::say_alerts(listed->alerts, listed->counts, caller.now, caller.zone,
                                 caller.language);
  }
  Json items = Json::array();
  for (const auto& alert : listed->alerts) items.push_back(bounded(alerts::to_json(alert)));
  co_return reply_with(std::move(speech),
                       {{"alerts", std::move(items)}, {"counts", counts_json(listed->counts)}});
}

}  // namespace

mcp::Tool list_alerts_tool(const DevopsToolPorts& ports) {
  return mcp::make_tool<ListArgs>(
      {.name = "list_alerts",
       .title = "List alerts",
       .description = "List alerts, those that fire now if nothing else is said (有什么告警, "
                      "昨天的严重告警).",
       .hints = kLooksAtRecords,
       .scope = "ops.read",
       .fields = {field("status", &ListArgs::status, "How they stand, if said",
                        {.required = false,
                         .choices = {"firing", "recovered", "waiting", "acknowledged", "snoozed",
                                     "silenced", "handled", "closed"}}),
                  field("severity", &ListArgs::severity, "Only these, if said",
                        {.required = false, .choices = {"critical", "warning", "info"}}),
                  field("least_score", &ListArgs::least_score, "Only with this score or more",
                        {.minimum = 0, .maximum = 100}),
                  field("time_range", &ListArgs::time_range, "yesterday, last_6h, 昨晚 …",
                        {.required = false, .max_length = 100}),
                  field("service", &ListArgs::service, "Service as said",
                        {.required = false, .max_length = 200}),
                  field("namespace", &ListArgs::ns, "Namespace, if named",
                        {.required = false, .max_length = 253}),
                  field("cluster", &ListArgs::cluster, "Cluster, if named",
                        {.required = false, .max_length = 200})},
       .output_schema = {{"type", "object"},
                         {"properties",
                          {{"speech", {{"type", "string"}}},
                           {"refused", {{"type", "string"}}},
                           {"alerts", {{"type", "array"}, {"items", {{"type", "object"}}}}},
                           {"counts", {{"type", "object"}}}}},
                         {"required", {"speech"}}},
       .handler = [ports](ListArgs args, mcp::CallContext context) {
         return answer_caller<ListArgs>(ports, std::move(args), std::move(context), list);
       }});
}

}  // namespace mtc::services
