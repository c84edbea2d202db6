// Requests that change objects.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "emulator/kubernetes/admission.h"
#include "emulator/kubernetes/managed_fields.h"
#include "emulator/kubernetes/object_requests.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/patches.h"
#include "emulator/kubernetes/selectors.h"
#include "emulator/kubernetes/type_schema.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::string_view kPatchTypes =
    "application/json-patch+json, application/merge-patch+json, "
    "application/strategic-merge-patch+json, application/apply-patch+yaml";

// The kinds that share a store share one version there.
void to_stored_version(const ObjectRequest& request, Json& object) {
  object["apiVersion"] = request.route.stored->api_version();
  object["kind"] = request.route.stored->kind;
}

// What Go leaves out where it is empty is not there: a label map without labels, data without keys.
void leave_out_empty(Json& object) {
  const auto clean = [](Json& at, std::initializer_list<const char*> keys) {
    for (const auto* key : keys) {
      const auto found = at.find(key);
      if (found != at.end() && found->empty()) at.erase(found);
    }
  };
  clean(object, {"data", "binaryData", "stringData", "subsets", "secrets", "imagePullSecrets"});
  clean(object["metadata"], {"labels", "annotations", "finalizers", "ownerReferences"});
}

ApplyOptions manager_options(const ObjectRequest& request) {
  return {.manager = manager_of(request.query, request.http.header("User-Agent")),
          .force = request.query.flag("force"),
          .now = request.cluster.plane().now,
          .subresource = request.route.subresource};
}

const TypeSchema& schema_for(const ObjectRequest& request) {
  return schema_of(request.route.stored->api_version(), request.route.stored->kind);
}

// After a write everything that follows from it at once happens before the next request.
Reply written(const ObjectRequest& request, const ObjectPtr& object, int status = 200) {
  auto reply = object_reply(request, object, status);
  request.cluster.advance();
  return reply;
}

KubeResult<Reply> store_new(const ObjectRequest& request, Json object, bool track) {
  const auto dry = is_dry_run(request.query);
  if (!dry) return std::unexpected(dry.error());
  auto& plane = request.cluster.plane();
  auto& metadata = object["metadata"];
  for (const auto* key :
       {"uid", "creationTimestamp", "deletionTimestamp", "generation", "selfLink"})
    metadata.erase(key);
  if (!string_or(metadata, "resourceVersion").empty())
    return bad_request("resourceVersion should not be set on objects to be created");
  metadata.erase("resourceVersion");
  to_stored_version(request, object);
  leave_out_empty(object);
  // Like the API, a new object has the status its controllers will write.
  if (request.route.stored->subresource("status") != nullptr && request.route.kind->kind != "Node")
    object.erase("status");
  if (auto ok = admit(plane, *request.route.stored, object, nullptr); !ok)
    return std::unexpected(ok.error());
  if (track)
    object =
        track_update(nullptr, std::move(object), manager_options(request), schema_for(request));
  const auto stored = plane.registry.create(*request.route.stored, std::move(object),
                                            {.now = plane.now, .dry_run = *dry});
  if (!stored) return std::unexpected(stored.error());
  return written(request, *stored, 201);
}

KubeResult<Reply> store_changed(const ObjectRequest& request, const StoredObject& old, Json object,
                                bool track) {
  const auto dry = is_dry_run(request.query);
  if (!dry) return std::unexpected(dry.error());
  auto& plane = request.cluster.plane();
  const auto& kind = *request.route.stored;
  const bool status = request.route.subresource == "status";
  to_stored_version(request, object);
  if (!object.contains("metadata") || !object["metadata"].is_object())
    return bad_request("metadata: must be an object");
  leave_out_empty(object);
  auto& metadata = object["metadata"];
  if (string_or(metadata, "name") != old.id().name)
    return bad_request(
        fmt::format("the name of the object ({}) does not match the name on the URL "
                    "({})",
                    string_or(metadata, "name"), old.id().name));
  if (kind.namespaced && string_or(metadata, "namespace") != old.id().ns)
    return bad_request("the namespace of the object does not match the namespace on the request");
  if (status) {  // all but the status stays
    auto next = old.value();
    if (object.contains("status")) next["status"] = object["status"];
    next["metadata"]["resourceVersion"] = string_or(metadata, "resourceVersion");
    if (metadata.contains("managedFields"))
      next["metadata"]["managedFields"] = metadata["managedFields"];
    for (const auto* key : {"labels", "annotations"})
      if (metadata.contains(key)) next["metadata"][key] = metadata[key];
    object = std::move(next);
  } else if (auto ok = admit(plane, kind, object, old.value()); !ok) {
    return std::unexpected(ok.error());
  }
  if (track)
    object =
        track_update(old.value(), std::move(object), manager_options(request), schema_for(request));
  const auto stored =
      plane.registry.update(kind, std::move(object), status ? Part::status : Part::main,
                            {.now = plane.now, .dry_run = *dry});
  if (!stored) return std::unexpected(stored.error());
  return written(request, *stored);
}

