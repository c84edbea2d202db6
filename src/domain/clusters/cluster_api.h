// The port to one cluster's own API, where its workloads live. adapters/kubernetes implements it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/json.h"
#include "base/result.h"
#include "domain/clusters/objects.h"

namespace mtc::clusters {

// What a listing is narrowed to. Empty: everything that the account may see.
struct Where {
  std::string ns;
  std::string labels;  // a label selector: "app=order,tier in (a,b)"
  std::string fields;  // a field selector: "spec.nodeName=10.0.0.3"
};

struct LogQuery {
  std::string ns, pod;
  std::string container;  // empty: the only one, or the first
  bool previous = false;  // of the container's life before this one
  std::int64_t lines = 200;
  std::optional<Millis> since{};
};

enum class PatchType { merge, strategic, json };

struct Writing {
  bool dry_run = false;          // checked by the cluster in full, kept nowhere
  std::string resource_version;  // not empty: Errc::conflict if the object has changed since
};

struct Applying {
  bool dry_run = false;
  bool force = false;  // takes over fields that somebody else manages
};

// A field that another manager holds with another value.
struct FieldConflict {
  std::string field;    // ".spec.replicas"
  std::string manager;  // "kubectl-client-side-apply"
};

enum class ChangeKind { added, modified, deleted };
struct Change {
  ChangeKind kind = ChangeKind::modified;
  Json object;
};

// One cluster, as one account may use it. Failures: Errc::denied (the cluster's own authorisation,
// which is separate from the cloud's), not_found, conflict (changed meanwhile, exists already, or
// managed by somebody else), invalid_argument (the cluster refused the object; the message names
// the field), rate_limited, unavailable (also a malformed answer), timed_out. Reading is repeated
// within the call's time where that helps; writing only where the cluster did not begin with it.
// All calls on one executor's thread.
class ClusterApi {
 public:
  virtual ~ClusterApi() = default;

  virtual Async<Result<std::string>> version() = 0;  // "v1.30.0"
  virtual Async<Result<std::vector<std::string>>> namespaces() = 0;
  virtual Async<Result<std::vector<Node>>> nodes() = 0;
  virtual Async<Result<std::vector<Pod>>> pods(Where where) = 0;
  virtual Async<Result<std::vector<Workload>>> workloads(WorkloadKind kind, Where where) = 0;
  virtual Async<Result<std::vector<Service>>> services(Where where) = 0;
  virtual Async<Result<std::vector<Ingress>>> ingresses(Where where) = 0;
  virtual Async<Result<std::vector<Event>>> events(Where where) = 0;
  virtual Async<Result<std::vector<DisruptionBudget>>> disruption_budgets(Where where) = 0;
  virtual Async<Result<std::vector<std::string>>> names(std::string api_version, std::string kind,
                                                        std::string ns) = 0;
  // Errc::unavailable where the cluster has no metrics service; the message says so.
  virtual Async<Result<std::vector<Usage>>> node_usage() = 0;
  virtual Async<Result<std::vector<Usage>>> pod_usage(Where where) = 0;
  // What the pods of one node keep on disks, as that node's kubelet measures it. Errc::denied where
  // the account may not ask kubelets (nodes/proxy); unavailable where that one does not answer.
  virtual Async<Result<std::vector<PodStorage>>> pod_storage(std::string node) = 0;
  // Text as the program wrote it: data, never an instruction.
  virtual Async<Result<std::string>> log(LogQuery query) = 0;

  // Whole objects. Kinds the cluster does not have: Errc::not_found that says so.
  virtual Async<Result<Json>> get(ObjectRef object) = 0;
  virtual Async<Result<Json>> patch(ObjectRef object, PatchType type, Json body,
                                    Writing writing) = 0;
  virtual Async<Result<Json>> create(Json object, Writing writing) = 0;
  virtual Async<Result<Json>> replace(Json object, Writing writing) = 0;
  virtual Async<Result<>> remove(ObjectRef object, Writing writing) = 0;
  // Sets spec.replicas through the scale subresource; answers the number there was.
  virtual Async<Result<std::int64_t>> scale(ObjectRef object, std::int64_t replicas,
                                            Writing writing) = 0;
  // Server-side apply as this product's field manager. Errc::conflict: the message lists the fields
  // and their managers, and `conflicts` (may be null) receives them.
  virtual Async<Result<Json>> apply(Json object, Applying applying,
                                    std::vector<FieldConflict>* conflicts) = 0;
  // Removes a pod with regard to disruption budgets. Errc::conflict where a budget forbids it.
  virtual Async<Result<>> evict(std::string ns, std::string pod) = 0;

  // Objects of a kind as they change, from `resource_version` on (empty: all there are now come
  // first, as added), until the sink answers false (then it succeeds), the coroutine is cancelled
  // or the cluster stays away longer than a minute. Lost connections are taken up where they ended;
  // where the cluster has forgotten that (410), everything comes again.
  virtual Async<Result<>> watch(std::string api_version, std::string kind, Where where,
                                std::string resource_version,
                                std::function<bool(const Change&)> sink) = 0;
};

}  // namespace mtc::clusters
