// The cloud's list of one cluster's node pools, in memory: for tests.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "domain/clusters/cluster.h"

namespace mtc::clusters {

struct MemoryCloud final : CloudClusters {
  std::vector<Cluster> listed;
  std::vector<NodePool> pool_list;
  NodePoolSpec settings;  // of every pool
  std::vector<NodePoolSpec> created;
  std::map<std::string, Error> trouble;  // by the call's name

  template <class T>
  Result<T> answer(const std::string& call, T value) const {
    const auto it = trouble.find(call);
    if (it != trouble.end()) return fail(it->second);
    return value;
  }
  Result<> answer(const std::string& call) const {
    const auto it = trouble.find(call);
    if (it != trouble.end()) return fail(it->second);
    return {};
  }

  Async<Result<std::vector<Cluster>>> clusters(std::string) override {
    co_return answer("clusters", listed);
  }
  Async<Result<std::vector<Instance>>> instances(std::string, std::string) override {
    co_return std::vector<Instance>{};
  }
  Async<Result<std::vector<NodePool>>> pools(std::string, std::string) override {
    co_return answer("pools", pool_list);
  }
  Async<Result<NodePoolSpec>> pool_settings(std::string, NodePool) override {
    co_return answer("pool_settings", settings);
  }
  Async<Result<std::string>> create_pool(std::string, Cluster cluster, NodePoolSpec spec) override {
    const std::string id = "np-new" + std::to_string(created.size() + 1);
    auto ok = answer("create_pool", id);
    if (!ok) co_return ok;
    pool_list.push_back({.id = id,
                         .cluster_id = cluster.id,
                         .name = spec.name,
                         .type = spec.type,
                         .state = "creating",
                         .autoscaling = spec.autoscaling,
                         .minimum = spec.minimum,
                         .maximum = spec.maximum,
                         .desired = spec.desired,
                         .instance_types = {spec.instance_type}});
    created.push_back(std::move(spec));
    co_return ok;
  }
  Async<Result<>> resize_pool(std::string, NodePool pool, std::int64_t desired,
                              bool move_bounds) override {
    if (auto ok = answer("resize_pool"); !ok) co_return ok;
    const auto it = std::ranges::find(pool_list, pool.id, &NodePool::id);
    if (it == pool_list.end()) co_return fail(Errc::not_found, "no such pool");
    it->desired = desired;
    if (move_bounds) {
      it->minimum = std::min(it->minimum, desired);
      it->maximum = std::max(it->maximum, desired);
    }
    co_return Result<>{};
  }
  Async<Result<>> delete_pool(std::string, NodePool pool) override {
    if (auto ok = answer("delete_pool"); !ok) co_return ok;
    std::erase_if(pool_list, [&pool](const NodePool& one) { return one.id == pool.id; });
    co_return Result<>{};
  }
  Async<Result<Endpoints>> endpoints(std::string, std::string) override {
    co_return fail(Errc::not_found, "not enabled");
  }
  Async<Result<std::string>> kubeconfig(std::string, std::string, Reach) override {
    co_return fail(Errc::not_found, "not enabled");
  }
  Async<Result<>> renew_kubeconfig(std::string, std::string) override { co_return Result<>{}; }
};

}  // namespace mtc::clusters
