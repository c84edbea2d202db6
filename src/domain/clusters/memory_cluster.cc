#include "domain/clusters/memory_cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/text.h"
#include "base/yaml.h"
#include "domain/clusters/object.h"

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

Pairs pairs_of(const Json& object) {
  Pairs out;
  for (const auto& [key, value] : object.items()) out.emplace_back(key, value.get<std::string>());
  return out;
}

Json metadata_of(const Json& object) {
  return object_or_empty(object, "metadata");
}

bool chosen(const Json& object, const Where& where) {
  const Pairs labels = pairs_of(object_or_empty(metadata_of(object), "labels"));
  for (const auto part : split(where.labels, ',')) {
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    const std::pair<std::string, std::string> wanted{part.substr(0, equals),
                                                     part.substr(equals + 1)};
    if (std::ranges::find(labels, wanted) == labels.end()) return false;
  }
  return true;
}

std::unexpected<Error> no_such(const ObjectRef& ref) {
  return fail(Errc::not_found, short_name(ref) + " not found");
}

// What the cluster itself counts as a new generation.
bool changes_spec(const Json& before, const Json& after) {
  return object_or_empty(before, "spec") != object_or_empty(after, "spec");
}

}  // namespace

void MemoryCluster::put(Json object) {
  const ObjectRef ref = ref_of(object);
  auto& metadata = object["metadata"];
  metadata["resourceVersion"] = std::to_string(++version_);
  if (!metadata.contains("uid")) metadata["uid"] = "uid-" + std::to_string(version_);
  if (is_workload(ref.kind) && !metadata.contains("generation")) metadata["generation"] = 1;
  if (is_workload(ref.kind) && !object.contains("status")) settle(object);
  objects_[key_of(ref)] = std::move(object);
}

void MemoryCluster::put_yaml(std::string_view yaml) {
  auto documents = parse_yaml(yaml);
  if (!documents) throw std::invalid_argument(documents.error().message);
  for (auto& document : *documents) put(std::move(document.json));
}

Json& MemoryCluster::at(const std::string& kind, const std::string& ns, const std::string& name) {
  return objects_.at(key_of(kind, ns, name));
}

bool MemoryCluster::has(const std::string& kind, const std::string& ns,
                        const std::string& name) const {
  return objects_.contains(key_of(kind, ns, name));
}

void MemoryCluster::erase(const std::string& kind, const std::string& ns, const std::string& name) {
  objects_.erase(key_of(kind, ns, name));
}

