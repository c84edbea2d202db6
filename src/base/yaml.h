// YAML as JSON, read as Kubernetes' own tools read it (sigs.k8s.io/yaml, so YAML 1.1): an unquoted
// yes, on or y is true, 0644 is octal, ~ and nothing are null, a date stays text; keys become text.
// Twice the same key, which kubectl refuses as well, is an error.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace mtc {

struct YamlLimits {
  std::size_t bytes = std::size_t{1} << 20;
  int documents = 50;
  int depth = 64;
  // Scalars, lists and maps together, a long text as several, each counted as often as aliases
  // repeat it: a short text may unfold into gigabytes.
  std::size_t values = 200'000;
};

struct YamlDocument {
  Json json;       // null for an empty document
  int number = 1;  // in the text, from 1
  int line = 1;    // where it begins
};

// Text from outside. Errc::invalid_argument with "document 2, line 14: …".
Result<std::vector<YamlDocument>> parse_yaml(std::string_view text, const YamlLimits& limits = {});

}  // namespace mtc
