#include "domain/clusters/fake_cloud.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mtc::clusters {

// Never at once, as nothing outside does.
Async<Result<>> FakeCloud::answer(std::string what, std::string about) {
  const auto both = what + "/" + about;
  asked.push_back(both);
  const auto executor = co_await asio::this_coro::executor;
  if (silent.contains(what) || silent.contains(both)) {
    asio::steady_timer never(executor, asio::steady_timer::time_point::max());
    co_await never.async_wait(asio::use_awaitable);
  }
  co_await asio::post(executor, asio::use_awaitable);
  for (const auto& name : {both, what}) {
    if (const auto it = refuse.find(name); it != refuse.end()) co_return fail(it->second);
  }
  co_return Result<>{};
}

Async<Result<std::vector<Cluster>>> FakeCloud::clusters(std::string region) {
  if (auto ok = co_await answer("clusters", region); !ok) co_return fail(ok.error());
  co_return by_region[region];
}

Async<Result<std::vector<Instance>>> FakeCloud::instances(std::string, std::string cluster_id) {
  if (auto ok = co_await answer("instances", cluster_id); !ok) co_return fail(ok.error());
  co_return machines[cluster_id];
}

Async<Result<std::vector<NodePool>>> FakeCloud::pools(std::string, std::string cluster_id) {
  if (auto ok = co_await answer("pools", cluster_id); !ok) co_return fail(ok.error());
  co_return node_pools[cluster_id];
}

Async<Result<NodePoolSpec>> FakeCloud::pool_settings(std::string, NodePool pool) {
  if (auto ok = co_await answer("pool_settings", pool.id); !ok) co_return fail(ok.error());
  co_return settings[pool.id];
}

Async<Result<std::string>> FakeCloud::create_pool(std::string, Cluster cluster, NodePoolSpec spec) {
  if (auto ok = co_await answer("create_pool", spec.name); !ok) co_return fail(ok.error());
  auto& pools = node_pools[cluster.id];
  const std::string id = "np-new" + std::to_string(pools.size() + 1);
  pools.push_back({.id = id,
                   .cluster_id = cluster.id,
                   .name = spec.name,
                   .type = spec.type,
                   .state = "creating",
                   .autoscaling = spec.autoscaling,
                   .minimum = spec.minimum,
                   .maximum = spec.maximum,
                   .desired = spec.desired,
                   .instance_types = {spec.instance_type},
                   .labels = spec.labels,
                   .taints = spec.taints});
  settings[id] = std::move(spec);
  co_return id;
}

NodePool* FakeCloud::find_pool(const NodePool& pool) {
  auto& pools = node_pools[pool.cluster_id];
  const auto it = std::ranges::find(pools, pool.id, &NodePool::id);
  return it == pools.end() ? nullptr : &*it;
}

Async<Result<>> FakeCloud::resize_pool(std::string, NodePool pool, std::int64_t desired,
                                       bool move_bounds) {
  if (auto ok = co_await answer("resize_pool", pool.id); !ok) co_return fail(ok.error());
  NodePool* found = find_pool(pool);
  if (found == nullptr) co_return fail(Errc::not_found, "there is no node pool " + pool.id);
  if (move_bounds) {
    found->minimum = std::min(found->minimum, desired);
    found->maximum = std::max(found->maximum, desired);
  }
  if (desired < found->minimum || desired > found->maximum)
    co_return fail(Errc::invalid_argument, "the wanted size is outside of the pool's bounds");
  found->desired = desired;
  co_return Result<>{};
}

Async<Result<>> FakeCloud::delete_pool(std::string, NodePool pool) {
  if (auto ok = co_await answer("delete_pool", pool.id); !ok) co_return fail(ok.error());
  std::erase_if(node_pools[pool.cluster_id],
                [&](const NodePool& one) { return one.id == pool.id; });
  co_return Result<>{};
}

Async<Result<Endpoints>> FakeCloud::endpoints(std::string, std::string cluster_id) {
  if (auto ok = co_await answer("endpoints", cluster_id); !ok) co_return fail(ok.error());
  co_return ways_in[cluster_id];
}

Async<Result<std::string>> FakeCloud::kubeconfig(std::string, std::string cluster_id, Reach) {
  if (auto ok = co_await answer("kubeconfig", cluster_id); !ok) co_return fail(ok.error());
  const auto it = kubeconfigs.find(cluster_id);
  if (it == kubeconfigs.end())
    co_return fail(Errc::not_found, "that way into the cluster is not enabled");
  co_return it->second;
}

Async<Result<>> FakeCloud::renew_kubeconfig(std::string, std::string cluster_id) {
  if (auto ok = co_await answer("renew_kubeconfig", cluster_id); !ok) co_return fail(ok.error());
  kubeconfigs[cluster_id] += "+";
  co_return Result<>{};
}

}  // namespace mtc::clusters
