// Requests to a RichWorld, several at once, on a loop that a test moves by hand.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <list>
#include <optional>
#include <string>

#include "mcp/rich_world.h"
#include "mcp/test_outlet.h"

namespace mtc::mcp {

inline std::string legacy(std::string_view method, const Json& params = Json::object(),
                          const Json& id = 1) {
  return dump_json({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}});
}

// The same as 2026-07-28, from a client that can do what `capabilities` says.
inline std::string modern(std::string_view method, Json params = Json::object(),
                          const Json& capabilities = Json::object(), const Json& id = 1) {
  params["_meta"]["io.modelcontextprotocol/protocolVersion"] = "2026-07-28";
  params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities;
  return legacy(method, params, id);
}

inline int code_of(const Json& answer) {
  return static_cast<int>(integer_or(object_or_empty(answer, "error"), "code"));
}

class RichServer : public testing::Test {
 protected:
  struct Call {
    bool ended = false;
    bool broken = false;
    Json answer = nullptr;  // null: none was due
    asio::cancellation_signal caller;
    const Json& result() const { return object_or_empty(answer, "result"); }
  };

  Call& start(std::string text) {
    auto& call = calls.emplace_back();
    asio::co_spawn(loop, world.server().handle_text(std::move(text), peer, &outlet),
                   asio::bind_cancellation_slot(call.caller.slot(),
                                                [&call](const std::exception_ptr& error,
                                                        const std::optional<std::string>& got) {
                                                  call.ended = true;
                                                  call.broken = error != nullptr;
                                                  if (got) call.answer = Json::parse(*got);
                                                }));
    poll();
    return call;
  }
  Json ask(std::string text) {
    const auto& call = start(std::move(text));
    EXPECT_TRUE(call.ended);
    return call.answer;
  }
  Json result(std::string text) {
    const auto answer = ask(std::move(text));
    EXPECT_TRUE(answer.contains("result")) << answer;
    return object_or_empty(answer, "result");
  }
  // The answer with the status that HTTP gives it.
  Answer answer_to(const std::string& text) {
    std::optional<Answer> out;
    auto message = read_message(Json::parse(text)).value();
    auto claim = read_claim(message).value();
    asio::co_spawn(
        loop,
        world.server().handle(
            {.message = std::move(message), .claim = std::move(claim), .outlet = &outlet}, peer),
        [&out](const std::exception_ptr&, std::optional<Answer> got) { out = std::move(got); });
    poll();
    EXPECT_TRUE(out.has_value());
    return out.value_or(Answer{});
  }
  void open(std::string_view revision, const Json& capabilities = Json::object()) {
    ask(legacy("initialize", {{"protocolVersion", revision}, {"capabilities", capabilities}}));
  }
  void poll() {
    loop.restart();
    loop.poll();
  }

  static Json call(std::string_view tool) {
    return {{"name", tool}, {"arguments", Json::object()}};
  }
  static Json accept(std::string_view value) {
    return {{"action", "accept"}, {"content", {{"value", value}}}};
  }

  asio::io_context loop{1};
  RichWorld world;
  KeepingOutlet outlet;
  Peer peer{.principal = {.subject = "me", .name = {}, .scopes = {}, .channel = {}}};
  std::list<Call> calls;
};

}  // namespace mtc::mcp
