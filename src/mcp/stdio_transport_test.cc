// Over real pipes.
#include "mcp/stdio_transport.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>

#include "infra/loop/run.h"
#include "mcp/testing/test_tools.h"

namespace mtc::mcp {
namespace {

constexpr auto kUseTuple = asio::as_tuple(asio::use_awaitable);

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::runtime_error("pipe");
    out = ends[0];
    in = ends[1];
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_in();
    close_out();
  }
  void close_in() {
    if (in >= 0) close(std::exchange(in, -1));
  }
  void close_out() {
    if (out >= 0) close(std::exchange(out, -1));
  }
  int out = -1;  // read here
  int in = -1;   // write here
};

std::string request(std::string_view method, std::string_view params, std::string_view id) {
  return fmt::format("{{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"{}\",\"params\":{}}}\n", id,
                     method, params);
}
std::string ping(int id) {
  return request("ping", "{}", std::to_string(id));
}
std::string pong(int id) {
  return fmt::format(R"({{"jsonrpc":"2.0","id":{},"result":{{}}}})", id);
}

class McpStdio : public testing::Test {
 protected:
  // Serves in the background of a test's own coroutine.
  void serve(StdioOptions options = {}) {
    asio::co_spawn(
        loop, serve_stdio(world.server, to_server.out, from_server.in, {}, options),
        asio::bind_cancellation_slot(caller.slot(), [this](const std::exception_ptr& error) {
          EXPECT_TRUE(error == nullptr);
          ended = true;
          from_server.close_in();
        }));
  }
  void play(Async<> script) {
    asio::co_spawn(loop, std::move(script), [this](const std::exception_ptr& error) {
      EXPECT_TRUE(error == nullptr);
      played = true;
    });
    loop.run();
    EXPECT_TRUE(played);
    EXPECT_TRUE(ended);
  }
  Async<> send(std::string text) {
    if (!writer) writer.emplace(loop, dup(to_server.in));
    co_await asio::async_write(*writer, asio::buffer(text), kUseTuple);
  }
  void end_input() {
    writer.reset();
    to_server.close_in();
  }
  Async<std::string> line() {
    if (!reader) reader.emplace(loop, dup(from_server.out));
    const auto [ec, size] =
        co_await asio::async_read_until(*reader, asio::dynamic_buffer(received), '\n', kUseTuple);
    if (ec) co_return "<" + ec.message() + ">";
    auto out = received.substr(0, size - 1);
    received.erase(0, size);
    co_return out;
  }

  asio::io_context loop{1};
  World world;
  Pipe to_server;
  Pipe from_server;
  std::optional<asio::posix::stream_descriptor> writer;
  std::optional<asio::posix::stream_descriptor> reader;
  std::string received;
  asio::cancellation_signal caller;
  bool ended = false;
  bool played = false;

  Async<> lines_in_and_out();
  Async<> slow_and_quick();
  Async<> oversized();
  Async<> waits_for_calls();
  Async<> gives_up_on_calls();
  Async<> cancelled_by_peer();
  Async<> client_leaves();
  Async<> stopped();
  Async<> flood();
};

Async<> McpStdio::lines_in_and_out() {
  co_await send("\n\r\n" + ping(1).insert(ping(1).size() - 1, "\r") + "nonsense\n" + "[1]\n" +
                "{\"jsonrpc\":");
  EXPECT_EQ(co_await line(), pong(1));
  EXPECT_EQ(integer_or(Json::parse(co_await line())["error"], "code"), rpc::kParseError);
  EXPECT_EQ(integer_or(Json::parse(co_await line())["error"], "code"), rpc::kInvalidRequest);
  co_await send("\"2.0\",\"id\":\"x\",\"method\":\"ping\"}\n");
  EXPECT_EQ(co_await line(), R"({"jsonrpc":"2.0","id":"x","result":{}})");
  co_await send(request("server/discover", fmt::format("{{{}}}", kModernMeta), "2"));
  EXPECT_EQ(Json::parse(co_await line())["result"]["resultType"], "complete");
  co_await send(request("initialize", R"({"protocolVersion":"2025-03-26"})", "3"));
  EXPECT_EQ(Json::parse(co_await line())["result"]["protocolVersion"], "2025-03-26");
  co_await send("[" + ping(4).substr(0, ping(4).size() - 1) + "]\n");
  EXPECT_EQ(co_await line(), "[" + pong(4) + "]");
  end_input();
  EXPECT_EQ(co_await line(), "<End of file>");
}
TEST_F(McpStdio, AnswersLineByLine) {
  serve();
  play(lines_in_and_out());
  EXPECT_EQ(fcntl(to_server.out, F_GETFL) & O_NONBLOCK, 0);
}

