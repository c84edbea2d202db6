#include "mcp/http/header_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "base/text.h"

namespace mtc::mcp {
namespace {

constexpr std::string_view kOpen = "=?base64?";
constexpr std::string_view kClose = "?=";

RpcError mismatch(std::string why, const Message& message) {
  return {.code = rpc::kHeaderMismatch, .message = std::move(why), .id = message.id};
}

const std::pair<std::string, std::string>* find(const HttpHeaders& headers, std::string_view name) {
  const auto it = std::ranges::find_if(
      headers, [&](const auto& header) { return equals_ignoring_case(header.first, name); });
  return it == headers.end() ? nullptr : &*it;
}

bool is_repeated(const HttpHeaders& headers, std::string_view name) {
  return std::ranges::count_if(headers, [&](const auto& header) {
           return equals_ignoring_case(header.first, name);
         }) > 1;
}

// The header's value as it came; an error if it is absent or doubled.
std::expected<std::string_view, RpcError> read_plain(const HttpRequest& request,
                                                     std::string_view name,
                                                     const Message& message) {
  const auto* header = find(request.headers, name);
  if (header == nullptr) {
    return std::unexpected(mismatch(fmt::format("Header mismatch: {} is missing", name), message));
  }
  if (is_repeated(request.headers, name)) {
    return std::unexpected(
        mismatch(fmt::format("Header mismatch: {} must come once", name), message));
  }
  return trim(header->second);
}

// The same decoded, for headers whose values may be encoded.
std::expected<std::string, RpcError> read_header(const HttpRequest& request, std::string_view name,
                                                 const Message& message) {
  const auto plain = read_plain(request, name, message);
  if (!plain) return std::unexpected(plain.error());
  auto value = decode_header_value(*plain);
  if (!value) {
    return std::unexpected(
        mismatch(fmt::format("Header mismatch: {} is not valid Base64", name), message));
  }
  return std::move(*value);
}

const Json* value_at(const Json& arguments, const std::vector<std::string>& path) {
  const Json* at = &arguments;
  for (const auto& member : path) {
    if (!at->is_object()) return nullptr;
    const auto it = at->find(member);
    if (it == at->end()) return nullptr;
    at = &*it;
  }
  return at->is_null() ? nullptr : at;
}

bool same_value(std::string_view header, const Json& value) {
  if (value.is_string()) return value.get_ref<const std::string&>() == header;
  if (value.is_boolean()) return header == (value.get<bool>() ? "true" : "false");
  if (!value.is_number()) return true;  // the schema refuses it in a moment
  if (header == dump_json(value)) return true;
  double number = 0;  // "42.0" is 42; annotated integers stay within 2^53
  const auto [end, ec] = std::from_chars(header.data(), header.data() + header.size(), number);
  return ec == std::errc{} && end == header.data() + header.size() && number == value.get<double>();
}

RpcError differs(std::string_view name, const Message& message) {
  return mismatch(fmt::format("Header mismatch: {} differs from the request's body", name),
                  message);
}

// Not decoded: whatever stands before us and looks at these sees them as we do.
std::optional<RpcError> check_plain(const HttpRequest& request, std::string_view name,
                                    std::string_view expected, const Message& message) {
  const auto value = read_plain(request, name, message);
  if (!value) return value.error();
  if (*value != expected) return differs(name, message);
  return std::nullopt;
}

std::optional<RpcError> check_encoded(const HttpRequest& request, std::string_view name,
                                      std::string_view expected, const Message& message) {
  const auto value = read_header(request, name, message);
  if (!value) return value.error();
  if (*value != expected) return differs(name, message);
  return std::nullopt;
}

std::optional<RpcError> check_params(const HttpRequest& request, const Message& message,
                                     const std::vector<HeaderParam>& params) {
  const Json& arguments = object_or_empty(message.params, "arguments");
  for (const auto& param : params) {
    const Json* value = value_at(arguments, param.path);
    if (value == nullptr) {
      if (find(request.headers, param.header) == nullptr) continue;
      return mismatch(
          fmt::format("Header mismatch: {} stands for an argument that is absent", param.header),
          message);
    }
    const auto header = read_header(request, param.header, message);
    if (!header) return header.error();
    if (!same_value(*header, *value)) {
      return mismatch(fmt::format("Header mismatch: {} differs from the argument", param.header),
                      message);
    }
  }
  return std::nullopt;
}

// What Mcp-Name repeats; empty: nothing.
std::string_view name_member(std::string_view method) {
  if (method == "tools/call" || method == "prompts/get") return "name";
  if (method == "resources/read") return "uri";
  if (method == "tasks/get" || method == "tasks/update" || method == "tasks/cancel") {
    return "taskId";
  }
  return {};
}

}  // namespace

std::optional<std::string> decode_header_value(std::string_view value) {
  value = trim(value);
  if (value.size() < kOpen.size() + kClose.size() || !value.starts_with(kOpen) ||
      !value.ends_with(kClose)) {
    return std::string(value);
  }
  value.remove_prefix(kOpen.size());
  value.remove_suffix(kClose.size());
  auto text = from_base64(value);
  if (!text || !is_valid_utf8(*text)) return std::nullopt;
  return text;
}

std::optional<RpcError> check_version_header(const HttpRequest& request, const Message& message,
                                             const Claim& claim) {
  return check_plain(request, "MCP-Protocol-Version", claim.version, message);
}

std::optional<RpcError> check_body_headers(const HttpRequest& request, const Message& message,
                                           const ToolRegistry& tools) {
  if (auto bad = check_plain(request, "Mcp-Method", message.method, message)) return bad;
  const auto member = name_member(message.method);
  if (member.empty()) return std::nullopt;
  const auto name = string_or(message.params, member);
  if (auto bad = check_encoded(request, "Mcp-Name", name, message)) return bad;
  if (message.method != "tools/call") return std::nullopt;
  return check_params(request, message, tools.header_params(name));
}

}  // namespace mtc::mcp
