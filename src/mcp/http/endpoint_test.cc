#include "mcp/http/endpoint.h"

#include "mcp/testing/http_fixture.h"

namespace mtc::mcp {
namespace {

TEST_F(McpHttp, SessionFromOpeningToClosing) {
  const auto id = open("2025-06-18");
  ASSERT_EQ(id.size(), 43U);
  const HttpHeaders in{{"Mcp-Session-Id", id}, {"MCP-Protocol-Version", "2025-06-18"}};
  EXPECT_EQ(ask(post(R"({"jsonrpc":"2.0","method":"notifications/initialized"})", in)).status, 202);
  EXPECT_EQ(ask(post(R"({"jsonrpc":"2.0","id":3,"result":{}})", in)).status, 202);
  const auto ping = ask(post(kPing, in));
  EXPECT_EQ(ping.status, 200);
  EXPECT_EQ(ping.raw, R"({"jsonrpc":"2.0","id":"p","result":{}})");
  EXPECT_EQ(ask(post(call("picture"), in)).body["result"]["content"][0]["text"], "c/anonymous");
  EXPECT_EQ(ask(post(call("nobody"), in)).status, 200);
  auto bye = post("", in);
  bye.method = "DELETE";
  EXPECT_EQ(ask(bye).status, 204);
  EXPECT_EQ(ask(post(kPing, in)).status, 404);
  EXPECT_EQ(ask(bye).status, 404);
}

TEST_F(McpHttp, SessionRulesOfThe2025Revisions) {
  const auto id = open("2025-06-18");
  EXPECT_EQ(ask(post(kPing)).status, 400);
  EXPECT_EQ(ask(post(kPing)).body["id"], "p");
  EXPECT_EQ(ask(post(kPing, {{"Mcp-Session-Id", "guess"}})).status, 404);
  EXPECT_EQ(ask(post(kPing, {{"Mcp-Session-Id", id}})).status, 200);
  EXPECT_EQ(
      ask(post(kPing, {{"Mcp-Session-Id", id}, {"MCP-Protocol-Version", "2025-03-26"}})).status,
      200);
  EXPECT_EQ(
      ask(post(kPing, {{"Mcp-Session-Id", id}, {"MCP-Protocol-Version", "1999-01-01"}})).status,
      400);
  clock.time += Millis{31L * 60 * 1000};
  EXPECT_EQ(ask(post(kPing, {{"Mcp-Session-Id", id}})).status, 404);
}

TEST_F(McpHttp, EachSessionKeepsItsRevision) {
  const auto old_one = open("2025-03-26");
  const auto new_one = open("2025-11-25");
  EXPECT_NE(old_one, new_one);
  const auto list = R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})";
  EXPECT_FALSE(
      ask(post(list, {{"Mcp-Session-Id", old_one}})).body["result"]["tools"][0].contains("title"));
  EXPECT_TRUE(
      ask(post(list, {{"Mcp-Session-Id", new_one}})).body["result"]["tools"][0].contains("title"));
}

TEST_F(McpHttp, WithoutSessionsTheHeaderNamesTheRevision) {
  options.sessions = false;
  EXPECT_EQ(open("2025-11-25"), "");
  const auto list = R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})";
  EXPECT_FALSE(ask(post(list)).body["result"]["tools"][0].contains("title"));
  EXPECT_TRUE(ask(post(list, {{"MCP-Protocol-Version", "2025-11-25"}}))
                  .body["result"]["tools"][0]
                  .contains("title"));
  auto bye = post("");
  bye.method = "DELETE";
  EXPECT_EQ(ask(bye).status, 405);
}

TEST_F(McpHttp, BatchesOnlyIn20250326) {
  const auto batch =
      fmt::format(R"([{},{{"jsonrpc":"2.0","method":"notifications/initialized"}}])", kPing);
  const auto got = ask(post(batch, {{"Mcp-Session-Id", open("2025-03-26")}}));
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body.size(), 1U);
  const auto silent = R"([{"jsonrpc":"2.0","method":"notifications/initialized"}])";
  EXPECT_EQ(ask(post(silent, {{"Mcp-Session-Id", open("2025-03-26")}})).status, 202);
  const auto refused = ask(post(batch, {{"Mcp-Session-Id", open("2025-11-25")}}));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.code(), rpc::kInvalidRequest);
  EXPECT_EQ(ask(post(batch, {{"MCP-Protocol-Version", "2026-07-28"}})).status, 400);
}

