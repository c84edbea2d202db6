// What reads lists: pages, and the plain ones among the port's calls.
#include <fmt/format.h>

#include "adapters/kubernetes/kubernetes_api.h"
#include "adapters/kubernetes/watch.h"

namespace mtc::kubernetes {
namespace {

using clusters::Where;
using clusters::WorkloadKind;

template <class T>
Result<std::string> take_page(PageReader& reader, std::string& body, std::vector<T>& into,
                              WorkloadKind) {
  return reader.read(body, into);
}

Result<std::string> take_workloads(PageReader& reader, std::string& body,
                                   std::vector<clusters::Workload>& into, WorkloadKind kind) {
  return reader.read_workloads(body, kind, into);
}

std::expected<ApiCall, Failure> list_call(const Resource& resource, const Where& where) {
  auto path = collection_path(resource, where.ns);
  if (!path) return std::unexpected(Failure{.error = std::move(path).error()});
  ApiCall call{.path = std::move(*path),
               .what = where.ns.empty()
                           ? fmt::format("the {}", resource.plural)
                           : fmt::format("the {} of {}", resource.plural, tidy(where.ns, 100))};
  if (!where.labels.empty()) call.query.emplace_back("labelSelector", where.labels);
  if (!where.fields.empty()) call.query.emplace_back("fieldSelector", where.fields);
  return call;
}

constexpr int kNotFound = 404;  // of a list: the cluster does not serve this group and version
constexpr int kGone = 410;      // the state that the pages are of
constexpr int kMostPages = 2000;
constexpr int kUnavailable = 503;  // of metrics: registered, but away

struct Kind {
  const char* api_version;
  const char* kind;
  const char* older = "";
};

Kind kind_of(WorkloadKind kind) {
  switch (kind) {
    case WorkloadKind::deployment:
      return {"apps/v1", "Deployment"};
    case WorkloadKind::stateful_set:
      return {"apps/v1", "StatefulSet"};
    case WorkloadKind::daemon_set:
      return {"apps/v1", "DaemonSet"};
    case WorkloadKind::replica_set:
      return {"apps/v1", "ReplicaSet"};
    case WorkloadKind::job:
      return {"batch/v1", "Job"};
    case WorkloadKind::cron_job:
      return {"batch/v1", "CronJob", "batch/v1beta1"};
  }
  return {"", ""};
}

}  // namespace

template <class T>
Async<std::expected<void, Failure>> KubernetesApi::read_pages(ApiCall call, PageTaker<T> take,
                                                              WorkloadKind kind,
                                                              std::vector<T>& into) {
  const auto& options = client_.options();
  call.query.emplace_back("limit", std::to_string(options.page_size));
  const auto query = call.query;
  PageReader reader;
  for (int number = 1;; ++number) {
    std::string next;
    const auto done = co_await client_.send(call, [&](OutboundResponse& response) {
      auto taken = take(reader, response.body, into, kind);
      if (!taken) return Result<>(fail(std::move(taken).error()));
      next = std::move(*taken);
      return Result<>{};
    });
    if (!done) co_return std::unexpected(done.error());
    if (next.empty()) co_return std::expected<void, Failure>{};
    if (into.size() >= options.max_items || number == kMostPages) {
      co_return std::unexpected(
          Failure{.error = {.code = Errc::resource_exhausted,
                            .message = fmt::format("{}: there are too many to read (more than {} "
                                                   "or {} pages); narrow it down",
                                                   call.what, options.max_items, kMostPages)}});
    }
    call.query = query;
    call.query.emplace_back("continue", std::move(next));
  }
}

template <class T>
Async<std::expected<std::vector<T>, Failure>> KubernetesApi::list(
    std::expected<ApiCall, Failure> call, PageTaker<T> take, WorkloadKind kind) {
  if (!call) co_return std::unexpected(std::move(call).error());
  std::vector<T> out;
  auto done = co_await read_pages(*call, take, kind, out);
  if (!done && done.error().status == kGone) {  // it took too long; the next one may be quicker
    out.clear();
    done = co_await read_pages(std::move(*call), take, kind, out);
  }
  if (!done) co_return std::unexpected(done.error());
  co_return out;
}

template <class T>
Async<Result<std::vector<T>>> KubernetesApi::list_known(std::string api_version, std::string kind,
                                                        Where where, std::string older) {
  auto items = co_await list<T>(list_call(*find_known(api_version, kind), where), take_page<T>,
                                WorkloadKind::deployment);
  if (!items && !older.empty() && items.error().status == kNotFound) {
    items = co_await list<T>(list_call(*find_known(older, kind), where), take_page<T>,
                             WorkloadKind::deployment);
  }
  if (!items) co_return fail(std::move(items).error().error);
  co_return std::move(*items);
}

Async<Result<std::vector<std::string>>> KubernetesApi::namespaces() {
  return list_known<std::string>("v1", "Namespace", {});
}
Async<Result<std::vector<clusters::Node>>> KubernetesApi::nodes() {
  return list_known<clusters::Node>("v1", "Node", {});
}
Async<Result<std::vector<clusters::Pod>>> KubernetesApi::pods(Where where) {
  return list_known<clusters::Pod>("v1", "Pod", std::move(where));
}
Async<Result<std::vector<clusters::Service>>> KubernetesApi::services(Where where) {
  return list_known<clusters::Service>("v1", "Service", std::move(where));
}
Async<Result<std::vector<clusters::Ingress>>> KubernetesApi::ingresses(Where where) {
  return list_known<clusters::Ingress>("networking.k8s.io/v1", "Ingress", std::move(where));
}
Async<Result<std::vector<clusters::Event>>> KubernetesApi::events(Where where) {
  return list_known<clusters::Event>("v1", "Event", std::move(where));
}
Async<Result<std::vector<clusters::DisruptionBudget>>> KubernetesApi::disruption_budgets(
    Where where) {
  return list_known<clusters::DisruptionBudget>("policy/v1", "PodDisruptionBudget",
                                                std::move(where), "policy/v1beta1");
}

Async<Result<std::vector<clusters::Workload>>> KubernetesApi::workloads(WorkloadKind kind,
                                                                        Where where) {
  const auto [api_version, name, older] = kind_of(kind);
  auto items = co_await list<clusters::Workload>(list_call(*find_known(api_version, name), where),
                                                 take_workloads, kind);
  if (!items && *older != '\0' && items.error().status == kNotFound) {
    items = co_await list<clusters::Workload>(list_call(*find_known(older, name), where),
                                              take_workloads, kind);
  }
  if (!items) co_return fail(std::move(items).error().error);
  co_return std::move(*items);
}

Async<Result<std::vector<std::string>>> KubernetesApi::names(std::string api_version,
                                                             std::string kind, std::string ns) {
  const auto resource = co_await resources_.find(std::move(api_version), std::move(kind));
  if (!resource) co_return fail(resource.error().error);
  auto call = list_call(*resource, {.ns = std::move(ns)});
  if (call)
    call->accept =
        "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json";
  auto items =
      co_await list<std::string>(std::move(call), take_page<std::string>, WorkloadKind::deployment);
  if (!items) co_return fail(std::move(items).error().error);
  co_return std::move(*items);
}

Async<Result<std::vector<clusters::Usage>>> KubernetesApi::usage(std::string kind, Where where) {
  auto call = list_call(*find_known("metrics.k8s.io/v1beta1", kind), where);
  if (call) call->what = "the use of resources";
  auto items = co_await list<clusters::Usage>(std::move(call), take_page<clusters::Usage>,
                                              WorkloadKind::deployment);
  if (items) co_return std::move(*items);
  const int status = items.error().status;
  Error error = std::move(items).error().error;
  const bool no_service = status == kNotFound || status == kUnavailable;
  if (!no_service) co_return fail(std::move(error));
  co_return fail(Error{.code = status == kNotFound ? Errc::not_found : Errc::unavailable,
                       .message = fmt::format("the cluster at {} has no metrics service that "
                                              "answers (metrics-server), so nobody knows what is "
                                              "used right now",
                                              client_.config().host),
                       .vendor_code = std::move(error.vendor_code)});
}

Async<Result<std::vector<clusters::Usage>>> KubernetesApi::node_usage() {
  return usage("NodeMetrics", {});
}
Async<Result<std::vector<clusters::Usage>>> KubernetesApi::pod_usage(Where where) {
  return usage("PodMetrics", std::move(where));
}

Async<Result<>> KubernetesApi::watch(std::string api_version, std::string kind, Where where,
                                     std::string resource_version,
                                     std::function<bool(const clusters::Change&)> sink) {
  const auto resource = co_await resources_.find(api_version, kind);
  if (!resource) co_return fail(resource.error().error);
  auto call = list_call(*resource, where);
  if (!call) co_return fail(std::move(call).error().error);
  Watch watch(client_, std::move(*call), std::move(api_version), std::move(kind),
              std::move(resource_version), std::move(sink));
  co_return co_await watch.run();
}

}  // namespace mtc::kubernetes
