#include "domain/clusters/fake_cluster.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/contains.h"
#include "base/text.h"

namespace mtc::clusters {
namespace {

ObjectRef ref_of(const Json& object) {
  const Json& metadata = object_or_empty(object, "metadata");
  return {.api_version = string_or(object, "apiVersion"),
          .kind = string_or(object, "kind"),
          .ns = string_or(metadata, "namespace"),
          .name = string_or(metadata, "name")};
}

Error missing(const ObjectRef& object) {
  return {.code = Errc::not_found,
          .message = "there is no " + object.kind + " " + object.name + " in " + object.ns};
}

// "app=order,tier=a" and nothing else.
bool has_labels(const Pairs& labels, const std::string& selector) {
  for (const auto term : split(selector, ',')) {
    const auto at = term.find('=');
    if (at == std::string_view::npos) continue;
    const std::pair wanted{std::string(term.substr(0, at)), std::string(term.substr(at + 1))};
    if (!contains(labels, wanted)) return false;
  }
  return true;
}

template <class T>
std::vector<T> within(const std::vector<T>& all, const Where& where) {
  std::vector<T> out;
  for (const auto& one : all) {
    if (!where.ns.empty() && one.ns != where.ns) continue;
    if constexpr (requires { one.labels; }) {
      if (!has_labels(one.labels, where.labels)) continue;
    }
    out.push_back(one);
  }
  return out;
}

}  // namespace

void FakeCluster::keep(Json object) {
  if (string_or(object["metadata"], "resourceVersion").empty())
    object["metadata"]["resourceVersion"] = std::to_string(++versions_);
  const auto ref = ref_of(object);
  objects[ref] = std::move(object);
}

Async<Result<>> FakeCluster::answer(std::string method) {
  asked.push_back(method);
  const auto executor = co_await asio::this_coro::executor;
  if (silent.contains(method)) {
    asio::steady_timer never(executor, asio::steady_timer::time_point::max());
    co_await never.async_wait(asio::use_awaitable);
  }
  co_await asio::post(executor, asio::use_awaitable);
  if (const auto it = refuse.find(method); it != refuse.end()) co_return fail(it->second);
  co_return Result<>{};
}

Async<Result<std::string>> FakeCluster::version() {
  if (auto ok = co_await answer("version"); !ok) co_return fail(ok.error());
  co_return "v1.30.0";
}
Async<Result<std::vector<std::string>>> FakeCluster::namespaces() {
  if (auto ok = co_await answer("namespaces"); !ok) co_return fail(ok.error());
  co_return spaces;
}
Async<Result<std::vector<Node>>> FakeCluster::nodes() {
  if (auto ok = co_await answer("nodes"); !ok) co_return fail(ok.error());
  co_return machines;
}
Async<Result<std::vector<Pod>>> FakeCluster::pods(Where where) {
  if (auto ok = co_await answer("pods"); !ok) co_return fail(ok.error());
  co_return within(running, where);
}
Async<Result<std::vector<Workload>>> FakeCluster::workloads(WorkloadKind kind, Where where) {
  if (auto ok = co_await answer("workloads"); !ok) co_return fail(ok.error());
  auto all = within(work, where);
  std::erase_if(all, [&](const Workload& one) { return one.kind != kind; });
  co_return all;
}
Async<Result<std::vector<Service>>> FakeCluster::services(Where where) {
  if (auto ok = co_await answer("services"); !ok) co_return fail(ok.error());
  co_return within(fronts, where);
}
Async<Result<std::vector<Ingress>>> FakeCluster::ingresses(Where where) {
  if (auto ok = co_await answer("ingresses"); !ok) co_return fail(ok.error());
  co_return within(doors, where);
}
Async<Result<std::vector<Event>>> FakeCluster::events(Where where) {
  if (auto ok = co_await answer("events"); !ok) co_return fail(ok.error());
  co_return within(happened, where);
}
Async<Result<std::vector<DisruptionBudget>>> FakeCluster::disruption_budgets(Where where) {
  if (auto ok = co_await answer("disruption_budgets"); !ok) co_return fail(ok.error());
  co_return within(budgets, where);
}
Async<Result<std::vector<std::string>>> FakeCluster::names(std::string api_version,
                                                           std::string kind, std::string ns) {
  if (auto ok = co_await answer("names"); !ok) co_return fail(ok.error());
  std::vector<std::string> out;
  for (const auto& [ref, object] : objects) {
    if (ref.api_version == api_version && ref.kind == kind && (ns.empty() || ref.ns == ns))
      out.push_back(ref.name);
  }
  co_return out;
}
Async<Result<std::vector<Usage>>> FakeCluster::node_usage() {
  if (auto ok = co_await answer("node_usage"); !ok) co_return fail(ok.error());
  co_return machine_usage;
}
Async<Result<std::vector<Usage>>> FakeCluster::pod_usage(Where where) {
  if (auto ok = co_await answer("pod_usage"); !ok) co_return fail(ok.error());
  co_return within(running_usage, where);
}
Async<Result<std::string>> FakeCluster::log(LogQuery query) {
  if (auto ok = co_await answer("log"); !ok) co_return fail(ok.error());
  const auto it = logs.find(query.previous ? query.pod + "/previous" : query.pod);
  if (it == logs.end()) {
    co_return fail(Errc::not_found, query.previous ? "there was no container before this one"
                                                   : "there is no pod " + query.pod);
  }
  co_return it->second;
}

Async<Result<Json>> FakeCluster::get(ObjectRef object) {
  if (auto ok = co_await answer("get"); !ok) co_return fail(ok.error());
  const auto it = objects.find(object);
  if (it == objects.end()) co_return fail(missing(object));
  co_return it->second;
}

Result<Json*> FakeCluster::writable(const ObjectRef& object, const Writing& writing) {
  const auto it = objects.find(object);
  if (it == objects.end()) return fail(missing(object));
  const auto version = string_or(it->second["metadata"], "resourceVersion");
  if (!writing.resource_version.empty() && writing.resource_version != version)
    return fail(Errc::conflict, object.name + " has been changed meanwhile");
  return &it->second;
}

Json FakeCluster::written(const ObjectRef& object, Json now, bool dry_run) {
  now["metadata"]["resourceVersion"] = std::to_string(versions_ + 1);
  if (!dry_run) {
    ++versions_;
    objects[object] = now;
  }
  return now;
}

Async<Result<Json>> FakeCluster::patch(ObjectRef object, PatchType type, Json body,
                                       Writing writing) {
  if (auto ok = co_await answer("patch"); !ok) co_return fail(ok.error());
  auto found = writable(object, writing);
  if (!found) co_return fail(std::move(found).error());
  Json now = **found;
  if (type == PatchType::json) {
    now = now.patch(body);
  } else {
    now.merge_patch(body);
  }
  co_return written(object, std::move(now), writing.dry_run);
}

Async<Result<Json>> FakeCluster::create(Json object, Writing writing) {
  if (auto ok = co_await answer("create"); !ok) co_return fail(ok.error());
  const auto ref = ref_of(object);
  if (objects.contains(ref)) co_return fail(Errc::conflict, ref.name + " exists already");
  co_return written(ref, std::move(object), writing.dry_run);
}

Async<Result<Json>> FakeCluster::replace(Json object, Writing writing) {
  if (auto ok = co_await answer("replace"); !ok) co_return fail(ok.error());
  const auto ref = ref_of(object);
  if (auto found = writable(ref, writing); !found) co_return fail(std::move(found).error());
  co_return written(ref, std::move(object), writing.dry_run);
}

Async<Result<>> FakeCluster::remove(ObjectRef object, Writing writing) {
  if (auto ok = co_await answer("remove"); !ok) co_return fail(ok.error());
  if (auto found = writable(object, writing); !found) co_return fail(std::move(found).error());
  if (!writing.dry_run) objects.erase(object);
  co_return Result<>{};
}

Async<Result<std::int64_t>> FakeCluster::scale(ObjectRef object, std::int64_t replicas,
                                               Writing writing) {
  if (auto ok = co_await answer("scale"); !ok) co_return fail(ok.error());
  auto found = writable(object, writing);
  if (!found) co_return fail(std::move(found).error());
  Json now = **found;
  const auto before = integer_or(object_or_empty(now, "spec"), "replicas", 1);
  now["spec"]["replicas"] = replicas;
  written(object, std::move(now), writing.dry_run);
  if (!writing.dry_run) {
    for (auto& one : work) {
      if (one.ns == object.ns && one.name == object.name) one.desired = replicas;
    }
  }
  co_return before;
}

Async<Result<Json>> FakeCluster::apply(Json object, Applying applying,
                                       std::vector<FieldConflict>* conflicts) {
  if (auto ok = co_await answer("apply"); !ok) co_return fail(ok.error());
  if (const auto it = refuse.find("apply_conflict"); it != refuse.end() && !applying.force) {
    if (conflicts != nullptr)
      *conflicts = {{.field = ".spec.replicas", .manager = "kubectl-client-side-apply"}};
    co_return fail(it->second);
  }
  const auto ref = ref_of(object);
  Json now = objects.contains(ref) ? objects[ref] : Json::object();
  now.merge_patch(object);
  co_return written(ref, std::move(now), applying.dry_run);
}

Async<Result<>> FakeCluster::evict(std::string ns, std::string pod) {
  if (auto ok = co_await answer("evict"); !ok) co_return fail(ok.error());
  const auto gone =
      std::erase_if(running, [&](const Pod& one) { return one.ns == ns && one.name == pod; });
  if (gone == 0) co_return fail(Errc::not_found, "there is no pod " + pod + " in " + ns);
  evicted.emplace_back(ns, pod);
  co_return Result<>{};
}

Async<Result<>> FakeCluster::watch(std::string api_version, std::string kind, Where where,
                                   std::string, std::function<bool(const Change&)> sink) {
  if (auto ok = co_await answer("watch"); !ok) co_return fail(ok.error());
  for (const auto& [ref, object] : objects) {
    const bool wanted = ref.api_version == api_version && ref.kind == kind &&
                        (where.ns.empty() || where.ns == ref.ns);
    if (wanted && !sink({.kind = ChangeKind::added, .object = object})) break;
  }
  co_return Result<>{};
}

}  // namespace mtc::clusters
