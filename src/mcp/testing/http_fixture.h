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
#include "mcp/testing/test_tools.h"

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
  Async<> respond(HttpResponse response) override;
  Async<> begin_stream(int, HttpHeaders headers) override;
  Async<> write(std::string chunk) override;
  Async<> finish() override;
  Async<> finish_and_close() override;
  bool gone() const override { return left; }
  void cancel() override { caller.emit(asio::cancellation_type::terminal); }
  void hang_up() {
    left = true;
    cancel();
  }

  // The data of the events so far that have some.
  std::vector<Json> events() const;
  // The id of the last event.
  std::string last_id() const;
};

struct TokenBook final : Authenticator {
  Async<Result<Principal>> authenticate(std::string bearer) override;
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

  static HttpRequest post(std::string body, HttpHeaders extra = {});
  static HttpRequest modern(std::string_view method, std::string_view members = "",
                            HttpHeaders extra = {});
  static std::string call(std::string_view tool, std::string_view id = "1");
  static std::string opening(std::string_view version);
  static constexpr auto kPing = R"({"jsonrpc":"2.0","id":"p","method":"ping"})";

  HttpEndpoint& endpoint();
  virtual const Server& server() { return world.server; }
  Got ask(HttpRequest request);
  static std::string whole(const HttpResponse& response);
  std::string open(std::string_view version, HttpHeaders extra = {});

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
  void start(HttpRequest request);
  void hang_up() {
    exchange.hang_up();
    poll();
  }
  FakeExchange exchange;
  bool ended = false;
};

}  // namespace mtc::mcp
