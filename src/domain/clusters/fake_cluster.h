// One cluster's API in memory: for tests.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "domain/clusters/cluster_api.h"

namespace mtc::clusters {

class FakeCluster final : public ClusterApi {
 public:
  std::vector<std::string> spaces{"default"};
  std::vector<Node> machines;
  std::vector<Pod> running;
  std::vector<Workload> work;  // of every kind
  std::vector<Service> fronts;
  std::vector<Ingress> doors;
  std::vector<Event> happened;
  std::vector<DisruptionBudget> budgets;
  std::vector<Usage> machine_usage, running_usage;
  std::map<std::string, std::string> logs;  // by pod; "pod/previous" for the life before
  std::map<ObjectRef, Json> objects;        // whole ones, with metadata.resourceVersion

  std::map<std::string, Error> refuse;  // by method: "pods", "patch" …
  std::set<std::string> silent;         // the same; answers when it is cancelled
  std::vector<std::string> asked;       // methods, in order
  std::vector<std::pair<std::string, std::string>> evicted;  // namespace, pod

  // With its resourceVersion, which it gets where it has none.
  void keep(Json object);

  Async<Result<std::string>> version() override;
  Async<Result<std::vector<std::string>>> namespaces() override;
  Async<Result<std::vector<Node>>> nodes() override;
  Async<Result<std::vector<Pod>>> pods(Where where) override;
  Async<Result<std::vector<Workload>>> workloads(WorkloadKind kind, Where where) override;
  Async<Result<std::vector<Service>>> services(Where where) override;
  Async<Result<std::vector<Ingress>>> ingresses(Where where) override;
  Async<Result<std::vector<Event>>> events(Where where) override;
  Async<Result<std::vector<DisruptionBudget>>> disruption_budgets(Where where) override;
  Async<Result<std::vector<std::string>>> names(std::string api_version, std::string kind,
                                                std::string ns) override;
  Async<Result<std::vector<Usage>>> node_usage() override;
  Async<Result<std::vector<Usage>>> pod_usage(Where where) override;
  Async<Result<std::string>> log(LogQuery query) override;
  Async<Result<Json>> get(ObjectRef object) override;
  Async<Result<Json>> patch(ObjectRef object, PatchType type, Json body, Writing writing) override;
  Async<Result<Json>> create(Json object, Writing writing) override;
  Async<Result<Json>> replace(Json object, Writing writing) override;
  Async<Result<>> remove(ObjectRef object, Writing writing) override;
  Async<Result<std::int64_t>> scale(ObjectRef object, std::int64_t replicas,
                                    Writing writing) override;
  Async<Result<Json>> apply(Json object, Applying applying,
                            std::vector<FieldConflict>* conflicts) override;
  Async<Result<>> evict(std::string ns, std::string pod) override;
  // All there are of that kind, as added; then it succeeds.
  Async<Result<>> watch(std::string api_version, std::string kind, Where where,
                        std::string resource_version,
                        std::function<bool(const Change&)> sink) override;

 private:
  Async<Result<>> answer(std::string method);
  Result<Json*> writable(const ObjectRef& object, const Writing& writing);
  Json written(const ObjectRef& object, Json now, bool dry_run);

  int versions_ = 0;
};

}  // namespace mtc::clusters
