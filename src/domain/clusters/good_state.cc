#include "domain/clusters/good_state.h"

#include <algorithm>
#include <set>

#include "base/job_queue.h"
#include "domain/clusters/content.h"
#include "domain/clusters/object.h"
#include "domain/clusters/workload_view.h"

namespace mtc::clusters {
namespace {

constexpr std::string_view kInstance = "app.kubernetes.io/instance";
constexpr std::string_view kHelmRelease = "meta.helm.sh/release-name";
constexpr std::size_t kReadAtOnce = 8;

std::string instance_of(const Json& workload) {
  const Json& metadata = object_or_empty(workload, "metadata");
  return string_or(object_or_empty(metadata, "labels"), kInstance);
}

std::string helm_release_of(const Json& workload) {
  const Json& metadata = object_or_empty(workload, "metadata");
  return string_or(object_or_empty(metadata, "annotations"), kHelmRelease);
}

class Configs {
 public:
  explicit Configs(std::string ns) : ns_(std::move(ns)) {}

  void add(const char* kind, const Json& reference, const char* name_key) {
    const std::string name = string_or(reference, name_key);
    if (name.empty()) return;
    found_.insert({.api_version = "v1", .kind = kind, .ns = ns_, .name = name});
  }
  // Of a variable, an envFrom or a projected source: the members are called alike but for a part.
  void add_both(const Json& holder, const char* config_map, const char* secret) {
    add("ConfigMap", object_or_empty(holder, config_map), "name");
    add("Secret", object_or_empty(holder, secret), "name");
  }
  std::vector<ObjectRef> take() const { return {found_.begin(), found_.end()}; }

 private:
  std::string ns_;
  std::set<ObjectRef> found_;
};

// What the jobs of read_objects share.
struct Reading {
  std::shared_ptr<ClusterApi> api;
  std::vector<Json> objects;
  std::optional<Error> error;
};

Async<> read_into(std::shared_ptr<Reading> reading, ObjectRef object) {
  const bool config = is_config(object.kind);
  auto found = co_await reading->api->get(std::move(object));
  if (found) {
    reading->objects.push_back(sendable(std::move(*found)));
    co_return;
  }
  const Errc code = found.error().code;
  // An account that may not read Secrets still has the rest put back.
  if (code == Errc::not_found || (config && code == Errc::denied)) co_return;
  if (!reading->error) reading->error = std::move(found).error();
}

// What is gone, or may not be read, is left out.
Async<Result<std::vector<Json>>> read_objects(Scene scene, std::vector<ObjectRef> refs) {
  const auto reading = std::make_shared<Reading>();
  reading->api = scene.api;
  const auto queue = std::make_shared<JobQueue>();
  for (const ObjectRef& ref : refs) {
    queue->push([reading, ref] { return read_into(reading, ref); });
  }
  co_await queue->run(kReadAtOnce);
  if (reading->error) co_return fail(std::move(*reading->error));
  co_return std::move(reading->objects);
}

// The names of those that may belong to it; read_release looks closer where `by_label` is empty.
Async<Result<std::vector<ObjectRef>>> workloads_in(Scene scene, std::string ns,
                                                   std::string by_label) {
  std::vector<ObjectRef> out;
  for (const WorkloadKind kind : kServingKinds) {
    auto listed = co_await scene.api->workloads(kind, {.ns = ns, .labels = by_label, .fields = ""});
    if (!listed) co_return fail(std::move(listed).error());
    for (Workload& one : *listed) {
      out.push_back({.api_version = "apps/v1",
                     .kind = std::string(object_kind(kind)),
                     .ns = one.ns,
                     .name = std::move(one.name)});
    }
  }
  co_return out;
}

std::unexpected<Error> too_large(const ReleaseName& release) {
  return fail(Errc::resource_exhausted,
              "release " + release.ns + "/" + release.name + " has too many objects");
}

// Its workloads; where Helm's annotation tells them, all of the namespace have to be read.
Async<Result<std::vector<Json>>> read_workloads(Scene scene, Json workload, std::size_t most) {
  const ObjectRef own = ref_of(workload);
  const std::string instance = instance_of(workload);
  std::vector<ObjectRef> refs{own};
  if (!instance.empty() || !helm_release_of(workload).empty()) {
    const std::string label =
        instance.empty() ? "" : label_selector({{std::string(kInstance), instance}});
    auto found = co_await workloads_in(scene, own.ns, label);
    if (!found) co_return fail(std::move(found).error());
    refs = std::move(*found);
  }
  const ReleaseName release = release_of(scene.cluster.id, workload);
  constexpr std::size_t kMostLookedAt = 200;
  if (refs.size() > (instance.empty() ? std::max(most, kMostLookedAt) : most)) {
    co_return too_large(release);
  }
  auto objects = co_await read_objects(scene, std::move(refs));
  if (!objects) co_return fail(std::move(objects).error());
  std::erase_if(*objects,
                [&](const Json& one) { return release_of(scene.cluster.id, one) != release; });
  co_return std::move(*objects);
}

}  // namespace

ReleaseName release_of(const std::string& cluster_id, const Json& workload) {
  const ObjectRef ref = ref_of(workload);
  std::string name = instance_of(workload);
  if (name.empty()) name = helm_release_of(workload);
  return {.cluster_id = cluster_id, .ns = ref.ns, .name = name.empty() ? ref.name : name};
}

std::vector<ObjectRef> configs_of(const Json& workload) {
  Configs out(ref_of(workload).ns);
  const Json& pod = object_or_empty(pod_template_of(workload), "spec");
  for (const auto* list : {"containers", "initContainers"}) {
    for (const Json& container : array_or_empty(pod, list)) {
      for (const Json& source : array_or_empty(container, "envFrom")) {
        out.add_both(source, "configMapRef", "secretRef");
      }
      for (const Json& variable : array_or_empty(container, "env")) {
        out.add_both(object_or_empty(variable, "valueFrom"), "configMapKeyRef", "secretKeyRef");
      }
    }
  }
  for (const Json& volume : array_or_empty(pod, "volumes")) {
    out.add("ConfigMap", object_or_empty(volume, "configMap"), "name");
    out.add("Secret", object_or_empty(volume, "secret"), "secretName");
    for (const Json& source : array_or_empty(object_or_empty(volume, "projected"), "sources")) {
      out.add_both(source, "configMap", "secret");
    }
  }
  return out.take();
}

Async<Result<std::vector<Json>>> read_release(Scene scene, Json workload, int most) {
  const auto limit = static_cast<std::size_t>(std::max(1, most));
  auto objects = co_await read_workloads(scene, workload, limit);
  if (!objects) co_return fail(std::move(objects).error());
  std::set<ObjectRef> configs;
  for (const Json& one : *objects) {
    const auto read = configs_of(one);
    configs.insert(read.begin(), read.end());
  }
  if (objects->size() + configs.size() > limit) {
    co_return too_large(release_of(scene.cluster.id, workload));
  }
  auto found = co_await read_objects(scene, {configs.begin(), configs.end()});
  if (!found) co_return fail(std::move(found).error());
  std::ranges::move(*found, std::back_inserter(*objects));
  std::ranges::sort(*objects, {}, ref_of);
  co_return std::move(*objects);
}

}  // namespace mtc::clusters
