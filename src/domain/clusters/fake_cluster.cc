#include "domain/clusters/fake_cluster.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

#include "base/contains.h"
#include "base/text.h"
#include "base/yaml.h"
#include "base/zone.h"
#include "domain/clusters/object.h"
#include "domain/clusters/workload_view.h"

namespace mtc::clusters {
namespace {

std::string key_of(const std::string& kind, const std::string& ns, const std::string& name) {
  return ns + "/" + kind + "/" + name;
}
std::string key_of(const ObjectRef& ref) {
  return key_of(ref.kind, ref.ns, ref.name);
}

// Maps are merged, lists of named items by their names, null removes: near enough to a strategic
// merge and to server-side apply.
void merge_into(Json& into, const Json& from) {
  if (into.is_array() && from.is_array() && !from.empty() && from[0].is_object() &&
      from[0].contains("name")) {
    for (const Json& item : from) {
      bool found = false;
      for (Json& known : into) {
        if (string_or(known, "name") != string_or(item, "name")) continue;
        merge_into(known, item);
        found = true;
      }
      if (!found) into.push_back(item);
    }
    return;
  }
  if (!into.is_object() || !from.is_object()) {
    into = from;
    return;
  }
  for (const auto& [key, value] : from.items()) {
    if (value.is_null()) {
      into.erase(key);
    } else {
      merge_into(into[key], value);
    }
  }
}

// "app=order,tier=a" and nothing else.
Pairs terms_of(const std::string& selector) {
  Pairs out;
  for (const auto term : split(selector, ',')) {
    const auto at = term.find('=');
    if (at != std::string_view::npos) out.emplace_back(term.substr(0, at), term.substr(at + 1));
  }
  return out;
}

std::unexpected<Error> no_such(const ObjectRef& ref) {
  return fail(Errc::not_found, short_name(ref) + " not found");
}

// What the cluster itself counts as a new generation.
bool changes_spec(const Json& before, const Json& after) {
  return object_or_empty(before, "spec") != object_or_empty(after, "spec");
}

TimePoint created_at(const Json& object) {
  const std::string time = string_or(object_or_empty(object, "metadata"), "creationTimestamp");
  return parse_iso(time).value_or(TimePoint{});
}

Pod read_pod(const Json& object) {
  const Json& status = object_or_empty(object, "status");
  Pod pod{.ns = ref_of(object).ns, .name = ref_of(object).name};
  pod.node = string_or(object_or_empty(object, "spec"), "nodeName");
  pod.created = created_at(object);
  pod.terminating = object_or_empty(object, "metadata").contains("deletionTimestamp");
  for (const Json& one : array_or_empty(status, "containerStatuses")) {
    pod.containers.push_back({.name = string_or(one, "name"),
                              .image = string_or(one, "image"),
                              .restarts = integer_or(one, "restartCount")});
  }
  pod.phase = string_or(status, "phase", "Running");
  pod.reason = string_or(status, "reason");
  pod.ready = pod.phase == "Running" && pod.reason.empty();
  pod.labels = labels_of(object);
  for (const Json& owner : array_or_empty(object_or_empty(object, "metadata"), "ownerReferences")) {
    pod.owner_kind = string_or(owner, "kind");
    pod.owner_name = string_or(owner, "name");
  }
  return pod;
}

Workload read_workload(const Json& object) {
  const ObjectRef ref = ref_of(object);
  const Json& metadata = object_or_empty(object, "metadata");
  const Json& spec = object_or_empty(object, "spec");
  const Json& status = object_or_empty(object, "status");
  Workload one{.kind = parse_workload_kind(ref.kind).value_or(WorkloadKind::job),
               .ns = ref.ns,
               .name = ref.name};
  one.uid = string_or(metadata, "uid");
  one.resource_version = resource_version_of(object);
  one.generation = integer_or(metadata, "generation");
  one.observed = integer_or(status, "observedGeneration");
  one.desired = integer_or(spec, "replicas", 1);
  one.ready = integer_or(status, "readyReplicas");
  one.updated = integer_or(status, "updatedReplicas");
  one.available = integer_or(status, "availableReplicas");
  if (ref.kind == "DaemonSet") {
    one.desired = integer_or(status, "desiredNumberScheduled");
    one.updated = integer_or(status, "updatedNumberScheduled");
    one.ready = one.available = integer_or(status, "numberAvailable");
  }
  one.paused = bool_or(spec, "paused");
  one.revision =
      string_or(object_or_empty(metadata, "annotations"), "deployment.kubernetes.io/revision");
  for (const Json& owner : array_or_empty(metadata, "ownerReferences")) {
    one.owner_name = string_or(owner, "name");
  }
  const Json& pods = object_or_empty(object_or_empty(spec, "template"), "spec");
  for (const Json& container : array_or_empty(pods, "containers")) {
    one.images.push_back(string_or(container, "image"));
  }
  one.selector = selector_of(object);
  one.labels = labels_of(object);
  one.created = created_at(object);
  return one;
}

// One that says nothing else is ready.
Node read_node(const Json& object) {
  Node node{.name = ref_of(object).name, .ready = true};
  node.unschedulable = bool_or(object_or_empty(object, "spec"), "unschedulable");
  for (const Json& one : array_or_empty(object_or_empty(object, "status"), "conditions")) {
    if (string_or(one, "type") == "Ready") node.ready = string_or(one, "status") == "True";
  }
  return node;
}

Service read_service(const Json& object) {
  return {.ns = ref_of(object).ns,
          .name = ref_of(object).name,
          .type = "ClusterIP",
          .selector = selector_of(object)};
}

Ingress read_ingress(const Json& object) {
  Ingress one{.ns = ref_of(object).ns, .name = ref_of(object).name};
  for (const Json& rule : array_or_empty(object_or_empty(object, "spec"), "rules")) {
    one.hosts.push_back(string_or(rule, "host"));
    for (const Json& path : array_or_empty(object_or_empty(rule, "http"), "paths")) {
      one.services.push_back(
          string_or(object_or_empty(object_or_empty(path, "backend"), "service"), "name"));
    }
  }
  return one;
}

DisruptionBudget read_budget(const Json& object) {
  return {.ns = ref_of(object).ns,
          .name = ref_of(object).name,
          .selector = selector_of(object),
          .allowed = integer_or(object_or_empty(object, "status"), "disruptionsAllowed")};
}

template <class T>
std::vector<T> within(std::vector<T> all, const Where& where) {
  const Pairs labels = terms_of(where.labels);
  std::erase_if(all, [&](const T& one) {
    if (!where.ns.empty() && one.ns != where.ns) return true;
    if constexpr (requires { one.labels; }) {
      return !labels.empty() && !matches(labels, one.labels);
    }
    return false;
  });
  return all;
}

}  // namespace

template <class T>
std::vector<T> FakeCluster::listed(std::vector<T> given, std::string_view kind,
                                   T (*read)(const Json&), const Where& where) const {
  const auto known = given.size();  // a value may stand for an object that is kept as well
  for (const auto& [key, object] : objects_) {
    if (string_or(object, "kind") != kind) continue;
    T one = read(object);
    const auto same = [&one](const T& other) {
      return other.ns == one.ns && other.name == one.name;
    };
    if (std::none_of(given.begin(), given.begin() + static_cast<std::ptrdiff_t>(known), same))
      given.push_back(std::move(one));
  }
  return within(std::move(given), where);
}

void FakeCluster::put(Json object) {
  const ObjectRef ref = ref_of(object);
  auto& metadata = object["metadata"];
  metadata["resourceVersion"] = std::to_string(++version_);
  if (!metadata.contains("uid")) metadata["uid"] = "uid-" + std::to_string(version_);
  if (is_workload(ref.kind) && !metadata.contains("generation")) metadata["generation"] = 1;
  if (is_workload(ref.kind) && !object.contains("status")) settle(object);
  objects_[key_of(ref)] = std::move(object);
}

void FakeCluster::put_yaml(std::string_view yaml) {
  auto documents = parse_yaml(yaml);
  if (!documents) throw std::invalid_argument(documents.error().message);
  for (auto& document : *documents) put(std::move(document.json));
}

Json& FakeCluster::at(const std::string& kind, const std::string& ns, const std::string& name) {
  return objects_.at(key_of(kind, ns, name));
}

bool FakeCluster::has(const std::string& kind, const std::string& ns,
                      const std::string& name) const {
  return objects_.contains(key_of(kind, ns, name));
}

// All pods are as they should be.
void FakeCluster::settle(Json& object) {
  const std::int64_t wanted = integer_or(object_or_empty(object, "spec"), "replicas", 1);
  object["status"] = {{"observedGeneration", integer_or(object["metadata"], "generation")},
                      {"replicas", wanted},
                      {"updatedReplicas", wanted},
                      {"readyReplicas", wanted},
                      {"availableReplicas", wanted}};
  if (string_or(object, "kind") == "DaemonSet") {
    object["status"] = {{"observedGeneration", integer_or(object["metadata"], "generation")},
                        {"desiredNumberScheduled", 3},
                        {"updatedNumberScheduled", 3},
                        {"numberAvailable", 3}};
  }
}

Async<Result<>> FakeCluster::answer(std::string call, std::string about) {
  const auto executor = co_await asio::this_coro::executor;
  ++asked[about.empty() ? call : call + " " + about];
  if (silent.contains(call)) {
    asio::steady_timer never(executor, asio::steady_timer::time_point::max());
    co_await never.async_wait(asio::use_awaitable);
  }
  co_await asio::post(executor, asio::use_awaitable);  // never at once, as nothing outside does
  for (const auto& name : {call + " " + about, call}) {
    if (const auto it = refuse.find(name); it != refuse.end()) co_return fail(it->second);
  }
  co_return Result<>{};
}

Async<Result<>> FakeCluster::begin_write(std::string call, ObjectRef object, Writing writing,
                                         std::string detail) {
  const std::string name = short_name(object);
  auto ok = co_await answer((writing.dry_run ? "dry " : "") + call, name);
  if (!ok) co_return ok;
  if (!writing.dry_run) before_write();
  const auto it = objects_.find(key_of(object));
  if (!writing.resource_version.empty() && it != objects_.end() &&
      resource_version_of(it->second) != writing.resource_version) {
    co_return fail(Errc::conflict, name + " has been modified");
  }
  if (!writing.dry_run) writes.push_back(call + " " + name + detail);
  co_return Result<>{};
}

Result<Json> FakeCluster::store(Json object, bool dry_run) {
  const std::string key = key_of(ref_of(object));
  const auto it = objects_.find(key);
  auto& metadata = object["metadata"];
  const Json before = it == objects_.end() ? Json(nullptr) : it->second;
  if (!before.is_null()) metadata["uid"] = before["metadata"]["uid"];
  if (is_secret(object) && object.contains("stringData")) {
    const Json folded = without_noise(object);
    object.erase("stringData");
    object["data"] = folded["data"];
  }
  const bool changed = before.is_null() || changes_spec(before, object);
  if (changed && is_workload(string_or(object, "kind"))) {
    metadata["generation"] = integer_or(object_or_empty(before, "metadata"), "generation", 0) + 1;
    if (!before.is_null()) object["status"] = object_or_empty(before, "status");
  }
  if (dry_run) return object;
  put(object);
  Json& kept = objects_[key];
  if (changed && is_workload(string_or(object, "kind"))) {
    // What the controller sees at once.
    kept["status"]["observedGeneration"] = kept["metadata"]["generation"];
    const bool new_pods = object_or_empty(object_or_empty(before, "spec"), "template") !=
                          object_or_empty(object_or_empty(object, "spec"), "template");
    if (new_pods) kept["status"]["updatedReplicas"] = 0;
    if (!stuck_because.empty()) {
      kept["status"]["conditions"] = {
          {{"type", "Progressing"}, {"status", "False"}, {"message", stuck_because}}};
    } else if (reads_until_ready == 0) {
      settle(kept);
    } else {
      reads_left_[key] = reads_until_ready;
    }
  }
  return kept;
}

Async<Result<std::string>> FakeCluster::version() {
  if (auto ok = co_await answer("version"); !ok) co_return fail(ok.error());
  co_return "v1.30.0";
}

Async<Result<std::vector<std::string>>> FakeCluster::namespaces() {
  if (auto ok = co_await answer("namespaces"); !ok) co_return fail(ok.error());
  auto out = spaces;
  for (const auto& [key, object] : objects_) {
    if (string_or(object, "kind") == "Namespace") out.push_back(ref_of(object).name);
  }
  co_return out;
}

Async<Result<std::vector<Node>>> FakeCluster::nodes() {
  if (auto ok = co_await answer("nodes"); !ok) co_return fail(ok.error());
  auto out = machines;
  for (const auto& [key, object] : objects_) {
    if (string_or(object, "kind") == "Node") out.push_back(read_node(object));
  }
  co_return out;
}

Async<Result<std::vector<Pod>>> FakeCluster::pods(Where where) {
  if (auto ok = co_await answer("pods"); !ok) co_return fail(ok.error());
  co_return listed(running, "Pod", read_pod, where);
}

Async<Result<std::vector<Workload>>> FakeCluster::workloads(WorkloadKind kind, Where where) {
  if (auto ok = co_await answer("workloads"); !ok) co_return fail(ok.error());
  auto given = work;
  std::erase_if(given, [&](const Workload& one) { return one.kind != kind; });
  co_return listed(std::move(given), object_kind(kind), read_workload, where);
}

Async<Result<std::vector<Service>>> FakeCluster::services(Where where) {
  if (auto ok = co_await answer("services"); !ok) co_return fail(ok.error());
  co_return listed(fronts, "Service", read_service, where);
}

Async<Result<std::vector<Ingress>>> FakeCluster::ingresses(Where where) {
  if (auto ok = co_await answer("ingresses"); !ok) co_return fail(ok.error());
  co_return listed(doors, "Ingress", read_ingress, where);
}

Async<Result<std::vector<Event>>> FakeCluster::events(Where where) {
  if (auto ok = co_await answer("events"); !ok) co_return fail(ok.error());
  co_return within(happened, where);
}

Async<Result<std::vector<DisruptionBudget>>> FakeCluster::disruption_budgets(Where where) {
  if (auto ok = co_await answer("disruption_budgets"); !ok) co_return fail(ok.error());
  co_return listed(budgets, "PodDisruptionBudget", read_budget, where);
}

Async<Result<std::vector<std::string>>> FakeCluster::names(std::string api_version,
                                                           std::string kind, std::string ns) {
  if (auto ok = co_await answer("names", kind); !ok) co_return fail(ok.error());
  std::vector<std::string> out;
  for (const auto& [key, object] : objects_) {
    const ObjectRef ref = ref_of(object);
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

Async<Result<std::vector<PodStorage>>> FakeCluster::pod_storage(std::string node) {
  if (auto ok = co_await answer("pod_storage", node); !ok) co_return fail(ok.error());
  co_return disks[node];
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
  if (auto ok = co_await answer("get", short_name(object)); !ok) co_return fail(ok.error());
  const auto it = objects_.find(key_of(object));
  if (it == objects_.end()) co_return no_such(object);
  if (const auto left = reads_left_.find(it->first); left != reads_left_.end()) {
    left->second = std::max(left->second - 1, -1);
    if (left->second == 0) {
      settle(it->second);
      reads_left_.erase(left);
    }
  }
  co_return it->second;
}

Async<Result<Json>> FakeCluster::patch(ObjectRef object, PatchType type, Json body,
                                       Writing writing) {
  if (auto ok = co_await begin_write("patch", object, writing); !ok) {
    co_return fail(ok.error());
  }
  const auto it = objects_.find(key_of(object));
  if (it == objects_.end()) co_return no_such(object);
  Json out = it->second;
  const std::string uid = string_or(object_or_empty(body, "metadata"), "uid");
  if (!uid.empty() && uid != string_or(out["metadata"], "uid")) {
    co_return fail(Errc::conflict, short_name(object) + " is another one by now");
  }
  switch (type) {
    case PatchType::merge:
      out.merge_patch(body);
      break;
    case PatchType::strategic:
      merge_into(out, body);
      break;
    case PatchType::json:
      out = out.patch(body);
      break;
  }
  co_return store(std::move(out), writing.dry_run);
}

Async<Result<Json>> FakeCluster::create(Json object, Writing writing) {
  const ObjectRef ref = ref_of(object);
  if (auto ok = co_await begin_write("create", ref, {.dry_run = writing.dry_run}); !ok)
    co_return fail(ok.error());
  if (objects_.contains(key_of(ref))) {
    co_return fail(Errc::conflict, short_name(ref) + " already exists");
  }
  co_return store(std::move(object), writing.dry_run);
}

Async<Result<Json>> FakeCluster::replace(Json object, Writing writing) {
  const ObjectRef ref = ref_of(object);
  if (auto ok = co_await begin_write("replace", ref, writing); !ok) {
    co_return fail(ok.error());
  }
  if (!objects_.contains(key_of(ref))) co_return no_such(ref);
  co_return store(std::move(object), writing.dry_run);
}

Async<Result<>> FakeCluster::remove(ObjectRef object, Writing writing) {
  if (auto ok = co_await begin_write("remove", object, writing); !ok) {
    co_return fail(ok.error());
  }
  if (!objects_.contains(key_of(object))) co_return no_such(object);
  if (!writing.dry_run) objects_.erase(key_of(object));
  co_return Result<>{};
}

Async<Result<std::int64_t>> FakeCluster::scale(ObjectRef object, std::int64_t replicas,
                                               Writing writing) {
  if (auto ok = co_await begin_write("scale", object, writing, " " + std::to_string(replicas));
      !ok) {
    co_return fail(ok.error());
  }
  const auto it = objects_.find(key_of(object));
  if (it == objects_.end()) co_return no_such(object);
  Json out = it->second;
  const std::int64_t before = integer_or(object_or_empty(out, "spec"), "replicas", 1);
  out["spec"]["replicas"] = replicas;
  auto stored = store(std::move(out), writing.dry_run);
  if (!stored) co_return fail(std::move(stored).error());
  co_return before;
}

Async<Result<Json>> FakeCluster::apply(Json object, Applying applying,
                                       std::vector<FieldConflict>* found) {
  const ObjectRef ref = ref_of(object);
  if (!conflicts.empty() && !applying.force) {
    if (found != nullptr) *found = conflicts;
    co_return fail(Errc::conflict, "fields are managed by others");
  }
  if (auto ok = co_await begin_write("apply", ref, {.dry_run = applying.dry_run}); !ok)
    co_return fail(ok.error());
  if (!ref.ns.empty() && !has("Namespace", "", ref.ns) && !contains(spaces, ref.ns)) {
    co_return fail(Errc::not_found, "namespaces \"" + ref.ns + "\" not found");
  }
  const auto it = objects_.find(key_of(ref));
  Json out = it == objects_.end() ? Json::object() : it->second;
  merge_into(out, object);
  co_return store(std::move(out), applying.dry_run);
}

Async<Result<>> FakeCluster::evict(std::string ns, std::string pod) {
  const ObjectRef ref{
      .api_version = "v1", .kind = "Pod", .ns = std::move(ns), .name = std::move(pod)};
  if (auto ok = co_await begin_write("evict", ref, {}); !ok) co_return fail(ok.error());
  if (objects_.erase(key_of(ref)) == 0) co_return no_such(ref);
  co_return Result<>{};
}

Async<Result<>> FakeCluster::watch(std::string, std::string, Where, std::string,
                                   std::function<bool(const Change&)>) {
  co_return fail(Errc::unavailable, "this cluster cannot be watched");
}

}  // namespace mtc::clusters
