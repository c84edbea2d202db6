#include "mcp/server.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "infra/loop/run.h"
#include "mcp/testing/test_tools.h"

namespace mtc::mcp {
namespace {

std::string request(std::string_view method, std::string_view params = "{}",
                    std::string_view id = "1") {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"{}","params":{}}})", id, method,
                     params);
}
std::string modern(std::string_view method, std::string_view members = "",
                   std::string_view id = "1") {
  return request(method,
                 fmt::format("{{{}{}{}}}", members, members.empty() ? "" : ",", kModernMeta), id);
}

class McpServer : public testing::Test {
 protected:
  std::string ask(std::string text) {
    auto answer = run(world.server.handle_text(std::move(text), peer));
    return answer.value_or("");
  }
  Json result(std::string text) {
    const auto answer = Json::parse(ask(std::move(text)));
    EXPECT_TRUE(answer.contains("result")) << answer;
    return answer.value("result", Json());
  }
  int error(std::string text) {
    const auto answer = Json::parse(ask(std::move(text)));
    EXPECT_TRUE(answer.contains("error")) << answer;
    return static_cast<int>(integer_or(answer.value("error", Json()), "code"));
  }
  void open(std::string_view version) {
    ask(request(
        "initialize",
        fmt::format(
            R"({{"protocolVersion":"{}","capabilities":{{}},"clientInfo":{{"name":"old","version":"1"}}}})",
            version)));
  }

  World world;
  Peer peer{.principal = {.subject = "me", .name = "Me", .scopes = {}, .channel = "test"}};
};

TEST_F(McpServer, InitializeSettlesOnTheClientsRevisionOrOurNewestOfThatEra) {
  const struct {
    const char *asked, *settled;
  } cases[] = {{"2024-11-05", "2024-11-05"}, {"2025-03-26", "2025-03-26"},
               {"2025-06-18", "2025-06-18"}, {"2025-11-25", "2025-11-25"},
               {"2026-07-28", "2025-11-25"}, {"1999-01-01", "2025-11-25"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.asked);
    const auto answer =
        result(request("initialize", fmt::format(R"({{"protocolVersion":"{}"}})", c.asked)));
    EXPECT_EQ(answer["protocolVersion"], c.settled);
    EXPECT_EQ(answer["capabilities"], Json::parse(R"({"tools":{}})"));
    EXPECT_EQ(answer["serverInfo"]["name"], "fixture");
    EXPECT_EQ(answer["serverInfo"].contains("title"), std::string_view(c.settled) >= "2025-06-18");
    EXPECT_EQ(answer["instructions"], "Be kind.");
    EXPECT_FALSE(answer.contains("resultType"));
  }
}

TEST_F(McpServer, InitializeMayComeAgainAndAgain) {
  open("2025-11-25");
  open("2024-11-05");
  EXPECT_EQ(peer.revision, Revision::v2024_11_05);
}

TEST_F(McpServer, AnswersPingAndStaysSilentOnNotifications) {
  EXPECT_EQ(ask(request("ping", "null")), R"({"jsonrpc":"2.0","id":1,"result":{}})");
  for (const auto* method :
       {"notifications/initialized", "notifications/unheard_of", "tools/call", "ping"}) {
    EXPECT_EQ(ask(fmt::format(R"({{"jsonrpc":"2.0","method":"{}"}})", method)), "");
  }
  EXPECT_EQ(ask(R"({"jsonrpc":"2.0","id":5,"result":{}})"), "");
  EXPECT_EQ(ask(R"({"jsonrpc":"2.0","id":null,"error":{"code":1,"message":""}})"), "");
}

TEST_F(McpServer, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(error("{nonsense"), rpc::kParseError);
  EXPECT_EQ(error(std::string(100, '[') + std::string(100, ']')), rpc::kParseError);
  EXPECT_EQ(error(R"({"jsonrpc":"2.0","id":1})"), rpc::kInvalidRequest);
  EXPECT_EQ(error(request("logging/setLevel")), rpc::kMethodNotFound);
  EXPECT_EQ(error(request("resources/list")), rpc::kMethodNotFound);
  EXPECT_EQ(error(request("server/discover")), rpc::kMethodNotFound);
  EXPECT_EQ(error(request("initialize")), rpc::kInvalidParams);
  EXPECT_EQ(error(request("tools/list", R"({"cursor":"x"})")), rpc::kInvalidParams);
  EXPECT_EQ(error(request("tools/call")), rpc::kInvalidParams);
  EXPECT_EQ(error(request("tools/call", R"({"name":7})")), rpc::kInvalidParams);
  EXPECT_EQ(error(request("tools/call", R"({"name":"nobody"})")), rpc::kInvalidParams);
  EXPECT_EQ(error(request("tools/call", R"({"name":"echo","arguments":[1]})")),
            rpc::kInvalidParams);
  EXPECT_EQ(error(request("tools/call", R"({"name":"echo","arguments":"text"})")),
            rpc::kInvalidParams);
}

