// Server-side apply, and the record of who set which field: metadata.managedFields.
#pragma once

#include <string>

#include "base/clock.h"
#include "emulator/kubernetes/status.h"
#include "emulator/kubernetes/type_schema.h"

namespace mtc::emulator::kubernetes {

struct ApplyOptions {
  std::string manager;  // ?fieldManager=
  bool force = false;   // ?force=true: take what others own
  TimePoint now{};
  std::string subresource;  // "status" or ""; status changes through "status" only
};

// The object after `applied` (the whole body: apiVersion, kind, metadata, …) was applied to `live`,
// which is null to create one. Fields this manager applied before, applies no longer and nobody
// else owns are gone. Metadata that only the server sets (uid, resourceVersion, generation, …)
// stays as it is in `live`: checking and advancing it is the caller's. 400 if `applied` holds
// managedFields or there is no manager; 409 with details.causes where another manager owns a field
// with a different value; 500 where lists cannot be merged.
KubeResult<Json> server_side_apply(const Json& live, const Json& applied,
                                   const ApplyOptions& options, const TypeSchema& schema);

// `after` with the changes against `before` (null: created) recorded as an Update by the manager:
// for POST, PUT and PATCH. Managed fields that `after` brings itself are taken over; [] or [{}]
// forgets them all.
Json track_update(const Json& before, Json after, const ApplyOptions& options,
                  const TypeSchema& schema);

}  // namespace mtc::emulator::kubernetes
