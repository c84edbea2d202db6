#include "adapters/tencent/tke_clusters.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/tencent/listing.h"
#include "adapters/tencent/pool_requests.h"
#include "adapters/tencent/tke_answers.h"

namespace mtc::tencent {
namespace {

constexpr char kOld[] = "2018-05-25";  // clusters, machines, access, pools of regular machines
constexpr char kNew[] = "2022-05-01";  // pools of all kinds
constexpr std::size_t kMaxKubeconfig = 256U << 10U;
constexpr Millis kListingTimeout{10'000};  // of each page
constexpr Millis kChangeTimeout{30'000};

bool is_external(clusters::Reach reach) {
  return reach == clusters::Reach::external;
}

Error way_not_open(std::string_view cluster_id, clusters::Reach reach, std::string_view status) {
  return {.code = Errc::not_found,
          .message = fmt::format(
              "{} is not reachable {} ({}); switch that access on in the "
              "console, under the cluster's basic information",
              cluster_id, is_external(reach) ? "over the internet" : "from its network", status)};
}

ApiCall read(std::string region, std::string version, std::string action, Json body) {
  return {.service = "tke",
          .version = std::move(version),
          .action = std::move(action),
          .region = std::move(region),
          .body = std::move(body),
          .timeout = kListingTimeout};
}

}  // namespace

Async<Result<Json>> TkeClusters::change(std::string region, std::string version, std::string action,
                                        Json body) {
  auto call = read(std::move(region), std::move(version), std::move(action), std::move(body));
  call.read_only = false;
  call.timeout = kChangeTimeout;
  return client_.call(std::move(call));
}

Async<Result<std::vector<clusters::Cluster>>> TkeClusters::clusters(std::string region) {
  const auto items = co_await list_all(
      client_, read(region, kOld, "DescribeClusters", Json::object()), "Clusters");
  if (!items) co_return fail(items.error());
  std::vector<clusters::Cluster> out;
  out.reserve(items->size());
  for (const Json& item : *items) out.push_back(read_cluster(item, region));
  co_return out;
}

Async<Result<std::vector<clusters::Instance>>> TkeClusters::instances(std::string region,
                                                                      std::string cluster_id) {
  const auto items = co_await list_all(
      client_, read(region, kOld, "DescribeClusterInstances", Json{{"ClusterId", cluster_id}}),
      "InstanceSet");
  if (!items) co_return fail(items.error());
  std::vector<clusters::Instance> out;
  out.reserve(items->size());
  for (const Json& item : *items) out.push_back(read_instance(item));
  co_return out;
}

Async<Result<std::vector<clusters::NodePool>>> TkeClusters::pools(std::string region,
                                                                  std::string cluster_id) {
  const auto items = co_await list_all(
      client_, read(region, kNew, "DescribeNodePools", Json{{"ClusterId", cluster_id}}),
      "NodePools");
  if (!items) co_return fail(items.error());
  std::vector<clusters::NodePool> out;
  for (const Json& item : *items) {
    auto& pool = out.emplace_back(read_pool(item));
    pool.cluster_id = cluster_id;
  }
  co_return out;
}

Async<Result<clusters::NodePoolSpec>> TkeClusters::pool_settings(std::string region,
                                                                 clusters::NodePool pool) {
  const auto items = co_await list_all(
      client_,
      read(region, kNew, "DescribeNodePools",
           Json{{"ClusterId", pool.cluster_id},
                {"Filters", {{{"Name", "NodePoolsId"}, {"Values", Json::array({pool.id})}}}}}),
      "NodePools");
  if (!items) co_return fail(items.error());
  const auto found = std::ranges::find_if(
      *items, [&](const Json& item) { return string_or(item, "NodePoolId") == pool.id; });
  if (found == items->end()) {
    co_return fail(Errc::not_found,
                   fmt::format("{} has no node pool {} any more", pool.cluster_id, pool.id));
  }
  co_return read_pool_settings(*found);
}

Async<Result<std::string>> TkeClusters::create_pool(std::string region, clusters::Cluster cluster,
                                                    clusters::NodePoolSpec spec) {
  auto request = make_pool_request(cluster, spec);
  if (!request) co_return fail(std::move(request).error());
  const auto response = co_await change(std::move(region), std::move(request->version),
                                        std::move(request->action), std::move(request->body));
  if (!response) co_return fail(response.error());
  std::string id = string_or(*response, "NodePoolId");
  if (id.empty()) {
    co_return fail(Errc::unavailable,
                   "the new node pool was accepted but has no id in the answer; "
                   "look into the list of node pools");
  }
  co_return id;
}

Async<Result<>> TkeClusters::move_bounds(std::string region, clusters::NodePool pool,
                                         std::int64_t desired) {
  const auto minimum = std::min(pool.minimum, desired), maximum = std::max(pool.maximum, desired);
  Json body{{"ClusterId", pool.cluster_id}, {"NodePoolId", pool.id}};
  const bool native = pool.type == clusters::PoolType::native;
  if (native) {
    body["Native"] = {{"Scaling", {{"MinReplicas", minimum}, {"MaxReplicas", maximum}}}};
  } else {
    body["MinNodesNum"] = minimum;
    body["MaxNodesNum"] = maximum;
  }
  const auto moved = co_await change(std::move(region), native ? kNew : kOld,
                                     native ? "ModifyNodePool" : "ModifyClusterNodePool", body);
  if (!moved) co_return fail(moved.error());
  co_return Result<>{};
}

Async<Result<>> TkeClusters::resize_pool(std::string region, clusters::NodePool pool,
                                         std::int64_t desired, bool move_bounds) {
  const bool native = pool.type == clusters::PoolType::native;
  if (!native && pool.type != clusters::PoolType::regular) {
    co_return fail(Errc::invalid_argument,
                   fmt::format("{} is a pool without a number of machines", pool.name));
  }
  const bool beyond = desired < pool.minimum || desired > pool.maximum;
  if (beyond) {
    if (!move_bounds) {
      co_return fail(Errc::invalid_argument,
                     fmt::format("{} allows {} to {} machines, not {}", pool.name, pool.minimum,
                                 pool.maximum, desired));
    }
    if (auto moved = co_await this->move_bounds(region, pool, desired); !moved)
      co_return fail(std::move(moved).error());
  }
  Json body{{"ClusterId", pool.cluster_id}, {"NodePoolId", pool.id}};
  body[native ? "Replicas" : "DesiredCapacity"] = desired;
  const auto resized =
      co_await change(std::move(region), native ? kNew : kOld,
                      native ? "ScaleNodePool" : "ModifyNodePoolDesiredCapacityAboutAsg", body);
  if (!resized) {
    auto error = resized.error();
    if (beyond) error.message += "; the pool's bounds have been moved all the same";
    co_return fail(std::move(error));
  }
  co_return Result<>{};
}

Async<Result<>> TkeClusters::delete_pool(std::string region, clusters::NodePool pool) {
  const bool native = pool.type == clusters::PoolType::native;
  const Json body = native ? Json{{"ClusterId", pool.cluster_id}, {"NodePoolId", pool.id}}
                           : Json{{"ClusterId", pool.cluster_id},
                                  {"NodePoolIds", Json::array({pool.id})},
                                  {"KeepInstance", false}};
  const auto deleted = co_await change(std::move(region), native ? kNew : kOld,
                                       native ? "DeleteNodePool" : "DeleteClusterNodePool", body);
  if (!deleted) co_return fail(deleted.error());
  co_return Result<>{};
}

Async<Result<clusters::Endpoints>> TkeClusters::endpoints(std::string region,
                                                          std::string cluster_id) {
  const auto response = co_await client_.call(
      read(std::move(region), kOld, "DescribeClusterEndpoints", Json{{"ClusterId", cluster_id}}));
  if (!response) co_return fail(response.error());
  co_return clusters::Endpoints{.external = string_or(*response, "ClusterExternalEndpoint"),
                                .internal = string_or(*response, "ClusterIntranetEndpoint")};
}

Async<Result<std::string>> TkeClusters::kubeconfig(std::string region, std::string cluster_id,
                                                   clusters::Reach reach) {
  const Json body{{"ClusterId", cluster_id}, {"IsExtranet", is_external(reach)}};
  const auto status =
      co_await client_.call(read(region, kOld, "DescribeClusterEndpointStatus", body));
  if (!status) co_return fail(status.error());
  // Without that endpoint the kubeconfig would name an address that nothing answers at.
  if (const auto word = string_or(*status, "Status"); word != "Created")
    co_return fail(way_not_open(cluster_id, reach, word));
  auto call = read(std::move(region), kOld, "DescribeClusterKubeconfig", body);
  call.max_response_bytes = kMaxKubeconfig;
  const auto response = co_await client_.call(std::move(call));
  if (!response) co_return fail(response.error());
  std::string yaml = string_or(*response, "Kubeconfig");
  if (yaml.empty()) {
    co_return fail(Errc::unavailable,
                   fmt::format("the kubeconfig of {} came empty; try again", cluster_id));
  }
  co_return yaml;
}

Async<Result<>> TkeClusters::renew_kubeconfig(std::string region, std::string cluster_id) {
  const auto renewed = co_await change(std::move(region), kOld, "UpdateClusterKubeconfig",
                                       Json{{"ClusterId", cluster_id}});
  if (!renewed) co_return fail(renewed.error());
  co_return Result<>{};
}

}  // namespace mtc::tencent
