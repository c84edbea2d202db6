// What comes in the body of a request, read and checked against its path.
#include <fmt/format.h>

#include "base/text.h"
#include "emulator/kubernetes/object_requests.h"
#include "emulator/kubernetes/objects.h"

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::string_view kBodyTypes = "application/json";

KubeResult<> check_against_path(const ObjectRequest& request, Json& object) {
  const auto& route = request.route;
  auto& metadata = object["metadata"];
  if (metadata.is_null()) metadata = Json::object();
  if (!metadata.is_object())
    return bad_request(fmt::format(
        "{0} in version \"{1}\" cannot be handled as a {0}: json: cannot unmarshal into Go struct "
        "field {0}.metadata of type v1.ObjectMeta",
        route.kind->kind, route.kind->version));
  for (const auto* key : {"name", "namespace", "generateName", "uid", "resourceVersion"})
    if (metadata.contains(key) && !metadata[key].is_string() && !metadata[key].is_null())
      return bad_request(fmt::format(
          "{0} in version \"{1}\" cannot be handled as a {0}: json: cannot unmarshal into Go "
          "struct field ObjectMeta.metadata.{2} of type string",
          route.kind->kind, route.kind->version, key));
  if (route.kind->namespaced) {
    const auto ns = string_or(metadata, "namespace");
    if (!ns.empty() && ns != route.ns)
      return bad_request(
          "the namespace of the provided object does not match the namespace sent on the request");
    metadata["namespace"] = route.ns;
  } else {
    metadata.erase("namespace");
  }
  if (route.name.empty()) return {};
  const auto name = string_or(metadata, "name");
  if (name.empty()) metadata["name"] = route.name;
  if (!name.empty() && name != route.name)
    return bad_request(
        fmt::format("the name of the object ({}) does not match the name on the URL "
                    "({})",
                    name, route.name));
  return {};
}

}  // namespace

KubeResult<Json> read_body(const ObjectRequest& request, const std::string& expected_kind,
                           const std::string& expected_version) {
  const auto type = request.http.header("Content-Type");
  const auto media = to_lower_ascii(trim(type.substr(0, type.find(';'))));
  if (!media.empty() && media != "application/json" && media != "*/*" &&
      media != "application/apply-patch+yaml")
    return unsupported_media_type(kBodyTypes);
  if (request.http.body.empty()) return bad_request("the request has no body: an object is needed");
  auto body = parse_json(request.http.body);
  if (!body)
    return bad_request("couldn't get version/kind; json parse error: " + body.error().message);
  if (!body->is_object())
    return bad_request(
        "couldn't get version/kind; json parse error: json: cannot unmarshal into Go value of type "
        "struct { APIVersion string; Kind string }");
  const auto kind = string_or(*body, "kind", expected_kind);
  const auto version = string_or(*body, "apiVersion", expected_version);
  if (kind != expected_kind && version == expected_version)
    return bad_request(
        fmt::format("{0} in version \"{1}\" cannot be handled as a {2}: converting "
                    "({0}) to ({2}): unknown conversion",
                    kind, split_api_version(version).version, expected_kind));
  if (version != expected_version)
    return bad_request(
        fmt::format("the API version in the data ({}) does not match the expected API version ({})",
                    version, expected_version));
  (*body)["kind"] = kind;
  (*body)["apiVersion"] = version;
  if (auto ok = check_against_path(request, *body); !ok) return std::unexpected(ok.error());
  return std::move(*body);
}

KubeResult<bool> is_dry_run(const Query& query) {
  const auto text = query.text("dryRun");
  if (text.empty()) return false;
  if (text != "All")
    return bad_request(
        fmt::format("[dryRun: Unsupported value: \"{}\": supported values: \"All\"]", text));
  return true;
}

KubeResult<DeleteOptions> read_delete_options(const ObjectRequest& request, bool* dry_run) {
  DeleteOptions out;
  Json body = Json::object();
  if (!trim(request.http.body).empty()) {
    auto parsed = parse_json(request.http.body);
    if (!parsed || !parsed->is_object())
      return bad_request("the body of a delete is a DeleteOptions object, or nothing");
    body = std::move(*parsed);
  }
  const auto grace = request.query.number("gracePeriodSeconds");
  if (!grace) return std::unexpected(grace.error());
  out.grace_seconds = *grace;
  if (const auto& value = dig(body, {"gracePeriodSeconds"}); value.is_number_integer())
    out.grace_seconds = value.get<std::int64_t>();
  if (out.grace_seconds && *out.grace_seconds < 0)
    return bad_request("gracePeriodSeconds: must be greater than or equal to 0");
  auto policy = request.query.text("propagationPolicy");
  if (policy.empty()) policy = string_or(body, "propagationPolicy");
  if (policy.empty() &&
      (request.query.flag("orphanDependents") || bool_or(body, "orphanDependents")))
    policy = "Orphan";
  if (policy == "Orphan") {
    out.propagation = Propagation::orphan;
  } else if (policy == "Foreground") {
    out.propagation = Propagation::foreground;
  } else if (!policy.empty() && policy != "Background") {
    return invalid(
        "DeleteOptions", "", "",
        {field_not_supported("propagationPolicy", policy, {"Foreground", "Background", "Orphan"})});
  }
  out.uid = text_at(body, {"preconditions", "uid"});
  out.resource_version = text_at(body, {"preconditions", "resourceVersion"});
  const auto dry = is_dry_run(request.query);
  if (!dry) return std::unexpected(dry.error());
  const auto& listed = array_or_empty(body, "dryRun");
  *dry_run = *dry || (!listed.empty() && listed[0] == "All");
  return out;
}

}  // namespace mtc::emulator::kubernetes
