#include "emulator/tke_answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace mtc::emulator {

std::string_view name_of(NodeState state) {
  return state == NodeState::running ? "running" : "initializing";
}

ApiResult<PoolTarget> find_target(Call& call) {
  const auto cluster = find_cluster(call.cloud, call.owner, string_or(call.body, "ClusterId"));
  if (!cluster) return std::unexpected(cluster.error());
  const auto pool = find_pool(call.cloud, **cluster, string_or(call.body, "NodePoolId"));
  if (!pool) return std::unexpected(pool.error());
  return PoolTarget{.cluster = *cluster, .pool = *pool};
}

Json count_summary(const Call& call, const Record& cluster, const Record& pool) {
  const auto show = [](const PoolCount& count) -> Json {
    return {{"Joining", count.joining},
            {"Initializing", count.initializing},
            {"Normal", count.normal},
            {"Total", count.total()}};
  };
  const auto nodes = nodes_in(call.cloud, cluster, pool.id);
  return {{"ManuallyAdded", show({})}, {"AutoscalingAdded", show(count_nodes(nodes, call.now()))}};
}

ApiResult<> check_labels_and_taints(const Json& body) {
  for (const auto& label : array_or_empty(body, "Labels")) {
    const auto name = string_or(label, "Name");
    if (name.empty() || name.size() > 317 || string_or(label, "Value").size() > 63)
      return refuse(kTkeParam, "a label should have a name and a value of at most 63 characters");
  }
  for (const auto& taint : array_or_empty(body, "Taints")) {
    const auto effect = string_or(taint, "Effect");
    if (string_or(taint, "Key").empty() ||
        (effect != "NoSchedule" && effect != "PreferNoSchedule" && effect != "NoExecute"))
      return refuse(kTkeParam,
                    "a taint should have a key and NoSchedule, PreferNoSchedule or NoExecute");
  }
  return {};
}

ApiResult<> check_bounds(std::int64_t min, std::int64_t max, std::int64_t wanted) {
  if (min < 0 || max > 2000 || min > max)
    return refuse(kTkeParam, fmt::format("the bounds {}..{} are not possible", min, max));
  if (wanted < min || wanted > max)
    return refuse(kTkeParam, fmt::format("{} nodes are not within {}..{}", wanted, min, max));
  return {};
}

ApiResult<> check_pool_name(const std::string& name) {
  if (name.empty() || count_characters(name) > 63)
    return refuse(kTkeParam, "Name should have 1 to 63 characters");
  return {};
}

ApiResult<std::vector<Record*>> filtered_pools(const Json& body, std::vector<Record*> pools) {
  const Json& filters = array_or_empty(body, "Filters");
  if (auto ok = check_filters(filters, kTkePoolFilters, {"NodePoolsName", "NodePoolsId", "tags"});
      !ok)
    return std::unexpected(ok.error());
  std::erase_if(pools, [&](const Record* pool) {
    return !passes(filters, kTkePoolFilters, [&](std::string_view key, const std::string& value) {
      if (key == "NodePoolsName") return pool->text("Name").find(value) != std::string::npos;
      if (key == "NodePoolsId") return pool->id == value;
      const auto& tags = array_or_empty(pool->document, "Tags");
      if (key != "tags") return has_tag(tags, key, value);
      return std::ranges::any_of(tags, [&](const Json& tag) {
        return string_or(tag, "Key") + ":" + string_or(tag, "Value") == value;
      });
    });
  });
  return pools;
}

}  // namespace mtc::emulator
