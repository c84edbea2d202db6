#include "mcp/reply.h"

namespace mtc::mcp {

Question ask_person(std::string key, std::string message, Json schema) {
  return {.key = std::move(key),
          .method = "elicitation/create",
          .params = {{"mode", "form"},
                     {"message", std::move(message)},
                     {"requestedSchema", std::move(schema)}}};
}

bool is_confirmed(const Json& answer, std::string_view field) {
  return string_or(answer, "action") == "accept" &&
         bool_or(object_or_empty(answer, "content"), field);
}

}  // namespace mtc::mcp
