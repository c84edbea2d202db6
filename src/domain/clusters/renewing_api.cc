#include "domain/clusters/renewing_api.h"

#include <fmt/format.h>

#include "domain/clusters/words.h"

namespace mtc::clusters {

// A refused call did nothing, so that it may be made again, also where it writes.
template <class T>
Async<Result<T>> RenewingApi::call(std::function<Async<Result<T>>(ClusterApi&)> ask) {
  const auto used = api_;  // lives until the call has ended, whatever comes in its place
  auto answer = co_await ask(*used);
  if (answer || answer.error().code != Errc::unauthenticated) co_return answer;
  auto renewed = co_await access_.fetch(cluster_, language_, Freshness::now);
  if (!renewed) co_return fail(std::move(renewed).error());
  api_ = std::move(*renewed);
  const auto second = api_;
  answer = co_await ask(*second);
  if (answer || answer.error().code != Errc::unauthenticated) co_return answer;
  co_return fail(
      Errc::unauthenticated,
      language_ == Language::zh
          ? fmt::format(
                "{}不认这个账号的凭证，刚换过新的也不行。请管理员在容器服务的授权管理里看一下。",
                say_place(cluster_.name, "", language_))
          : fmt::format("the cluster {} refuses this account's credentials, also new ones; have an "
                        "administrator look at its access settings",
                        cluster_.name));
}

Async<Result<std::string>> RenewingApi::version() {
  co_return co_await call<std::string>([](ClusterApi& api) { return api.version(); });
}

Async<Result<std::vector<std::string>>> RenewingApi::namespaces() {
  co_return co_await call<std::vector<std::string>>(
      [](ClusterApi& api) { return api.namespaces(); });
}

Async<Result<std::vector<Node>>> RenewingApi::nodes() {
  co_return co_await call<std::vector<Node>>([](ClusterApi& api) { return api.nodes(); });
}

Async<Result<std::vector<Pod>>> RenewingApi::pods(Where where) {
  co_return co_await call<std::vector<Pod>>([&](ClusterApi& api) { return api.pods(where); });
}

Async<Result<std::vector<Workload>>> RenewingApi::workloads(WorkloadKind kind, Where where) {
  co_return co_await call<std::vector<Workload>>(
      [&](ClusterApi& api) { return api.workloads(kind, where); });
}

Async<Result<std::vector<Service>>> RenewingApi::services(Where where) {
  co_return co_await call<std::vector<Service>>(
      [&](ClusterApi& api) { return api.services(where); });
}

Async<Result<std::vector<Ingress>>> RenewingApi::ingresses(Where where) {
  co_return co_await call<std::vector<Ingress>>(
      [&](ClusterApi& api) { return api.ingresses(where); });
}

Async<Result<std::vector<Event>>> RenewingApi::events(Where where) {
  co_return co_await call<std::vector<Event>>([&](ClusterApi& api) { return api.events(where); });
}

Async<Result<std::vector<DisruptionBudget>>> RenewingApi::disruption_budgets(Where where) {
  co_return co_await call<std::vector<DisruptionBudget>>(
      [&](ClusterApi& api) { return api.disruption_budgets(where); });
}

Async<Result<std::vector<std::string>>> RenewingApi::names(std::string api_version,
                                                           std::string kind, std::string ns) {
  co_return co_await call<std::vector<std::string>>(
      [&](ClusterApi& api) { return api.names(api_version, kind, ns); });
}

Async<Result<std::vector<Usage>>> RenewingApi::node_usage() {
  co_return co_await call<std::vector<Usage>>([](ClusterApi& api) { return api.node_usage(); });
}

Async<Result<std::vector<Usage>>> RenewingApi::pod_usage(Where where) {
  co_return co_await call<std::vector<Usage>>(
      [&](ClusterApi& api) { return api.pod_usage(where); });
}

Async<Result<std::vector<PodStorage>>> RenewingApi::pod_storage(std::string node) {
  co_return co_await call<std::vector<PodStorage>>(
      [&](ClusterApi& api) { return api.pod_storage(node); });
}

Async<Result<std::string>> RenewingApi::log(LogQuery query) {
  co_return co_await call<std::string>([&](ClusterApi& api) { return api.log(query); });
}

Async<Result<Json>> RenewingApi::get(ObjectRef object) {
  co_return co_await call<Json>([&](ClusterApi& api) { return api.get(object); });
}

Async<Result<Json>> RenewingApi::patch(ObjectRef object, PatchType type, Json body,
                                       Writing writing) {
  co_return co_await call<Json>(
      [&](ClusterApi& api) { return api.patch(object, type, body, writing); });
}

Async<Result<Json>> RenewingApi::create(Json object, Writing writing) {
  co_return co_await call<Json>([&](ClusterApi& api) { return api.create(object, writing); });
}

Async<Result<Json>> RenewingApi::replace(Json object, Writing writing) {
  co_return co_await call<Json>([&](ClusterApi& api) { return api.replace(object, writing); });
}

Async<Result<>> RenewingApi::remove(ObjectRef object, Writing writing) {
  co_return co_await call<void>([&](ClusterApi& api) { return api.remove(object, writing); });
}

Async<Result<std::int64_t>> RenewingApi::scale(ObjectRef object, std::int64_t replicas,
                                               Writing writing) {
  co_return co_await call<std::int64_t>(
      [&](ClusterApi& api) { return api.scale(object, replicas, writing); });
}

Async<Result<Json>> RenewingApi::apply(Json object, Applying applying,
                                       std::vector<FieldConflict>* conflicts) {
  co_return co_await call<Json>(
      [&](ClusterApi& api) { return api.apply(object, applying, conflicts); });
}

Async<Result<>> RenewingApi::evict(std::string ns, std::string pod) {
  co_return co_await call<void>([&](ClusterApi& api) { return api.evict(ns, pod); });
}

Async<Result<>> RenewingApi::watch(std::string api_version, std::string kind, Where where,
                                   std::string resource_version,
                                   std::function<bool(const Change&)> sink) {
  co_return co_await call<void>(
      [&](ClusterApi& api) { return api.watch(api_version, kind, where, resource_version, sink); });
}

}  // namespace mtc::clusters
