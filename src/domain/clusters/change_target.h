// What somebody names becomes the one object that a change is for.
#pragma once

#include <memory>
#include <string>

#include "domain/clusters/change.h"

namespace mtc::clusters {

// As it was said or heard.
struct SaidObject {
  std::string name;
  std::string ns;  // empty: any
};

// All of them: Errc::conflict with a question where two are plausible, Errc::not_found with the
// nearest.

// `kind`: "ConfigMap" or "Secret". Where no namespace is named, all but the system's are looked at.
Async<Result<ObjectRef>> find_config(Scene scene, std::string kind, SaidObject said);
// By its exact name, as nobody says those.
Async<Result<ObjectRef>> find_pod(Scene scene, SaidObject said);
// Empty stays empty. Where the account may not list namespaces, as it was said.
Async<Result<std::string>> find_namespace(std::shared_ptr<ClusterApi> api, std::string said,
                                          Language language);

}  // namespace mtc::clusters
