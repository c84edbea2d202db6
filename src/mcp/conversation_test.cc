#include "mcp/conversation.h"

#include "mcp/testing/rich_server.h"

namespace mtc::mcp {
namespace {

const Json kForms{{"elicitation", Json::object()}};

// Questions by results: 2026-07-28.
class AskingByResult : public RichServer {
 protected:
  // The next round: the same call with answers and the state of the last one.
  static Json again(Json params, const Json& last, const Json& answers) {
    params["inputResponses"] = answers;
    params["requestState"] = last["requestState"];
    return params;
  }
  Json round(const Json& params) { return result(modern("tools/call", params, kForms)); }
};

TEST_F(AskingByResult, RoundsGoOnUntilAllIsKnown) {
  const auto first = round(call("introduce"));
  EXPECT_EQ(first["resultType"], "input_required");
  EXPECT_EQ(first["inputRequests"].size(), 1U);
  EXPECT_EQ(first["inputRequests"]["name"]["method"], "elicitation/create");
  EXPECT_EQ(first["inputRequests"]["name"]["params"]["mode"], "form");
  EXPECT_FALSE(first.contains("content"));
  EXPECT_FALSE(first.contains("ttlMs"));
  const auto second = round(again(call("introduce"), first, {{"name", accept("Ada")}}));
  EXPECT_EQ(second["resultType"], "input_required");
  EXPECT_TRUE(second["inputRequests"].contains("colour"));
  EXPECT_NE(second["requestState"], first["requestState"]);
  const auto last = round(again(call("introduce"), second, {{"colour", accept("red")}}));
  EXPECT_EQ(last["resultType"], "complete");
  EXPECT_EQ(last["content"][0]["text"], "Ada likes red");
  EXPECT_FALSE(last.contains("requestState"));
}

TEST_F(AskingByResult, MissingOrUnknownAnswersAreAskedForAgain) {
  const auto first = round(call("introduce"));
  const auto again_asked = round(again(call("introduce"), first, {{"else", accept("Ada")}}));
  EXPECT_EQ(again_asked["resultType"], "input_required");
  EXPECT_TRUE(again_asked["inputRequests"].contains("name"));
  EXPECT_NE(again_asked["requestState"], first["requestState"]);
  const auto refused =
      round(again(call("introduce"), again_asked, {{"name", {{"action", "decline"}}}}));
  EXPECT_EQ(refused["resultType"], "input_required");
  const auto extra =
      round(again(call("introduce"), refused, {{"name", accept("Ada")}, {"else", accept("x")}}));
  EXPECT_TRUE(extra["inputRequests"].contains("colour"));
}

TEST_F(AskingByResult, MalformedAnswersAreRefused) {
  const auto first = round(call("introduce"));
  for (const auto* answers : {"7", "[]", "\"x\"", R"({"name":7})", R"({"name":null})"}) {
    const auto params = again(call("introduce"), first, Json::parse(answers));
    EXPECT_EQ(code_of(ask(modern("tools/call", params, kForms))), rpc::kInvalidParams) << answers;
  }
  Json many = Json::object();
  for (int i = 0; i < 33; ++i) many[std::to_string(i)] = accept("x");
  EXPECT_EQ(code_of(ask(modern("tools/call", again(call("introduce"), first, many), kForms))),
            rpc::kInvalidParams);
  EXPECT_EQ(round(again(call("introduce"), first, {{"name", accept("Ada")}}))["resultType"],
            "input_required")
      << "a refused round does not use the state up";
}

TEST_F(AskingByResult, StateIsGoodOnceAndHereOnly) {
  const auto first = round(call("introduce"));
  const auto next = again(call("introduce"), first, {{"name", accept("Ada")}});
  auto elsewhere = next;
  elsewhere["name"] = "consult";
  auto otherwise = next;
  otherwise["arguments"] = {{"x", 1}};
  auto number = next;
  number["requestState"] = 7;
  for (const auto& bad : {elsewhere, otherwise, number}) {
    EXPECT_EQ(code_of(ask(modern("tools/call", bad, kForms))), rpc::kInvalidParams) << bad;
  }
  peer.principal.subject = "you";
  EXPECT_EQ(code_of(ask(modern("tools/call", next, kForms))), rpc::kInvalidParams);
  peer.principal.subject = "me";
  EXPECT_EQ(round(next)["resultType"], "input_required");
  EXPECT_EQ(code_of(ask(modern("tools/call", next, kForms))), rpc::kInvalidParams) << "used";
}

TEST_F(AskingByResult, OldStateStartsAgain) {
  const auto first = round(call("introduce"));
  world.clock.time += std::chrono::minutes(11);
  const auto late = again(call("introduce"), first, {{"name", accept("Ada")}});
  EXPECT_EQ(code_of(ask(modern("tools/call", late, kForms))), rpc::kInvalidParams);
}

TEST_F(AskingByResult, WithoutStatesAHandlersStateIsOurFault) {
  world.parts.states = nullptr;
  EXPECT_EQ(code_of(ask(modern("tools/call", call("introduce"), kForms))), rpc::kInternalError);
  auto params = call("introduce");
  params["requestState"] = "x";
  EXPECT_EQ(code_of(ask(modern("tools/call", params, kForms))), rpc::kInvalidParams);
}

TEST_F(AskingByResult, NeededCapabilityThatIsMissingIsNamed) {
  const auto answer = answer_to(modern("tools/call", call("introduce")));
  EXPECT_EQ(answer.http_status, 400);
  const auto body = Json::parse(answer.body);
  EXPECT_EQ(code_of(body), rpc::kMissingCapability);
  EXPECT_EQ(body["id"], 1);
  EXPECT_EQ(body["error"]["data"]["requiredCapabilities"],
            Json::parse(R"({"elicitation":{"form":{}}})"));
  const auto model = answer_to(modern("tools/call", call("consult"), kForms));
  EXPECT_EQ(Json::parse(model.body)["error"]["data"]["requiredCapabilities"],
            Json::parse(R"({"sampling":{}})"));
}

TEST_F(AskingByResult, WhatIsNotNeededIsLeftOut) {
  const Json model{{"sampling", Json::object()}};
  const auto first = result(modern("tools/call", call("consult"), model));
  EXPECT_EQ(first["resultType"], "input_required");
  EXPECT_EQ(first["inputRequests"].size(), 1U);
  EXPECT_EQ(first["inputRequests"]["model"]["method"], "sampling/createMessage");
  const auto last = result(
      modern("tools/call", again(call("consult"), first, {{"model", Json::object()}}), model));
  EXPECT_EQ(last["content"][0]["text"], "asked for nobody");
  const Json both{{"sampling", Json::object()}, {"elicitation", Json::object()}};
  EXPECT_EQ(result(modern("tools/call", call("consult"), both))["inputRequests"].size(), 2U);
}

TEST_F(AskingByResult, GoesOnAtOnceWhereNothingCanBeAskedNorHasToBe) {
  const auto answered = result(modern("tools/call", {{"name", "polite"}}));
  EXPECT_EQ(answered["resultType"], "complete");
  EXPECT_EQ(answered["content"][0]["text"], "hello whoever you are");
  const auto asked =
      result(modern("tools/call", {{"name", "polite"}}, {{"elicitation", Json::object()}}));
  EXPECT_EQ(asked["resultType"], "input_required");
}

TEST_F(AskingByResult, PromptsAskToo) {
  const Json prompt{{"name", "ask"}};
  const auto first = result(modern("prompts/get", prompt, kForms));
  EXPECT_EQ(first["resultType"], "input_required");
  const auto last =
      result(modern("prompts/get", again(prompt, first, {{"name", accept("Ada")}}), kForms));
  EXPECT_EQ(last["resultType"], "complete");
  EXPECT_EQ(last["messages"][0]["content"]["text"], "I am Ada");
  const auto as_tool = again(call("introduce"), first, {{"name", accept("Ada")}});
  EXPECT_EQ(code_of(ask(modern("tools/call", as_tool, kForms))), rpc::kInvalidParams);
}

// Questions by requests of ours: before 2026-07-28.
class AskingByRequest : public RichServer {
 protected:
  void reply(const Json& result) { respond("result", result); }
  void respond(std::string_view key, const Json& value) {
    ASSERT_FALSE(outlet.sent.empty());
    const Json message{
        {"jsonrpc", "2.0"}, {"id", outlet.sent.back()["id"]}, {std::string(key), value}};
    EXPECT_EQ(ask(message.dump()), nullptr) << "a response is not answered";
    poll();
  }
};

TEST_F(AskingByRequest, ToolGoesOnWithTheAnswers) {
  open("2025-11-25", kForms);
  const auto& running = start(legacy("tools/call", call("introduce")));
  ASSERT_EQ(outlet.methods(), std::vector<std::string>{"elicitation/create"});
  EXPECT_EQ(outlet.sent[0]["params"]["mode"], "form");
  EXPECT_EQ(outlet.sent[0]["params"]["message"], "Who are you?");
  reply(accept("Ada"));
  ASSERT_EQ(outlet.sent.size(), 2U);
  EXPECT_NE(outlet.sent[0]["id"], outlet.sent[1]["id"]);
  EXPECT_FALSE(running.ended);
  reply(accept("red"));
  ASSERT_TRUE(running.ended);
  EXPECT_EQ(running.result()["content"][0]["text"], "Ada likes red");
  EXPECT_FALSE(running.result().contains("resultType"));
}

TEST_F(AskingByRequest, ModesCameWith20251125) {
  open("2025-06-18", kForms);
  start(legacy("tools/call", call("introduce")));
  ASSERT_EQ(outlet.sent.size(), 1U);
  EXPECT_FALSE(outlet.sent[0]["params"].contains("mode"));
  peer.asks->abandon();
  poll();
}

TEST_F(AskingByRequest, RefusalOfTheClientIsReadable) {
  open("2025-11-25", kForms);
  const auto& running = start(legacy("tools/call", call("introduce")));
  respond("error", {{"code", -32603}, {"message", "the user is asleep"}});
  ASSERT_TRUE(running.ended);
  EXPECT_EQ(running.result()["isError"], true);
  EXPECT_NE(running.result()["content"][0]["text"].dump().find("the user is asleep"),
            std::string::npos);
}

TEST_F(AskingByRequest, WhoCannotBeAskedIsToldSo) {
  const auto told = [&] {
    const auto answer = result(legacy("tools/call", call("introduce")));
    EXPECT_EQ(answer["isError"], true);
    EXPECT_TRUE(outlet.sent.empty());
    return answer["content"][0]["text"].get<std::string>();
  };
  open("2025-11-25");
  EXPECT_NE(told().find("cannot be asked"), std::string::npos) << "does not say that it can";
  open("2025-11-25", kForms);
  outlet.asks = false;
  EXPECT_NE(told().find("cannot be asked"), std::string::npos) << "the connection has no way back";
  outlet.asks = true;
  peer.asks = nullptr;
  EXPECT_NE(told().find("cannot be asked"), std::string::npos) << "the peer has no memory";
}

TEST_F(AskingByRequest, WhatIsNotNeededIsLeftOut) {
  open("2025-11-25", {{"sampling", Json::object()}});
  const auto& running = start(legacy("tools/call", call("consult")));
  EXPECT_EQ(outlet.methods(), std::vector<std::string>{"sampling/createMessage"});
  reply({{"role", "assistant"}});
  ASSERT_TRUE(running.ended);
  EXPECT_EQ(running.result()["content"][0]["text"], "asked for nobody");
}

TEST_F(AskingByRequest, RoundsAreBounded) {
  open("2025-11-25", kForms);
  const auto& running = start(legacy("tools/call", call("forever")));
  for (int i = 0; i < 100 && !running.ended; ++i) reply(accept("Ada"));
  ASSERT_TRUE(running.ended);
  EXPECT_EQ(outlet.sent.size(), static_cast<std::size_t>(Conversation::kMaxRounds));
  EXPECT_EQ(running.result()["isError"], true);
}

TEST_F(AskingByRequest, CancelledCallStopsAsking) {
  open("2025-11-25", kForms);
  const auto& running = start(legacy("tools/call", call("introduce"), 5));
  EXPECT_EQ(peer.asks->size(), 1U);
  ask(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}})");
  poll();
  ASSERT_TRUE(running.ended);
  EXPECT_EQ(running.answer, nullptr);
  EXPECT_EQ(peer.asks->size(), 0U);
}