Async<> McpStdio::slow_and_quick() {
  co_await send(request("tools/call", R"({"name":"slow"})", "1") + ping(2));
  EXPECT_EQ(co_await line(), pong(2));
  world.gate.let_go();
  EXPECT_EQ(Json::parse(co_await line())["id"], 1);
  end_input();
}
TEST_F(McpStdio, SlowCallHoldsNothingUp) {
  serve();
  play(slow_and_quick());
}

Async<> McpStdio::oversized() {
  co_await send(std::string(5000, 'x') + "\n" + ping(1));
  EXPECT_EQ(integer_or(Json::parse(co_await line())["error"], "code"), rpc::kInvalidRequest);
  EXPECT_EQ(co_await line(), pong(1));
  co_await send(std::string(300'000, '['));
  co_await send("]\n" + ping(2));
  EXPECT_EQ(integer_or(Json::parse(co_await line())["error"], "code"), rpc::kInvalidRequest);
  EXPECT_EQ(co_await line(), pong(2));
  end_input();
}
TEST_F(McpStdio, RefusesAnOversizedLineAndGoesOn) {
  serve({.max_line_bytes = 1000});
  play(oversized());
}

Async<> McpStdio::waits_for_calls() {
  world.gate.on_change = [this] {
    if (world.gate.running == 1) asio::post(loop, [this] { world.gate.let_go(); });
  };
  co_await send(request("tools/call", R"({"name":"slow"})", "1"));
  end_input();
  EXPECT_EQ(Json::parse(co_await line())["result"]["content"][0]["text"], "through");
}
TEST_F(McpStdio, FinishesWhatRunsWhenTheInputEnds) {
  serve();
  play(waits_for_calls());
}

Async<> McpStdio::gives_up_on_calls() {
  co_await send(request("tools/call", R"({"name":"slow"})", "1"));
  end_input();
  while (co_await line() != "<End of file>") {
  }
  EXPECT_EQ(world.gate.cancelled, 1);
}
TEST_F(McpStdio, DoesNotWaitForEver) {
  serve({.grace = Millis{20}});
  play(gives_up_on_calls());
}

Async<> McpStdio::cancelled_by_peer() {
  co_await send(request("tools/call", R"({"name":"slow"})", "1"));
  co_await send(
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/"
      "cancelled\",\"params\":{\"requestId\":1}}\n" +
      ping(2));
  EXPECT_EQ(co_await line(), pong(2));
  end_input();
  EXPECT_EQ(co_await line(), "<End of file>");
  EXPECT_EQ(world.gate.cancelled, 1);
}
TEST_F(McpStdio, CancelledCallIsNotAnswered) {
  serve();
  play(cancelled_by_peer());
}

Async<> McpStdio::client_leaves() {
  from_server.close_out();
  co_await send(request("tools/call", R"({"name":"slow"})", "1") + ping(2));
}
TEST_F(McpStdio, BrokenOutputEndsTheSession) {
  serve();
  play(client_leaves());
  EXPECT_EQ(world.gate.cancelled, 1);
}

Async<> McpStdio::stopped() {
  co_await send(request("tools/call", R"({"name":"slow"})", "1") + ping(2));
  EXPECT_EQ(co_await line(), pong(2));
  caller.emit(asio::cancellation_type::terminal);
}
TEST_F(McpStdio, StopsWhenCancelled) {
  serve();
  play(stopped());
  EXPECT_EQ(world.gate.cancelled, 1);
}

Async<> McpStdio::flood() {
  std::string text;
  const std::string big(4000, 'y');
  for (int i = 0; i < 200; ++i) {
    text += request("tools/call", R"({"name":"echo","arguments":{"text":")" + big + R"("}})",
                    std::to_string(i));
  }
  asio::co_spawn(loop, send(std::move(text)), [this](const std::exception_ptr&) { end_input(); });
  int answers = 0;
  for (auto one = co_await line(); one != "<End of file>"; one = co_await line()) {
    EXPECT_TRUE(Json::accept(one));
    ++answers;
  }
  EXPECT_EQ(answers, 200);
}
TEST_F(McpStdio, KeepsLinesWholeUnderLoad) {
  serve({.max_running = 16});
  play(flood());
}

TEST(McpStdioFiles, ServesAFile) {
  World world;
  const auto in = std::unique_ptr<FILE, int (*)(FILE*)>(tmpfile(), fclose);
  const auto out = std::unique_ptr<FILE, int (*)(FILE*)>(tmpfile(), fclose);
  const auto text = ping(1) + R"({"jsonrpc":"2.0","id":2,"method":"ping"})";  // no line end
  ASSERT_EQ(write(fileno(in.get()), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  lseek(fileno(in.get()), 0, SEEK_SET);
  run(serve_stdio(world.server, fileno(in.get()), fileno(out.get()), {}));
  std::string got(1000, '\0');
  got.resize(static_cast<std::size_t>(pread(fileno(out.get()), got.data(), got.size(), 0)));
  EXPECT_EQ(got, pong(1) + "\n" + pong(2) + "\n");
}

}  // namespace
}  // namespace mtc::mcp
