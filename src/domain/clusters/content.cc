#include "domain/clusters/content.h"

#include <algorithm>

#include "domain/clusters/object.h"
#include "domain/clusters/workload_view.h"

namespace mtc::clusters {
namespace {

void erase_member(Json& object, const char* part, std::string_view key) {
  const auto it = object.find(part);
  if (it == object.end() || !it->is_object()) return;
  it->erase(std::string(key));
  if (it->empty()) object.erase(it);
}

}  // namespace

bool is_config(std::string_view kind) {
  return kind == "ConfigMap" || kind == "Secret";
}

const Json& pod_template_of(const Json& workload) {
  const Json* spec = &object_or_empty(workload, "spec");
  if (spec->contains("jobTemplate")) {
    spec = &object_or_empty(object_or_empty(*spec, "jobTemplate"), "spec");
  }
  return object_or_empty(*spec, "template");
}

Json writable_template(Json pod_template) {
  if (!pod_template.is_object()) return Json::object();
  pod_template.erase("$patch");  // a ControllerRevision's
  const auto metadata = pod_template.find("metadata");
  if (metadata == pod_template.end() || !metadata->is_object()) return pod_template;
  metadata->erase("creationTimestamp");
  erase_member(*metadata, "labels", "pod-template-hash");
  erase_member(*metadata, "labels", "controller-revision-hash");
  return pod_template;
}

Json plain_template(Json pod_template) {
  pod_template = writable_template(std::move(pod_template));
  const auto metadata = pod_template.find("metadata");
  if (metadata != pod_template.end() && metadata->is_object()) {
    erase_member(*metadata, "annotations", kRestartedAt);
  }
  return pod_template;
}

std::string restarted_at(const Json& workload) {
  const Json& metadata = object_or_empty(pod_template_of(workload), "metadata");
  return string_or(object_or_empty(metadata, "annotations"), kRestartedAt);
}

Json content_of(const Json& object) {
  if (object.is_null()) return nullptr;
  if (!is_config(string_or(object, "kind"))) return plain_template(pod_template_of(object));
  const Json plain = without_noise(object);
  return {{"data", object_or_empty(plain, "data")},
          {"binaryData", object_or_empty(plain, "binaryData")}};
}

bool same_content(const Json& a, const Json& b) {
  return content_of(a) == content_of(b);
}

std::string content_fingerprint(const Fingerprints& fingerprints, const Json& object) {
  if (object.is_null()) return "absent";
  return fingerprints.of(dump_json(to_json(ref_of(object))) + dump_json(content_of(object)));
}

std::string content_fingerprint(const Fingerprints& fingerprints,
                                const std::vector<Json>& objects) {
  std::string all;
  for (const Json& one : objects) all += content_fingerprint(fingerprints, one) + "\n";
  return fingerprints.of(all);
}

Json with_content(Json live, const Json& good) {
  if (!is_config(string_or(live, "kind"))) {
    live["spec"]["template"] = writable_template(pod_template_of(good));
    return live;
  }
  const Json plain = without_noise(good);
  for (const auto* part : {"data", "binaryData"}) {
    const Json& entries = object_or_empty(plain, part);
    if (entries.empty()) {
      live.erase(part);
    } else {
      live[part] = entries;
    }
  }
  return live;
}

std::string version_of_template(const Json& pod_template) {
  const Json& containers = array_or_empty(object_or_empty(pod_template, "spec"), "containers");
  return containers.empty() ? "" : image_version(string_or(containers.front(), "image"));
}

const Json* find_object(const std::vector<Json>& objects, const ObjectRef& ref) {
  const auto it = std::ranges::find(objects, ref, ref_of);
  return it == objects.end() ? nullptr : &*it;
}

}  // namespace mtc::clusters