KubeResult<Json> patched(const ObjectRequest& request, std::string_view media, Json object,
                         const TypeSchema& schema) {
  auto patch = parse_json(request.http.body);
  if (!patch) return bad_request("error decoding patch: " + patch.error().message);
  if (media == "application/json-patch+json") return json_patch(std::move(object), *patch);
  if (media == "application/merge-patch+json") return merge_patch(std::move(object), *patch);
  return strategic_merge_patch(std::move(object), *patch, schema);
}

KubeResult<Reply> write_scale(const ObjectRequest& request, const StoredObject& old,
                              const Json& scale) {
  const auto& replicas = dig(scale, {"spec", "replicas"});
  const auto name = old.id().name;
  if (!replicas.is_number_integer() && !replicas.is_null())
    return bad_request(
        "Scale in version \"v1\" cannot be handled as a Scale: json: cannot unmarshal into Go "
        "struct field ScaleSpec.spec.replicas of type int32");
  const auto wanted = replicas.is_null() ? 0 : replicas.get<std::int64_t>();
  if (wanted > std::numeric_limits<std::int32_t>::max())
    return bad_request(fmt::format(
        "Scale in version \"v1\" cannot be handled as a Scale: json: cannot unmarshal number {} "
        "into Go struct field ScaleSpec.spec.replicas of type int32",
        wanted));
  if (wanted < 0)
    return invalid("Scale", "autoscaling", name,
                   {field_invalid("spec.replicas", wanted, "must be greater than or equal to 0")});
  auto object = old.value();
  object["spec"]["replicas"] = wanted;
  if (const auto version = text_at(scale, {"metadata", "resourceVersion"}); !version.empty())
    object["metadata"]["resourceVersion"] = version;
  const auto dry = is_dry_run(request.query);
  if (!dry) return std::unexpected(dry.error());
  auto& plane = request.cluster.plane();
  object =
      track_update(old.value(), std::move(object), manager_options(request), schema_for(request));
  const auto stored = plane.registry.update(*request.route.stored, std::move(object), Part::main,
                                            {.now = plane.now, .dry_run = *dry});
  if (!stored) return std::unexpected(stored.error());
  Reply reply{200, dump_json(scale_of((*stored)->value()))};
  request.cluster.advance();
  return reply;
}

KubeResult<Reply> apply(const ObjectRequest& request) {
  const auto& route = request.route;
  if (request.query.text("fieldManager").empty())
    return invalid("PatchOptions", "meta.k8s.io", "",
                   {field_required("fieldManager", "is required for apply patch")});
  auto applied = read_body(request, std::string(route.kind->kind), route.kind->api_version());
  if (!applied) return std::unexpected(applied.error());
  const auto found = request.cluster.store().find(*route.stored, {route.ns, route.name});
  to_stored_version(request, *applied);
  if (auto ok = check_types(*route.stored, *applied); !ok) return std::unexpected(ok.error());
  const auto live = found ? found->value() : Json();
  auto object = server_side_apply(live, *applied, manager_options(request), schema_for(request));
  if (!object) return std::unexpected(object.error());
  if (!found) {
    if (!route.subresource.empty())
      return not_found(route.kind->plural, route.kind->group, route.name);
    return store_new(request, std::move(*object), false);
  }
  const auto version = text_at(*applied, {"metadata", "resourceVersion"});
  if (!version.empty()) (*object)["metadata"]["resourceVersion"] = version;
  return store_changed(request, *found, std::move(*object), false);
}

Reply success(const ResourceKind& kind, const Json& object) {
  Json details{{"name", name_of(object)}, {"kind", kind.plural}, {"uid", uid_of(object)}};
  if (!kind.group.empty()) details["group"] = kind.group;
  return {200, dump_json({{"kind", "Status"},
                          {"apiVersion", "v1"},
                          {"metadata", Json::object()},
                          {"status", "Success"},
                          {"details", std::move(details)}})};
}

}  // namespace