TEST_F(McpHttp, ModernRequestsNeedNoSession) {
  const auto got = ask(modern("tools/call", R"("name":"picture")",
                              {{"Mcp-Name", "picture"}, {"Mcp-Session-Id", "ignored"}}));
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body["result"]["resultType"], "complete");
  EXPECT_EQ(got.body["result"]["content"][0]["text"], "tester/anonymous");
  EXPECT_EQ(got.header("Mcp-Session-Id"), "");
  EXPECT_EQ(endpoint().session_count(), 0U);
  EXPECT_EQ(ask(modern("server/discover")).status, 200);
}

TEST_F(McpHttp, ModernErrorsHaveTheirStatus) {
  const auto with_meta = [](const std::string& meta, HttpHeaders headers) {
    return post(R"({"jsonrpc":"2.0","id":5,"method":"tools/list","params":{"_meta":)" + meta + "}}",
                std::move(headers));
  };
  const HttpHeaders good{{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/list"}};
  const std::string unknown =
      R"({"io.modelcontextprotocol/protocolVersion":"v999.0.0","io.modelcontextprotocol/clientCapabilities":{}})";
  const struct {
    const char* name;
    HttpRequest request;
    int status, code;
  } cases[] = {
      {"no meta", post(R"({"jsonrpc":"2.0","id":5,"method":"tools/list"})", good), 400,
       rpc::kInvalidParams},
      {"no version", with_meta(R"({"io.modelcontextprotocol/clientCapabilities":{}})", good), 400,
       rpc::kInvalidParams},
      {"no capabilities",
       with_meta(R"({"io.modelcontextprotocol/protocolVersion":"2026-07-28"})", good), 400,
       rpc::kInvalidParams},
      {"wrong version in the body only", with_meta(unknown, good), 400, rpc::kHeaderMismatch},
      {"wrong version in both",
       with_meta(unknown, {{"MCP-Protocol-Version", "v999.0.0"}, {"Mcp-Method", "tools/list"}}),
       400, rpc::kUnsupportedVersion},
      {"no version header", modern("tools/list", "", {{"MCP-Protocol-Version", ""}}), 400,
       rpc::kHeaderMismatch},
      {"no method header", modern("tools/list", "", {{"Mcp-Method", ""}}), 400,
       rpc::kHeaderMismatch},
      {"other method header", modern("tools/list", "", {{"Mcp-Method", "tools/call"}}), 400,
       rpc::kHeaderMismatch},
      {"no name header", modern("tools/call", R"("name":"echo")"), 400, rpc::kHeaderMismatch},
      {"unknown method", modern("unknown/method"), 404, rpc::kMethodNotFound},
      {"initialize", modern("initialize"), 404, rpc::kMethodNotFound},
      {"ping", modern("ping"), 404, rpc::kMethodNotFound},
      {"unknown tool", modern("tools/call", R"("name":"nobody")", {{"Mcp-Name", "nobody"}}), 200,
       rpc::kInvalidParams},
      {"arguments as list",
       modern("tools/call", R"("name":"echo","arguments":[])", {{"Mcp-Name", "echo"}}), 200,
       rpc::kInvalidParams},
      {"not JSON", post("{", good), 400, rpc::kParseError},
      {"not a message", post("{}", good), 400, rpc::kInvalidRequest},
      {"initialize of an older era", post(opening("2025-11-25"), good), 400, rpc::kHeaderMismatch},
      {"a response", post(R"({"jsonrpc":"2.0","id":5,"result":{}})", good), 400,
       rpc::kInvalidRequest},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto got = ask(c.request);
    EXPECT_EQ(got.status, c.status);
    EXPECT_EQ(got.code(), c.code) << got.raw;
  }
  EXPECT_EQ(
      ask(post(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{}})", good)).status,
      202);
  EXPECT_EQ(ask(with_meta(unknown, good)).body["id"], 5);
}

TEST_F(McpHttp, ContentTypeAndAcceptAreRead) {
  const auto id = open("2025-06-18");
  const auto with = [&](std::string name, std::string value) {
    return ask(post(kPing, {{"Mcp-Session-Id", id}, {std::move(name), std::move(value)}}));
  };
  EXPECT_EQ(with("Content-Type", "application/json; charset=utf-8").status, 200);
  EXPECT_EQ(with("Content-Type", "text/plain").status, 415);
  EXPECT_EQ(with("Content-Type", "").status, 415);
  EXPECT_EQ(with("Accept", "").status, 200);
  EXPECT_EQ(with("Accept", "*/*").status, 200);
  EXPECT_EQ(with("Accept", "application/json").status, 200);
  EXPECT_EQ(with("Accept", "text/html").status, 406);
  const auto events = with("Accept", "text/event-stream");
  EXPECT_EQ(events.status, 200);
  EXPECT_EQ(events.header("Content-Type"), "text/event-stream");
  EXPECT_EQ(events.raw,
            "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":\"p\",\"result\":{}}\n\n");
}

TEST_F(McpHttp, ForeignHostsAndPagesAreTurnedAway) {
  EXPECT_EQ(ask(post(opening("2025-11-25"),
                     {{"Host", "evil.example.com"}, {"Origin", "http://evil.example.com"}}))
                .status,
            403);
  EXPECT_EQ(ask(post(opening("2025-11-25"), {{"Host", "evil.example.com"}})).status, 403);
  EXPECT_EQ(ask(post(opening("2025-11-25"), {{"Origin", "null"}})).status, 403);
  EXPECT_EQ(ask(post(opening("2025-11-25"), {{"Origin", "http://127.0.0.1:8080"}})).status, 200);
  const auto page = ask(post(opening("2025-11-25"),
                             {{"Host", "ops.example.org"}, {"Origin", "https://app.example.org"}}));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.header("Access-Control-Allow-Origin"), "https://app.example.org");
  EXPECT_EQ(page.header("Vary"), "Origin");
  EXPECT_EQ(endpoint().session_count(), 2U);
}

TEST_F(McpHttp, BrowsersMayAskFirst) {
  auto ask_first = post("", {{"Origin", "https://app.example.org"}});
  ask_first.method = "OPTIONS";
  authenticator = &tokens;  // a preflight carries no token
  const auto got = ask(ask_first);
  EXPECT_EQ(got.status, 204);
  EXPECT_EQ(got.header("Access-Control-Allow-Methods"), "POST, GET, DELETE, OPTIONS");
  EXPECT_NE(got.header("Access-Control-Allow-Headers").find("mcp-protocol-version"),
            std::string::npos);
}

TEST_F(McpHttp, GetIsNotOfferedWithoutSessions) {
  options.sessions = false;
  auto get = post("");
  get.method = "GET";
  const auto got = ask(get);
  EXPECT_EQ(got.status, 405);
  EXPECT_EQ(got.header("Allow"), "POST, OPTIONS");
  EXPECT_EQ(got.code(), rpc::kInvalidRequest);
}

TEST_F(McpHttp, TokenIsNeededAndNamesTheWayToGetOne) {
  authenticator = &tokens;
  gate_options.public_url = "https://ops.example.org";
  const auto none = ask(post(opening("2025-11-25")));
  EXPECT_EQ(none.status, 401);
  EXPECT_EQ(
      none.header("WWW-Authenticate"),
      R"(Bearer resource_metadata="https://ops.example.org/.well-known/oauth-protected-resource/mcp")");
  const auto bad = ask(post(opening("2025-11-25"), {{"Authorization", "Bearer wrong"}}));
  EXPECT_EQ(bad.status, 401);
  EXPECT_EQ(
      bad.header("WWW-Authenticate"),
      R"(Bearer error="invalid_token", resource_metadata="https://ops.example.org/.well-known/oauth-protected-resource/mcp")");
  EXPECT_EQ(ask(post(opening("2025-11-25"), {{"Authorization", "Basic Z29vZA=="}})).status, 401);
  const auto away = ask(post(opening("2025-11-25"), {{"Authorization", "Bearer away"}}));
  EXPECT_EQ(away.status, 503);
  EXPECT_FALSE(away.raw.contains("user store")) << "a stranger learns nothing of the inside";
  EXPECT_EQ(ask(post(opening("2025-11-25"), {{"Authorization", "bearer good"}})).status, 200);
}

TEST_F(McpHttp, MissingScopeIs403AndNamesIt) {
  authenticator = &tokens;
  const auto refused = ask(modern("tools/call", R"("name":"secret")",
                                  {{"Mcp-Name", "secret"}, {"Authorization", "Bearer good"}}));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.header("WWW-Authenticate"),
            R"(Bearer error="insufficient_scope", scope="ops")");
  EXPECT_EQ(ask(modern("tools/call", R"("name":"secret")",
                       {{"Mcp-Name", "secret"}, {"Authorization", "Bearer ops"}}))
                .status,
            200);
}

TEST_F(McpHttp, SessionOfSomebodyElseDoesNotExist) {
  authenticator = &tokens;
  const auto id = open("2025-11-25", {{"Authorization", "Bearer good"}});
  EXPECT_EQ(ask(post(kPing, {{"Mcp-Session-Id", id}, {"Authorization", "Bearer good"}})).status,
            200);
  EXPECT_EQ(ask(post(kPing, {{"Mcp-Session-Id", id}, {"Authorization", "Bearer other"}})).status,
            404);
}

TEST_F(McpHttpRunning, HangingUpCancelsAModernCall) {
  start(modern("tools/call", R"("name":"slow")", {{"Mcp-Name", "slow"}}));
  hang_up();
  EXPECT_EQ(world.gate.cancelled, 1);
  EXPECT_TRUE(ended);
}

TEST_F(McpHttpRunning, HangingUpLeavesAnOlderCallAlone) {
  const auto id = open("2025-11-25");
  start(post(call("slow"), {{"Mcp-Session-Id", id}}));
  hang_up();
  EXPECT_EQ(world.gate.running, 1);
  world.gate.let_go();
  poll();
  EXPECT_EQ(world.gate.finished, 1);
  EXPECT_TRUE(ended);
}

TEST_F(McpHttpRunning, NotificationCancelsAnOlderCallOfItsSessionOnly) {
  const auto id = open("2025-11-25");
  const auto stranger = open("2025-11-25");
  start(post(call("slow", "9"), {{"Mcp-Session-Id", id}}));
  const auto cancel =
      R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9}})";
  EXPECT_EQ(ask(post(cancel, {{"Mcp-Session-Id", stranger}})).status, 202);
  poll();
  EXPECT_EQ(world.gate.running, 1);
  EXPECT_EQ(ask(post(cancel, {{"Mcp-Session-Id", id}})).status, 202);
  poll();
  EXPECT_EQ(world.gate.cancelled, 1);
  ASSERT_TRUE(exchange.out);
  EXPECT_EQ(exchange.out->status, 202);
  EXPECT_EQ(exchange.out->body, "");
}

TEST_F(McpHttpRunning, WithoutSessionsNobodyCancelsByGuessingAnId) {
  options.sessions = false;
  start(post(call("slow", "9")));
  ask(post(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9}})"));
  poll();
  EXPECT_EQ(world.gate.running, 1);
  endpoint().stop();
  poll();
  EXPECT_EQ(world.gate.cancelled, 1);
}

TEST_F(McpHttpRunning, StopEndsEverything) {
  const auto id = open("2025-11-25");
  start(post(call("slow"), {{"Mcp-Session-Id", id}}));
  hang_up();
  endpoint().stop();
  poll();
  EXPECT_EQ(world.gate.cancelled, 1);
  EXPECT_EQ(endpoint().session_count(), 0U);
}

TEST_F(McpHttpRunning, ClosingTheSessionEndsItsCalls) {
  const auto id = open("2025-11-25");
  start(post(call("slow"), {{"Mcp-Session-Id", id}}));
  auto bye = post("", {{"Mcp-Session-Id", id}});
  bye.method = "DELETE";
  EXPECT_EQ(ask(bye).status, 204);
  poll();
  EXPECT_EQ(world.gate.cancelled, 1);
}

}  // namespace
}  // namespace mtc::mcp
