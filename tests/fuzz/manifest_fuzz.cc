// Manifests are pasted by anybody: what is accepted has names that may stand in a path, and can be
// compared and shown.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "domain/clusters/diff.h"
#include "domain/clusters/fake_fingerprints.h"
#include "domain/clusters/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 8192) return 0;
  const auto manifests =
      mtc::clusters::parse_manifests({reinterpret_cast<const char*>(data), size}, "default");
  if (!manifests) {
    if (manifests.error().message.empty()) std::abort();
    return 0;
  }
  const mtc::clusters::FakeFingerprints fingerprints;
  const mtc::Json* last = nullptr;
  for (const auto& manifest : *manifests) {
    for (const auto& part : {manifest.ref.kind, manifest.ref.ns, manifest.ref.name}) {
      if (part.find('/') != std::string::npos || part == "..") std::abort();
    }
    (void)mtc::clusters::check_allowed(manifest, false);
    const auto& before = last != nullptr ? *last : mtc::Json(nullptr);
    const auto found = mtc::clusters::differences(before, manifest.object, fingerprints);
    (void)mtc::clusters::say_differences(before, manifest.object, found, mtc::Language::zh);
    if (mtc::dump_json(to_json(found)).empty()) std::abort();
    last = &manifest.object;
  }
  return 0;
}
