#include "mcp/capabilities.h"

#include "base/text.h"

namespace mtc::mcp {
namespace {

bool has_object(const Json& object, std::string_view key) {
  const auto it = object.find(key);
  return it != object.end() && it->is_object();
}

}  // namespace

ClientCapabilities read_capabilities(const Json& declared) {
  ClientCapabilities out;
  if (!declared.is_object()) return out;
  if (has_object(declared, "elicitation")) {
    const Json& elicitation = declared["elicitation"];
    out.url_elicitation = has_object(elicitation, "url");
    // An empty object is what clients sent before there were modes.
    out.form_elicitation = elicitation.empty() || has_object(elicitation, "form");
  }
  out.sampling = has_object(declared, "sampling");
  out.roots = has_object(declared, "roots");
  out.tasks = has_object(object_or_empty(declared, "extensions"), kTasksExtension);
  return out;
}

Json missing_capability(const ClientCapabilities& client, std::string_view method,
                        const Json& params) {
  const Json empty = Json::object();
  if (method == "elicitation/create") {
    const bool url = string_or(params, "mode") == "url";
    if (url ? client.url_elicitation : client.form_elicitation) return empty;
    return {{"elicitation", {{url ? "url" : "form", empty}}}};
  }
  if (method == "sampling/createMessage") {
    return client.sampling ? empty : Json{{"sampling", empty}};
  }
  if (method == "roots/list") return client.roots ? empty : Json{{"roots", empty}};
  return empty;
}

}  // namespace mtc::mcp
