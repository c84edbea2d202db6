// Any bytes as JSON: what we read is what nlohmann reads alone, and we refuse what it refuses.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "base/json.h"

namespace mtc {
namespace {

constexpr int kDepth = 64;

std::optional<Json> read_alone(std::string_view text) {
  try {
    return Json::parse(text);
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

int depth_of(const Json& value) {
  int deepest = 0;
  if (!value.is_structured()) return 0;
  for (const auto& item : value) deepest = std::max(deepest, depth_of(item));
  return deepest + 1;
}

void judge(std::string_view text) {
  const auto ours = parse_json(text, kDepth);
  // Without bound its recursion would be the judge's end; ours says no first.
  const bool deep = !ours && ours.error().message.contains("nested");
  if (deep) return;
  const auto theirs = read_alone(text);
  if (ours.has_value() != theirs.has_value()) std::abort();
  if (!ours) return;
  if (*ours != *theirs || dump_json(*ours) != dump_json(*theirs)) std::abort();
  if (depth_of(*ours) > kDepth) std::abort();
}

}  // namespace
}  // namespace mtc

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  mtc::judge({reinterpret_cast<const char*>(data), size});
  return 0;
}
