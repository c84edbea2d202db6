// What of a workload or a configuration is put back to an earlier state: the pod template of the
// one, the entries of the other. Names, labels, owners, numbers and strategies stay as they are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "domain/clusters/fingerprint.h"
#include "domain/clusters/objects.h"

namespace mtc::clusters {

inline constexpr std::string_view kRestartedAt = "kubectl.kubernetes.io/restartedAt";

bool is_config(std::string_view kind);  // ConfigMap or Secret

// spec.template, a CronJob's spec.jobTemplate.spec.template; empty where there is none.
const Json& pod_template_of(const Json& workload);
// Without what controllers write into it, so that it can be written again.
Json writable_template(Json pod_template);
// Also without the mark of a restart: equal where the pods would be the same ones.
Json plain_template(Json pod_template);
std::string restarted_at(const Json& workload);

// Of a Deployment, StatefulSet, DaemonSet, ConfigMap or Secret; null of null.
Json content_of(const Json& object);
bool same_content(const Json& a, const Json& b);
std::string content_fingerprint(const Fingerprints& fingerprints, const Json& object);
std::string content_fingerprint(const Fingerprints& fingerprints, const std::vector<Json>& objects);
// The live object with that content.
Json with_content(Json live, const Json& good);

// "1.4" of its first container; empty where there is none.
std::string version_of_template(const Json& pod_template);

const Json* find_object(const std::vector<Json>& objects, const ObjectRef& ref);

}  // namespace mtc::clusters