TEST_F(McpServer, UnreadableIdIsNullForOldClientsAndLeftOutElsewhere) {
  EXPECT_EQ(ask("x").find("\"id\""), std::string::npos);
  open("2025-06-18");
  EXPECT_NE(ask("x").find("\"id\":null"), std::string::npos);
}

TEST_F(McpServer, ListsToolsWithAbsentNullOrEmptyParams) {
  for (const auto* params :
       {"{}", "null", R"({"cursor":null})", R"({"cursor":""})", R"({"withUserTools":true})"}) {
    const auto list = result(request("tools/list", params));
    EXPECT_EQ(list["tools"].size(), 6U);
    EXPECT_EQ(list["tools"][0]["name"], "echo");
    EXPECT_EQ(list.size(), 1U) << list;
  }
}

TEST_F(McpServer, CallsATool) {
  open("2025-06-18");
  const auto answer =
      result(request("tools/call", R"({"name":"echo","arguments":{"text":"你好","times":2}})"));
  EXPECT_EQ(
      answer,
      Json::parse(
          R"({"content":[{"type":"text","text":"你好你好"}],"structuredContent":{"text":"你好你好"}})"));
}

TEST_F(McpServer, ClientsWithoutStructuredContentGetTheDataAsText) {
  open("2025-03-26");
  const auto answer = result(request("tools/call", R"({"name":"echo","arguments":{"text":"a"}})"));
  EXPECT_EQ(
      answer,
      Json::parse(
          R"({"content":[{"type":"text","text":"a"},{"type":"text","text":"{\"text\":\"a\"}"}]})"));
}

TEST_F(McpServer, BadArgumentsAreAToolErrorThatNamesThem) {
  for (const auto* arguments : {"{}", "null"}) {
    const auto answer = result(
        request("tools/call", fmt::format(R"({{"name":"echo","arguments":{}}})", arguments)));
    EXPECT_EQ(answer["isError"], true);
    EXPECT_EQ(answer["content"][0]["text"], "text: missing — correct the arguments and call again");
  }
  const auto unknown =
      result(request("tools/call", R"({"name":"echo","arguments":{"text":"a","x":1}})"));
  EXPECT_EQ(unknown["isError"], true);
}

TEST_F(McpServer, ToleratesWhatTheConnectionSaysItMay) {
  peer.arguments = {.unknown_keys = UnknownKeys::drop, .coerce_text = true};
  const auto answer = result(
      request("tools/call", R"({"name":"echo","arguments":{"text":"a","times":"2","x":1}})"));
  EXPECT_EQ(answer["content"][0]["text"], "aa");
}

TEST_F(McpServer, FailureIsReadableAndKeepsItsSecrets) {
  const auto away = result(request("tools/call", R"({"name":"away"})"));
  EXPECT_EQ(
      away,
      Json::parse(
          R"({"isError":true,"content":[{"type":"text","text":"The log service does not answer — try again in a moment"}]})"));
  const auto broken = ask(request("tools/call", R"({"name":"broken"})"));
  EXPECT_NE(broken.find("broken failed inside the server"), std::string::npos);
  EXPECT_EQ(broken.find("secret detail"), std::string::npos);
}

TEST_F(McpServer, PicturesFollowTheirDescription) {
  open("2025-11-25");
  peer.voice = true;
  const auto content = result(request("tools/call", R"({"name":"picture"})"))["content"];
  EXPECT_EQ(content,
            Json::parse(R"([{"type":"text","text":"old/me/voice"},{"type":"text","text":"A chart"},
                                     {"type":"image","mimeType":"image/png","data":"UE5H"}])"));
}

TEST_F(McpServer, ScopeIsNeeded) {
  const auto refused = result(request("tools/call", R"({"name":"secret"})"));
  EXPECT_EQ(refused["isError"], true);
  peer.principal.scopes = {"ops"};
  EXPECT_FALSE(result(request("tools/call", R"({"name":"secret"})")).contains("isError"));
}

