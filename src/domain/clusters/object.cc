#include "domain/clusters/object.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "base/text.h"

namespace mtc::clusters {
namespace {

Pairs pairs_of(const Json& object) {
  Pairs out;
  for (const auto& [key, value] : object.items()) {
    if (value.is_string()) out.emplace_back(key, value.get<std::string>());
  }
  return out;
}

// Written by controllers, not by people.
constexpr std::array<std::string_view, 12> kNoisyAnnotations{
    "kubectl.kubernetes.io/last-applied-configuration",
    "deployment.kubernetes.io/",
    "deprecated.daemonset.template.generation",
    "autoscaling.alpha.kubernetes.io/",
    "pv.kubernetes.io/",
    "volume.kubernetes.io/",
    "volume.beta.kubernetes.io/",
    "service.cloud.tencent.com/",
    "ingress.cloud.tencent.com/",
    "cloud.tencent.com/",
    "kubernetes.io/ingress.qcloud-loadbalance-id",
    "service.kubernetes.io/loadbalance-id",
};

bool is_noisy(std::string_view annotation) {
  return std::ranges::any_of(kNoisyAnnotations, [annotation](std::string_view noisy) {
    return noisy.ends_with('/') ? annotation.starts_with(noisy) : annotation == noisy;
  });
}

void erase_noisy_annotations(Json& metadata) {
  const auto it = metadata.find("annotations");
  if (it == metadata.end()) return;
  if (it->is_object()) {
    Json kept = Json::object();
    for (const auto& [key, value] : it->items()) {
      if (!is_noisy(key)) kept[key] = value;
    }
    *it = std::move(kept);
  }
  if (it->empty()) metadata.erase(it);
}

void fold_string_data(Json& secret) {
  const auto text = secret.find("stringData");
  if (text == secret.end()) return;
  if (text->is_object()) {
    for (const auto& [key, value] : text->items()) {
      if (value.is_string()) secret["data"][key] = to_base64(value.get_ref<const std::string&>());
    }
  }
  secret.erase("stringData");
}

}  // namespace

ObjectRef ref_of(const Json& object) {
  const Json& metadata = object_or_empty(object, "metadata");
  return {.api_version = string_or(object, "apiVersion"),
          .kind = string_or(object, "kind"),
          .ns = string_or(metadata, "namespace"),
          .name = string_or(metadata, "name")};
}

std::string resource_version_of(const Json& object) {
  return string_or(object_or_empty(object, "metadata"), "resourceVersion");
}

bool is_workload(std::string_view kind) {
  return kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet";
}

bool sounds_secret(std::string_view name) {
  const std::string lower = to_lower_ascii(name);
  return std::ranges::any_of(
      std::array<std::string_view, 9>{"password", "passwd", "pwd", "secret", "token", "apikey",
                                      "api_key", "access_key", "credential"},
      [&lower](std::string_view word) { return lower.find(word) != std::string::npos; });
}

bool is_secret(const Json& object) {
  return string_or(object, "kind") == "Secret" && string_or(object, "apiVersion") == "v1";
}

std::string spoken_name(const ObjectRef& object) {
  return object.kind + " " + object.name;
}

std::string short_name(const ObjectRef& object) {
  return object.kind + "/" + object.name;
}

std::string target_name(std::string_view cluster_id, const ObjectRef& object) {
  std::string out(cluster_id);
  for (const auto& part : {object.ns, object.kind, object.name}) {
    if (!part.empty()) out += "/" + part;
  }
  return out;
}

std::string target_name(std::string_view cluster_id, const std::vector<ObjectRef>& objects) {
  if (objects.size() == 1) return target_name(cluster_id, objects.front());
  std::vector<std::string> names;
  for (const ObjectRef& object : objects) names.push_back(object.ns + "/" + short_name(object));
  return shorten_bytes(fmt::format("{}/{}", cluster_id, join(names, "+")), 250);
}

Json without_noise(Json object) {
  object = sendable(std::move(object));
  if (!object.is_object()) return object;
  if (const auto metadata = object.find("metadata");
      metadata != object.end() && metadata->is_object()) {
    metadata->erase("finalizers");
    erase_noisy_annotations(*metadata);
  }
  if (is_secret(object)) fold_string_data(object);
  return object;
}

Json sendable(Json object) {
  if (!object.is_object()) return object;
  object.erase("status");
  if (const auto metadata = object.find("metadata");
      metadata != object.end() && metadata->is_object()) {
    for (const auto* key :
         {"managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink",
          "deletionTimestamp", "deletionGracePeriodSeconds"}) {
      metadata->erase(key);
    }
  }
  return object;
}

Json to_json(const ObjectRef& object) {
  return {{"apiVersion", object.api_version},
          {"kind", object.kind},
          {"namespace", object.ns},
          {"name", object.name}};
}

ObjectRef ref_from_json(const Json& json) {
  return {.api_version = string_or(json, "apiVersion"),
          .kind = string_or(json, "kind"),
          .ns = string_or(json, "namespace"),
          .name = string_or(json, "name")};
}

Pairs labels_of(const Json& object) {
  return pairs_of(object_or_empty(object_or_empty(object, "metadata"), "labels"));
}

Pairs selector_of(const Json& object) {
  const Json& selector = object_or_empty(object_or_empty(object, "spec"), "selector");
  return pairs_of(selector.contains("matchLabels") ? object_or_empty(selector, "matchLabels")
                                                   : selector);
}

bool matches(const Pairs& selector, const Pairs& labels) {
  return !selector.empty() && std::ranges::all_of(selector, [&labels](const auto& wanted) {
    return std::ranges::find(labels, wanted) != labels.end();
  });
}

std::string label_selector(const Pairs& selector) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : selector) parts.push_back(fmt::format("{}={}", key, value));
  return join(parts, ",");
}

}  // namespace mtc::clusters
