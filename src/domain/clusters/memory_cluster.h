// A cluster of whole objects in memory: for tests that want to see what a change did to it. It
// keeps versions and generations, checks dry runs without keeping them, and lets tests break
// things.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/clusters/cluster_api.h"

namespace mtc::clusters {

class MemoryCluster final : public ClusterApi {
 public:
  // Stores an object as it is, with the next resource version. Workloads get a status that fits.
  void put(Json object);
  void put_yaml(std::string_view yaml);  // several documents; throws if they are none
  Json& at(const std::string& kind, const std::string& ns, const std::string& name);
  bool has(const std::string& kind, const std::string& ns, const std::string& name) const;
  void erase(const std::string& kind, const std::string& ns, const std::string& name);

  // What was written, without dry runs: "scale Deployment/payment 5", "apply ConfigMap/a".
  std::vector<std::string> writes;
  std::vector<std::string> dry_runs;
  // By the call's name ("get", "scale", …) or call and object ("apply ConfigMap/a"; before a dry
  // run: "dry apply …"): every such call fails so.
  std::map<std::string, Error> trouble;
  std::function<void()> before_write = [] {};  // somebody else is quicker
  std::vector<FieldConflict> conflicts;        // of every apply that does not force
  // How many times a changed workload is read before its pods are ready; negative: never.
  int reads_until_ready = 0;
  std::string stuck_because;  // not empty: changed workloads get stuck with that message

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
  Async<Result<>> watch(std::string api_version, std::string kind, Where where,
                        std::string resource_version,
                        std::function<bool(const Change&)> sink) override;

 private:
  using Key = std::string;  // "ns/Kind/name"

  std::optional<Error> trouble_with(const std::string& call, const std::string& object) const;
  Result<> begin_write(const std::string& call, const ObjectRef& object, bool dry_run,
                       const std::string& resource_version, const std::string& detail = {});
  Result<Json> store(Json object, bool dry_run);
  void settle(Json& object);
  std::vector<const Json*> all(const std::string& kind, const std::string& ns) const;

  std::map<Key, Json> objects_;
  std::map<Key, int> reads_left_;  // until the pods of a changed workload are ready
  std::int64_t version_ = 100;
};

}  // namespace mtc::clusters