TEST_F(McpServer, ConnectionMayRenderResultsItsOwnWay) {
  peer.render = [](const Result<Reply>& reply) {
    return Json{
        {"content",
         {{{"type", "text"}, {"text", reply ? "good" : "Failed: " + reply.error().message}}}}};
  };
  EXPECT_EQ(result(request("tools/call",
                           R"({"name":"echo","arguments":{"text":"a"}})"))["content"][0]["text"],
            "good");
  const auto failed = result(request("tools/call", R"({"name":"away"})"));
  EXPECT_EQ(failed["content"][0]["text"], "Failed: The log service does not answer");
  EXPECT_FALSE(failed.contains("isError"));
  EXPECT_EQ(result(modern("tools/call", R"("name":"away")"))["resultType"], "complete");
}

TEST_F(McpServer, BatchesExistInOneRevisionOnly) {
  const auto batch = "[" + request("ping") + "," +
                     R"({"jsonrpc":"2.0","method":"notifications/initialized"})" + "," +
                     request("nope", "{}", "2") + "," + request("initialize", "{}", "3") + "," +
                     R"({"jsonrpc":"2.0","method":"initialize"},)" +
                     R"({"jsonrpc":"2.0","method":"notifications/progress","params":[]},5])";
  EXPECT_EQ(error(batch), rpc::kInvalidRequest);
  open("2025-06-18");
  EXPECT_EQ(error(batch), rpc::kInvalidRequest);
  open("2025-03-26");
  const auto answers = Json::parse(ask(batch));
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_EQ(answers[0]["result"], Json::object());
  EXPECT_EQ(answers[1]["error"]["code"], rpc::kMethodNotFound);
  EXPECT_EQ(answers[2]["error"]["code"], rpc::kInvalidRequest);
  EXPECT_EQ(answers[2]["id"], 3);
  EXPECT_EQ(answers[3]["error"]["code"], rpc::kInvalidRequest);
  EXPECT_EQ(answers[3]["id"], nullptr);
  EXPECT_EQ(ask(R"([{"jsonrpc":"2.0","method":"notifications/initialized"}])"), "");
  EXPECT_EQ(error("[]"), rpc::kInvalidRequest);
  EXPECT_EQ(error("[1" + std::string(200, ' ') +
                  [] {
                    std::string out;
                    for (int i = 0; i < 64; ++i) out += ",1";
                    return out;
                  }() +
                  "]"),
            rpc::kInvalidRequest);
}

TEST_F(McpServer, DiscoverTellsVersionsCapabilitiesAndIdentity) {
  const auto answer = result(modern("server/discover"));
  EXPECT_EQ(answer["supportedVersions"][0], "2026-07-28");
  EXPECT_EQ(answer["supportedVersions"].size(), 5U);
  EXPECT_EQ(answer["capabilities"], Json::parse(R"({"tools":{}})"));
  EXPECT_EQ(answer["resultType"], "complete");
  EXPECT_EQ(answer["ttlMs"], 300000);
  EXPECT_EQ(answer["cacheScope"], "public");
  EXPECT_EQ(
      answer["_meta"]["io.modelcontextprotocol/serverInfo"],
      Json::parse(
          R"({"name":"fixture","title":"Fixture","version":"1.2.3","description":"For tests"})"));
  EXPECT_FALSE(answer.contains("serverInfo"));
  EXPECT_FALSE(peer.initialized);
}

TEST_F(McpServer, ServesBothErasOnOneConnection) {
  open("2024-11-05");
  const auto listed = result(modern("tools/list"));
  EXPECT_EQ(listed["resultType"], "complete");
  EXPECT_TRUE(listed["tools"][0].contains("outputSchema"));
  EXPECT_EQ(listed["cacheScope"], "public");
  const auto called = result(modern("tools/call", R"("name":"echo","arguments":{"text":"a"})"));
  EXPECT_EQ(called["structuredContent"]["text"], "a");
  EXPECT_EQ(called["resultType"], "complete");
  EXPECT_FALSE(result(request("tools/list")).contains("resultType"));
  const auto name = result(modern("tools/call", R"("name":"picture")"))["content"][0]["text"];
  EXPECT_EQ(name, "tester/me");
}

