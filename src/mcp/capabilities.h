// What a client says it can do: in `initialize` before 2026-07-28, with every request since.
#pragma once

#include <string_view>

#include "base/json.h"

namespace mtc::mcp {

inline constexpr std::string_view kTasksExtension = "io.modelcontextprotocol/tasks";

struct ClientCapabilities {
  bool form_elicitation = false;  // asks the person by a form
  bool url_elicitation = false;   // sends the person to a page
  bool sampling = false;          // asks the client's model
  bool roots = false;
  bool tasks = false;  // tools may answer with a task
  friend bool operator==(const ClientCapabilities&, const ClientCapabilities&) = default;
};

// Members of a wrong type count as absent.
ClientCapabilities read_capabilities(const Json& declared);

// What {"method", "params"} of a question to the client needs, as a ClientCapabilities object;
// an empty object if the client declared it.
Json missing_capability(const ClientCapabilities& client, std::string_view method,
                        const Json& params);

}  // namespace mtc::mcp
