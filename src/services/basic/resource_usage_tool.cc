#include <algorithm>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/change_target.h"
#include "domain/clusters/storage_view.h"
#include "domain/clusters/usage_view.h"
#include "domain/logs/time_range.h"
#include "services/basic/workload_tools.h"

namespace mtc::services {
namespace {

using clusters::Measure;
using clusters::OpenCluster;
using clusters::UsageOf;

constexpr std::size_t kMostRows = 50;
constexpr std::int64_t kPoints = 120;  // of a curve
constexpr Millis kFinest{60'000};

struct UsageArgs {
  std::string cluster;
  std::string resource = "cpu";
  std::string by;
  std::string ns;
  std::string name;
  std::string time_range;
};

const Fields<UsageArgs>& usage_fields() {
  static const Fields<UsageArgs> table{
      field("cluster", &UsageArgs::cluster, "Name as said, 广州生产; the usual one if absent",
            {.required = false, .max_length = 100}),
      field("resource", &UsageArgs::resource, "What is used, default cpu",
            {.required = false, .choices = {"cpu", "memory", "disk", "network"}}),
      field("by", &UsageArgs::by, "Whose use, default node",
            {.required = false, .choices = {"node", "namespace", "workload", "pod"}}),
      field("namespace", &UsageArgs::ns, "Only this namespace",
            {.required = false, .max_length = 100, .aliases = {"ns"}}),
      field("name", &UsageArgs::name, "Only this node, workload or pod",
            {.required = false, .max_length = 200}),
      field("time_range", &UsageArgs::time_range, "last_1h, today, 昨晚; default now",
            {.required = false, .max_length = 100})};
  return table;
}

UsageOf usage_of(const UsageArgs& args) {
  if (args.by == "namespace") return UsageOf::name_space;
  if (args.by == "workload") return UsageOf::workload;
  if (args.by == "pod") return UsageOf::pod;
  // Whoever names a namespace or a service does not ask about nodes.
  if (args.by.empty() && (!args.ns.empty() || !args.name.empty())) return UsageOf::workload;
  return UsageOf::node;
}

Measure measure_of(const UsageArgs& args) {
  if (args.resource == "memory") return Measure::memory;
  if (args.resource == "disk") return Measure::storage;
  return args.resource == "network" ? Measure::network_in : Measure::cpu;
}

clusters::Subject subject_of(UsageOf by) {
  switch (by) {
    case UsageOf::node:
      return clusters::Subject::node;
    case UsageOf::name_space:
      return clusters::Subject::namespace_;
    case UsageOf::workload:
      return clusters::Subject::workload;
    case UsageOf::pod:
      return clusters::Subject::pod;
  }
  return clusters::Subject::node;
}

struct Asked {
  OpenCluster place;
  clusters::UsageScope scope;
  Measure measure = Measure::cpu;
  std::string resource;
  ClusterCaller caller;
};

Json described(const Asked& asked, Json rows) {
  return {{"cluster", asked.place.cluster.name},
          {"resource", asked.resource},
          {"namespace", asked.scope.ns},
          {"rows", std::move(rows)}};
}

// What was said, out of what there is.
template <class Row>
Result<> narrow(std::vector<Row>& rows, const Asked& asked, const std::string& spoken) {
  if (spoken.empty()) return {};
  std::vector<clusters::NameCandidate> candidates;
  for (const auto& row : rows) candidates.push_back({.name = row.name, .ns = row.ns});
  const auto what = asked.scope.by == UsageOf::node         ? clusters::Named::node
                    : asked.scope.by == UsageOf::name_space ? clusters::Named::name_space
                                                            : clusters::Named::workload;
  const auto match = clusters::choose_name(
      {.spoken = spoken, .what = what, .language = asked.caller.language}, candidates);
  if (!match) return fail(match.error());
  Row meant = std::move(rows[match->index]);
  rows.clear();
  rows.push_back(std::move(meant));
  return {};
}

std::string say_no_metrics(const std::string& cluster, Language language) {
  return language == Language::zh
             ? cluster + " 没有找到 metrics-server，看不了现在的用量，可以问最近一小时的再看。"
             : cluster + " has no metrics-server that tells the use now; ask for the last hour.";
}

Async<Result<mcp::Reply>> tell_now(Asked asked, std::string spoken) {
  auto rows = co_await clusters::read_usage(*asked.place.api, asked.scope);
  if (!rows && rows.error().code == Errc::not_found)
    co_return fail(Errc::not_found,
                   say_no_metrics(asked.place.cluster.name, asked.caller.language));
  if (!rows) co_return fail(std::move(rows).error());
  if (auto ok = narrow(*rows, asked, spoken); !ok) co_return fail(ok.error());
  std::ranges::sort(*rows, std::greater<>(), [&](const clusters::UsageRow& row) {
    return std::pair(asked.measure == Measure::memory ? row.memory : row.cpu, row.name);
  });
  Json shown = Json::array();
  for (const auto& row : *rows) {
    if (shown.size() < kMostRows) shown.push_back(to_json(row));
  }
  co_return cluster_reply(clusters::say_usage(*rows, asked.scope, asked.measure,
                                              asked.place.cluster.name, asked.caller.language),
                          described(asked, std::move(shown)));
}

// The cloud measures the disks of machines; what a service keeps on them, only the cluster knows.
Async<Result<mcp::Reply>> tell_storage(Asked asked, std::string spoken) {
  auto use = co_await clusters::read_storage(asked.place.api, asked.scope);
  if (!use) co_return fail(std::move(use).error());
  if (auto ok = narrow(use->rows, asked, spoken); !ok) co_return fail(ok.error());
  Json shown = Json::array();
  for (const auto& row : use->rows) {
    if (shown.size() < kMostRows) shown.push_back(to_json(row));
  }
  Json data = described(asked, std::move(shown));
  data["complete"] = use->missing.empty();
  data["missing"] = Json::array();
  for (const auto& node : use->missing) data["missing"].push_back({{"node", node}});
  co_return cluster_reply(
      clusters::say_storage(*use, asked.scope, asked.place.cluster.name, asked.caller.language),
      std::move(data));
}

std::string say_disks_are_of_machines(Language language) {
  return language == Language::zh
             ? "过去的磁盘用量只有整台机器的。不说时间，可以看各个服务现在用了多少。"
             : "For the past there are only the disks of whole machines. Without a time, I can "
               "tell "
               "what each service uses now.";
}

std::string say_period(const logs::TimeRange& range, const ClusterCaller& caller) {
  const bool zh = caller.language == Language::zh;
  const auto length = say_duration(range.length(), caller.language);
  if (caller.now - range.to < std::chrono::minutes(1))
    return zh ? "最近" + length : "over the last " + length;
  return (zh ? "" : "from ") + say_moment(range.from, caller.now, caller.zone, caller.language) +
         (zh ? "起" + length : " for " + length);
}

std::string say_no_monitoring(Measure measure, Language language) {
  const auto what = clusters::say_measure(measure, language);
  return language == Language::zh ? "没有接云监控，查不到" + what + "的数据。"
                                  : "There is no monitoring to ask about " + what + ".";
}

Async<Result<mcp::Reply>> tell_over_time(clusters::Metrics* metrics, Asked asked,
                                         logs::TimeRange range, std::string name) {
  const auto language = asked.caller.language;
  if (metrics == nullptr)
    co_return fail(Errc::not_found, say_no_monitoring(asked.measure, language));
  const auto step = std::max(kFinest, range.length() / kPoints);
  const auto series = co_await metrics->series({.region = asked.place.cluster.region,
                                                .cluster_id = asked.place.cluster.id,
                                                .measure = asked.measure,
                                                .subject = subject_of(asked.scope.by),
                                                .ns = asked.scope.ns,
                                                .name = name,
                                                .from = range.from,
                                                .to = range.to,
                                                .step = step});
  if (!series) co_return fail(series.error());
  const auto curves = clusters::curves_of(*series);
  Json shown = Json::array();
  for (const auto& curve : curves) {
    if (shown.size() < kMostRows) shown.push_back(to_json(curve));
  }
  Json data = described(asked, std::move(shown));
  data["from"] = format_iso_utc(range.from);
  data["to"] = format_iso_utc(range.to);
  co_return cluster_reply(clusters::say_curves(curves, asked.measure, asked.place.cluster.name,
                                               say_period(range, asked.caller), language),
                          std::move(data));
}

Async<Result<mcp::Reply>> resource_usage(ClusterPorts ports, UsageArgs args, ClusterCaller caller) {
  auto& estate = ports.estate(caller.who.user);
  const auto measure = measure_of(args);
  const auto by = usage_of(args);
  const bool of_services = measure == Measure::storage && by != UsageOf::node;
  if (of_services && !args.time_range.empty())
    co_return fail(Errc::invalid_argument, say_disks_are_of_machines(caller.language));
  // The cluster itself knows neither its machines' disks nor the networks.
  const bool only_monitored = measure != Measure::cpu && measure != Measure::memory && !of_services;
  std::optional<logs::TimeRange> range;
  if (!args.time_range.empty() || only_monitored) {
    const auto parsed =
        logs::parse_time_range(args.time_range.empty() ? "last_1h" : args.time_range, caller.now,
                               caller.zone, caller.language);
    if (!parsed) co_return fail_in("time_range", parsed.error());
    range = *parsed;
  }
  auto place = co_await estate.open({.spoken = args.cluster, .language = caller.language});
  if (!place) co_return fail(std::move(place).error());
  auto ns = co_await clusters::find_namespace(place->api, args.ns, caller.language);
  if (!ns) co_return fail(std::move(ns).error());
  Asked asked{.place = std::move(*place),
              .scope = {.by = by, .ns = std::move(*ns), .name = {}},
              .measure = measure,
              .resource = args.resource,
              .caller = std::move(caller)};
  if (range)
    co_return co_await tell_over_time(estate.metrics(), std::move(asked), *range, args.name);
  if (of_services) co_return co_await tell_storage(std::move(asked), args.name);
  co_return co_await tell_now(std::move(asked), args.name);
}

}  // namespace

mcp::Tool resource_usage_tool(const ClusterPorts& ports) {
  return mcp::make_tool<UsageArgs>(
      {.name = "resource_usage",
       .title = "Use of resources",
       .description = "Say how much CPU, memory, disk or network is in use, now or over a period, "
                      "and what is nearly full (内存用了多少, 磁盘还剩多少).",
       .hints = {.read_only = true, .destructive = false, .idempotent = true, .open_world = true},
       .scope = "ops.read",
       .fields = usage_fields(),
       .output_schema = cluster_schema({{"cluster", {{"type", "string"}}},
                                        {"resource", {{"type", "string"}}},
                                        {"namespace", {{"type", "string"}}},
                                        {"rows", list_of_objects()},
                                        {"complete", {{"type", "boolean"}}},
                                        {"missing", list_of_objects()},
                                        {"from", {{"type", "string"}}},
                                        {"to", {{"type", "string"}}}}),
       .handler = [ports](UsageArgs args, mcp::CallContext context) {
         return answer_about_clusters<UsageArgs>(ports, std::move(args), std::move(context),
                                                 resource_usage);
       }});
}

}  // namespace mtc::services
