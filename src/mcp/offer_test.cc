// What a server says it offers, and whether that is so.
#include "mcp/testing/rich_server.h"

namespace mtc::mcp {
namespace {

class OfferTest : public RichServer {
 protected:
  Json capabilities(std::string_view revision) {
    world.made.reset();
    return result(legacy("initialize", {{"protocolVersion", revision}}))["capabilities"];
  }
  Json discovered() {
    world.made.reset();
    return result(modern("server/discover"))["capabilities"];
  }
  int code(std::string text) { return code_of(ask(std::move(text))); }
};

TEST_F(OfferTest, SaysAllThatIsThere) {
  world.options.logging = true;
  EXPECT_EQ(capabilities("2025-11-25"),
            Json::parse(
                R"({"tools":{"listChanged":true},"resources":{"listChanged":true,"subscribe":true},
              "prompts":{"listChanged":true},"completions":{},"logging":{}})"));
  EXPECT_FALSE(capabilities("2024-11-05").contains("completions")) << "unknown to that revision";
  EXPECT_EQ(discovered(),
            Json::parse(
                R"({"tools":{"listChanged":true},"resources":{"listChanged":true,"subscribe":true},
              "prompts":{"listChanged":true},"completions":{},
              "extensions":{"io.modelcontextprotocol/tasks":{}}})"));
}

TEST_F(OfferTest, WhatIsNotThereIsNeitherSaidNorServed) {
  const ResourceRegistry no_resources;
  world.parts = {.resources = &no_resources};
  EXPECT_EQ(capabilities("2025-11-25"), Json::parse(R"({"tools":{}})"));
  EXPECT_EQ(discovered(), Json::parse(R"({"tools":{}})"));
  for (const auto* method :
       {"resources/list", "resources/templates/list", "resources/read", "resources/subscribe",
        "prompts/list", "prompts/get", "completion/complete", "logging/setLevel",
        "subscriptions/listen", "tasks/get", "tasks/update", "tasks/cancel"}) {
    EXPECT_EQ(code(legacy(method)), rpc::kMethodNotFound) << method;
    EXPECT_EQ(code(modern(method)), rpc::kMethodNotFound) << method;
  }
}

TEST_F(OfferTest, WithoutChangesNothingCanBeWatched) {
  world.parts.changes = nullptr;
  EXPECT_EQ(capabilities("2025-11-25")["resources"], Json::object());
  EXPECT_EQ(code(legacy("resources/subscribe", {{"uri", "ops://plain"}})), rpc::kMethodNotFound);
  EXPECT_EQ(code(modern("subscriptions/listen", {{"notifications", Json::object()}})),
            rpc::kMethodNotFound);
}

TEST_F(OfferTest, EachEraHasItsOwnMethods) {
  for (const auto* method : {"initialize", "ping", "logging/setLevel", "resources/subscribe",
                             "resources/unsubscribe", "tasks/result", "tasks/list", "nonsense"}) {
    const auto answer = answer_to(modern(method, {{"uri", "ops://plain"}, {"level", "info"}}));
    EXPECT_EQ(answer.http_status, 404) << method;
    EXPECT_EQ(code_of(Json::parse(answer.body)), rpc::kMethodNotFound) << method;
  }
  for (const auto* method :
       {"server/discover", "subscriptions/listen", "tasks/get", "tasks/result", "nonsense"}) {
    const auto answer = answer_to(legacy(method));
    EXPECT_EQ(answer.http_status, 200) << method;
    EXPECT_EQ(code_of(Json::parse(answer.body)), rpc::kMethodNotFound) << method;
  }
}

TEST_F(OfferTest, LogLevelIsSetForTheSessionOrForTheRequest) {
  world.options.logging = true;
  ask(legacy("tools/call", call("says")));
  EXPECT_TRUE(outlet.sent.empty()) << "nobody asked for it";
  EXPECT_EQ(code(legacy("logging/setLevel", {{"level", "loud"}})), rpc::kInvalidParams);
  EXPECT_EQ(code(legacy("logging/setLevel")), rpc::kInvalidParams);
  EXPECT_EQ(result(legacy("logging/setLevel", {{"level", "warning"}})), Json::object());
  ask(legacy("tools/call", call("says")));
  ASSERT_EQ(outlet.methods(), std::vector<std::string>{"notifications/message"});
  EXPECT_EQ(outlet.sent[0]["params"], Json::parse(R"({"level":"error","data":"loud"})"));

  ask(modern("tools/call", call("says")));
  EXPECT_EQ(outlet.sent.size(), 1U) << "what a session set is not for requests of 2026-07-28";
  auto params = call("says");
  params["_meta"]["io.modelcontextprotocol/logLevel"] = "info";
  ask(modern("tools/call", params));
  EXPECT_EQ(outlet.sent.size(), 3U);
  params["_meta"]["io.modelcontextprotocol/logLevel"] = "loud";
  EXPECT_EQ(code(modern("tools/call", params)), rpc::kInvalidParams);
}

TEST_F(OfferTest, ProgressIsToldBeforeTheAnswer) {
  auto params = call("steps");
  params["_meta"]["progressToken"] = 4;
  const auto& running = start(legacy("tools/call", params));
  ASSERT_EQ(outlet.methods(), std::vector<std::string>{"notifications/progress"});
  EXPECT_FALSE(running.ended);
  world.gate.let_go();
  poll();
  ASSERT_TRUE(running.ended);
  EXPECT_EQ(outlet.sent.size(), 2U);
  EXPECT_EQ(outlet.sent[1]["params"]["progressToken"], 4);
}

// A handler may keep its link longer than its request lives.
TEST_F(OfferTest, LinkOfAnEndedRequestReachesNobody) {
  std::shared_ptr<CallLink> kept;
  const auto keep = [&kept](NoArgs, CallContext context) -> Async<Result<Reply>> {
    kept = context.link;
    return break_down({}, {});
  };
  const auto keep_and_ask = [&kept](NoArgs, CallContext context) -> Async<Result<Outcome>> {
    kept = context.link;
    return ask_forever({}, {});
  };
  ASSERT_TRUE(world.tools.add(plain_tool("keeper", keep)));
  ASSERT_TRUE(world.tools.add(dialogue_tool("asker", keep_and_ask)));
  auto params = call("keeper");
  params["_meta"]["progressToken"] = 4;
  ask(legacy("tools/call", params));
  ASSERT_TRUE(kept);
  kept->progress(1, 2, "late");
  EXPECT_TRUE(outlet.sent.empty());

  open("2025-11-25", {{"elicitation", Json::object()}});
  params["name"] = "asker";
  auto& asking = start(legacy("tools/call", params));
  asking.caller.emit(asio::cancellation_type::terminal);
  poll();
  ASSERT_TRUE(asking.ended);
  EXPECT_FALSE(asking.broken);
  const auto before = outlet.sent.size();
  kept->progress(1, 2, "late");
  EXPECT_EQ(outlet.sent.size(), before);
}

}  // namespace
}  // namespace mtc::mcp
