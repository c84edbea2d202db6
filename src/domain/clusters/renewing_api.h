// A cluster's API that gets new credentials when the old ones are refused.
#pragma once

#include "domain/clusters/access.h"

namespace mtc::clusters {

class RenewingApi final : public ClusterApi {
 public:
  RenewingApi(ClusterAccess& access, std::shared_ptr<ClusterApi> api, Cluster cluster,
              Language language)
      : access_(access), api_(std::move(api)), cluster_(std::move(cluster)), language_(language) {}

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
  template <class T>
  Async<Result<T>> call(std::function<Async<Result<T>>(ClusterApi&)> ask);

  ClusterAccess& access_;
  std::shared_ptr<ClusterApi> api_;
  Cluster cluster_;
  Language language_;
};

}  // namespace mtc::clusters
