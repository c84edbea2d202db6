// The product's own MCP client, as small as it can be: what `demo`, `talk` and `check` call the
// server with.
#pragma once

#include <string>

#include "base/async.h"
#include "base/json.h"
#include "base/result.h"
#include "infra/http/transport.h"

namespace mtc::app {

struct ToolAnswer {
  std::string text;  // content[0].text
  Json data;         // structuredContent
  bool is_error = false;
};

// From a JSON-RPC response with the result of a tools/call. Its error becomes an Error with the
// same message.
Result<ToolAnswer> read_tool_answer(const Json& response);

// Revision 2026-07-28: each call stands alone.
class McpCaller {
 public:
  // `url` is the endpoint, e.g. http://127.0.0.1:8080/mcp
  McpCaller(HttpTransport& transport, std::string url, std::string token)
      : transport_(transport), url_(std::move(url)), token_(std::move(token)) {}

  // A JSON-RPC error becomes an Error with its message; a tool's own failure is an answer with
  // is_error.
  Async<Result<ToolAnswer>> call(std::string tool, Json arguments);

 private:
  HttpTransport& transport_;
  std::string url_;
  std::string token_;
  int next_id_ = 1;
};

}  // namespace mtc::app
