#include "mcp/listening.h"

#include <boost/asio/co_spawn.hpp>

#include "mcp/testing/rich_server.h"

namespace mtc::mcp {
namespace {

const Json kTasks{{"extensions", {{"io.modelcontextprotocol/tasks", Json::object()}}}};
constexpr auto kId = "io.modelcontextprotocol/subscriptionId";

class ListeningTest : public RichServer {
 protected:
  Call& listen(const Json& wanted, const Json& id = 1) {
    return start(modern("subscriptions/listen", {{"notifications", wanted}}, kTasks, id));
  }
  void publish(Change::Kind kind, std::string id = {}, std::string subject = {}) {
    world.hub.publish({.kind = kind,
                       .subject = std::move(subject),
                       .id = id,
                       .task = kind == Change::Kind::task ? Json{{"taskId", id}} : Json()});
  }
  void TearDown() override {
    world.server().end_listening();
    poll();
  }
};

TEST_F(ListeningTest, BeginsByTellingWhatIsHonoured) {
  const auto& listening = listen({{"toolsListChanged", true},
                                  {"promptsListChanged", false},
                                  {"resourceSubscriptions", {"ops://plain", "ops://plain", 7}},
                                  {"taskIds", {"t1"}},
                                  {"moonPhase", true}});
  EXPECT_FALSE(listening.ended);
  ASSERT_EQ(outlet.sent.size(), 1U);
  EXPECT_EQ(outlet.sent[0],
            Json::parse(
                R"({"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{
                "_meta":{"io.modelcontextprotocol/subscriptionId":1},
                "notifications":{"toolsListChanged":true,"resourceSubscriptions":["ops://plain"],
                                 "taskIds":["t1"]}}})"));
}

TEST_F(ListeningTest, HonoursOnlyWhatTheServerHas) {
  const ResourceRegistry none;
  world.parts = {.resources = &none, .changes = &world.hub};
  listen({{"toolsListChanged", true},
          {"promptsListChanged", true},
          {"resourcesListChanged", true},
          {"resourceSubscriptions", {"ops://plain"}},
          {"taskIds", {"t1"}}});
  EXPECT_EQ(outlet.sent[0]["params"]["notifications"].dump(), R"({"toolsListChanged":true})");
}

TEST_F(ListeningTest, HonoursOnlyWhatThePrincipalMayRead) {
  listen({{"resourceSubscriptions", {"ops://plain", "ops://secret", "ops://none"}}});
  EXPECT_EQ(outlet.sent[0]["params"]["notifications"]["resourceSubscriptions"],
            Json({"ops://plain"}));
  outlet.sent.clear();
  publish(Change::Kind::resource, "ops://secret");
  EXPECT_TRUE(outlet.sent.empty());
}

TEST_F(ListeningTest, IdKeepsItsType) {
  for (const Json& id : {Json("12"), Json(12), Json(9007199254740993)}) {
    outlet.sent.clear();
    listen({{"toolsListChanged", true}}, id);
    EXPECT_EQ(outlet.sent[0]["params"]["_meta"][kId].dump(), id.dump());
    publish(Change::Kind::tools);
    EXPECT_EQ(outlet.sent.back()["params"]["_meta"][kId].dump(), id.dump());
  }
}

TEST_F(ListeningTest, TellsWhatWasAskedForAndNothingElse) {
  listen({{"promptsListChanged", true}, {"resourceSubscriptions", {"ops://plain"}}});
  outlet.sent.clear();
  publish(Change::Kind::tools);
  publish(Change::Kind::resources);
  publish(Change::Kind::resource, "ops://logo");
  publish(Change::Kind::task, "t1");
  EXPECT_TRUE(outlet.sent.empty());
  publish(Change::Kind::prompts);
  publish(Change::Kind::resource, "ops://plain");
  EXPECT_EQ(outlet.methods(), (std::vector<std::string>{"notifications/prompts/list_changed",
                                                        "notifications/resources/updated"}));
  EXPECT_EQ(outlet.sent[1]["params"]["uri"], "ops://plain");
}

TEST_F(ListeningTest, TasksAreToldToWhomTheyBelong) {
  listen({{"taskIds", {"t1", "t2"}}});
  outlet.sent.clear();
  publish(Change::Kind::task, "t1", "you");
  EXPECT_TRUE(outlet.sent.empty());
  publish(Change::Kind::task, "t2", "me");
  ASSERT_EQ(outlet.methods(), std::vector<std::string>{"notifications/tasks"});
  EXPECT_EQ(outlet.sent[0]["params"]["taskId"], "t2");
  EXPECT_EQ(outlet.sent[0]["params"]["_meta"][kId], 1);
}

TEST_F(ListeningTest, TasksNeedTheExtension) {
  const auto answer = answer_to(
      modern("subscriptions/listen", {{"notifications", {{"taskIds", Json::array({"t"})}}}}));
  EXPECT_EQ(answer.http_status, 400);
  EXPECT_EQ(code_of(Json::parse(answer.body)), rpc::kMissingCapability);
  EXPECT_EQ(Json::parse(answer.body)["error"]["data"]["requiredCapabilities"], kTasks);
  EXPECT_TRUE(outlet.sent.empty());
}

TEST_F(ListeningTest, SeveralGetTheirOwnCopies) {
  listen({{"toolsListChanged", true}}, "a");
  listen({{"toolsListChanged", true}}, "b");
  outlet.sent.clear();
  publish(Change::Kind::tools);
  ASSERT_EQ(outlet.sent.size(), 2U);
  EXPECT_EQ(outlet.sent[0]["params"]["_meta"][kId], "a");
  EXPECT_EQ(outlet.sent[1]["params"]["_meta"][kId], "b");
}

TEST_F(ListeningTest, OnePrincipalHasOnlySoMany) {
  for (std::size_t i = 0; i < Listening::kMaxPerSubject; ++i) {
    EXPECT_FALSE(listen({{"toolsListChanged", true}}, i).ended);
  }
  const auto& beyond = listen({{"toolsListChanged", true}}, "beyond");
  EXPECT_TRUE(beyond.ended);
  EXPECT_EQ(code_of(beyond.answer), rpc::kInternalError);
  peer.principal.subject = "you";
  EXPECT_FALSE(listen({{"toolsListChanged", true}}, "other").ended);
  peer.principal.subject = "me";
  calls.front().caller.emit(asio::cancellation_type::terminal);
  poll();
  EXPECT_FALSE(listen({{"toolsListChanged", true}}, "room again").ended);
}

TEST_F(ListeningTest, StoppingServerAnswersThem) {
  auto& first = listen({{"toolsListChanged", true}}, 7);
  auto& second = listen({}, "x");
  world.server().end_listening();
  poll();
  ASSERT_TRUE(first.ended && second.ended);
  EXPECT_EQ(first.answer["id"], 7);
  EXPECT_EQ(first.result()["resultType"], "complete");
  EXPECT_EQ(first.result()["_meta"][kId], 7);
  EXPECT_TRUE(first.result()["_meta"].contains("io.modelcontextprotocol/serverInfo"));
  EXPECT_EQ(second.result()["_meta"][kId], "x");
  EXPECT_EQ(world.hub.size(), 0U);
}

TEST_F(ListeningTest, CancelledOneHearsNoMore) {
  auto& gone = listen({{"toolsListChanged", true}}, 7);
  ask(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}})");
  poll();
  EXPECT_TRUE(gone.ended);
  EXPECT_EQ(gone.answer, nullptr);
  outlet.sent.clear();
  publish(Change::Kind::tools);
  EXPECT_TRUE(outlet.sent.empty());
  EXPECT_EQ(world.hub.size(), 0U);
}

