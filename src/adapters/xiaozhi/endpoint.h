// One connection to a XiaoZhi MCP endpoint, kept up for as long as the program runs. We dial out
// and then answer as MCP server: whatever text arrives goes to a MessageHandler, and what it
// returns goes back. Facts: XiaoZhi's relay (mcp-endpoint-server 0.0.6) and its hosted cloud.
//
// All calls on the executor's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "adapters/xiaozhi/address.h"
#include "adapters/xiaozhi/backoff.h"
#include "adapters/xiaozhi/ending.h"
#include "adapters/xiaozhi/messages.h"
#include "adapters/xiaozhi/relay_check.h"
#include "base/async.h"
#include "base/clock.h"
#include "base/language.h"
#include "base/random.h"
#include "infra/loop/sleeper.h"
#include "infra/loop/task_group.h"
#include "infra/websocket/client.h"

namespace mtc::xiaozhi {

// Answers one JSON-RPC message; nullopt where none is due. Called for many messages at once.
using MessageHandler = std::function<Async<std::optional<std::string>>(std::string)>;

enum class EndpointState {
  stopped,
  connecting,
  online,
  waiting,    // lost; will dial again at next_attempt
  displaced,  // another program uses the same token; we leave it the connection and look again from
              // time to time
  misconfigured,  // the address or its token is refused; tried again slowly
};
std::string_view name_of(EndpointState state);

struct EndpointStatus {
  std::string address;  // without the token
  EndpointState state = EndpointState::stopped;
  TimePoint since{};  // in this state
  std::string
      last_error;       // of the last loss; stays after the connection is back; empty: none so far
  std::string warning;  // what will go wrong soon or is doubtful though online; empty: nothing
  std::string self_check;  // what the last look through the relay found; empty: none made
  std::optional<TimePoint> next_attempt;
  std::optional<TimePoint> token_expires;
  std::uint64_t connections = 0;  // that came about
  std::uint64_t received = 0;     // messages
  std::uint64_t answered = 0;
  std::uint64_t refused = 0;  // messages over the limits, or binary
  std::size_t running = 0;    // messages being answered now
};

struct EndpointOptions {
  EndpointAddress address;
  Language language = Language::zh;  // of the few sentences that the endpoint itself says
  WebSocketOptions socket;           // url and limits of time and size; url is taken from `address`
  BackoffOptions backoff;
  // Before the first connection. One whose token was in use a moment ago must not come back at once
  // (see BackoffOptions::least).
  Millis start_after{0};
  // XiaoZhi gives up after 30 s; before that we tell the user that it takes longer.
  Millis answer_within{25'000};
  std::size_t max_running = 32;  // messages answered at once; more are told to come later
  std::size_t max_answer_bytes = 1'000'000;  // a caller's connection dies from a message over 1 MiB
  // The relay can forget a connection that stays open; so we call ourselves through it.
  Millis check_after{5'000};
  Millis check_every{60'000};
  Millis check_timeout{10'000};
  Millis displaced_retry{600'000};
  Millis expiry_warning{std::chrono::hours(24 * 30)};
};

class XiaozhiEndpoint {
 public:
  // The references outlive the endpoint.
  XiaozhiEndpoint(asio::any_io_executor executor, EndpointOptions options, MessageHandler handler,
                  WebSocketDialer& dialer, const Clock& clock, Sleeper& sleeper, Random& random);
  XiaozhiEndpoint(const XiaozhiEndpoint&) = delete;
  XiaozhiEndpoint& operator=(const XiaozhiEndpoint&) = delete;

  // Begins to connect. Once.
  void start();
  // Says goodbye, cancels what runs and waits for it. To be awaited before the endpoint is
  // destroyed, unless the loop is destroyed first.
  Async<> stop();

  EndpointStatus status() const;

 private:
  struct Answering;

  Async<> keep_connected();
  Async<Ending> connect_and_serve();
  Async<> receive_all(std::shared_ptr<WebSocket> socket);
  Async<> watch_registration(std::shared_ptr<WebSocket> socket);
  Async<> wait_until_free(Ending ending);
  Async<> wait(EndpointState state, Millis duration);

  Async<RelayCheck::Found> self_check();
  Async<> answer(std::string text);
  Async<> run_handler(std::shared_ptr<Answering> answering);
  Async<> send_trouble(const std::string& request, Trouble trouble);
  Async<> send(std::string text);
  Async<> watch_token();

  void take(WebSocketMessage message);
  void enter(EndpointState state);
  std::string token_warning() const;

  EndpointOptions options_;
  MessageHandler handler_;
  WebSocketDialer& dialer_;
  const Clock& clock_;
  Sleeper& sleeper_;
  Backoff backoff_;
  RelayCheck check_;
  EndpointStatus status_;
  std::shared_ptr<WebSocket> socket_;  // null while there is no connection
  bool stopping_ = false;
  bool unregistered_ = false;  // the self-check closed the connection
  std::optional<TimePoint> displaced_at_;
  TaskGroup tasks_;  // last: its coroutines use all the others
};

}  // namespace mtc::xiaozhi
