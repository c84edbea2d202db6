#include "services/common/cluster_names.h"

#include <set>

namespace mtc::services {
namespace {

std::vector<std::string> sorted_once(const std::set<std::string>& names) {
  return {names.begin(), names.end()};
}

}  // namespace

Async<Result<std::vector<std::string>>> ClusterNames::list_clusters(identity::User user) {
  const auto view = co_await estates_(user).fleet().clusters();
  if (!view) co_return fail(view.error());
  std::set<std::string> names;
  for (const auto& cluster : view->clusters) names.insert(cluster.name);
  co_return sorted_once(names);
}

Async<Result<std::vector<clusters::Workload>>> ClusterNames::workloads(identity::User user,
                                                                       std::string cluster) {
  auto& estate = estates_(user);
  std::vector<clusters::Cluster> asked;
  if (cluster.empty()) {
    auto view = co_await estate.fleet().clusters();
    if (!view) co_return fail(std::move(view).error());
    asked = std::move(view->clusters);
  } else {
    auto one = co_await estate.fleet().choose({.spoken = std::move(cluster)});
    if (!one) co_return fail(std::move(one).error());
    asked.push_back(std::move(*one));
  }
  std::vector<clusters::Workload> out;
  for (const auto& part : co_await estate.workloads(std::move(asked))) {
    if (part.snapshot)
      out.insert(out.end(), part.snapshot->value->begin(), part.snapshot->value->end());
  }
  co_return out;
}

Async<Result<std::vector<std::string>>> ClusterNames::list_namespaces(identity::User user,
                                                                      std::string cluster) {
  const auto all = co_await workloads(std::move(user), std::move(cluster));
  if (!all) co_return fail(all.error());
  std::set<std::string> names;
  for (const auto& workload : *all) names.insert(workload.ns);
  co_return sorted_once(names);
}

Async<Result<std::vector<std::string>>> ClusterNames::list_workloads(identity::User user,
                                                                     std::string cluster,
                                                                     std::string ns) {
  const auto all = co_await workloads(std::move(user), std::move(cluster));
  if (!all) co_return fail(all.error());
  std::set<std::string> names;
  for (const auto& workload : *all) {
    if (ns.empty() || workload.ns == ns) names.insert(workload.name);
  }
  co_return sorted_once(names);
}

}  // namespace mtc::services
