// A JSON-RPC response on its way to a transport.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "mcp/json_rpc.h"

namespace mtc::mcp {

struct Answer {
  std::string body;                           // no line break
  std::shared_ptr<const std::string> shared;  // comes after `body` unless null: a prepared list
  std::string tail;                           // comes after `shared`

  int http_status = 200;      // as 2026-07-28 maps it; older revisions answer 200
  std::string missing_scope;  // the request was refused because the principal lacks this scope

  std::string text() &&;  // all three
};

Answer error_answer(const RequestId& id, int code, std::string message, int http_status = 200,
                    Json data = nullptr);

// kInvalidParams.
Answer invalid_params(const RequestId& id, std::string message);

// kMissingCapability with what the client would have to declare.
Answer missing_capability_answer(const RequestId& id, Json capabilities);

}  // namespace mtc::mcp
