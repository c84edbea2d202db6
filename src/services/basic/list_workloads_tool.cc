#include <algorithm>

#include "base/contains.h"
#include "base/text.h"
#include "domain/clusters/change_target.h"
#include "domain/clusters/pod_view.h"
#include "domain/clusters/words.h"
#include "domain/clusters/workload_view.h"
#include "services/basic/workload_tools.h"

namespace mtc::services {
namespace {

using clusters::OpenCluster;
using clusters::PodPlace;

struct ListArgs {
  std::string kind;
  std::string ns;
  std::string cluster;
  std::string status;
  std::string name;
  int limit = 20;
};

const Fields<ListArgs>& list_fields() {
  static const Fields<ListArgs> table{
      field("kind", &ListArgs::kind, "Kind, if named; a list is of pods by default",
            {.required = false, .choices = kinds_said()}),
      field("namespace", &ListArgs::ns, "Namespace as said; all if absent",
            {.required = false, .max_length = 100, .aliases = {"ns"}}),
      field("cluster", &ListArgs::cluster, "Name as said, 广州生产; the usual one if absent",
            {.required = false, .max_length = 100}),
      field("status", &ListArgs::status, "Only those: unhealthy (起不来, 不正常) or a state",
            {.required = false, .choices = clusters::pod_filter_words()}),
      field("name", &ListArgs::name, "Only this workload, as said: 订单服务",
            {.required = false, .max_length = 200, .aliases = {"workload"}}),
      field("limit", &ListArgs::limit, "How many to return",
            {.required = false, .minimum = 1, .maximum = 200})};
  return table;
}

// What was asked, found out as far as it could be.
struct Asked {
  OpenCluster place;
  ListArgs args;
  std::string ns;  // as it is there
  std::optional<clusters::PodFilter> filter;
  ClusterCaller caller;
  PodPlace spoken() const { return {.cluster = place.cluster.name, .ns = ns}; }
};

Json shown(Json items, std::int64_t total, const Asked& asked) {
  return {{"cluster", asked.place.cluster.name},
          {"namespace", asked.ns},
          {"total", total},
          {"items", std::move(items)}};
}

template <class T>
Json first_to_json(const std::vector<T>& all, int limit) {
  Json out = Json::array();
  for (const auto& one : all) {
    if (std::ssize(out) >= limit) break;
    out.push_back(to_json(one));
  }
  return out;
}

// The workload that a listing is narrowed to, out of those there are.
template <class T, class NameOf>
Result<std::vector<T>> only_named(std::vector<T> all, const Asked& asked, NameOf name_of_one) {
  if (asked.args.name.empty()) return all;
  std::vector<std::string> names;
  for (const auto& one : all) {
    auto name = name_of_one(one);
    if (!contains(names, name)) names.push_back(std::move(name));
  }
  const auto match =
      clusters::choose_name({.spoken = asked.args.name, .language = asked.caller.language},
                            clusters::plain_candidates(names));
  if (!match) return fail(match.error());
  std::erase_if(all, [&](const T& one) { return name_of_one(one) != names[match->index]; });
  return all;
}

Async<Result<mcp::Reply>> list_pods(Asked asked) {
  auto all = co_await asked.place.api->pods({.ns = asked.ns});
  if (!all) co_return fail(std::move(all).error());
  auto pods = only_named(std::move(*all), asked, clusters::workload_of);
  if (!pods) co_return fail(std::move(pods).error());
  auto speech = clusters::say_pods(*pods, asked.filter, asked.spoken(), asked.caller.language);
  if (asked.filter)
    std::erase_if(*pods, [&](const clusters::Pod& pod) { return !asked.filter->matches(pod); });
  // The ill ones are what readers look for.
  std::ranges::sort(*pods, {}, [](const clusters::Pod& pod) {
    return std::tuple(clusters::is_well(clusters::state_of(pod)), pod.ns, pod.name);
  });
  Json items = Json::array();
  for (const auto& pod : *pods) {
    if (std::ssize(items) >= asked.args.limit) break;
    items.push_back(clusters::to_json(pod, asked.caller.now));
  }
  co_return cluster_reply(std::move(speech),
                          shown(std::move(items), static_cast<std::int64_t>(pods->size()), asked));
}

Async<Result<mcp::Reply>> list_kind(Asked asked, clusters::WorkloadKind kind) {
  auto all = co_await asked.place.api->workloads(kind, {.ns = asked.ns});
  if (!all) co_return fail(std::move(all).error());
  auto some =
      only_named(std::move(*all), asked, [](const clusters::Workload& one) { return one.name; });
  if (!some) co_return fail(std::move(some).error());
  const auto& status = asked.args.status;
  const bool only_bad = !status.empty() && status != "running" && status != "completed";
  auto speech = clusters::say_workloads(*some, only_bad, asked.spoken(), asked.caller.language);
  if (only_bad)
    std::erase_if(*some, [](const clusters::Workload& one) { return clusters::is_well(one); });
  const auto total = static_cast<std::int64_t>(some->size());
  co_return cluster_reply(std::move(speech),
                          shown(first_to_json(*some, asked.args.limit), total, asked));
}

// Services and ingresses have names and no state.
template <class T>
Result<mcp::Reply> tell_fronts(std::vector<T> all, bool ingress, const Asked& asked) {
  auto some = only_named(std::move(all), asked, [](const T& one) { return one.name; });
  if (!some) return fail(std::move(some).error());
  std::vector<std::string> names;
  for (const auto& one : *some) names.push_back(one.name);
  return cluster_reply(clusters::say_fronts(names, ingress, asked.spoken(), asked.caller.language),
                       shown(first_to_json(*some, asked.args.limit),
                             static_cast<std::int64_t>(some->size()), asked));
}

Async<Result<mcp::Reply>> list_fronts(Asked asked) {
  if (asked.args.kind == "ingress") {
    auto all = co_await asked.place.api->ingresses({.ns = asked.ns});
    if (!all) co_return fail(std::move(all).error());
    co_return tell_fronts(std::move(*all), true, asked);
  }
  auto all = co_await asked.place.api->services({.ns = asked.ns});
  if (!all) co_return fail(std::move(all).error());
  co_return tell_fronts(std::move(*all), false, asked);
}

Async<Result<mcp::Reply>> list_workloads(ClusterPorts ports, ListArgs args, ClusterCaller caller) {
  auto& estate = ports.estate(caller.who.user);
  auto place = co_await estate.open({.spoken = args.cluster, .language = caller.language});
  if (!place) co_return fail(std::move(place).error());
  auto ns = co_await clusters::find_namespace(place->api, args.ns, caller.language);
  if (!ns) co_return fail(std::move(ns).error());
  Asked asked{.place = std::move(*place),
              .args = std::move(args),
              .ns = std::move(*ns),
              .filter = {},
              .caller = std::move(caller)};
  if (!asked.args.status.empty()) asked.filter = clusters::parse_pod_filter(asked.args.status);
  if (asked.args.kind == "service" || asked.args.kind == "ingress")
    co_return co_await list_fronts(std::move(asked));
  if (const auto kind = clusters::parse_workload_kind(asked.args.kind))
    co_return co_await list_kind(std::move(asked), *kind);
  co_return co_await list_pods(std::move(asked));
}

}  // namespace

std::vector<std::string> kinds_said() {
  return {"pod", "deployment", "statefulset", "daemonset", "job", "cronjob", "service", "ingress"};
}

mcp::Tool list_workloads_tool(const ClusterPorts& ports) {
  return mcp::make_tool<ListArgs>(
      {.name = "list_workloads",
       .title = "List workloads",
       .description = "List pods, deployments and so on of a cluster and which are ill "
                      "(有没有起不来的 pod, 服务状态).",
       .hints = {.read_only = true, .destructive = false, .idempotent = true, .open_world = true},
       .scope = "ops.read",
       .fields = list_fields(),
       .output_schema = cluster_schema({{"cluster", {{"type", "string"}}},
                                        {"namespace", {{"type", "string"}}},
                                        {"total", {{"type", "integer"}}},
                                        {"items", list_of_objects()}}),
       .handler = [ports](ListArgs args, mcp::CallContext context) {
         return answer_about_clusters<ListArgs>(ports, std::move(args), std::move(context),
                                                list_workloads);
       }});
}

}  // namespace mtc::services
