// The settings file: whatever stands in it, the answer is settings or an error that names the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "app/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  const auto settings =
      mtc::app::parse_settings({reinterpret_cast<const char*>(data), size}, "settings.yaml");
  if (!settings && !settings.error().message.starts_with("settings.yaml")) std::abort();
  return 0;
}
