// How nodes and node pools are.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/language.h"
#include "domain/clusters/cluster.h"
#include "domain/clusters/objects.h"

namespace mtc::clusters {

// "ready", "notready", "unschedulable", and 挂了, 掉线, 封锁 …; nullopt for an unknown word.
std::optional<std::string> parse_node_filter(std::string_view word);
bool matches(const Node& node, const std::string& filter);  // empty: every one

// 广州生产集群有一个节点没就绪：node-3，kubelet 没有响应。另外八个正常。
std::string say_nodes(std::span<const Node> nodes, const std::string& filter,
                      const std::string& cluster, Language language);
std::string say_pools(std::span<const NodePool> pools, const std::string& cluster,
                      Language language);

Json to_json(const Node& node);
Json to_json(const NodePool& pool);
Json to_json(const Cluster& cluster);

// Whether a cluster is as it should be.
bool is_well(ClusterStatus status);
std::string_view name_of(ClusterStatus status);
// 一共三个集群：广州两个，上海一个。广州生产正在升级 …
std::string say_clusters(std::span<const Cluster> clusters, const std::string& region,
                         Language language);

}  // namespace mtc::clusters
