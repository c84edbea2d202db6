#include "mcp/json_rpc.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mtc::mcp {
namespace {

// Long enough for any id that a client makes, short enough not to be a way to fill our memory with
// echoes.
constexpr std::size_t kMaxId = 1024;

std::unexpected<RpcError> invalid(std::string message, RequestId id = {}) {
  return std::unexpected(
      RpcError{.code = rpc::kInvalidRequest, .message = std::move(message), .id = std::move(id)});
}

// Empty if there is no usable id.
RequestId id_of(const Json& value) {
  if (value.is_number_unsigned()) return std::to_string(value.get<std::uint64_t>());
  if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
  if (!value.is_string()) return {};
  RequestId text;
  append_json_string(text, value.get_ref<const std::string&>());
  return text.size() <= kMaxId ? text : RequestId{};
}

bool is_plain(unsigned char c) {
  return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

}  // namespace

std::expected<Message, RpcError> read_message(Json value) {
  if (!value.is_object()) return invalid("Invalid request: expected a JSON object");
  const auto method = value.find("method");
  const bool answers = value.contains("result") || value.contains("error");
  Message message;
  if (method == value.end() && answers) message.kind = Message::Kind::response;
  const auto id = value.find("id");
  if (id != value.end()) message.id = id_of(*id);
  if (string_or(value, "jsonrpc") != "2.0") {
    // A response's id is one of ours: sent back, it would be taken for the answer to another.
    const bool theirs = message.kind != Message::Kind::response;
    return invalid(R"(Invalid request: "jsonrpc" must be "2.0")",
                   theirs ? message.id : RequestId{});
  }
  if (message.kind == Message::Kind::response) {
    if (const auto it = value.find("result"); it != value.end()) message.result = std::move(*it);
    if (const auto it = value.find("error"); it != value.end()) message.error = std::move(*it);
    return message;
  }
  if (id != value.end() && message.id.empty()) {
    return invalid(R"(Invalid request: "id" must be an integer or a short string)");
  }
  if (method == value.end() || !method->is_string() || answers) {
    return invalid(R"(Invalid request: "method" must be a string, without "result" or "error")",
                   message.id);
  }
  message.method = std::move(method->get_ref<std::string&>());
  message.kind = message.id.empty() ? Message::Kind::notification : Message::Kind::request;
  if (message.kind == Message::Kind::request && message.method.starts_with("notifications/")) {
    return invalid("Invalid request: a notification must not have an id", message.id);
  }
  if (const auto params = value.find("params"); params != value.end() && !params->is_null()) {
    if (params->is_object()) {
      message.params = std::move(*params);
    } else if (message.kind == Message::Kind::request) {
      return std::unexpected(RpcError{.code = rpc::kInvalidParams,
                                      .message = R"("params" must be an object)",
                                      .id = message.id});
    }  // a notification is never answered, not even with a refusal
  }
  return message;
}

std::string begin_result(const RequestId& id, std::size_t room) {
  std::string out;
  out.reserve(id.size() + room + 40);
  return out.append(R"({"jsonrpc":"2.0","id":)").append(id).append(R"(,"result":)");
}

std::string result_text(const RequestId& id, std::string_view result) {
  return begin_result(id, result.size() + 1).append(result).append("}");
}

std::string request_text(const RequestId& id, std::string_view method, const Json& params) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"{}","params":{}}})", id, method,
                     dump_json(params));
}

std::string notification_text(std::string_view method, const Json& params) {
  return fmt::format(R"({{"jsonrpc":"2.0","method":"{}","params":{}}})", method, dump_json(params));
}

std::string error_text(const RpcError& error, MissingId missing) {
  std::string out = R"({"jsonrpc":"2.0",)";
  if (!error.id.empty()) {
    out.append(R"("id":)").append(error.id).append(",");
  } else if (missing == MissingId::null) {
    out.append(R"("id":null,)");
  }
  out.append(R"("error":{"code":)").append(std::to_string(error.code)).append(R"(,"message":)");
  append_json_string(out, error.message);
  if (!error.data.is_null()) out.append(R"(,"data":)").append(dump_json(error.data));
  return out.append("}}");
}

void append_json_string(std::string& out, std::string_view text) {
  if (std::ranges::all_of(text, is_plain)) {
    out.reserve(out.size() + text.size() + 2);
    out.append("\"").append(text).append("\"");
  } else {
    out.append(dump_json(Json(text)));
  }
}

}  // namespace mtc::mcp
