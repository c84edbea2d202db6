// What is posted and creates nothing: evictions, and questions about access.
#include <fmt/format.h>

#include "emulator/kubernetes/object_requests.h"
#include "emulator/kubernetes/objects.h"
#include "emulator/kubernetes/well_known.h"

namespace mtc::emulator::kubernetes {
namespace {

KubeResult<> check_budgets(const ObjectRequest& request, const Json& pod) {
  const auto& plane = request.cluster.plane();
  std::vector<ObjectPtr> budgets;
  const auto [first, last] =
      plane.store.in_namespace(known::disruption_budgets(), request.route.ns);
  for (auto it = first; it != last; ++it)
    if (selector_matches(dig(it->second->value(), {"spec", "selector"}),
                         dig(pod, {"metadata", "labels"})))
      budgets.push_back(it->second);
  if (budgets.empty()) return {};
  if (budgets.size() > 1)
    return internal_error(
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not "
        "support.");
  const auto& budget = budgets.front()->value();
  if (integer_at(budget, {"status", "disruptionsAllowed"}) > 0) return {};
  // A pod that does not work may go while the budget is kept without it.
  if (!is_ready(pod) &&
      integer_at(budget, {"status", "currentHealthy"}) >=
          integer_at(budget, {"status", "desiredHealthy"}) &&
      integer_at(budget, {"status", "desiredHealthy"}) > 0)
    return {};
  return too_many_requests(
      "Cannot evict pod as it would violate the pod's disruption budget.", 0,
      Json::array(
          {{{"reason", "DisruptionBudget"},
            {"message",
             fmt::format("The disruption budget {} needs {} healthy pods and has {} currently",
                         name_of(budget), integer_at(budget, {"status", "desiredHealthy"}),
                         integer_at(budget, {"status", "currentHealthy"}))}}}));
}

}  // namespace

KubeResult<Reply> evict_pod(const ObjectRequest& request) {
  const auto& route = request.route;
  auto body = parse_json(request.http.body);
  if (!body || string_or(*body, "kind", "Eviction") != "Eviction")
    return bad_request("the body of an eviction is an Eviction object of policy/v1");
  const auto found = stored_one(request);
  if (!found) return std::unexpected(found.error());
  const auto name = text_at(*body, {"metadata", "name"});
  if (!name.empty() && name != route.name)
    return bad_request("name in URL does not match name in Eviction object");
  const auto& pod = (*found)->value();
  const auto phase = text_at(pod, {"status", "phase"});
  const bool counts =
      phase != "Succeeded" && phase != "Failed" && phase != "Pending" && !is_deleted(pod);
  if (counts)
    if (auto ok = check_budgets(request, pod); !ok) return std::unexpected(ok.error());
  auto& plane = request.cluster.plane();
  DeleteOptions how;
  if (const auto& grace = dig(*body, {"deleteOptions", "gracePeriodSeconds"});
      grace.is_number_integer())
    how.grace_seconds = grace.get<std::int64_t>();
  const auto& dry = dig(*body, {"deleteOptions", "dryRun"});
  const bool dry_run = request.query.text("dryRun") == "All" || (dry.is_array() && !dry.empty());
  const auto deleted = plane.registry.remove(known::pods(), (*found)->id(), how,
                                             {.now = plane.now, .dry_run = dry_run});
  if (!deleted) return std::unexpected(deleted.error());
  request.cluster.advance();
  return Reply{201, dump_json({{"kind", "Status"},
                               {"apiVersion", "v1"},
                               {"metadata", Json::object()},
                               {"status", "Success"}})};
}

KubeResult<Reply> review_access(const ObjectRequest& request) {
  auto body =
      read_body(request, std::string(request.route.kind->kind), request.route.kind->api_version());
  if (!body) return std::unexpected(body.error());
  const auto& spec = dig(*body, {"spec"});
  const auto& asked = dig(spec, {"resourceAttributes"});
  Attributes attributes;
  if (asked.is_object()) {
    attributes = {.verb = string_or(asked, "verb"),
                  .group = string_or(asked, "group"),
                  .resource = string_or(asked, "resource"),
                  .subresource = string_or(asked, "subresource"),
                  .ns = string_or(asked, "namespace"),
                  .name = string_or(asked, "name")};
  } else {
    const auto& path = dig(spec, {"nonResourceAttributes"});
    if (!path.is_object())
      return invalid("SelfSubjectAccessReview", "authorization.k8s.io", "",
                     {field_invalid("spec.resourceAttributes", nullptr,
                                    "exactly one of nonResourceAttributes or resourceAttributes "
                                    "must be specified")});
    attributes = {.verb = text_at(path, {"verb"}), .path = text_at(path, {"path"})};
  }
  const bool allowed = is_allowed(request.cluster.store(), request.user, attributes);
  (*body)["status"] = {{"allowed", allowed}};
  if (!allowed) (*body)["status"]["reason"] = "";
  (*body)["metadata"]["creationTimestamp"] = nullptr;
  return Reply{201, dump_json(*body)};
}

}  // namespace mtc::emulator::kubernetes
