// The cluster port over the Kubernetes API.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "adapters/kubernetes/api_client.h"
#include "adapters/kubernetes/page_reader.h"
#include "adapters/kubernetes/resources.h"
#include "domain/clusters/cluster_api.h"

namespace mtc::kubernetes {

// What the cluster remembers as the owner of the fields we apply.
inline constexpr const char* kFieldManager = "mcp-tencent-cloud";

// One cluster as one account. Lists are read in pages that become compact values at once: memory
// holds one page beside the result. Texts of the cluster in messages are shortened and cleaned;
// Error::vendor_code is the reason in its Status ("NotFound", "Conflict" …).
class KubernetesApi final : public clusters::ClusterApi {
 public:
  // Everything is borrowed and outlives this.
  KubernetesApi(HttpTransport& http, Kubeconfig config, const Clock& clock, Sleeper& sleeper,
                Random& random, ApiOptions options = {});

  Async<Result<std::string>> version() override;
  Async<Result<std::vector<std::string>>> namespaces() override;
  Async<Result<std::vector<clusters::Node>>> nodes() override;
  Async<Result<std::vector<clusters::Pod>>> pods(clusters::Where where) override;
  Async<Result<std::vector<clusters::Workload>>> workloads(clusters::WorkloadKind kind,
                                                           clusters::Where where) override;
  Async<Result<std::vector<clusters::Service>>> services(clusters::Where where) override;
  Async<Result<std::vector<clusters::Ingress>>> ingresses(clusters::Where where) override;
  Async<Result<std::vector<clusters::Event>>> events(clusters::Where where) override;
  Async<Result<std::vector<clusters::DisruptionBudget>>> disruption_budgets(
      clusters::Where where) override;
  Async<Result<std::vector<std::string>>> names(std::string api_version, std::string kind,
                                                std::string ns) override;
  Async<Result<std::vector<clusters::Usage>>> node_usage() override;
  Async<Result<std::vector<clusters::Usage>>> pod_usage(clusters::Where where) override;
  Async<Result<std::vector<clusters::PodStorage>>> pod_storage(std::string node) override;
  Async<Result<std::string>> log(clusters::LogQuery query) override;

  Async<Result<Json>> get(clusters::ObjectRef object) override;
  Async<Result<Json>> patch(clusters::ObjectRef object, clusters::PatchType type, Json body,
                            clusters::Writing writing) override;
  Async<Result<Json>> create(Json object, clusters::Writing writing) override;
  Async<Result<Json>> replace(Json object, clusters::Writing writing) override;
  Async<Result<>> remove(clusters::ObjectRef object, clusters::Writing writing) override;
  Async<Result<std::int64_t>> scale(clusters::ObjectRef object, std::int64_t replicas,
                                    clusters::Writing writing) override;
  Async<Result<Json>> apply(Json object, clusters::Applying applying,
                            std::vector<clusters::FieldConflict>* conflicts) override;
  Async<Result<>> evict(std::string ns, std::string pod) override;

  Async<Result<>> watch(std::string api_version, std::string kind, clusters::Where where,
                        std::string resource_version,
                        std::function<bool(const clusters::Change&)> sink) override;

 private:
  template <class T>
  using PageTaker = Result<std::string> (*)(PageReader&, std::string& body, std::vector<T>& into,
                                            clusters::WorkloadKind kind);
  template <class T>
  Async<std::expected<std::vector<T>, Failure>> list(std::expected<ApiCall, Failure> call,
                                                     PageTaker<T> take,
                                                     clusters::WorkloadKind kind);
  // All pages once; adds to `into`.
  template <class T>
  Async<std::expected<void, Failure>> read_pages(ApiCall call, PageTaker<T> take,
                                                 clusters::WorkloadKind kind, std::vector<T>& into);
  template <class T>
  Async<Result<std::vector<T>>> list_known(std::string api_version, std::string kind,
                                           clusters::Where where, std::string older = {});
  Async<Result<std::vector<clusters::Usage>>> usage(std::string kind, clusters::Where where);
  Async<Result<std::string>> log_of(clusters::LogQuery query);
  // The request for one object, or for what it is a part of.
  Async<std::expected<ApiCall, Failure>> call_for(clusters::ObjectRef object, std::string method,
                                                  std::string subresource = {});
  Async<Result<Json>> write(clusters::ObjectRef object, std::string method,
                            std::string content_type, Json body, bool dry_run,
                            std::string subresource = {});

  ApiClient client_;
  Resources resources_;
};

}  // namespace mtc::kubernetes
