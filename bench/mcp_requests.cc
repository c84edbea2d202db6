#include "mcp_requests.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>

namespace mtc::bench {
namespace {

constexpr std::string_view kLegacyVersion = "2025-11-25";
constexpr std::string_view kModernVersion = "2026-07-28";
constexpr std::string_view kText = "How is the payment cluster this morning?";

std::string_view method_of(Call call) {
  switch (call) {
    case Call::echo:
      return "tools/call";
    case Call::list:
      return "tools/list";
    case Call::ping:
      return "ping";
  }
  return {};
}

std::string modern_meta() {
  return fmt::format(
      R"("_meta":{{"io.modelcontextprotocol/protocolVersion":"{}",)"
      R"("io.modelcontextprotocol/clientCapabilities":{{}},)"
      R"("io.modelcontextprotocol/clientInfo":{{"name":"mcp_load","version":"1"}}}})",
      kModernVersion);
}

std::string request(const McpTarget& target, std::string_view method, std::string headers,
                    std::string_view body) {
  if (!target.token.empty()) headers += fmt::format("Authorization: Bearer {}\r\n", target.token);
  if (!body.empty()) {
    headers += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", body.size());
  }
  return fmt::format(
      "{} {} HTTP/1.1\r\nHost: {}:{}\r\nAccept: application/json, text/event-stream\r\n{}\r\n{}",
      method, target.path, target.host, target.port, headers, body);
}

std::string session_headers(std::string_view session) {
  auto headers = fmt::format("MCP-Protocol-Version: {}\r\n", kLegacyVersion);
  if (!session.empty()) headers += fmt::format("Mcp-Session-Id: {}\r\n", session);
  return headers;
}

std::string modern_headers(Call call) {
  return fmt::format("MCP-Protocol-Version: {}\r\nMcp-Method: {}\r\n{}", kModernVersion,
                     method_of(call), call == Call::echo ? "Mcp-Name: echo\r\n" : "");
}

}  // namespace

Result<McpTarget> parse_target(std::string_view url) {
  const auto wrong = [url] {
    return fail(Errc::invalid_argument,
                fmt::format("\"{}\" is not like http://127.0.0.1:8080/mcp", url));
  };
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return wrong();
  const auto rest = url.substr(kScheme.size());
  const auto authority = rest.substr(0, rest.find('/'));
  const auto colon = authority.find(':');
  McpTarget target{.host = std::string(authority.substr(0, colon))};
  if (authority.size() < rest.size()) target.path = rest.substr(authority.size());
  if (colon != std::string_view::npos) {
    const auto* end = authority.data() + authority.size();
    const auto [at, ec] = std::from_chars(authority.data() + colon + 1, end, target.port);
    if (ec != std::errc{} || at != end) return wrong();
  }
  in_addr address{};
  if (inet_pton(AF_INET, target.host.c_str(), &address) != 1) return wrong();
  return target;
}

std::string initialize_message() {
  return fmt::format(
      R"({{"jsonrpc":"2.0","id":1,"method":"initialize","params":{{"protocolVersion":"{}",)"
      R"("capabilities":{{}},"clientInfo":{{"name":"mcp_load","version":"1"}}}}}})",
      kLegacyVersion);
}

std::string initialized_message() {
  return R"({"jsonrpc":"2.0","method":"notifications/initialized"})";
}

std::string call_message(Call call, Era era, std::uint64_t id) {
  std::string params;
  if (call == Call::echo) {
    params = fmt::format(R"("name":"echo","arguments":{{"text":"{}"}})", kText);
  }
  if (era == Era::modern) params += (params.empty() ? "" : ",") + modern_meta();
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"{}","params":{{{}}}}})", id,
                     method_of(call), params);
}

std::string_view marker_of(Call call) {
  switch (call) {
    case Call::echo:
      return R"("text":"How is the payment cluster this morning?")";
    case Call::list:
      return R"("inputSchema")";
    case Call::ping:
      return R"("result":{})";
  }
  return {};
}

std::string initialize_request(const McpTarget& target) {
  return request(target, "POST", {}, initialize_message());
}

std::string initialized_request(const McpTarget& target, std::string_view session) {
  return request(target, "POST", session_headers(session), initialized_message());
}

std::string call_request(const McpTarget& target, std::string_view session, Call call, Era era,
                         std::uint64_t id) {
  return request(target, "POST",
                 era == Era::modern ? modern_headers(call) : session_headers(session),
                 call_message(call, era, id));
}

std::string end_session_request(const McpTarget& target, std::string_view session) {
  return request(target, "DELETE", session_headers(session), {});
}

}  // namespace mtc::bench
