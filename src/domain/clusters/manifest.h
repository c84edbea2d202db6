// Manifests as people paste them: several documents of YAML, read into objects that may be applied.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "base/result.h"
#include "domain/clusters/objects.h"

namespace mtc::clusters {

struct Manifest {
  ObjectRef ref;
  Json object;
  int document = 1;  // in the text, from 1
};

// In the order in which they can be applied: namespaces first, workloads after what they mount.
// `List`s are unfolded, empty documents left out, `ns` put in where a namespaced object names none.
// Errc::invalid_argument with the document's number and line or the object's name.
Result<std::vector<Manifest>> parse_manifests(std::string_view yaml, const std::string& ns);

// Whether an object of that kind lives outside of namespaces, as far as its name tells.
bool is_cluster_wide(std::string_view api_version, std::string_view kind);

// Objects that hand out rights or reach into every request of the cluster: only for administrators.
// Errc::denied with a sentence for the reader.
Result<> check_allowed(const Manifest& manifest, bool is_admin, Language language = Language::en);

}  // namespace mtc::clusters
