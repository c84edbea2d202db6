#include "domain/clusters/fingerprint.h"

#include "domain/clusters/object.h"

namespace mtc::clusters {

std::string short_fingerprint(const Fingerprints& fingerprints, std::string_view value) {
  return fingerprints.of(value).substr(0, 8);
}

std::string object_fingerprint(const Fingerprints& fingerprints, const Json& object) {
  if (object.is_null()) return "absent";
  return fingerprints.of(dump_json(without_noise(object)));  // keys are sorted: one text an object
}

}  // namespace mtc::clusters
