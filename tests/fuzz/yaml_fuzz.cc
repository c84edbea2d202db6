// Kubernetes manifests come from whoever talks: any text is documents within the limits or a
// sentence about what is wrong with it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const mtc::YamlLimits limits{.bytes = 4096, .documents = 5, .depth = 16, .values = 2000};
  const auto documents = mtc::parse_yaml({reinterpret_cast<const char*>(data), size}, limits);
  if (!documents) {
    if (documents.error().message.empty()) std::abort();
    return 0;
  }
  if (documents->size() > 5) std::abort();
  for (const auto& document : *documents) {
    // What it has built is JSON that reads back as itself.
    const auto again = mtc::parse_json(mtc::dump_json(document.json));
    if (!again || *again != document.json) std::abort();
  }
  return 0;
}
