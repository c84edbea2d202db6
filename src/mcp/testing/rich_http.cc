#include "mcp/testing/rich_http.h"

#include <fmt/format.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

namespace mtc::mcp {

Visitor* RichHttp::start(HttpRequest request) {
  auto& visitor = visitors.emplace_back();
  visitor.exchange.in = std::move(request);
  asio::co_spawn(loop, endpoint().handle(visitor.exchange),
                 asio::bind_cancellation_slot(
                     visitor.exchange.caller.slot(),
                     [&visitor](const std::exception_ptr&) { visitor.ended = true; }));
  poll();
  return &visitor;
}

void RichHttp::TearDown() {
  if (made) made->stop();
  for (auto& visitor : visitors) leave(visitor);
  made.reset();
}

HttpRequest RichHttp::call_in(const std::string& session, std::string_view tool,
                              HttpHeaders extra) {
  extra.emplace_back("Mcp-Session-Id", session);
  return post(
      fmt::format(
          R"({{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{}","_meta":{{"progressToken":5}}}}}})",
          tool),
      std::move(extra));
}

HttpRequest RichHttp::modern_call(std::string_view tool, HttpHeaders extra) {
  extra.emplace_back("Mcp-Name", std::string(tool));
  auto request = modern("tools/call", fmt::format(R"("name":"{}")", tool), std::move(extra));
  request.body = replace_all(request.body, R"("_meta":{)", R"("_meta":{"progressToken":5,)");
  return request;
}

HttpRequest RichHttp::get(const std::string& session, const std::string& last_event) {
  auto request = post("", {{"Mcp-Session-Id", session},
                           {"Content-Type", ""},
                           {"Accept", "text/event-stream"},
                           {"Last-Event-ID", last_event}});
  request.method = "GET";
  return request;
}

HttpRequest RichHttp::bye(const std::string& session) {
  auto request = post("", {{"Mcp-Session-Id", session}});
  request.method = "DELETE";
  return request;
}

HttpRequest RichHttp::answer_to(const std::string& session, const Json& question,
                                std::string_view said) {
  const Json answer{{"jsonrpc", "2.0"},
                    {"id", question},
                    {"result", {{"action", "accept"}, {"content", {{"value", said}}}}}};
  return post(answer.dump(), {{"Mcp-Session-Id", session}});
}

std::string RichHttp::open_asking(std::string_view version) {
  const auto got = ask(post(fmt::format(
      R"({{"jsonrpc":"2.0","id":0,"method":"initialize","params":{{"protocolVersion":"{}","capabilities":{{"elicitation":{{}}}}}}}})",
      version)));
  return got.header("Mcp-Session-Id");
}

}  // namespace mtc::mcp
