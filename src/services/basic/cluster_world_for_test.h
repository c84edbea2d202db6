// A cloud with two clusters, and a server that offers the tools that look at them: for tests.
#pragma once

#include <memory>
#include <string>

#include "domain/approval/memory_approval.h"
#include "domain/clusters/fake_cloud.h"
#include "domain/clusters/fake_cluster.h"
#include "domain/clusters/memory_checkpoint_store.h"
#include "mcp/server.h"
#include "services/basic/cluster_tools.h"
#include "services/basic/workload_tools.h"
#include "services/common/fake_callers.h"

namespace mtc::services {

struct FakeMetrics final : clusters::Metrics {
  std::vector<clusters::MetricSeries> answer;
  std::optional<Error> refuse;
  std::vector<clusters::MetricQuery> asked;
  Async<Result<std::vector<clusters::MetricSeries>>> series(clusters::MetricQuery query) override {
    asked.push_back(std::move(query));
    if (refuse) co_return fail(*refuse);
    co_return answer;
  }
};

// What a client of tools/call sees.
struct Told {
  std::string text;
  Json data;
  bool is_error = false;
};

class ClusterWorld {
 public:
  ClusterWorld() {
    clock.time = Zone::shanghai().at(std::chrono::year(2026) / 11 / 22, std::chrono::hours(11));
    cloud.add({.id = "cls-prod0001",
               .name = "广州生产",
               .region = "ap-guangzhou",
               .version = "1.30.0",
               .status = clusters::ClusterStatus::running,
               .nodes = 2});
    cloud.add({.id = "cls-edge0001",
               .name = "edge",
               .region = "ap-shanghai",
               .status = clusters::ClusterStatus::running});
    for (const auto* id : {"cls-prod0001", "cls-edge0001"}) cloud.kubeconfigs[id] = id;
    cloud.ways_in["cls-prod0001"] = {.external = "https://1.2.3.4", .internal = ""};
    callers.add("zhangsan");
    callers.people["zhangsan"].scopes.insert(identity::Scope::operate);
    callers.people["zhangsan"].assurance = identity::Assurance::voice;
    callers.add("john", Language::en);
    for (auto* cluster : {&prod, &edge}) cluster->spaces = {"default", "shop", "crm"};
    add_workload(prod, "shop", "order-service", 3, 1);
    add_workload(prod, "shop", "payment", 2, 2);
    add_workload(prod, "crm", "member-service", 1, 1);
    add_workload(edge, "shop", "mqtt-broker", 1, 1);
    for (const auto& tool :
         {list_clusters_tool(ports), list_nodes_tool(ports), list_node_pools_tool(ports),
          cluster_access_tool(ports), list_workloads_tool(ports), inspect_workload_tool(ports),
          resource_usage_tool(ports), name_workload_tool(ports)}) {
      if (auto added = tools.add(tool); !added) throw std::logic_error(added.error().message);
    }
    server = std::make_unique<mcp::Server>(
        tools, mcp::ServerOptions{.name = "test", .version = "1", .allows = {}});
  }

  void add_workload(clusters::FakeCluster& cluster, const std::string& ns, const std::string& name,
                    int desired, int ready) {
    cluster.work.push_back({.kind = clusters::WorkloadKind::deployment,
                            .ns = ns,
                            .name = name,
                            .generation = 1,
                            .observed = 1,
                            .desired = desired,
                            .ready = ready,
                            .updated = desired,
                            .revision = "2",
                            .selector = {{"app", name}},
                            .images = {"r/" + name + ":1.4"}});
    for (int i = 0; i < desired; ++i) {
      clusters::Pod pod{.ns = ns,
                        .name = name + "-7d9f4c5b6-x2k" + std::to_string(i),
                        .node = "node-1",
                        .owner_kind = "ReplicaSet",
                        .owner_name = name + "-7d9f4c5b6",
                        .phase = "Running",
                        .reason = i < ready ? "" : "CrashLoopBackOff",
                        .ready = i < ready,
                        .created = clock.time,
                        .labels = {{"app", name}}};
      pod.containers.push_back({.name = "app", .restarts = i < ready ? 0 : 7});
      cluster.running.push_back(std::move(pod));
    }
  }

  // Through the protocol, as a client of 2025-11-25.
  Async<Told> ask(std::string tool, Json arguments, std::string who) {
    mcp::Peer peer{
        .principal = {
            .subject = who, .name = who, .scopes = {"ops.read", "ops.operate"}, .channel = "test"}};
    peer.revision = mcp::Revision::v2025_11_25;
    peer.initialized = true;
    const Json request{{"jsonrpc", "2.0"},
                       {"id", 1},
                       {"method", "tools/call"},
                       {"params", {{"name", tool}, {"arguments", std::move(arguments)}}}};
    const auto answer = co_await server->handle_text(request.dump(), peer);
    co_return read(Json::parse(answer.value_or("{}")));
  }

  static Told read(const Json& message) {
    if (message.contains("error"))
      return {.text = string_or(message["error"], "message"), .data = {}, .is_error = true};
    const auto& result = object_or_empty(message, "result");
    return {.text = string_or(array_or_empty(result, "content").at(0), "text"),
            .data = object_or_empty(result, "structuredContent"),
            .is_error = bool_or(result, "isError")};
  }

  FakeClock clock;
  clusters::FakeCloud cloud;
  clusters::FakeCluster prod, edge;
  FakeMetrics metrics;
  FakeCallers callers;
  clusters::MemoryAliasStore aliases;
  approval::MemoryApproval approval;
  std::string usual = "广州生产";
  clusters::Estate estate{
      cloud,
      [this](const std::string& kubeconfig) -> Result<std::shared_ptr<clusters::ClusterApi>> {
        auto& cluster = kubeconfig == "cls-edge0001" ? edge : prod;
        return std::shared_ptr<clusters::ClusterApi>(std::shared_ptr<void>(), &cluster);
      },
      &metrics,
      clock,
      {.regions = {"ap-guangzhou", "ap-shanghai"},
       .usual_cluster = usual,
       .gather = {.deadline = Millis(40), .limit = Millis(60)}},
      {.deadline = Millis(40)}};
  ClusterPorts ports{
      .callers = callers,
      .clock = clock,
      .aliases = aliases,
      .approver = approval.approver,
      .estate = [this](const identity::User&) -> clusters::Estate& { return estate; },
      .deadline = Millis(150)};
  mcp::ToolRegistry tools;
  std::unique_ptr<mcp::Server> server;
};

}  // namespace mtc::services
