// Changing one entry of a ConfigMap or Secret. The value of a Secret never leaves here but sealed,
// or as a fingerprint.
#pragma once

#include <string>

#include "domain/clusters/change.h"

namespace mtc::clusters {

struct ConfigWish {
  ObjectRef object;  // v1 ConfigMap or Secret
  std::string key;
  std::string value;  // as it is meant, not in Base64
};

// Errc::conflict where the object is immutable; Errc::invalid_argument for a key that cannot be
// one, an entry that holds bytes, or too large a value.
Async<Result<Planned>> plan_config(ChangePorts ports, Scene scene, ConfigWish wish);
Async<Result<ChangeResult>> execute_config(ChangePorts ports, Scene scene, Approved approved);

// How a pod gets at the configuration.
struct ConfigUse {
  std::string kind, name;      // of the workload
  bool needs_restart = false;  // as a variable or single file; else the file follows in a minute
};
// Of a workload with a pod template (spec.template, a CronJob's spec.jobTemplate…).
std::optional<ConfigUse> use_of(const Json& workload, const ObjectRef& config,
                                const std::string& key);

}  // namespace mtc::clusters
