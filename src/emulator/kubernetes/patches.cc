#include "emulator/kubernetes/patches.h"

#include <fmt/format.h>

namespace mtc::emulator::kubernetes {
namespace {

constexpr std::size_t kMostOperations = 10'000;
constexpr std::size_t kMostCopiedBytes = 3 << 20;

Refusal does_not_fit() {
  return Refusal(Status{.code = 422,
                        .reason = "Invalid",
                        .message = "the server rejected our request due to an error in our request",
                        .details = Json::object()});
}

Refusal too_large(std::string message) {
  return Refusal(
      Status{.code = 413, .reason = "RequestEntityTooLarge", .message = std::move(message)});
}

bool is_operation(const Json& one) {
  if (!one.is_object()) return false;
  const auto op = string_or(one, "op");
  const bool from = op == "move" || op == "copy";
  const bool value = op == "add" || op == "replace" || op == "test";
  if (!from && !value && op != "remove") return false;
  const auto is_text = [&](const char* key) {
    const auto found = one.find(key);
    return found != one.end() && found->is_string();
  };
  return is_text("path") && (!from || is_text("from")) && (!value || one.contains("value"));
}

// What this operation would copy, in bytes; 0 where there is nothing at `from`.
std::size_t copied_bytes(const Json& object, const Json& operation) {
  if (operation["op"] != "copy") return 0;
  const Json::json_pointer from(operation["from"].get<std::string>());
  return object.contains(from) ? dump_json(object[from]).size() : 0;
}

}  // namespace

KubeResult<Json> json_patch(Json object, const Json& patch) {
  if (!patch.is_array())
    return bad_request(
        "json: cannot unmarshal object into Go value of type jsonpatch.Patch: a JSON patch is a "
        "list of operations");
  if (patch.size() > kMostOperations)
    return too_large(fmt::format("The allowed maximum operations in a JSON patch is {}, got {}",
                                 kMostOperations, patch.size()));
  std::size_t copied = 0;
  for (const auto& operation : patch) {
    if (!is_operation(operation))
      return bad_request(fmt::format("Unexpected kind of JSON patch operation: {}",
                                     dump_json(operation).substr(0, 200)));
    // nlohmann tells what does not fit by exceptions; one operation is its smallest patch.
    try {
      copied += copied_bytes(object, operation);
      if (copied > kMostCopiedBytes) return too_large("the JSON patch copies too much");
      object = object.patch(Json::array({operation}));
    } catch (const Json::exception&) {
      return does_not_fit();
    }
  }
  return object;
}

KubeResult<Json> merge_patch(Json object, const Json& patch) {
  if (!patch.is_object()) return bad_request("a merge patch must be a JSON object");
  object.merge_patch(patch);
  return object;
}

}  // namespace mtc::emulator::kubernetes
