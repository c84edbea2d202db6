// The difference of two objects as a person reads it and as a person hears it. Never shows the
// value of a Secret, nor of a variable that is called like one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/language.h"
#include "domain/clusters/fingerprint.h"

namespace mtc::clusters {

struct Difference {
  // "spec.template.spec.containers[order].image": list items by what names them, else by number.
  std::string path;
  std::optional<Json> before, after;  // nullopt: not there; long texts are shortened
};

struct Differences {
  std::vector<Difference> shown;
  std::size_t total = 0;
  bool empty() const { return total == 0; }
};

// Without what the cluster writes by itself. A null object is one that is not there. At most `most`
// lines are kept, all are counted.
Differences differences(const Json& before, const Json& after, const Fingerprints& fingerprints,
                        std::size_t most = 50);

// [{"path":…,"before":…,"after":…}]
Json to_json(const Differences& differences);

// "order-service 的镜像从 1.4 改成 1.5，副本不变"; without a full stop.
std::string say_differences(const Json& before, const Json& after, const Differences& differences,
                            Language language);

}  // namespace mtc::clusters