TEST_F(McpServer, ModernRequestsMustBeComplete) {
  const auto with_meta = [](std::string_view meta) {
    return request("tools/list", fmt::format(R"({{"_meta":{}}})", meta));
  };
  EXPECT_EQ(error(with_meta(R"({"io.modelcontextprotocol/protocolVersion":"2026-07-28"})")),
            rpc::kInvalidParams);
  EXPECT_EQ(error(with_meta(R"({"io.modelcontextprotocol/clientCapabilities":{}})")),
            rpc::kInvalidParams);
  EXPECT_EQ(
      error(with_meta(
          R"({"io.modelcontextprotocol/protocolVersion":7,"io.modelcontextprotocol/clientCapabilities":{}})")),
      rpc::kInvalidParams);
  EXPECT_EQ(
      error(with_meta(
          R"({"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":[]})")),
      rpc::kInvalidParams);
  EXPECT_EQ(
      error(with_meta(
          R"({"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{},"io.modelcontextprotocol/logLevel":"loud"})")),
      rpc::kInvalidParams);
  const auto unknown = Json::parse(ask(with_meta(
      R"({"io.modelcontextprotocol/protocolVersion":"v999.0.0","io.modelcontextprotocol/clientCapabilities":{}})")));
  EXPECT_EQ(unknown["error"]["code"], rpc::kUnsupportedVersion);
  EXPECT_EQ(unknown["error"]["data"],
            Json::parse(R"({"supported":["2026-07-28"],"requested":"v999.0.0"})"));
  for (const auto* method :
       {"initialize", "ping", "logging/setLevel", "resources/subscribe", "unknown/method"}) {
    EXPECT_EQ(error(modern(method)), rpc::kMethodNotFound) << method;
  }
}

TEST_F(McpServer, InitializeWithABrokenClaimIsStillAHandshake) {
  const auto answer = result(request("initialize", R"({"protocolVersion":"2025-11-25","_meta":{
      "io.modelcontextprotocol/protocolVersion":"2025-11-25","io.modelcontextprotocol/clientCapabilities":{}}})"));
  EXPECT_EQ(answer["protocolVersion"], "2025-11-25");
}

TEST_F(McpServer, LegacyOnlyPeersAreNeverTakenForModern) {
  peer.legacy_only = true;
  EXPECT_FALSE(result(modern("tools/list")).contains("resultType"));
}

// Runs a call and something else beside it.
struct Beside {
  Beside(World& world_in, Peer& peer_in) : world(world_in), peer(peer_in) {}
  asio::io_context loop{1};
  World& world;
  Peer& peer;
  std::optional<std::optional<std::string>> answer;
  asio::cancellation_signal caller;

  void start(std::string text) {
    asio::co_spawn(
        loop, world.server.handle_text(std::move(text), peer),
        asio::bind_cancellation_slot(
            caller.slot(), [this](const std::exception_ptr& error, std::optional<std::string> got) {
              EXPECT_TRUE(error == nullptr);
              answer = std::move(got);
            }));
    loop.poll();
    EXPECT_EQ(world.gate.running, 1);
  }
  void notify(std::string text) {
    asio::co_spawn(loop, world.server.handle_text(std::move(text), peer),
                   [](const std::exception_ptr&, const std::optional<std::string>& got) {
                     EXPECT_FALSE(got);
                   });
    poll();
  }
  void poll() {
    loop.restart();
    loop.poll();
  }
};

TEST_F(McpServer, CancelledCallStopsAndIsNotAnswered) {
  for (const std::string id : {"7", "\"7\"", "18446744073709551615"}) {
    for (const bool is_modern : {false, true}) {
      SCOPED_TRACE(id + (is_modern ? " modern" : " legacy"));
      world.gate = {};
      Beside beside(world, peer);
      beside.start(is_modern ? modern("tools/call", R"("name":"slow")", id)
                             : request("tools/call", R"({"name":"slow"})", id));
      EXPECT_EQ(peer.running->size(), 1U);
      beside.notify(
          R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":8}})");
      EXPECT_EQ(world.gate.running, 1);
      beside.notify(
          R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":)" + id +
          R"(,"reason":"user"}})");
      EXPECT_EQ(world.gate.cancelled, 1);
      ASSERT_TRUE(beside.answer.has_value());
      EXPECT_FALSE(beside.answer->has_value());
      EXPECT_EQ(peer.running->size(), 0U);
    }
  }
}

TEST_F(McpServer, CallEndsWithItsCaller) {
  Beside beside(world, peer);
  beside.start(request("tools/call", R"({"name":"slow"})"));
  beside.caller.emit(asio::cancellation_type::terminal);
  beside.poll();
  EXPECT_EQ(world.gate.cancelled, 1);
}

}  // namespace
}  // namespace mtc::mcp
