#include "mcp/testing/rich_server.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

namespace mtc::mcp {

RichServer::Call& RichServer::start(std::string text) {
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

Json RichServer::ask(std::string text) {
  const auto& call = start(std::move(text));
  EXPECT_TRUE(call.ended);
  return call.answer;
}

Json RichServer::result(std::string text) {
  const auto answer = ask(std::move(text));
  EXPECT_TRUE(answer.contains("result")) << answer;
  return object_or_empty(answer, "result");
}

Answer RichServer::answer_to(const std::string& text) {
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

void RichServer::open(std::string_view revision, const Json& capabilities) {
  ask(legacy("initialize", {{"protocolVersion", revision}, {"capabilities", capabilities}}));
}

void RichServer::poll() {
  loop.restart();
  loop.poll();
}

}  // namespace mtc::mcp
