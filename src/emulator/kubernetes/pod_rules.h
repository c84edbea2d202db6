// What the API demands of metadata and of pods, wherever a pod's specification stands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/kubernetes/kinds.h"
#include "emulator/kubernetes/status.h"

namespace mtc::emulator::kubernetes {

void check_metadata(const ResourceKind& kind, const Json& object, std::vector<FieldError>& errors);
// `at` is where it stands: "spec.template.spec".
void check_pod_spec(const Json& spec, const std::string& at, std::vector<FieldError>& errors);
// Of a running pod only the images and a few small things may change.
void check_pod_update(Json spec, Json old, std::vector<FieldError>& errors);
// A key of a ConfigMap's or Secret's data; nothing if it is fine.
std::optional<std::string> check_config_key(std::string_view key);

}  // namespace mtc::emulator::kubernetes
