// The patches a Kubernetes API takes: application/json-patch+json, application/merge-patch+json and
// application/strategic-merge-patch+json. Pure: an object and a patch give an object.
#pragma once

#include "emulator/kubernetes/status.h"
#include "emulator/kubernetes/type_schema.h"

namespace mtc::emulator::kubernetes {

// RFC 6902. 400 if it is no such patch, 422 if it does not fit the object (a failed test, a missing
// path), 413 if it is too long or copies too much.
KubeResult<Json> json_patch(Json object, const Json& patch);

// RFC 7386: members merge, null deletes, lists are replaced. 400 if the patch is no object.
KubeResult<Json> merge_patch(Json object, const Json& patch);

// Kubernetes' own: lists merge item by item where the schema names their key; with the directives
// $patch (delete, replace), $deleteFromPrimitiveList/x, $setElementOrder/x and $retainKeys. 400 for
// malformed directives, 422 for an unknown $patch, 500 for an item without its key, as a real one.
KubeResult<Json> strategic_merge_patch(Json object, const Json& patch, const TypeSchema& schema);

}  // namespace mtc::emulator::kubernetes
