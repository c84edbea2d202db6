// An endpoint, the requests of its clients and what came back, without a network.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "mcp/http/endpoint.h"
#include "mcp/test_tools.h"

namespace mtc::mcp {

struct FakeExchange : HttpExchange {
  HttpRequest in;
  asio::cancellation_signal caller;  // of the coroutine that handles it
  std::optional<HttpResponse> out;
  bool left = false;
  // Of a stream: what has been written, and whether it ended as it should.
  bool streaming = false;
  HttpHeaders stream_headers;
  std::string streamed;
  bool finished = false;
  bool closed = false;  // with it the connection

  const HttpRequest& request() const override { return in; }
  Async<> respond(HttpResponse response) override {
    if (!left) out = std::move(response);
    co_return;
  }
  Async<> begin_stream(int, HttpHeaders headers) override {
    streaming = true;
    stream_headers = std::move(headers);
    co_return;
  }
  Async<> write(std::string chunk) override {
    if (!left) streamed += chunk;
    co_return;
  }
  Async<> finish() override {
    finished = !left;
    co_return;
  }
  Async<> finish_and_close() override {
    closed = finished = !left;
    co_return;
  }
  bool gone() const override { return left; }
  void cancel() override { caller.emit(asio::cancellation_type::terminal); }
  void hang_up() {
    left = true;
    cancel();
  }

  // The data of the events so far that have some.
  std::vector<Json> events() const {
    std::vector<Json> all;
    for (const auto line : split(streamed, '\n')) {
      if (line.starts_with("data: {") || line.starts_with("data: ["))
        all.push_back(Json::parse(line.substr(6)));
    }
    return all;
  }
  // The id of the last event.
  std::string last_id() const {
    std::string id;
    for (const auto line : split(streamed, '\n')) {
      if (line.starts_with("id: ")) id = line.substr(4);
    }
    return id;
  }
};

struct TokenBook final : Authenticator {
  Async<Result<Principal>> authenticate(std::string bearer) override {
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
};

class McpHttp : public testing::Test {
 protected:
  struct Got {
    int status = 0;
    Json body;
    HttpHeaders headers;
    std::string raw;
    std::string header(std::string_view name) const {
      return std::string(find_header(headers, name));
    }
    int code() const {
      return body.is_object() && body.contains("error") && body["error"].is_object()
                 ? static_cast<int>(integer_or(body["error"], "code"))
                 : 0;
    }
  };

  static HttpRequest post(std::string body, HttpHeaders extra = {}) {
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
  static HttpRequest modern(std::string_view method, std::string_view members = "",
                            HttpHeaders extra = {}) {
    HttpHeaders headers{{"MCP-Protocol-Version", "2026-07-28"},
                        {"Mcp-Method", std::string(method)}};
    for (auto& header : extra) {
      std::erase_if(headers, [&](const auto& h) { return h.first == header.first; });
      headers.push_back(std::move(header));
    }
    return post(fmt::format(R"({{"jsonrpc":"2.0","id":1,"method":"{}","params":{{{}{}{}}}}})",
                            method, members, members.empty() ? "" : ",", kModernMeta),
                std::move(headers));
  }
  static std::string call(std::string_view tool, std::string_view id = "1") {
    return fmt::format(
        R"({{"jsonrpc":"2.0","id":{},"method":"tools/call","params":{{"name":"{}","arguments":{{}}}}}})",
        id, tool);
  }
  static std::string opening(std::string_view version) {
    return fmt::format(
        R"({{"jsonrpc":"2.0","id":0,"method":"initialize","params":{{"protocolVersion":"{}","clientInfo":{{"name":"c"}}}}}})",
        version);
  }
  static constexpr auto kPing = R"({"jsonrpc":"2.0","id":"p","method":"ping"})";

  HttpEndpoint& endpoint() {
    if (!gate) gate.emplace(gate_options, authenticator, limits ? &*limits : nullptr);
    if (!made) made.emplace(server(), *gate, clock, random, options);
    return *made;
  }
  virtual const Server& server() { return world.server; }
  Got ask(HttpRequest request) {
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
  static std::string whole(const HttpResponse& response) {
    return response.body + (response.shared_body ? *response.shared_body : "") + response.tail;
  }
  std::string open(std::string_view version, HttpHeaders extra = {}) {
    const auto got = ask(post(opening(version), std::move(extra)));
    EXPECT_EQ(got.status, 200);
    return got.header("Mcp-Session-Id");
  }

  // Runs all that can run now.
  void poll() {
    loop.restart();
    loop.poll();
  }

  asio::io_context loop{1};
  World world;
  FakeClock clock;
  SeededRandom random{7};
  TokenBook tokens;
  Authenticator* authenticator = nullptr;
  GateOptions gate_options{.hosts = {"ops.example.org"}, .origins = {"https://app.example.org"}};
  HttpEndpointOptions options;
  std::optional<RequestLimits> limits;
  std::optional<Gate> gate;
  std::optional<HttpEndpoint> made;
};

// A request that runs while others come.
class McpHttpRunning : public McpHttp {
 protected:
  void start(HttpRequest request) {
    exchange.in = std::move(request);
    asio::co_spawn(
        loop, endpoint().handle(exchange),
        asio::bind_cancellation_slot(exchange.caller.slot(),
                                     [this](const std::exception_ptr&) { ended = true; }));
    poll();
    EXPECT_EQ(world.gate.running, 1);
  }
  void hang_up() {
    exchange.hang_up();
    poll();
  }
  FakeExchange exchange;
  bool ended = false;
};

}  // namespace mtc::mcp
