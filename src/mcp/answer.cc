#include "mcp/answer.h"

namespace mtc::mcp {

std::string Answer::text() && {
  if (shared) body.append(*shared);
  return std::move(body.append(tail));
}

Answer error_answer(const RequestId& id, int code, std::string message, int http_status,
                    Json data) {
  return {.body = error_text(
              {.code = code, .message = std::move(message), .data = std::move(data), .id = id}),
          .shared = nullptr,
          .tail = {},
          .http_status = http_status,
          .missing_scope = {}};
}

Answer invalid_params(const RequestId& id, std::string message) {
  return error_answer(id, rpc::kInvalidParams, std::move(message));
}

Answer missing_capability_answer(const RequestId& id, Json capabilities) {
  return error_answer(id, rpc::kMissingCapability,
                      "The client lacks a capability that this request needs", 400,
                      {{"requiredCapabilities", std::move(capabilities)}});
}

}  // namespace mtc::mcp
