#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/clusters/pod_view.h"
#include "domain/clusters/words.h"
#include "domain/clusters/workload_view.h"
#include "services/basic/pod_log.h"
#include "services/basic/workload_tools.h"

namespace mtc::services {
namespace {

using clusters::FoundWorkload;

constexpr int kRevisions = 10;

const Fields<InspectArgs>& inspect_fields() {
  static const Fields<InspectArgs> table{
      field("name", &InspectArgs::name, "Workload as said: 订单服务, payment",
            {.max_length = 200, .aliases = {"workload", "service"}}),
      field("namespace", &InspectArgs::ns, "Namespace as said; all if absent",
            {.required = false, .max_length = 100, .aliases = {"ns"}}),
      field("cluster", &InspectArgs::cluster, "Name as said, 广州生产; all if absent",
            {.required = false, .max_length = 100}),
      // 服务 and "pods of …" are said of workloads of any kind: they do not narrow it down.
      field("kind", &InspectArgs::kind, "Kind, if named",
            {.required = false, .choices = kinds_said()}),
      field("what", &InspectArgs::what,
            "overview (default), events (事件), logs (日志) or history (发布记录)",
            {.required = false, .choices = {"overview", "events", "logs", "history"}}),
      field("previous", &InspectArgs::previous, "Logs from before the last crash",
            {.required = false}),
      field("lines", &InspectArgs::lines, "How many lines of the log",
            {.required = false, .minimum = 1, .maximum = 2000})};
  return table;
}

std::string selector_of(const clusters::Workload& workload) {
  std::vector<std::string> terms;
  for (const auto& [key, value] : workload.selector) terms.push_back(key + "=" + value);
  return join(terms, ",");
}

// By its selector; where it states none (a CronJob), by whom its pods belong to.
Async<Result<std::vector<clusters::Pod>>> pods_of(FoundWorkload found) {
  const auto selector = selector_of(found.workload);
  auto pods = co_await found.api->pods({.ns = found.workload.ns, .labels = selector});
  if (!pods) co_return fail(std::move(pods).error());
  if (selector.empty()) {
    std::erase_if(*pods, [&](const clusters::Pod& pod) {
      return clusters::workload_of(pod) != found.workload.name;
    });
  }
  co_return pods;
}

// The list that it was found in may be some seconds old.
Async<Result<FoundWorkload>> as_it_is_now(FoundWorkload found) {
  const auto name = found.workload.name;
  auto now = co_await found.api->workloads(
      found.workload.kind, {.ns = found.workload.ns, .fields = "metadata.name=" + name});
  if (!now) co_return fail(std::move(now).error());
  const auto it = std::ranges::find(*now, name, &clusters::Workload::name);
  if (it == now->end()) co_return fail(Errc::not_found, "");
  found.workload = std::move(*it);
  co_return found;
}

Json about(const FoundWorkload& found, const std::string& what) {
  return {{"cluster", found.cluster.name},
          {"what", what},
          {"workload", clusters::to_json(found.workload)}};
}

Async<Result<mcp::Reply>> tell_overview(FoundWorkload found, ClusterCaller caller) {
  const auto pods = co_await pods_of(found);
  if (!pods) co_return fail(pods.error());
  Json data = about(found, "overview");
  data["pods"] = Json::array();
  for (const auto& pod : *pods) data["pods"].push_back(clusters::to_json(pod, caller.now));
  co_return cluster_reply(clusters::say_workload(found.workload, *pods, caller.language),
                          std::move(data));
}

bool is_about(const clusters::Event& event, const std::string& workload) {
  if (event.object_name == workload) return true;
  // Its pods and ReplicaSets, not another workload that begins as it does: order and order-api.
  if (!event.object_name.starts_with(workload + "-")) return false;
  const clusters::Pod pod{.name = event.object_name,
                          .owner_kind = "ReplicaSet",
                          .owner_name = event.object_name.substr(0, event.object_name.rfind('-'))};
  return clusters::workload_of(pod) == workload || pod.owner_name == workload;
}

Async<Result<mcp::Reply>> tell_events(FoundWorkload found, ClusterCaller caller) {
  auto events = co_await found.api->events({.ns = found.workload.ns});
  if (!events) co_return fail(std::move(events).error());
  std::erase_if(
      *events, [&](const clusters::Event& event) { return !is_about(event, found.workload.name); });
  const auto groups = clusters::condense(*events);
  Json data = about(found, "events");
  data["events"] = Json::array();
  for (const auto& group : groups) data["events"].push_back(clusters::to_json(group));
  co_return cluster_reply(
      clusters::say_events(groups, found.workload.name, caller.now, caller.zone, caller.language),
      std::move(data));
}

std::string say_no_pods(const std::string& workload, Language language) {
  return language == Language::zh ? fmt::format("{} 没有副本在跑，看不了日志。", workload)
                                  : fmt::format("{} has no pods, so there is no log.", workload);
}

Async<Result<mcp::Reply>> tell_logs(FoundWorkload found, InspectArgs args, ClusterCaller caller) {
  auto pods = co_await pods_of(found);
  if (!pods) co_return fail(std::move(pods).error());
  const auto& name = found.workload.name;
  if (pods->empty()) co_return fail(Errc::not_found, say_no_pods(name, caller.language));
  // The one that is worst off has the most to tell.
  const auto& pod = *std::ranges::max_element(*pods, {}, [](const clusters::Pod& one) {
    std::int64_t restarts = 0;
    for (const auto& container : one.containers) restarts += container.restarts;
    return std::pair(!clusters::is_well(clusters::state_of(one)), restarts);
  });
  const auto text = co_await found.api->log(
      {.ns = pod.ns, .pod = pod.name, .previous = args.previous, .lines = args.lines});
  if (!text) co_return fail(text.error());
  const auto log = condense_log(*text, caller.now);
  Json data = about(found, "logs");
  data["pod"] = pod.name;
  data["log"] = to_json(log);
  co_return cluster_reply(say_log(log, name, args.previous, caller.language), std::move(data));
}

Async<Result<mcp::Reply>> tell_history(FoundWorkload found, ClusterCaller caller) {
  const auto revisions = co_await clusters::rollout_history(*found.api, found.workload, kRevisions);
  if (!revisions) co_return fail(revisions.error());
  Json data = about(found, "history");
  data["revisions"] = Json::array();
  for (const auto& revision : *revisions) data["revisions"].push_back(clusters::to_json(revision));
  co_return cluster_reply(clusters::say_history(*revisions, found.workload.name, caller.now,
                                                caller.zone, caller.language),
                          std::move(data));
}

}  // namespace

Async<Result<mcp::Reply>> inspect_workload(ClusterPorts ports, InspectArgs args,
                                           ClusterCaller caller) {
  auto aliases = co_await ports.aliases.list(caller.who.user.id);
  if (!aliases) co_return fail(std::move(aliases).error());
  auto found = co_await ports.estate(caller.who.user)
                   .find({.spoken = args.name,
                          .ns = args.ns,
                          .cluster = args.cluster,
                          .kind = clusters::parse_workload_kind(args.kind),
                          .aliases = std::move(*aliases),
                          .language = caller.language});
  if (found) found = co_await as_it_is_now(std::move(*found));
  if (!found) co_return fail(std::move(found).error());
  if (args.what == "events") co_return co_await tell_events(std::move(*found), std::move(caller));
  if (args.what == "history") co_return co_await tell_history(std::move(*found), std::move(caller));
  if (args.what == "logs")
    co_return co_await tell_logs(std::move(*found), std::move(args), std::move(caller));
  co_return co_await tell_overview(std::move(*found), std::move(caller));
}

mcp::Tool inspect_workload_tool(const ClusterPorts& ports) {
  return mcp::make_tool<InspectArgs>(
      {.name = "inspect_workload",
       .title = "Inspect a workload",
       .description = "Look at one workload: how it is, its events, its pod's log, its versions "
                      "(看看订单服务怎么了, 发布记录).",
       .hints = {.read_only = true, .destructive = false, .idempotent = true, .open_world = true},
       .scope = "ops.read",
       .fields = inspect_fields(),
       .output_schema = cluster_schema({{"cluster", {{"type", "string"}}},
                                        {"what", {{"type", "string"}}},
                                        {"workload", {{"type", "object"}}},
                                        {"pods", list_of_objects()},
                                        {"events", list_of_objects()},
                                        {"revisions", list_of_objects()},
                                        {"pod", {{"type", "string"}}},
                                        {"log", {{"type", "object"}}}}),
       .handler = [ports](InspectArgs args, mcp::CallContext context) {
         return answer_about_clusters<InspectArgs>(ports, std::move(args), std::move(context),
                                                   inspect_workload);
       }});
}

}  // namespace mtc::services
