#include "mcp/testing/http_fixture.h"

#include <fmt/format.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/text.h"

namespace mtc::mcp {

Async<> FakeExchange::respond(HttpResponse response) {
  if (!left) out = std::move(response);
  co_return;
}

Async<> FakeExchange::begin_stream(int, HttpHeaders headers) {
  streaming = true;
  stream_headers = std::move(headers);
  co_return;
}

Async<> FakeExchange::write(std::string chunk) {
  if (!left) streamed += chunk;
  co_return;
}

Async<> FakeExchange::finish() {
  finished = !left;
  co_return;
}

Async<> FakeExchange::finish_and_close() {
  closed = finished = !left;
  co_return;
}

std::vector<Json> FakeExchange::events() const {
  std::vector<Json> all;
  for (const auto line : split(streamed, '\n')) {
    if (line.starts_with("data: {") || line.starts_with("data: ["))
      all.push_back(Json::parse(line.substr(6)));
  }
  return all;
}

std::string FakeExchange::last_id() const {
  std::string id;
  for (const auto line : split(streamed, '\n')) {
    if (line.starts_with("id: ")) id = line.substr(4);
  }
  return id;
}

Async<Result<Principal>> TokenBook::authenticate(std::string bearer) {
  if (bearer == "away") co_return fail(Errc::unavailable, "The user store does not answer");
  if (bearer != "good" && bearer != "other" && bearer != "ops") {
    co_return fail(Errc::unauthenticated, "This token is not known");
  }
  co_return Principal{
      .subject = bearer,
      .name = bearer,
      .scopes = bearer == "ops" ? std::vector<std::string>{"ops"} : std::vector<std::string>{},
      .channel = "http"};
}

HttpRequest McpHttp::post(std::string body, HttpHeaders extra) {
  HttpRequest request{.method = "POST",
                      .path = "/mcp",
                      .headers = {{"Host", "127.0.0.1:8080"},
                                  {"Content-Type", "application/json"},
                                  {"Accept", "application/json, text/event-stream"}},
                      .body = std::move(body)};
  for (auto& header : extra) {
    std::erase_if(request.headers, [&](const auto& h) { return h.first == header.first; });
    if (!header.second.empty()) request.headers.push_back(std::move(header));
  }
  return request;
}

HttpRequest McpHttp::modern(std::string_view method, std::string_view members, HttpHeaders extra) {
  HttpHeaders headers{{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", std::string(method)}};
  for (auto& header : extra) {
    std::erase_if(headers, [&](const auto& h) { return h.first == header.first; });
    headers.push_back(std::move(header));
  }
  return post(fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{{{}{}{}}}}})", method,
                          members, members.empty() ? "" : ",", kModernMeta),
              std::move(headers));
}

std::string McpHttp::call(std::string_view tool, std::string_view id) {
  return fmt::format(
      R"({{"jsonrpc":"2.0","id":{},"method":"tools/call","params":{{"name":"{}","arguments":{{}}}}}})",
      id, tool);
}

std::string McpHttp::opening(std::string_view version) {
  return fmt::format(
      R"({{"jsonrpc":"2.0","id":0,"method":"initialize","params":{{"protocolVersion":"{}","clientInfo":{{"name":"c"}}}}}})",
      version);
}

HttpEndpoint& McpHttp::endpoint() {
  if (!gate) gate.emplace(gate_options, authenticator, limits ? &*limits : nullptr);
  if (!made) made.emplace(server(), *gate, clock, random, options);
  return *made;
}

McpHttp::Got McpHttp::ask(HttpRequest request) {
  FakeExchange exchange;
  exchange.in = std::move(request);
  asio::co_spawn(loop, endpoint().handle(exchange),
                 asio::bind_cancellation_slot(exchange.caller.slot(), asio::detached));
  poll();
  if (!exchange.out) {
    ADD_FAILURE() << "no answer";
    return {};
  }
  Got got{.status = exchange.out->status,
          .body = {},
          .headers = exchange.out->headers,
          .raw = whole(*exchange.out)};
  if (got.header("Content-Type") == "application/json") got.body = Json::parse(got.raw);
  return got;
}

std::string McpHttp::whole(const HttpResponse& response) {
  return response.body + (response.shared_body ? *response.shared_body : "") + response.tail;
}

std::string McpHttp::open(std::string_view version, HttpHeaders extra) {
  const auto got = ask(post(opening(version), std::move(extra)));
  EXPECT_EQ(got.status, 200);
  return got.header("Mcp-Session-Id");
}

void McpHttpRunning::start(HttpRequest request) {
  exchange.in = std::move(request);
  asio::co_spawn(loop, endpoint().handle(exchange),
                 asio::bind_cancellation_slot(exchange.caller.slot(),
                                              [this](const std::exception_ptr&) { ended = true; }));
  poll();
  EXPECT_EQ(world.gate.running, 1);
}

}  // namespace mtc::mcp
