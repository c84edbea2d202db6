// One cluster's API in memory: for tests. What it lists is given as values; what is changed is
// given as whole objects, which are listed too. It keeps versions and generations of those, checks
// dry runs without keeping them, and lets tests break things.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "domain/clusters/cluster_api.h"

namespace mtc::clusters {

class FakeCluster final : public ClusterApi {
 public:
  std::vector<std::string> spaces;
  std::vector<Node> machines;
  std::vector<Pod> running;
  std::vector<Workload> work;  // of every kind
  std::vector<Service> fronts;
  std::vector<Ingress> doors;
  std::vector<Event> happened;
  std::vector<DisruptionBudget> budgets;
  std::vector<Usage> machine_usage, running_usage;
  std::map<std::string, std::vector<PodStorage>> disks;  // by node
  std::map<std::string, std::string> logs;  // by pod; "pod/previous" for the life before

  // Stores an object as it is, with the next resource version. Workloads get a status that fits.
  void put(Json object);
  void put_yaml(std::string_view yaml);  // several documents; throws if they are none
  Json& at(const std::string& kind, const std::string& ns, const std::string& name);
  bool has(const std::string& kind, const std::string& ns, const std::string& name) const;

  // By call ("pods", "scale" …) or call and object ("apply ConfigMap/a"); before a dry run: "dry
  // apply …".
  std::map<std::string, Error> refuse;
  std::map<std::string, int> asked;  // how often, by call and object: "get Secret/a"
  std::set<std::string> silent;      // the same; answers when it is cancelled
  // What was written, without dry runs: "scale Deployment/payment 5", "apply ConfigMap/a".
  std::vector<std::string> writes;
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
  Async<Result<std::vector<PodStorage>>> pod_storage(std::string node) override;
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

  Async<Result<>> answer(std::string call, std::string about = {});
  Async<Result<>> begin_write(std::string call, ObjectRef object, Writing writing,
                              std::string detail = {});
  Result<Json> store(Json object, bool dry_run);
  void settle(Json& object);
  template <class T>
  std::vector<T> listed(std::vector<T> given, std::string_view kind, T (*read)(const Json&),
                        const Where& where) const;

  std::map<Key, Json> objects_;
  std::map<Key, int> reads_left_;  // until the pods of a changed workload are ready
  std::int64_t version_ = 100;
};

}  // namespace mtc::clusters