// All pods are as they should be.
void MemoryCluster::settle(Json& object) {
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

std::optional<Error> MemoryCluster::trouble_with(const std::string& call,
                                                 const std::string& object) const {
  for (const auto& name : {call, fmt::format("{} {}", call, object)}) {
    if (const auto it = trouble.find(name); it != trouble.end()) return it->second;
  }
  return std::nullopt;
}

Result<> MemoryCluster::begin_write(const std::string& call, const ObjectRef& object, bool dry_run,
                                    const std::string& resource_version,
                                    const std::string& detail) {
  if (auto error = trouble_with((dry_run ? "dry " : "") + call, short_name(object))) {
    return fail(*error);
  }
  if (!dry_run) before_write();
  const auto it = objects_.find(key_of(object));
  if (!resource_version.empty() && it != objects_.end() &&
      resource_version_of(it->second) != resource_version) {
    return fail(Errc::conflict, short_name(object) + " has been modified");
  }
  (dry_run ? dry_runs : writes).push_back(call + " " + short_name(object) + detail);
  return {};
}

Result<Json> MemoryCluster::store(Json object, bool dry_run) {
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

std::vector<const Json*> MemoryCluster::all(const std::string& kind, const std::string& ns) const {
  std::vector<const Json*> out;
  for (const auto& [key, object] : objects_) {
    const ObjectRef ref = ref_of(object);
    if (ref.kind == kind && (ns.empty() || ref.ns == ns)) out.push_back(&object);
  }
  return out;
}

Async<Result<std::string>> MemoryCluster::version() {
  co_return "v1.30.0";
}

Async<Result<std::vector<std::string>>> MemoryCluster::namespaces() {
  co_return co_await names("v1", "Namespace", "");
}

Async<Result<std::vector<Node>>> MemoryCluster::nodes() {
  co_return std::vector<Node>{};
}

Async<Result<std::vector<Pod>>> MemoryCluster::pods(Where where) {
  if (auto error = trouble_with("pods", where.ns)) co_return fail(*error);
  std::vector<Pod> out;
  for (const Json* object : all("Pod", where.ns)) {
    if (!chosen(*object, where)) continue;
    const Json& status = object_or_empty(*object, "status");
    Pod pod{.ns = ref_of(*object).ns, .name = ref_of(*object).name};
    pod.phase = string_or(status, "phase", "Running");
    pod.reason = string_or(status, "reason");
    pod.ready = pod.phase == "Running" && pod.reason.empty();
    pod.labels = pairs_of(object_or_empty(metadata_of(*object), "labels"));
    for (const Json& owner : array_or_empty(metadata_of(*object), "ownerReferences")) {
      pod.owner_kind = string_or(owner, "kind");
      pod.owner_name = string_or(owner, "name");
    }
    out.push_back(std::move(pod));
  }
  co_return out;
}

Async<Result<std::vector<Workload>>> MemoryCluster::workloads(WorkloadKind kind, Where where) {
  static const std::map<WorkloadKind, std::string> kinds{
      {WorkloadKind::deployment, "Deployment"}, {WorkloadKind::stateful_set, "StatefulSet"},
      {WorkloadKind::daemon_set, "DaemonSet"},  {WorkloadKind::job, "Job"},
      {WorkloadKind::cron_job, "CronJob"},      {WorkloadKind::replica_set, "ReplicaSet"}};
  if (auto error = trouble_with("workloads", where.ns)) co_return fail(*error);
  std::vector<Workload> out;
  for (const Json* object : all(kinds.at(kind), where.ns)) {
    if (!chosen(*object, where)) continue;
    Workload one{.kind = kind, .ns = ref_of(*object).ns, .name = ref_of(*object).name};
    one.desired = integer_or(object_or_empty(*object, "spec"), "replicas", 1);
    one.ready = integer_or(object_or_empty(*object, "status"), "readyReplicas");
    one.resource_version = resource_version_of(*object);
    one.selector = selector_of(*object);
    out.push_back(std::move(one));
  }
  co_return out;
}

Async<Result<std::vector<Service>>> MemoryCluster::services(Where where) {
  if (auto error = trouble_with("services", where.ns)) co_return fail(*error);
  std::vector<Service> out;
  for (const Json* object : all("Service", where.ns)) {
    out.push_back({.ns = ref_of(*object).ns,
                   .name = ref_of(*object).name,
                   .type = "ClusterIP",
                   .selector = selector_of(*object)});
  }
  co_return out;
}

Async<Result<std::vector<Ingress>>> MemoryCluster::ingresses(Where where) {
  if (auto error = trouble_with("ingresses", where.ns)) co_return fail(*error);
  std::vector<Ingress> out;
  for (const Json* object : all("Ingress", where.ns)) {
    Ingress one{.ns = ref_of(*object).ns, .name = ref_of(*object).name};
    for (const Json& rule : array_or_empty(object_or_empty(*object, "spec"), "rules")) {
      one.hosts.push_back(string_or(rule, "host"));
      for (const Json& path : array_or_empty(object_or_empty(rule, "http"), "paths")) {
        one.services.push_back(
            string_or(object_or_empty(object_or_empty(path, "backend"), "service"), "name"));
      }
    }
    out.push_back(std::move(one));
  }
  co_return out;
}

Async<Result<std::vector<Event>>> MemoryCluster::events(Where) {
  co_return std::vector<Event>{};
}

Async<Result<std::vector<DisruptionBudget>>> MemoryCluster::disruption_budgets(Where where) {
  if (auto error = trouble_with("disruption_budgets", where.ns)) co_return fail(*error);
  std::vector<DisruptionBudget> out;
  for (const Json* object : all("PodDisruptionBudget", where.ns)) {
    out.push_back(
        {.ns = ref_of(*object).ns,
         .name = ref_of(*object).name,
         .selector = selector_of(*object),
         .allowed = integer_or(object_or_empty(*object, "status"), "disruptionsAllowed")});
  }
  co_return out;
}

Async<Result<std::vector<std::string>>> MemoryCluster::names(std::string, std::string kind,
                                                             std::string ns) {
  if (auto error = trouble_with("names", kind)) co_return fail(*error);
  std::vector<std::string> out;
  for (const Json* object : all(kind, ns)) out.push_back(ref_of(*object).name);
  co_return out;
}

Async<Result<std::vector<Usage>>> MemoryCluster::node_usage() {
  co_return fail(Errc::unavailable, "this cluster has no metrics service");
}

Async<Result<std::vector<Usage>>> MemoryCluster::pod_usage(Where) {
  co_return fail(Errc::unavailable, "this cluster has no metrics service");
}

Async<Result<std::string>> MemoryCluster::log(LogQuery) {
  co_return "";
}

Async<Result<Json>> MemoryCluster::get(ObjectRef object) {
  if (auto error = trouble_with("get", short_name(object))) co_return fail(*error);
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

Async<Result<Json>> MemoryCluster::patch(ObjectRef object, PatchType type, Json body,
                                         Writing writing) {
  if (auto ok = begin_write("patch", object, writing.dry_run, writing.resource_version); !ok) {
    co_return fail(ok.error());
  }
  const auto it = objects_.find(key_of(object));
  if (it == objects_.end()) co_return no_such(object);
  Json out = it->second;
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

Async<Result<Json>> MemoryCluster::create(Json object, Writing writing) {
  const ObjectRef ref = ref_of(object);
  if (auto ok = begin_write("create", ref, writing.dry_run, ""); !ok) co_return fail(ok.error());
  if (objects_.contains(key_of(ref))) {
    co_return fail(Errc::conflict, short_name(ref) + " already exists");
  }
  co_return store(std::move(object), writing.dry_run);
}

Async<Result<Json>> MemoryCluster::replace(Json object, Writing writing) {
  const ObjectRef ref = ref_of(object);
  if (auto ok = begin_write("replace", ref, writing.dry_run, writing.resource_version); !ok) {
    co_return fail(ok.error());
  }
  if (!objects_.contains(key_of(ref))) co_return no_such(ref);
  co_return store(std::move(object), writing.dry_run);
}

Async<Result<>> MemoryCluster::remove(ObjectRef object, Writing writing) {
  if (auto ok = begin_write("remove", object, writing.dry_run, writing.resource_version); !ok) {
    co_return fail(ok.error());
  }
  if (!objects_.contains(key_of(object))) co_return no_such(object);
  if (!writing.dry_run) objects_.erase(key_of(object));
  co_return Result<>{};
}

Async<Result<std::int64_t>> MemoryCluster::scale(ObjectRef object, std::int64_t replicas,
                                                 Writing writing) {
  if (auto ok = begin_write("scale", object, writing.dry_run, writing.resource_version,
                            " " + std::to_string(replicas));
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

Async<Result<Json>> MemoryCluster::apply(Json object, Applying applying,
                                         std::vector<FieldConflict>* found) {
  const ObjectRef ref = ref_of(object);
  if (!conflicts.empty() && !applying.force) {
    if (found != nullptr) *found = conflicts;
    co_return fail(Errc::conflict, "fields are managed by others");
  }
  if (auto ok = begin_write("apply", ref, applying.dry_run, ""); !ok) co_return fail(ok.error());
  if (!ref.ns.empty() && !has("Namespace", "", ref.ns)) {
    co_return fail(Errc::not_found, "namespaces \"" + ref.ns + "\" not found");
  }
  const auto it = objects_.find(key_of(ref));
  Json out = it == objects_.end() ? Json::object() : it->second;
  merge_into(out, object);
  co_return store(std::move(out), applying.dry_run);
}

Async<Result<>> MemoryCluster::evict(std::string ns, std::string pod) {
  const ObjectRef ref{
      .api_version = "v1", .kind = "Pod", .ns = std::move(ns), .name = std::move(pod)};
  if (auto ok = begin_write("evict", ref, false, ""); !ok) co_return fail(ok.error());
  if (objects_.erase(key_of(ref)) == 0) co_return no_such(ref);
  co_return Result<>{};
}

Async<Result<>> MemoryCluster::watch(std::string, std::string, Where, std::string,
                                     std::function<bool(const Change&)>) {
  co_return fail(Errc::unavailable, "this cluster cannot be watched");
}

}  // namespace mtc::clusters