Json scale_of(const Json& object) {
  const auto selector = LabelSelector::from_json(dig(object, {"spec", "selector"}));
  Json metadata;
  for (const auto* key : {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"})
    metadata[key] = object["metadata"].value(key, "");
  return {{"kind", "Scale"},
          {"apiVersion", "autoscaling/v1"},
          {"metadata", std::move(metadata)},
          {"spec", {{"replicas", integer_at(object, {"spec", "replicas"})}}},
          {"status",
           {{"replicas", integer_at(object, {"status", "replicas"})},
            {"selector", selector ? selector->text() : ""}}}};
}

KubeResult<Reply> create_object(const ObjectRequest& request) {
  const auto& route = request.route;
  if (route.subresource == "eviction") return evict_pod(request);
  if (route.kind->group == "authorization.k8s.io") return review_access(request);
  if (!route.name.empty() || (route.kind->namespaced && route.ns.empty()))
    return method_not_allowed();
  auto body = read_body(request, std::string(route.kind->kind), route.kind->api_version());
  if (!body) return std::unexpected(body.error());
  return store_new(request, std::move(*body), true);
}

KubeResult<Reply> update_object(const ObjectRequest& request) {
  const auto& route = request.route;
  if (route.name.empty()) return method_not_allowed();
  const auto found = stored_one(request);
  if (!found) return std::unexpected(found.error());
  if (route.subresource == "scale") {
    auto scale = read_body(request, "Scale", "autoscaling/v1");
    if (!scale) return std::unexpected(scale.error());
    return write_scale(request, **found, *scale);
  }
  auto body = read_body(request, std::string(route.kind->kind), route.kind->api_version());
  if (!body) return std::unexpected(body.error());
  if (route.subresource == "finalize") return object_reply(request, *found);
  return store_changed(request, **found, std::move(*body), true);
}

KubeResult<Reply> patch_object(const ObjectRequest& request) {
  const auto& route = request.route;
  if (route.name.empty()) return method_not_allowed();
  const auto type = request.http.header("Content-Type");
  const auto media = to_lower_ascii(trim(type.substr(0, type.find(';'))));
  const auto known_types = split(kPatchTypes, ',');
  if (std::ranges::none_of(known_types, [&](std::string_view one) { return trim(one) == media; }))
    return unsupported_media_type(kPatchTypes);
  if (media == "application/apply-patch+yaml") {
    // Who may scale may not change everything: the body of an apply is the whole object.
    if (route.subresource == "scale") return unsupported_media_type(kPatchTypes);
    return apply(request);
  }
  const auto found = stored_one(request);
  if (!found) return std::unexpected(found.error());
  if (route.subresource == "scale") {
    auto scale =
        patched(request, media, scale_of((*found)->value()), schema_of("autoscaling/v1", "Scale"));
    if (!scale) return std::unexpected(scale.error());
    return write_scale(request, **found, *scale);
  }
  auto object = patched(request, media, (*found)->value(), schema_for(request));
  if (!object) return std::unexpected(object.error());
  if (!object->is_object()) return bad_request("the patch leaves no object");
  return store_changed(request, **found, std::move(*object), true);
}

KubeResult<Reply> delete_object(const ObjectRequest& request) {
  const auto& route = request.route;
  if (route.kind->kind == "Namespace" &&
      (route.name == "default" || route.name == "kube-system" || route.name == "kube-public"))
    return forbidden("namespaces", "", route.name, "this namespace may not be deleted");
  bool dry_run = false;
  const auto how = read_delete_options(request, &dry_run);
  if (!how) return std::unexpected(how.error());
  auto& plane = request.cluster.plane();
  const auto deleted = plane.registry.remove(*route.stored, {route.ns, route.name}, *how,
                                             {.now = plane.now, .dry_run = dry_run});
  if (!deleted) return std::unexpected(deleted.error());
  // What is gone is only named; what still ends, and every pod, is shown.
  auto reply = deleted->gone && route.kind->kind != "Pod"
                   ? success(*route.kind, deleted->object->value())
                   : object_reply(request, deleted->object);
  request.cluster.advance();
  return reply;
}

}  // namespace mtc::emulator::kubernetes
