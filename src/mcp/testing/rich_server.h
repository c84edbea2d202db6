// Requests to a RichWorld, several at once, on a loop that a test moves by hand.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <list>
#include <optional>
#include <string>

#include "mcp/testing/rich_world.h"
#include "mcp/testing/test_outlet.h"

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

  Call& start(std::string text);
  Json ask(std::string text);
  Json result(std::string text);
  // The answer with the status that HTTP gives it.
  Answer answer_to(const std::string& text);
  void open(std::string_view revision, const Json& capabilities = Json::object());
  void poll();

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
