#include "services/basic/cluster_resources.h"

#include <algorithm>

#include "services/basic/cluster_completion.h"
#include "services/basic/cluster_tools.h"
#include "services/basic/workload_tools.h"

namespace mtc::services {
namespace {

constexpr std::size_t kLongestName = 200;  // bytes, as of the tools' arguments

// What a tool's body answers, as JSON.
template <class Args>
Async<Result<mcp::ResourceContents>> read(ClusterPorts ports, ClusterBody<Args> body, Args args,
                                          std::string uri, mcp::CallContext context) {
  auto caller = co_await cluster_caller(ports, std::move(context));
  if (!caller) co_return fail(std::move(caller).error());
  const auto language = caller->language;
  const auto reply =
      co_await clusters::in_time(body(ports, std::move(args), std::move(*caller)), ports.deadline);
  if (!reply) co_return fail(reply.error().code, refusal(reply.error(), language).speech);
  co_return mcp::ResourceContents{
      .uri = std::move(uri), .mime_type = "application/json", .text = dump_json(reply->data)};
}

Async<Result<mcp::ResourceContents>> read_workload(ClusterPorts ports, std::string uri,
                                                   mcp::UriVariables variables,
                                                   mcp::CallContext context) {
  const bool too_long = std::ranges::any_of(
      variables, [](const auto& one) { return one.second.size() > kLongestName; });
  if (too_long) co_return fail(Errc::not_found, "no name is that long");
  InspectArgs args{.name = std::move(variables["workload"]),
                   .ns = std::move(variables["namespace"]),
                   .cluster = std::move(variables["cluster"])};
  co_return co_await read<InspectArgs>(ports, inspect_workload, std::move(args), std::move(uri),
                                       std::move(context));
}

mcp::Resource all_clusters(const ClusterPorts& ports) {
  return {.uri = "ops://clusters",
          .name = "clusters",
          .title = "Clusters · 集群",
          .description = "The Kubernetes clusters of all regions and how they are",
          .mime_type = "application/json",
          .scope = "ops.read",
          .read = [ports](std::string uri, const mcp::UriVariables&, mcp::CallContext context) {
            return read<ListClustersArgs>(ports, list_clusters, {}, std::move(uri),
                                          std::move(context));
          }};
}

// Not listed one by one: there may be thousands, in clusters that all had to be asked.
mcp::Resource workloads(const ClusterPorts& ports) {
  const auto complete = cluster_completers(ports);
  return {.uri = "ops://clusters/{cluster}/namespaces/{namespace}/workloads/{workload}",
          .name = "workload",
          .title = "Workload · 工作负载",
          .description = "How one workload and its pods are",
          .mime_type = "application/json",
          .scope = "ops.read",
          .read =
              [ports](std::string uri, mcp::UriVariables variables, mcp::CallContext context) {
                return read_workload(ports, std::move(uri), std::move(variables),
                                     std::move(context));
              },
          .completers = {{"cluster", complete.cluster},
                         {"namespace", complete.ns},
                         {"workload", complete.workload}}};
}

}  // namespace

std::vector<mcp::Resource> cluster_resources(const ClusterPorts& ports) {
  return {all_clusters(ports), workloads(ports)};
}

}  // namespace mtc::services
