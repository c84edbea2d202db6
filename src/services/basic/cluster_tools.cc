#include "services/basic/cluster_tools.h"

#include <fmt/format.h>

#include <map>

#include "base/spoken.h"
#include "domain/clusters/words.h"

namespace mtc::services {
namespace {

using clusters::Cluster;

struct NodesArgs {
  std::string cluster;
  std::string region;
  std::string status;
};
struct ClusterArgs {
  std::string cluster;
};

const Fields<ListClustersArgs>& clusters_fields() {
  static const Fields<ListClustersArgs> table{field("region", &ListClustersArgs::region,
                                                    "广州, ap-shanghai …; default all",
                                                    {.required = false, .max_length = 50})};
  return table;
}
const Fields<NodesArgs>& nodes_fields() {
  static const Fields<NodesArgs> table{
      field("cluster", &NodesArgs::cluster, "Name as said, 广州生产",
            {.required = false, .max_length = 100}),
      field("region", &NodesArgs::region, "广州, ap-shanghai …",
            {.required = false, .max_length = 50}),
      field("status", &NodesArgs::status, "notready: 挂了, 掉线; unschedulable: 封锁",
            {.required = false, .choices = {"ready", "notready", "unschedulable"}})};
  return table;
}
const Fields<ClusterArgs>& cluster_fields() {
  static const Fields<ClusterArgs> table{field("cluster", &ClusterArgs::cluster,
                                               "Name as said, 广州生产",
                                               {.required = false, .max_length = 100})};
  return table;
}

template <class T>
Json all_to_json(const std::vector<T>& all) {
  Json out = Json::array();
  for (const auto& one : all) out.push_back(to_json(one));
  return out;
}

Json gaps_to_json(const std::vector<clusters::Gap>& gaps) {
  Json out = Json::array();
  for (const auto& gap : gaps) {
    Json one{{"region", gap.where}, {"error", name_of(gap.error.code)}};
    if (gap.as_of) one["as_of"] = format_iso_utc(*gap.as_of);
    out.push_back(std::move(one));
  }
  return out;
}

Async<Result<std::vector<clusters::Node>>> nodes_of(clusters::Estate* estate, Cluster cluster,
                                                    Language language) {
  auto api = co_await estate->access().open(std::move(cluster), language);
  if (!api) co_return fail(std::move(api).error());
  co_return co_await (*api)->nodes();
}

std::string say_not_seen(const std::string& cluster, Language language) {
  return language == Language::zh ? clusters::say_place(cluster, "", language) + "没查到。"
                                  : cluster + " did not answer.";
}

// Nodes of every cluster in a region, where no cluster is named: 东京区域的节点全列出来. All are
// asked at once; one that does not answer is named.
Async<Result<mcp::Reply>> list_nodes_of_region(ClusterPorts ports, std::string region,
                                               std::string filter, ClusterCaller caller) {
  const auto language = caller.language;
  auto* const estate = &ports.estate(caller.who.user);
  const auto view = co_await estate->fleet().clusters(region);
  if (!view) co_return fail(view.error());
  std::map<std::string, Cluster> by_key;
  std::vector<std::string> keys;
  for (const auto& cluster : view->clusters) {
    keys.push_back(clusters::cluster_key(cluster));
    by_key.emplace(keys.back(), cluster);
  }
  if (keys.empty())
    co_return cluster_reply(clusters::say_clusters({}, region, language),
                            {{"nodes", Json::array()}, {"region", region}});
  clusters::Gather<std::vector<clusters::Node>> ask_all(
      [estate, by_key, language](const std::string& key) {
        return nodes_of(estate, by_key.at(key), language);
      },
      ports.clock, estate->fleet().options().gather);
  std::vector<std::string> seen, missing;
  Json nodes = Json::array();
  std::optional<Error> trouble;
  for (const auto& part : co_await ask_all.gather(std::move(keys))) {
    const auto& name = by_key.at(part.key).name;
    if (!part.snapshot) {
      missing.push_back(say_not_seen(name, language));
      trouble = part.trouble;
      continue;
    }
    seen.push_back(clusters::say_nodes(*part.snapshot->value, filter, name, language));
    for (const auto& node : *part.snapshot->value) {
      if (!clusters::matches(node, filter)) continue;
      auto shown = to_json(node);
      shown["cluster"] = name;
      nodes.push_back(std::move(shown));
    }
  }
  if (seen.empty()) co_return fail(std::move(*trouble));
  missing.insert(missing.end(), seen.begin(), seen.end());
  co_return cluster_reply(clusters::within_breath(missing, language),
                          {{"nodes", std::move(nodes)}, {"region", region}});
}

Async<Result<mcp::Reply>> list_nodes(ClusterPorts ports, NodesArgs args, ClusterCaller caller) {
  const auto region = cluster_region(args.region, caller.language);
  if (!region) co_return fail(region.error());
  const auto filter = clusters::parse_node_filter(args.status).value_or("");
  if (args.cluster.empty() && !region->empty())
    co_return co_await list_nodes_of_region(ports, *region, filter, std::move(caller));
  const auto place =
      co_await ports.estate(caller.who.user)
          .open({.spoken = args.cluster, .region = *region, .language = caller.language});
  if (!place) co_return fail(place.error());
  const auto nodes = co_await place->api->nodes();
  if (!nodes) co_return fail(nodes.error());
  Json shown = Json::array();
  for (const auto& node : *nodes) {
    if (clusters::matches(node, filter)) shown.push_back(to_json(node));
  }
  co_return cluster_reply(clusters::say_nodes(*nodes, filter, place->cluster.name, caller.language),
                          {{"cluster", place->cluster.name},
                           {"nodes", std::move(shown)},
                           {"total", static_cast<std::int64_t>(nodes->size())}});
}

Async<Result<mcp::Reply>> list_node_pools(ClusterPorts ports, ClusterArgs args,
                                          ClusterCaller caller) {
  auto& fleet = ports.estate(caller.who.user).fleet();
  const auto cluster = co_await fleet.choose({.spoken = args.cluster, .language = caller.language});
  if (!cluster) co_return fail(cluster.error());
  const auto pools = co_await fleet.pools(*cluster);
  if (!pools) co_return fail(pools.error());
  co_return cluster_reply(clusters::say_pools(*pools, cluster->name, caller.language),
                          {{"cluster", cluster->name}, {"pools", all_to_json(*pools)}});
}

std::string say_access(const Cluster& cluster, const clusters::Endpoints& ways,
                       clusters::Reach reach, std::optional<TimePoint> fetched,
                       const ClusterCaller& caller) {
  const bool zh = caller.language == Language::zh;
  const bool inside = !ways.internal.empty(), outside = !ways.external.empty();
  const bool ours = reach == clusters::Reach::internal ? inside : outside;
  std::vector<std::string> sentences;
  const auto* way = zh ? (reach == clusters::Reach::internal ? "内网" : "外网")
                       : (reach == clusters::Reach::internal ? "internal" : "external");
  if (!ours)
    sentences.push_back(
        zh ? fmt::format("{} 没有开{}访问，我进不去。请在容器服务控制台的集群基本信息里打开。",
                         cluster.name, way)
           : fmt::format("{} has no {} access, so I cannot get in; enable it in the console under "
                         "the cluster's basic information.",
                         cluster.name, way));
  if (zh) {
    sentences.push_back(fmt::format("{} 外网访问{}，内网访问{}。", cluster.name,
                                    outside ? "开着" : "没开", inside ? "开着" : "没开"));
  } else {
    sentences.push_back(fmt::format("{}: external access is {}, internal access is {}.",
                                    cluster.name, outside ? "on" : "off", inside ? "on" : "off"));
  }
  if (fetched) {
    const auto age = say_duration(caller.now - *fetched, caller.language);
    sentences.push_back(zh ? fmt::format("凭证是{}前取的。", age)
                           : fmt::format("The credentials were fetched {} ago.", age));
  }
  return clusters::within_breath(sentences, caller.language);
}

Async<Result<mcp::Reply>> cluster_access(ClusterPorts ports, ClusterArgs args,
                                         ClusterCaller caller) {
  auto& estate = ports.estate(caller.who.user);
  const auto cluster =
      co_await estate.fleet().choose({.spoken = args.cluster, .language = caller.language});
  if (!cluster) co_return fail(cluster.error());
  const auto ways = co_await estate.fleet().cloud().endpoints(cluster->region, cluster->id);
  if (!ways) co_return fail(ways.error());
  const auto reach = estate.access().reach();
  const auto fetched = estate.access().fetched(*cluster);
  Json data{{"cluster", cluster->name},
            {"external", ways->external},
            {"internal", ways->internal},
            {"used", reach == clusters::Reach::internal ? "internal" : "external"}};
  if (fetched) data["kubeconfig_fetched"] = format_iso_utc(*fetched);
  co_return cluster_reply(say_access(*cluster, *ways, reach, fetched, caller), std::move(data));
}

constexpr mcp::ToolHints kLooks{
    .read_only = true, .destructive = false, .idempotent = true, .open_world = true};

}  // namespace

Async<Result<mcp::Reply>> list_clusters(ClusterPorts ports, ListClustersArgs args,
                                        ClusterCaller caller) {
  const auto region = cluster_region(args.region, caller.language);
  if (!region) co_return fail(region.error());
  auto& fleet = ports.estate(caller.who.user).fleet();
  const auto view = co_await fleet.clusters(*region);
  if (!view) co_return fail(view.error());
  auto speech = clusters::say_away(*view, caller.now, caller.language);
  const bool old = !speech.empty();
  speech += clusters::say_clusters(view->clusters, *region, caller.language);
  if (!old) {
    const auto gaps = clusters::say_gaps(view->gaps, caller.now, caller.language);
    if (!gaps.empty() && caller.language == Language::en) speech += ' ';
    speech += gaps;
  }
  co_return cluster_reply(std::move(speech), {{"clusters", all_to_json(view->clusters)},
                                              {"missing", gaps_to_json(view->gaps)},
                                              {"as_of", format_iso_utc(view->oldest)},
                                              {"complete", view->gaps.empty()}});
}

mcp::Tool list_clusters_tool(const ClusterPorts& ports) {
  return mcp::make_tool<ListClustersArgs>(
      {.name = "list_clusters",
       .title = "List clusters",
       .description = "List the Kubernetes clusters of all regions and how they are (有哪些集群).",
       .hints = kLooks,
       .scope = "ops.read",
       .fields = clusters_fields(),
       .output_schema = cluster_schema({{"clusters", list_of_objects()},
                                        {"missing", list_of_objects()},
                                        {"as_of", {{"type", "string"}}},
                                        {"complete", {{"type", "boolean"}}}}),
       .handler = [ports](ListClustersArgs args, mcp::CallContext context) {
         return answer_about_clusters<ListClustersArgs>(ports, std::move(args), std::move(context),
                                                        list_clusters);
       }});
}

mcp::Tool list_nodes_tool(const ClusterPorts& ports) {
  return mcp::make_tool<NodesArgs>(
      {.name = "list_nodes",
       .title = "List nodes",
       .description = "List a cluster's nodes (节点, 机器) and which are down or closed.",
       .hints = kLooks,
       .scope = "ops.read",
       .fields = nodes_fields(),
       .output_schema = cluster_schema({{"cluster", {{"type", "string"}}},
                                        {"region", {{"type", "string"}}},
                                        {"nodes", list_of_objects()},
                                        {"total", {{"type", "integer"}}}}),
       .handler = [ports](NodesArgs args, mcp::CallContext context) {
         return answer_about_clusters<NodesArgs>(ports, std::move(args), std::move(context),
                                                 list_nodes);
       }});
}

mcp::Tool list_node_pools_tool(const ClusterPorts& ports) {
  return mcp::make_tool<ClusterArgs>(
      {.name = "list_node_pools",
       .title = "List node pools",
       .description = "List a cluster's node pools (节点池) with their sizes.",
       .hints = kLooks,
       .scope = "ops.read",
       .fields = cluster_fields(),
       .output_schema =
           cluster_schema({{"cluster", {{"type", "string"}}}, {"pools", list_of_objects()}}),
       .handler = [ports](ClusterArgs args, mcp::CallContext context) {
         return answer_about_clusters<ClusterArgs>(ports, std::move(args), std::move(context),
                                                   list_node_pools);
       }});
}

mcp::Tool cluster_access_tool(const ClusterPorts& ports) {
  return mcp::make_tool<ClusterArgs>(
      {.name = "cluster_access",
       .title = "Access to a cluster",
       .description = "Say how a cluster can be reached and how old its credentials are "
                      "(集群怎么连, kubeconfig); never shows them.",
       .hints = kLooks,
       .scope = "ops.read",
       .fields = cluster_fields(),
       .output_schema = cluster_schema({{"cluster", {{"type", "string"}}},
                                        {"external", {{"type", "string"}}},
                                        {"internal", {{"type", "string"}}},
                                        {"used", {{"type", "string"}}},
                                        {"kubeconfig_fetched", {{"type", "string"}}}}),
       .handler = [ports](ClusterArgs args, mcp::CallContext context) {
         return answer_about_clusters<ClusterArgs>(ports, std::move(args), std::move(context),
                                                   cluster_access);
       }});
}

}  // namespace mtc::services
