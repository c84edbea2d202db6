#include "mcp_requests.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/encoding.h"

namespace mtc::mcp {
namespace {

using Json = nlohmann::json;
constexpr std::string_view kModernVersion = "2026-07-28";

bool is_header_value(std::string_view text) {
  return std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

// Some of those that the endpoint gave out.
std::string session_of(const Learned& learned, int which) {
  if (which == 0 || learned.sessions.empty()) return {};
  if (which == 1) return learned.sessions.back();
  return which == 2 ? learned.sessions.front() : "nobody's";
}

// As a client of 2026-07-28 does.
void repeat_in_headers(std::string_view body, HttpHeaders& headers) {
  if (!claims_to_be_modern(body)) return;
  const auto message = Json::parse(body);
  const auto& params = message["params"];
  const auto wrapped = [](const std::string& text) { return "=?base64?" + to_base64(text) + "?="; };
  headers.emplace_back("MCP-Protocol-Version", kModernVersion);
  headers.emplace_back("Mcp-Method", wrapped(message["method"].get<std::string>()));
  for (const auto* key : {"name", "uri", "taskId"}) {
    if (!params.contains(key) || !params[key].is_string()) continue;
    headers.emplace_back("Mcp-Name", wrapped(params[key].get<std::string>()));
    break;
  }
}

// Off the front of `line`.
void take_headers(std::string_view& line, HttpHeaders& headers) {
  for (auto tab = line.find('\t'); tab != std::string_view::npos; tab = line.find('\t')) {
    const auto header = line.substr(0, tab);
    line.remove_prefix(tab + 1);
    const auto colon = std::min(header.find(':'), header.size());
    const auto value = header.substr(std::min(colon + 1, header.size()));
    if (is_token(header.substr(0, colon)) && is_header_value(value)) {
      headers.emplace_back(header.substr(0, colon), value);
    }
  }
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return c > 0x20 && c < 0x7f &&
           std::string_view("()<>@,;:\\\"/[]?={}").find(static_cast<char>(c)) ==
               std::string_view::npos;
  });
}

bool claims_to_be_modern(std::string_view body) {
  const auto message = Json::parse(body, nullptr, false);
  if (!message.is_object() || !message.contains("method") || !message["method"].is_string()) {
    return false;
  }
  const auto params = message.value("params", Json());
  if (!params.is_object() || !params.contains("_meta")) return false;
  const auto& meta = params["_meta"];
  return meta.is_object() && meta.contains("io.modelcontextprotocol/protocolVersion");
}

HttpRequest request_of(std::string_view line, const Learned& learned) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(line[i]); };
  const auto first = byte(0);
  const auto second = byte(1);
  const auto third = byte(2);
  line.remove_prefix(3);
  HttpRequest request{.method = std::array{"POST", "GET", "DELETE", "OPTIONS", "PUT", "POST",
                                           "POST", "POST"}[first % 8],
                      .path = "/mcp",
                      .headers = {}};
  auto& headers = request.headers;
  headers.emplace_back("Host", std::array{"127.0.0.1:8080", "ops.example.org", "evil.example.com",
                                          "[::1]"}[third / 2 % 4]);
  if (const std::string session = session_of(learned, first / 8 % 4); !session.empty()) {
    headers.emplace_back("Mcp-Session-Id", session);
  }
  if (learned.tokens) {
    headers.emplace_back("Authorization", std::array{"Bearer ann", "Bearer ann", "Bearer bob",
                                                     "bearer nobody"}[first / 32 % 4]);
  }
  if (second % 8 != 7) {
    headers.emplace_back("Accept", std::array{"application/json, text/event-stream",
                                              "application/json", "text/event-stream", "*/*",
                                              "text/html", "application/*;q=0.5", ""}[second % 8]);
  }
  if (request.method == "POST") {
    headers.emplace_back("Content-Type",
                         second / 8 % 8 == 7 ? "text/plain" : "application/json; charset=utf-8");
  }
  if (third / 8 % 2 == 1) headers.emplace_back("Last-Event-ID", learned.last_event);
  take_headers(line, headers);
  if (third % 2 == 0) repeat_in_headers(line, headers);
  request.body = line;
  return request;
}

}  // namespace mtc::mcp
