// A RichWorld behind an endpoint, and clients that read streams, leave and come back.
#pragma once

#include <list>
#include <string>

#include "mcp/testing/http_fixture.h"
#include "mcp/testing/rich_world.h"

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
  void TearDown() override;
  const Server& server() override { return rich.server(); }

  // The visitor is the fixture's, until it is forgotten.
  Visitor* start(HttpRequest request);
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
                             HttpHeaders extra = {});
  static HttpRequest modern_call(std::string_view tool, HttpHeaders extra = {});
  static HttpRequest get(const std::string& session, const std::string& last_event = {});
  static HttpRequest bye(const std::string& session);
  // What the person says to a question of ours.
  static HttpRequest answer_to(const std::string& session, const Json& question,
                               std::string_view said);
  std::string open_asking(std::string_view version);

  RichWorld rich;
  std::list<Visitor> visitors;
};

}  // namespace mtc::mcp
