#include "adapters/kubernetes/resources.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/characters.h"
#include "base/encoding.h"

namespace mtc::kubernetes {
namespace {

constexpr std::size_t kMaxName = 253;
constexpr std::size_t kMaxGroups = 200;
constexpr Millis kAskAgainAfter{10'000};  // for a kind that was not there

const std::array kKnown{
    Resource{"v1", "Pod", "pods"},
    Resource{"v1", "Service", "services"},
    Resource{"v1", "Node", "nodes", false},
    Resource{"v1", "Namespace", "namespaces", false},
    Resource{"v1", "ConfigMap", "configmaps"},
    Resource{"v1", "Secret", "secrets"},
    Resource{"v1", "Event", "events"},
    Resource{"v1", "Endpoints", "endpoints"},
    Resource{"v1", "ServiceAccount", "serviceaccounts"},
    Resource{"v1", "PersistentVolumeClaim", "persistentvolumeclaims"},
    Resource{"v1", "PersistentVolume", "persistentvolumes", false},
    Resource{"apps/v1", "Deployment", "deployments"},
    Resource{"apps/v1", "ReplicaSet", "replicasets"},
    Resource{"apps/v1", "StatefulSet", "statefulsets"},
    Resource{"apps/v1", "DaemonSet", "daemonsets"},
    Resource{"apps/v1", "ControllerRevision", "controllerrevisions"},
    Resource{"batch/v1", "Job", "jobs"},
    Resource{"batch/v1", "CronJob", "cronjobs"},
    Resource{"batch/v1beta1", "CronJob", "cronjobs"},
    Resource{"networking.k8s.io/v1", "Ingress", "ingresses"},
    Resource{"policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"},
    Resource{"policy/v1beta1", "PodDisruptionBudget", "poddisruptionbudgets"},
    Resource{"autoscaling/v1", "HorizontalPodAutoscaler", "horizontalpodautoscalers"},
    Resource{"metrics.k8s.io/v1beta1", "NodeMetrics", "nodes", false},
    Resource{"metrics.k8s.io/v1beta1", "PodMetrics", "pods"},
};

// A segment of a path: "." and ".." would be taken for others on the way.
bool is_segment(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName && text != "." && text != ".." &&
         std::ranges::none_of(text, [](unsigned char c) {
           return c <= ' ' || c >= 0x7f || c == '/' || c == '%' || c == '?' || c == '#';
         });
}

std::string root_of(std::string_view api_version) {
  return fmt::format("{}/{}", api_version.find('/') == std::string_view::npos ? "/api" : "/apis",
                     api_version);
}

bool is_api_version(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return is_segment(text);
  return is_segment(text.substr(0, slash)) && is_segment(text.substr(slash + 1));
}

std::unexpected<Failure> refuse(Errc code, std::string message) {
  return std::unexpected(Failure{.error = {.code = code, .message = std::move(message)}});
}

}  // namespace

const Resource* find_known(std::string_view api_version, std::string_view kind) {
  const auto found = std::ranges::find_if(kKnown, [&](const Resource& resource) {
    return resource.api_version == api_version && resource.kind == kind;
  });
  return found == kKnown.end() ? nullptr : &*found;
}

Result<std::string> collection_path(const Resource& resource, std::string_view ns) {
  if (ns.empty() || !resource.namespaced) {
    return fmt::format("{}/{}", root_of(resource.api_version), resource.plural);
  }
  if (!is_segment(ns)) {
    return fail(Errc::invalid_argument,
                "the namespace that was given is not one that a cluster can have");
  }
  return fmt::format("{}/namespaces/{}/{}", root_of(resource.api_version), percent_encode(ns),
                     resource.plural);
}

Result<std::string> object_path(const Resource& resource, std::string_view ns,
                                std::string_view name, std::string_view subresource) {
  if (resource.namespaced && ns.empty()) {
    return fail(Errc::invalid_argument,
                fmt::format("a {} lives in a namespace: give its name", resource.kind));
  }
  if (!is_segment(name)) {
    return fail(
        Errc::invalid_argument,
        fmt::format("the name that was given is not one that a {} can have", resource.kind));
  }
  auto path = collection_path(resource, ns);
  if (!path) return path;
  *path += "/" + percent_encode(name);
  if (!subresource.empty()) *path += fmt::format("/{}", subresource);
  return path;
}

std::string describe(const clusters::ObjectRef& object) {
  return object.ns.empty()
             ? fmt::format("{} {}", object.kind, tidy(object.name, 100))
             : fmt::format("{} {}/{}", object.kind, tidy(object.ns, 100), tidy(object.name, 100));
}

Async<std::expected<Resource, Failure>> Resources::find(std::string api_version, std::string kind) {
  if (const Resource* known = find_known(api_version, kind)) co_return *known;
  if (!is_api_version(api_version) || kind.empty() || !std::ranges::all_of(kind, is_alnum)) {
    co_return refuse(Errc::invalid_argument,
                     "an object has an apiVersion such as apps/v1 and a kind such as Deployment");
  }
  const TimePoint now = client_.clock().now();
  auto group = groups_.find(api_version);
  for (;;) {
    if (group != groups_.end() && now - group->second.learnt < client_.options().discovery_for) {
      const auto& resources = group->second.resources;
      const auto found = std::ranges::find(resources, kind, &Resource::kind);
      if (found != resources.end()) co_return *found;
      if (now - group->second.learnt < kAskAgainAfter) break;  // it may be quite new
    }
    auto learnt = co_await ask(api_version);
    if (!learnt) {
      if (learnt.error().error.code != Errc::not_found) co_return std::unexpected(learnt.error());
      break;
    }
    if (groups_.size() >= kMaxGroups) groups_.clear();
    group = groups_.insert_or_assign(api_version, std::move(*learnt)).first;
  }
  co_return refuse(Errc::not_found, fmt::format("the cluster has no kind {} in {}; what defines it "
                                                "may not be installed there",
                                                kind, api_version));
}

Async<std::expected<Resources::Group, Failure>> Resources::ask(const std::string& api_version) {
  const auto answer = co_await client_.send_json(
      {.path = root_of(api_version), .what = fmt::format("the kinds of {}", api_version)});
  if (!answer) co_return std::unexpected(answer.error());
  Group group{.learnt = client_.clock().now()};
  for (const auto& entry : array_or_empty(*answer, "resources")) {
    if (!entry.is_object()) continue;
    Resource resource{.api_version = api_version,
                      .kind = string_or(entry, "kind"),
                      .plural = string_or(entry, "name"),
                      .namespaced = bool_or(entry, "namespaced")};
    // Parts of others ("deployments/scale") have a slash.
    if (is_segment(resource.plural)) group.resources.push_back(std::move(resource));
  }
  co_return group;
}

}  // namespace mtc::kubernetes
