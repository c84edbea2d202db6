// What reads and writes single objects; lists are in listing.cc.
#include "adapters/kubernetes/kubernetes_api.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/clusters/object.h"

namespace mtc::kubernetes {
namespace {

using clusters::ObjectRef;
using clusters::PatchType;
using clusters::ref_of;
using clusters::Writing;

constexpr std::int64_t kMaxLogBytes = 4 << 20;
constexpr std::int64_t kMaxLogLines = 100'000;

std::string content_type_of(PatchType type) {
  switch (type) {
    case PatchType::merge:
      return "application/merge-patch+json";
    case PatchType::strategic:
      return "application/strategic-merge-patch+json";
    case PatchType::json:
      return "application/json-patch+json";
  }
  return {};
}

// The state that the cluster is to find the object in, or it refuses with a conflict.
void demand_version(Json& object, const std::string& resource_version) {
  if (resource_version.empty()) return;
  Json& metadata = object["metadata"];
  if (!metadata.is_object()) metadata = Json::object();
  metadata["resourceVersion"] = resource_version;
}

Result<> demand_version(Json& patch, PatchType type, const std::string& resource_version) {
  if (type != PatchType::json) {
    if (!patch.is_object()) return fail(Errc::invalid_argument, "this kind of patch is an object");
    demand_version(patch, resource_version);
    return {};
  }
  if (!patch.is_array()) return fail(Errc::invalid_argument, "a JSON patch is a list of steps");
  if (!resource_version.empty()) {
    patch.push_back(Json{
        {"op", "replace"}, {"path", "/metadata/resourceVersion"}, {"value", resource_version}});
  }
  return {};
}

std::unexpected<Failure> refuse(Error error) {
  return std::unexpected(Failure{.error = std::move(error)});
}

bool names_no_container(const Error& error) {
  return error.code == Errc::invalid_argument &&
         error.message.find("container name must be specified") != std::string::npos;
}

// The one that kubectl would choose.
std::string first_container(const Json& pod) {
  const Json& annotations = object_or_empty(object_or_empty(pod, "metadata"), "annotations");
  auto name = string_or(annotations, "kubectl.kubernetes.io/default-container");
  if (!name.empty()) return name;
  for (const auto& container : array_or_empty(object_or_empty(pod, "spec"), "containers")) {
    if (container.is_object()) return string_or(container, "name");
  }
  return {};
}

// policy/v1 is younger than some clusters; a pod that is gone is something else.
bool knows_no_eviction(const Failure& failure, const std::string& pod) {
  const Error& error = failure.error;
  if (error.code == Errc::not_found) {
    return error.message.find("\"" + pod + "\"") == std::string::npos;
  }
  return error.code == Errc::invalid_argument &&
         error.message.find("no kind \"Eviction\"") != std::string::npos;
}

}  // namespace

KubernetesApi::KubernetesApi(HttpTransport& http, Kubeconfig config, const Clock& clock,
                             Sleeper& sleeper, Random& random, ApiOptions options)
    : client_(http, std::move(config), clock, sleeper, random, options), resources_(client_) {}

Async<std::expected<ApiCall, Failure>> KubernetesApi::call_for(ObjectRef object, std::string method,
                                                               std::string subresource) {
  const auto resource = co_await resources_.find(object.api_version, object.kind);
  if (!resource) co_return std::unexpected(resource.error());
  auto path = object_path(*resource, object.ns, object.name, subresource);
  if (!path) co_return refuse(std::move(path).error());
  co_return ApiCall{
      .method = std::move(method), .path = std::move(*path), .what = describe(object)};
}

Async<Result<std::string>> KubernetesApi::version() {
  const auto answer = co_await client_.send_json({.path = "/version", .what = "the version"});
  if (!answer) co_return fail(answer.error().error);
  co_return tidy(string_or(*answer, "gitVersion"), 64);
}

Async<Result<Json>> KubernetesApi::get(ObjectRef object) {
  auto call = co_await call_for(std::move(object), "GET");
  if (!call) co_return fail(std::move(call).error().error);
  auto answer = co_await client_.send_json(std::move(*call));
  if (!answer) co_return fail(std::move(answer).error().error);
  co_return std::move(*answer);
}

Async<Result<Json>> KubernetesApi::write(ObjectRef object, std::string method,
                                         std::string content_type, Json body, bool dry_run,
                                         std::string subresource) {
  auto call = co_await call_for(std::move(object), std::move(method), std::move(subresource));
  if (!call) co_return fail(std::move(call).error().error);
  call->content_type = std::move(content_type);
  call->body = dump_json(body);
  if (call->method != "DELETE") call->query.emplace_back("fieldManager", kFieldManager);
  if (dry_run) call->query.emplace_back("dryRun", "All");
  auto answer = co_await client_.send_json(std::move(*call));
  if (!answer) co_return fail(std::move(answer).error().error);
  co_return std::move(*answer);
}

Async<Result<Json>> KubernetesApi::patch(ObjectRef object, PatchType type, Json body,
                                         Writing writing) {
  if (auto ok = demand_version(body, type, writing.resource_version); !ok) {
    co_return fail(std::move(ok).error());
  }
  co_return co_await write(std::move(object), "PATCH", content_type_of(type), std::move(body),
                           writing.dry_run);
}

Async<Result<Json>> KubernetesApi::create(Json object, Writing writing) {
  const auto ref = ref_of(object);
  const auto resource = co_await resources_.find(ref.api_version, ref.kind);
  if (!resource) co_return fail(resource.error().error);
  if (resource->namespaced && ref.ns.empty()) {
    co_return fail(Errc::invalid_argument,
                   fmt::format("{} has no namespace to be created in", describe(ref)));
  }
  // A name may be left to the cluster (generateName), but one that is given has to be one.
  if (!ref.name.empty()) {
    auto path = object_path(*resource, ref.ns, ref.name);
    if (!path) co_return fail(std::move(path).error());
  }
  auto path = collection_path(*resource, ref.ns);
  if (!path) co_return fail(std::move(path).error());
  ApiCall call{.method = "POST",
               .path = std::move(*path),
               .query = {{"fieldManager", kFieldManager}},
               .what = describe(ref),
               .content_type = "application/json",
               .body = dump_json(object)};
  if (writing.dry_run) call.query.emplace_back("dryRun", "All");
  auto answer = co_await client_.send_json(std::move(call));
  if (!answer) co_return fail(std::move(answer).error().error);
  co_return std::move(*answer);
}

Async<Result<Json>> KubernetesApi::replace(Json object, Writing writing) {
  auto ref = ref_of(object);
  if (object.is_object()) demand_version(object, writing.resource_version);
  co_return co_await write(std::move(ref), "PUT", "application/json", std::move(object),
                           writing.dry_run);
}

Async<Result<>> KubernetesApi::remove(ObjectRef object, Writing writing) {
  Json options{
      {"apiVersion", "v1"}, {"kind", "DeleteOptions"}, {"propagationPolicy", "Background"}};
  if (!writing.resource_version.empty()) {
    options["preconditions"] = Json{{"resourceVersion", writing.resource_version}};
  }
  if (writing.dry_run) options["dryRun"] = Json::array({"All"});
  const auto answer = co_await write(std::move(object), "DELETE", "application/json",
                                     std::move(options), writing.dry_run);
  if (!answer) co_return fail(answer.error());
  co_return Result<>{};
}

Async<Result<std::int64_t>> KubernetesApi::scale(ObjectRef object, std::int64_t replicas,
                                                 Writing writing) {
  auto call = co_await call_for(object, "GET", "scale");
  if (!call) co_return fail(std::move(call).error().error);
  const auto before = co_await client_.send_json(std::move(*call));
  if (!before) co_return fail(before.error().error);
  // A patch, not the whole: the status changes all the time, and with it the version.
  Json body{{"spec", {{"replicas", replicas}}}};
  demand_version(body, writing.resource_version);
  const auto after = co_await write(std::move(object), "PATCH", content_type_of(PatchType::merge),
                                    std::move(body), writing.dry_run, "scale");
  if (!after) co_return fail(after.error());
  co_return integer_or(object_or_empty(*before, "spec"), "replicas");
}

Async<Result<Json>> KubernetesApi::apply(Json object, clusters::Applying applying,
                                         std::vector<clusters::FieldConflict>* conflicts) {
  const auto ref = ref_of(object);
  auto call = co_await call_for(ref, "PATCH");
  if (!call) co_return fail(std::move(call).error().error);
  object["metadata"].erase("managedFields");            // the cluster writes those itself
  call->content_type = "application/apply-patch+yaml";  // JSON is YAML
  call->body = dump_json(object);
  call->query = {{"fieldManager", kFieldManager}, {"force", applying.force ? "true" : "false"}};
  if (applying.dry_run) call->query.emplace_back("dryRun", "All");
  auto answer = co_await client_.send_json(std::move(*call));
  if (answer) co_return std::move(*answer);
  if (conflicts != nullptr) *conflicts = std::move(answer.error().conflicts);
  co_return fail(std::move(answer).error().error);
}

Async<Result<>> KubernetesApi::evict(std::string ns, std::string pod) {
  const ObjectRef ref{.kind = "Pod", .ns = std::move(ns), .name = std::move(pod)};
  const auto call = co_await call_for(ref, "POST", "eviction");
  if (!call) co_return fail(call.error().error);
  std::expected<Json, Failure> answer;
  for (const char* api_version : {"policy/v1", "policy/v1beta1"}) {
    ApiCall evicting = *call;
    evicting.content_type = "application/json";
    evicting.body = dump_json(Json{{"apiVersion", api_version},
                                   {"kind", "Eviction"},
                                   {"metadata", {{"name", ref.name}, {"namespace", ref.ns}}}});
    answer = co_await client_.send_json(std::move(evicting));
    if (answer) co_return Result<>{};
    if (!knows_no_eviction(answer.error(), ref.name)) break;
  }
  co_return fail(std::move(answer).error().error);
}

Async<Result<std::string>> KubernetesApi::log(clusters::LogQuery query) {
  auto text = co_await log_of(query);
  if (text || !query.container.empty() || !names_no_container(text.error())) co_return text;
  const auto pod = co_await get({.kind = "Pod", .ns = query.ns, .name = query.pod});
  if (!pod) co_return fail(pod.error());
  query.container = first_container(*pod);
  if (query.container.empty()) co_return text;
  co_return co_await log_of(std::move(query));
}

Async<Result<std::string>> KubernetesApi::log_of(clusters::LogQuery query) {
  auto call = co_await call_for({.kind = "Pod", .ns = query.ns, .name = query.pod}, "GET", "log");
  if (!call) co_return fail(std::move(call).error().error);
  call->accept = "*/*";
  call->max_response_bytes = 2 * kMaxLogBytes;
  const auto lines = std::clamp<std::int64_t>(query.lines, 1, kMaxLogLines);
  call->query = {{"tailLines", std::to_string(lines)},
                 {"limitBytes", std::to_string(kMaxLogBytes)}};
  if (!query.container.empty()) call->query.emplace_back("container", query.container);
  if (query.previous) call->query.emplace_back("previous", "true");
  if (query.since) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*query.since).count();
    call->query.emplace_back("sinceSeconds", std::to_string(std::max<std::int64_t>(1, seconds)));
  }
  std::string text;
  const auto done = co_await client_.send(std::move(*call), [&text](OutboundResponse& response) {
    text = sanitize_utf8(response.body);
    return Result<>{};
  });
  if (!done) co_return fail(done.error().error);
  co_return text;
}

}  // namespace mtc::kubernetes
