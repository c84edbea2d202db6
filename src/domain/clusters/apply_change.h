// Applying manifests: several objects at once, each checked by the cluster first.
#pragma once

#include <string>

#include "domain/clusters/change.h"

namespace mtc::clusters {

struct ApplyWish {
  std::string yaml;
  std::string ns;      // for objects that name none
  bool force = false;  // takes over fields that others manage
  bool is_admin = false;
};

// Errc::invalid_argument with document and line; Errc::denied for kinds that only administrators
// may apply; Errc::conflict naming fields and their managers, unless forced.
Async<Result<Planned>> plan_apply(ChangePorts ports, Scene scene, ApplyWish wish);

// Stops at the first object that fails; what was done by then is told and can be undone.
Async<Result<ChangeResult>> execute_apply(ChangePorts ports, Scene scene, Approved approved);

}  // namespace mtc::clusters
