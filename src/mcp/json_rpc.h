// JSON-RPC 2.0 as MCP uses it: one message in, checked; one response out, as text.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/json.h"

namespace mtc::mcp {

namespace rpc {
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kInternalError = -32603;
inline constexpr int kResourceNotFound = -32002;  // before 2026-07-28
inline constexpr int kHeaderMismatch = -32020;
inline constexpr int kMissingCapability = -32021;
inline constexpr int kUnsupportedVersion = -32022;
}  // namespace rpc

// An id as it came: its compact JSON text. Integers of 64 bits and strings survive unchanged, and
// two ids are the same exactly if their texts are.
using RequestId = std::string;

struct Message {
  enum class Kind { request, notification, response };
  Kind kind = Kind::request;
  RequestId id;                  // empty for a notification
  std::string method;            // empty for a response
  Json params = Json::object();  // absent and null become {}
  Json result = nullptr;         // of a response
  Json error = nullptr;          // of a response that failed
};

struct RpcError {
  int code = rpc::kInternalError;
  std::string message;
  Json data = nullptr;
  RequestId id;  // empty: it could not be read
};

// Checks one parsed value that is not a batch: "jsonrpc" is "2.0", the id an integer or a string,
// params an object. A method notifications/… with an id is refused; any other method without one is
// a notification. The error carries the id wherever it could be read.
std::expected<Message, RpcError> read_message(Json value);

// {"jsonrpc":"2.0","id":…,"result": with room for so many bytes more.
std::string begin_result(const RequestId& id, std::size_t room);

// {"jsonrpc":"2.0","id":…,"result":…}; `result` is JSON already.
std::string result_text(const RequestId& id, std::string_view result);

// {"jsonrpc":"2.0","id":…,"method":…,"params":…}, and the same without an id.
std::string request_text(const RequestId& id, std::string_view method, const Json& params);
std::string notification_text(std::string_view method, const Json& params);

// What stands for an id that could not be read: MCP's own schema leaves the member out,
// JSON-RPC 2.0 says null.
enum class MissingId { omit, null };
std::string error_text(const RpcError& error, MissingId missing = MissingId::omit);

// Appends `text` as a JSON string; broken UTF-8 becomes U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace mtc::mcp
