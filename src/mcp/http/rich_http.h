// A RichWorld behind an endpoint, and clients that read streams, leave and come back.
#pragma once

#include <list>
#include <string>

#include "mcp/http/http_fixture.h"
#include "mcp/rich_world.h"

namespace mtc::mcp {

// One connection and its request. Dies as a whole, as a real one does.
struct Visitor {
  FakeExchange exchange;
  bool ended = false;

  Json last_event() const {
    const auto all = exchange.events();
    return all.empty() ? Json() : all.back();
  }
  std::vector<std::string> methods() const {
    std::vector<std::string> out;
    for (const auto& event : exchange.events()) out.push_back(string_or(event, "method"));
    return out;
  }
};

class RichHttp : public McpHttp {
 protected:
  void TearDown() override {
    if (made) made->stop();
    for (auto& visitor : visitors) leave(visitor);
    made.reset();
  }
  const Server& server() override { return rich.server(); }

  // The visitor is the fixture's, until it is forgotten.
  Visitor* start(HttpRequest request) {
    auto& visitor = visitors.emplace_back();
    visitor.exchange.in = std::move(request);
    asio::co_spawn(loop, endpoint().handle(visitor.exchange),
                   asio::bind_cancellation_slot(
                       visitor.exchange.caller.slot(),
                       [&visitor](const std::exception_ptr&) { visitor.ended = true; }));
    poll();
    return &visitor;
  }
  // Frees the connection of a request that has ended, so that ASan sees who still uses it.
  void forget(const Visitor* visitor) {
    ASSERT_TRUE(visitor->ended);
    std::erase_if(visitors, [&](const auto& one) { return &one == visitor; });
    poll();
  }
  // The connection breaks off.
  void leave(Visitor& visitor) {
    visitor.exchange.hang_up();
    poll();
  }
  // Runs the loop until something timed has happened.
  template <class Condition>
  bool wait_for(const Condition& happened) {
    for (int i = 0; i < 1000 && !happened(); ++i) {
      loop.restart();
      loop.run_one_for(Millis{10});
    }
    return happened();
  }
  void let_go() {
    rich.gate.let_go();
    poll();
  }

  // tools/call of a session, with a progress token.
  static HttpRequest call_in(const std::string& session, std::string_view tool,
                             HttpHeaders extra = {}) {
    extra.emplace_back("Mcp-Session-Id", session);
    return post(
        fmt::format(
            R"({{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{}","_meta":{{"progressToken":5}}}}}})",
            tool),
        std::move(extra));
  }
  static HttpRequest modern_call(std::string_view tool, HttpHeaders extra = {}) {
    extra.emplace_back("Mcp-Name", std::string(tool));
    auto request = modern("tools/call", fmt::format(R"("name":"{}")", tool), std::move(extra));
    request.body = replace_all(request.body, R"("_meta":{)", R"("_meta":{"progressToken":5,)");
    return request;
  }
  static HttpRequest get(const std::string& session, const std::string& last_event = {}) {
    auto request = post("", {{"Mcp-Session-Id", session},
                             {"Content-Type", ""},
                             {"Accept", "text/event-stream"},
                             {"Last-Event-ID", last_event}});
    request.method = "GET";
    return request;
  }
  static HttpRequest bye(const std::string& session) {
    auto request = post("", {{"Mcp-Session-Id", session}});
    request.method = "DELETE";
    return request;
  }
  // What the person says to a question of ours.
  static HttpRequest answer_to(const std::string& session, const Json& question,
                               std::string_view said) {
    const Json answer{{"jsonrpc", "2.0"},
                      {"id", question},
                      {"result", {{"action", "accept"}, {"content", {{"value", said}}}}}};
    return post(answer.dump(), {{"Mcp-Session-Id", session}});
  }
  std::string open_asking(std::string_view version) {
    const auto got = ask(post(fmt::format(
        R"({{"jsonrpc":"2.0","id":0,"method":"initialize","params":{{"protocolVersion":"{}","capabilities":{{"elicitation":{{}}}}}}}})",
        version)));
    return got.header("Mcp-Session-Id");
  }

  RichWorld rich;
  std::list<Visitor> visitors;
};

}  // namespace mtc::mcp
