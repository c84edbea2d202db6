#include "domain/clusters/node_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/characters.h"
#include "base/contains.h"
#include "base/spoken.h"
#include "base/text.h"
#include "domain/clusters/words.h"
#include "domain/logs/region.h"

namespace mtc::clusters {
namespace {

constexpr std::size_t kNamed = 3;

std::string say_nodes_counted(std::int64_t count, Language language) {
  if (language == Language::zh) return say_count(count, language) + "个节点";
  return say_count(count, language) + (count == 1 ? " node" : " nodes");
}

// What a pressure or reason is called.
std::string say_why(const Node& node, Language language) {
  const bool zh = language == Language::zh;
  if (!node.ready) {
    if (node.not_ready_reason.find("Unknown") != std::string::npos ||
        node.not_ready_reason == "NodeStatusUnknown")
      return zh ? "没有响应" : "does not answer";
    return zh ? "没就绪" : "is not ready";
  }
  if (contains(node.pressures, "MemoryPressure")) return zh ? "内存紧张" : "is short of memory";
  if (contains(node.pressures, "DiskPressure")) return zh ? "磁盘紧张" : "is short of disk";
  if (contains(node.pressures, "PIDPressure")) return zh ? "进程数紧张" : "is short of processes";
  return zh ? "网络不通" : "has network trouble";
}

bool is_bad(const Node& node) {
  return !node.ready || !node.pressures.empty();
}

std::string say_bad(const std::vector<const Node*>& bad, Language language) {
  std::map<std::string, std::vector<std::string>> by_why;
  for (const Node* node : bad) by_why[say_why(*node, language)].push_back(node->name);
  std::vector<std::string> parts;
  for (const auto& [why, names] : by_why) {
    const auto list = say_list(names, kNamed, language);
    parts.push_back(list + (is_ascii(list.back()) ? " " : "") + why);
  }
  return join(parts, language == Language::zh ? "；" : "; ");
}

std::string say_narrowed(const std::vector<const Node*>& found, const std::string& filter,
                         const std::string& where, Language language) {
  const bool zh = language == Language::zh;
  const std::string what = filter == "ready"      ? (zh ? "正常" : "ready")
                           : filter == "notready" ? (zh ? "没就绪" : "not ready")
                                                  : (zh ? "不可调度" : "unschedulable");
  const auto count = static_cast<std::int64_t>(found.size());
  if (count == 0) {
    return zh ? fmt::format("{}没有{}的节点。", where, what)
              : fmt::format("No node{}{} is {}.", where.empty() ? "" : " ", where, what);
  }
  std::vector<std::string> names;
  for (const Node* node : found) names.push_back(node->name);
  const auto list = say_list(names, kNamed, language);
  const auto counted = say_nodes_counted(count, language);
  return zh ? fmt::format("{}有{}{}：{}。", where, counted, what, list)
            : capitalised(fmt::format("{}{}{} {} {}: {}.", counted, where.empty() ? "" : " ", where,
                                      count == 1 ? "is" : "are", what, list));
}

}  // namespace

std::optional<std::string> parse_node_filter(std::string_view word) {
  std::string plain;
  for (const char c : to_lower_ascii(trim(word))) {
    if (c != ' ' && c != '-' && c != '_') plain += c;
  }
  static const std::map<std::string, std::string, std::less<>> kSaid{
      {"", ""},
      {"ready", "ready"},
      {"正常", "ready"},
      {"notready", "notready"},
      {"挂了", "notready"},
      {"掉线", "notready"},
      {"异常", "notready"},
      {"离线", "notready"},
      {"unhealthy", "notready"},
      {"unschedulable", "unschedulable"},
      {"不可调度", "unschedulable"},
      {"封锁", "unschedulable"},
      {"cordoned", "unschedulable"}};
  const auto it = kSaid.find(plain);
  return it == kSaid.end() ? std::nullopt : std::optional(it->second);
}

bool matches(const Node& node, const std::string& filter) {
  if (filter == "ready") return node.ready;
  if (filter == "notready") return !node.ready;
  return filter != "unschedulable" || node.unschedulable;
}

std::string say_nodes(std::span<const Node> nodes, const std::string& filter,
                      const std::string& cluster, Language language) {
  const bool zh = language == Language::zh;
  const auto where = say_place(cluster, "", language);
  std::vector<const Node*> found, bad;
  std::int64_t closed = 0;
  for (const auto& node : nodes) {
    if (matches(node, filter)) found.push_back(&node);
    if (is_bad(node)) bad.push_back(&node);
    closed += node.unschedulable ? 1 : 0;
  }
  if (!filter.empty()) return say_narrowed(found, filter, where, language);
  const auto all = static_cast<std::int64_t>(nodes.size());
  const auto ill = static_cast<std::int64_t>(bad.size());
  if (all == 0)
    return zh ? where + "一个节点也没有。" : fmt::format("There are no nodes {}.", where);
  std::vector<std::string> sentences;
  if (ill == 0) {
    sentences.push_back(
        zh ? fmt::format("{}{}都正常。", where, say_nodes_counted(all, language))
           : fmt::format("All {} {} are well.", say_nodes_counted(all, language), where));
  } else if (zh) {
    sentences.push_back(fmt::format("{}有{}不正常：{}。", where, say_nodes_counted(ill, language),
                                    say_bad(bad, language)));
    if (all > ill)
      sentences.push_back(fmt::format("另外{}个正常。", say_count(all - ill, language)));
  } else {
    sentences.push_back(capitalised(fmt::format(
        "{} of {} {} {} not well: {}.", say_count(ill, language), say_nodes_counted(all, language),
        where, ill == 1 ? "is" : "are", say_bad(bad, language))));
  }
  if (closed > 0) {
    sentences.push_back(
        zh ? fmt::format("{}个不可调度。", say_count(closed, language))
           : capitalised(fmt::format("{} {} unschedulable.", say_count(closed, language),
                                     closed == 1 ? "is" : "are")));
  }
  return within_breath(sentences, language);
}

std::string say_pools(std::span<const NodePool> pools, const std::string& cluster,
                      Language language) {
  const bool zh = language == Language::zh;
  const auto where = say_place(cluster, "", language);
  if (pools.empty())
    return zh ? where + "没有节点池。" : fmt::format("There are no node pools {}.", where);
  std::vector<std::string> parts, short_of;
  std::int64_t nodes = 0;
  for (const auto& pool : pools) {
    nodes += pool.ready;
    parts.push_back(zh ? fmt::format("{} {}台", pool.name, say_count(pool.ready, language))
                       : fmt::format("{} with {}", pool.name, say_count(pool.ready, language)));
    if (pool.ready < pool.desired) {
      const auto missing = say_count(pool.desired - pool.ready, language);
      short_of.push_back(zh ? fmt::format("{} 还差{}台", pool.name, missing)
                            : fmt::format("{} is {} short", pool.name, missing));
    }
  }
  const auto count = say_count(static_cast<std::int64_t>(pools.size()), language);
  std::vector<std::string> sentences;
  if (!short_of.empty()) sentences.push_back(join(short_of, zh ? "，" : ", ") + (zh ? "。" : "."));
  if (zh) {
    sentences.push_back(fmt::format("{}有{}个节点池，一共{}台：{}。", where, count,
                                    say_count(nodes, language), say_list(parts, 4, language)));
  } else {
    sentences.push_back(
        fmt::format("There {} {} node pool{} {}, with {}: {}.", pools.size() == 1 ? "is" : "are",
                    count, pools.size() == 1 ? "" : "s", where, say_nodes_counted(nodes, language),
                    say_list(parts, 4, language)));
  }
  return within_breath(sentences, language);
}

bool is_well(ClusterStatus status) {
  return status == ClusterStatus::running;
}

std::string_view name_of(ClusterStatus status) {
  switch (status) {
    case ClusterStatus::running:
      return "running";
    case ClusterStatus::creating:
      return "creating";
    case ClusterStatus::changing:
      return "changing";
    case ClusterStatus::deleting:
      return "deleting";
    case ClusterStatus::stopped:
      return "stopped";
    case ClusterStatus::abnormal:
      return "abnormal";
    case ClusterStatus::unknown:
      return "unknown";
  }
  return {};
}

namespace {

std::string say_status(ClusterStatus status, Language language) {
  const bool zh = language == Language::zh;
  switch (status) {
    case ClusterStatus::running:
      return zh ? "正常" : "is running";
    case ClusterStatus::creating:
      return zh ? "正在创建" : "is being created";
    case ClusterStatus::changing:
      return zh ? "正在变更" : "is being changed";
    case ClusterStatus::deleting:
      return zh ? "正在删除" : "is being deleted";
    case ClusterStatus::stopped:
      return zh ? "已经停了" : "is stopped";
    case ClusterStatus::abnormal:
      return zh ? "异常" : "is in trouble";
    case ClusterStatus::unknown:
      return zh ? "状态不明" : "is in an unknown state";
  }
  return {};
}

}  // namespace

std::string say_clusters(std::span<const Cluster> clusters, const std::string& region,
                         Language language) {
  const bool zh = language == Language::zh;
  const auto city = region.empty() ? "" : logs::region_name(region, language);
  if (clusters.empty()) {
    if (city.empty()) return zh ? "一个集群也没有。" : "There are no clusters.";
    return zh ? city + "没有集群。" : fmt::format("There are no clusters in {}.", city);
  }
  std::vector<std::string> names, ill;
  std::map<std::string, std::int64_t> by_region;
  for (const auto& cluster : clusters) {
    names.push_back(cluster.name);
    ++by_region[cluster.region];
    if (!is_well(cluster.status)) {
      const auto status = say_status(cluster.status, language);
      ill.push_back(cluster.name + " " + status);
    }
  }
  std::vector<std::string> sentences;
  if (!ill.empty()) sentences.push_back(say_list(ill, 3, language) + (zh ? "。" : "."));
  const auto count = say_count(static_cast<std::int64_t>(clusters.size()), language);
  const auto list = say_list(names, 5, language);
  if (zh) {
    sentences.push_back(fmt::format("{}一共{}个集群：{}。", city, count, list));
    if (by_region.size() > 1) {
      std::vector<std::string> parts;
      for (const auto& [code, number] : by_region)
        parts.push_back(logs::region_name(code, language) + say_count(number, language) + "个");
      sentences.push_back(join(parts, "，") + "。");
    }
    if (ill.empty()) sentences.emplace_back("都正常。");
  } else {
    sentences.push_back(
        fmt::format("There {} {} cluster{}{}{}: {}.", clusters.size() == 1 ? "is" : "are", count,
                    clusters.size() == 1 ? "" : "s", city.empty() ? "" : " in ", city, list));
    if (ill.empty()) sentences.emplace_back("All is well.");
  }
  return within_breath(sentences, language);
}

Json to_json(const Node& node) {
  return {{"name", node.name},
          {"ready", node.ready},
          {"unschedulable", node.unschedulable},
          {"reason", node.not_ready_reason},
          {"pressures", node.pressures},
          {"version", node.version},
          {"instance", node.instance_id},
          {"pool", node.pool_id},
          {"zone", node.zone},
          {"address", node.address},
          {"cpu_millicores", node.cpu},
          {"memory_bytes", node.memory},
          {"pods", node.pods}};
}

Json to_json(const NodePool& pool) {
  Json labels = Json::object();
  for (const auto& label : pool.labels) labels[label.name] = label.value;
  return {{"id", pool.id},
          {"name", pool.name},
          {"state", pool.state},
          {"autoscaling", pool.autoscaling},
          {"minimum", pool.minimum},
          {"maximum", pool.maximum},
          {"desired", pool.desired},
          {"ready", pool.ready},
          {"instance_types", pool.instance_types},
          {"labels", std::move(labels)}};
}

Json to_json(const Cluster& cluster) {
  return {{"id", cluster.id},
          {"name", cluster.name},
          {"region", cluster.region},
          {"version", cluster.version},
          {"status", name_of(cluster.status)},
          {"type", cluster.type},
          {"nodes", cluster.nodes}};
}

}  // namespace mtc::clusters