TEST_F(ListeningTest, NeedsAWayToTell) {
  std::optional<Answer> answer;
  auto message =
      read_message(Json::parse(modern("subscriptions/listen", {{"notifications", {}}}))).value();
  auto claim = read_claim(message).value();
  asio::co_spawn(
      loop, world.server().handle({.message = std::move(message), .claim = std::move(claim)}, peer),
      [&](const std::exception_ptr&, std::optional<Answer> got) { answer = std::move(got); });
  poll();
  ASSERT_TRUE(answer);
  EXPECT_EQ(code_of(Json::parse(answer->body)), rpc::kInternalError);
}

TEST_F(ListeningTest, OlderSessionsAreToldUnasked) {
  KeepingOutlet unasked;
  peer.outlet = &unasked;
  const auto telling = world.server().announce_to(peer);
  publish(Change::Kind::tools);
  EXPECT_TRUE(unasked.sent.empty()) << "before initialize";
  open("2025-06-18");
  publish(Change::Kind::tools);
  publish(Change::Kind::prompts);
  publish(Change::Kind::resources);
  EXPECT_EQ(unasked.methods(), (std::vector<std::string>{"notifications/tools/list_changed",
                                                         "notifications/prompts/list_changed",
                                                         "notifications/resources/list_changed"}));
  EXPECT_EQ(unasked.sent[0]["params"], Json::object()) << "no subscription id";
  unasked.sent.clear();
  publish(Change::Kind::task, "t1", "me");
  publish(Change::Kind::tools, "", "you");
  EXPECT_TRUE(unasked.sent.empty());
}

TEST_F(ListeningTest, OlderSessionsWatchResources) {
  KeepingOutlet unasked;
  peer.outlet = &unasked;
  const auto telling = world.server().announce_to(peer);
  open("2025-06-18");
  publish(Change::Kind::resource, "ops://plain");
  EXPECT_TRUE(unasked.sent.empty());
  EXPECT_EQ(result(legacy("resources/subscribe", {{"uri", "ops://plain"}})), Json::object());
  publish(Change::Kind::resource, "ops://plain");
  publish(Change::Kind::resource, "ops://logo");
  ASSERT_EQ(unasked.methods(), std::vector<std::string>{"notifications/resources/updated"});
  EXPECT_EQ(unasked.sent[0]["params"], Json::parse(R"({"uri":"ops://plain"})"));
  EXPECT_EQ(result(legacy("resources/unsubscribe", {{"uri", "ops://plain"}})), Json::object());
  EXPECT_EQ(result(legacy("resources/unsubscribe", {{"uri", "never"}})), Json::object());
  publish(Change::Kind::resource, "ops://plain");
  EXPECT_EQ(unasked.sent.size(), 1U);
}

TEST_F(ListeningTest, WatchingIsBoundedAndNeedsTheResource) {
  open("2025-06-18");
  const auto watch = [&](const Json& uri) {
    return code_of(ask(legacy("resources/subscribe", {{"uri", uri}})));
  };
  EXPECT_EQ(watch("ops://nothing"), rpc::kResourceNotFound);
  EXPECT_EQ(watch("ops://secret"), rpc::kInvalidParams);
  EXPECT_EQ(watch(7), rpc::kInvalidParams);
  for (int i = 0; i < 256; ++i) EXPECT_EQ(watch("ops://notes/" + std::to_string(i)), 0);
  EXPECT_EQ(watch("ops://plain"), rpc::kInvalidParams);
  EXPECT_EQ(watch("ops://notes/1"), 0) << "watched already";
}

}  // namespace
}  // namespace mtc::mcp
