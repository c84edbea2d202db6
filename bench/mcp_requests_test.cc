#include "mcp_requests.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "http_answer.h"

namespace mtc::bench {
namespace {

const McpTarget kTarget{.host = "127.0.0.1", .port = 8080, .path = "/mcp", .token = "secret"};

struct Parts {
  std::string head;
  std::string body;
};

Parts split_request(const std::string& request) {
  const auto end = request.find("\r\n\r\n") + 4;
  return {.head = request.substr(0, end), .body = request.substr(end)};
}

TEST(McpTarget, IsReadFromAUrl) {
  const auto target = parse_target("http://127.0.0.1:8080/mcp");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->host, "127.0.0.1");
  EXPECT_EQ(target->port, 8080);
  EXPECT_EQ(target->path, "/mcp");
}

TEST(McpTarget, RefusesWhatTheGeneratorCannotReach) {
  for (const auto* url : {"", "127.0.0.1:80", "https://127.0.0.1/", "http://example.org/mcp",
                          "http://127.0.0.1:http/", "http://127.0.0.1:80x/"}) {
    EXPECT_FALSE(parse_target(url)) << url;
  }
}

TEST(McpRequests, AreWholeRequestsWithTheirLength) {
  const auto [head, body] = split_request(call_request(kTarget, "abc", Call::echo, Era::legacy, 7));
  EXPECT_TRUE(head.starts_with("POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n")) << head;
  EXPECT_EQ(header_of(head, "Content-Length"), std::to_string(body.size()));
  EXPECT_EQ(header_of(head, "Mcp-Session-Id"), "abc");
  EXPECT_EQ(header_of(head, "MCP-Protocol-Version"), "2025-11-25");
  EXPECT_EQ(header_of(head, "Authorization"), "Bearer secret");
  const auto message = nlohmann::json::parse(body);
  EXPECT_EQ(message["id"], 7);
  EXPECT_EQ(message["params"]["name"], "echo");
}

TEST(McpRequests, OfTheModernEraRepeatTheBodyInHeaders) {
  for (const auto call : {Call::echo, Call::list}) {
    const auto [head, body] = split_request(call_request(kTarget, {}, call, Era::modern, 2));
    const auto message = nlohmann::json::parse(body);
    const auto meta = message["params"]["_meta"];
    EXPECT_EQ(header_of(head, "Mcp-Method"), message["method"].get<std::string>());
    EXPECT_EQ(header_of(head, "Mcp-Name"), message["params"].value("name", ""));
    EXPECT_EQ(header_of(head, "MCP-Protocol-Version"),
              meta["io.modelcontextprotocol/protocolVersion"].get<std::string>());
    EXPECT_TRUE(meta["io.modelcontextprotocol/clientCapabilities"].is_object());
    EXPECT_EQ(header_of(head, "Mcp-Session-Id"), "");
  }
}

TEST(McpRequests, TheMarkerOfEchoIsTheTextThatWasSent) {
  const auto message = nlohmann::json::parse(call_message(Call::echo, Era::legacy, 2));
  const auto text = message["params"]["arguments"].dump();
  EXPECT_NE(text.find(marker_of(Call::echo)), std::string::npos);
}

}  // namespace
}  // namespace mtc::bench
