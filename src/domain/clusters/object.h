// Whole Kubernetes objects as JSON: reading their names, and what of them people decided on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "domain/clusters/objects.h"

namespace mtc::clusters {

// Members that are absent come out empty.
ObjectRef ref_of(const Json& object);
std::string resource_version_of(const Json& object);
bool is_workload(std::string_view kind);  // Deployment, StatefulSet or DaemonSet
bool is_secret(const Json& object);
bool sounds_secret(std::string_view name);  // DB_PASSWORD, api_key …

// "Deployment payment", for the ear.
std::string spoken_name(const ObjectRef& object);
// "Deployment/payment", "cls-0a1b2c3d/shop-prod/Deployment/payment"
std::string short_name(const ObjectRef& object);
std::string target_name(std::string_view cluster_id, const ObjectRef& object);
// Of several: "cls-0a1b2c3d/shop/ConfigMap/a+shop/Deployment/b", shortened.
std::string target_name(std::string_view cluster_id, const std::vector<ObjectRef>& objects);

// The object without what the cluster writes by itself: status, versions, times, managers, last
// applied configuration, a Deployment's revision. A Secret's stringData is in its data.
Json without_noise(Json object);

// The object as it can be sent to create it anew or to replace the one there is: without status,
// uid, times and managers; the resource version only if asked for.
Json sendable(Json object);

// {"apiVersion":…,"kind":…,"namespace":…,"name":…} and back.
Json to_json(const ObjectRef& object);
ObjectRef ref_from_json(const Json& json);

Pairs labels_of(const Json& object);  // metadata.labels; also of a pod's template
// A workload's pods are chosen by this: spec.selector.matchLabels, a Service's spec.selector.
Pairs selector_of(const Json& object);
bool matches(const Pairs& selector, const Pairs& labels);  // an empty selector matches nothing
std::string label_selector(const Pairs& selector);         // "app=order,tier=a"

}  // namespace mtc::clusters
