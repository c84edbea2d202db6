// What kubectl asks first: which versions, groups and resources there are.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "emulator/kubernetes/status.h"

namespace mtc::emulator::kubernetes {

Json version_document(const std::string& git_version);  // /version, of "v1.28.3-tke.4"
Json core_versions_document();                          // /api
Json groups_document();                                 // /apis
KubeResult<Json> group_document(std::string_view group);
KubeResult<Json> resources_document(std::string_view group, std::string_view version);

// /openapi/v2 with the least that kubectl looks for: no schemas (so that it leaves validation to
// the API), and of each kind the parameters its PATCH takes, by which kubectl knows that dry runs
// work. As JSON, and as the gnostic protobuf that kubectl asks for.
std::string openapi_json();
std::string openapi_protobuf();

}  // namespace mtc::emulator::kubernetes
