// ControllerRevisions: what StatefulSets and DaemonSets remember of their templates, so that
// `kubectl rollout history` and `undo` work.
#pragma once

#include <string>

#include "emulator/kubernetes/control_plane.h"

namespace mtc::emulator::kubernetes {

constexpr std::string_view kRevisionLabel = "controller-revision-hash";

struct Revision {
  std::string name;  // "mysql-7d9c5b6f8"
  std::string hash;
};

// The revision of the owner's template as it is now: found among its revisions, made the newest
// one, or created. Old ones beyond spec.revisionHistoryLimit go, except those in use.
Revision current_revision(ControlPlane& plane, const Json& owner, const std::string& in_use);
// The template a revision holds, null if it is gone.
Json template_of(const ControlPlane& plane, const Json& owner, const std::string& revision);

}  // namespace mtc::emulator::kubernetes