TEST_F(AskingByRequest, PromptsAskToo) {
  open("2025-06-18", kForms);
  const auto& running = start(legacy("prompts/get", {{"name", "ask"}}));
  reply(accept("Ada"));
  ASSERT_TRUE(running.ended);
  EXPECT_EQ(running.result()["messages"][0]["content"]["text"], "I am Ada");
}

TEST_F(AskingByRequest, LastRoundOfAPromptCounts) {
  open("2025-06-18", kForms);
  const auto& running = start(legacy("prompts/get", {{"name", "insist"}}));
  for (int i = 0; i < Conversation::kMaxRounds; ++i) reply(accept("Ada"));
  ASSERT_TRUE(running.ended);
  EXPECT_EQ(running.result()["messages"][0]["content"]["text"], "At last, Ada");
}

TEST_F(AskingByRequest, NothingOfThe2026WayIsRead) {
  open("2025-11-25", kForms);
  auto params = call("introduce");
  params["inputResponses"] = 7;
  params["requestState"] = 7;
  const auto& running = start(legacy("tools/call", params));
  EXPECT_FALSE(running.ended);
  EXPECT_EQ(outlet.sent.size(), 1U);
  peer.asks->abandon();
  poll();
}

}  // namespace
}  // namespace mtc::mcp
