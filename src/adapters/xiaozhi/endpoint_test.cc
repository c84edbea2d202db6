// The endpoint's behaviour in time, without network and without waiting: the test moves the clock.
#include "adapters/xiaozhi/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <list>

#include "adapters/xiaozhi/messages.h"
#include "base/encoding.h"
#include "base/json.h"

namespace mtc::xiaozhi {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Cause = WebSocketEnd::Cause;

asio::steady_timer make_signal(const asio::any_io_executor& executor) {
  return asio::steady_timer(executor, asio::steady_timer::time_point::max());
}
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

// Sleeps until the test has moved the clock far enough.
class ManualSleeper final : public Sleeper {
 public:
  explicit ManualSleeper(FakeClock& clock) : clock_(clock) {}
  Async<> sleep(Millis duration) override {
    const auto entry = std::make_shared<Entry>(clock_.time + duration,
                                               make_signal(co_await asio::this_coro::executor));
    entries_.push_back(entry);
    co_await entry->timer.async_wait(kTuple);
    entries_.remove(entry);
    if (!entry->fired) throw boost::system::system_error(asio::error::operation_aborted);
  }
  std::optional<TimePoint> next() const {
    std::optional<TimePoint> first;
    for (const auto& entry : entries_) {
      if (!entry->fired && (!first || entry->due < *first)) first = entry->due;
    }
    return first;
  }
  void wake() {
    for (const auto& entry : entries_) {
      if (entry->fired || entry->due > clock_.time) continue;
      entry->fired = true;
      entry->timer.cancel();
    }
  }

 private:
  struct Entry {
    Entry(TimePoint when, asio::steady_timer signal) : due(when), timer(std::move(signal)) {}
    TimePoint due;
    asio::steady_timer timer;
    bool fired = false;
  };
  FakeClock& clock_;
  std::list<std::shared_ptr<Entry>> entries_;
};

// One connection as its far end sees it.
struct Link {
  explicit Link(WebSocketOptions asked, const asio::any_io_executor& executor)
      : options(std::move(asked)), changed(make_signal(executor)) {}
  WebSocketOptions options;
  asio::steady_timer changed;
  std::deque<WebSocketMessage> incoming;  // towards the endpoint
  std::vector<std::string> sent;          // by the endpoint
  std::optional<WebSocketEnd> end;
  std::function<std::optional<std::string>(std::string)> reply;  // an automatic peer

  void push(std::string text, bool binary = false) {
    incoming.push_back({std::move(text), binary});
    changed.cancel();
  }
  void finish(WebSocketEnd how) {
    if (!end) end = std::move(how);
    changed.cancel();
  }
  bool is_caller() const { return options.url.find("/call/") != std::string::npos; }
};

class FakeWebSocket final : public WebSocket {
 public:
  explicit FakeWebSocket(std::shared_ptr<Link> link) : link_(std::move(link)) {}
  ~FakeWebSocket() override { link_->finish({.cause = Cause::closed_by_us}); }
  Async<Result<WebSocketMessage>> receive() override {
    while (link_->incoming.empty()) {
      if (link_->end) co_return fail(Errc::unavailable, "ended");
      co_await link_->changed.async_wait(kTuple);
      const auto state = co_await asio::this_coro::cancellation_state;
      if (state.cancelled() != asio::cancellation_type::none)
        co_return fail(Errc::cancelled, "cancelled");
    }
    auto message = std::move(link_->incoming.front());
    link_->incoming.pop_front();
    co_return message;
  }
  Async<Result<void>> send(std::string text) override {
    if (link_->end) co_return fail(Errc::unavailable, "ended");
    link_->sent.push_back(text);
    if (link_->reply) {
      if (auto answer = link_->reply(std::move(text))) link_->push(std::move(*answer));
    }
    co_return Result<void>{};
  }
  Async<> close(int code, std::string reason) override {
    link_->finish({.cause = Cause::closed_by_us, .code = code, .reason = std::move(reason)});
    co_return;
  }
  void abort() override { link_->finish({.cause = Cause::closed_by_us}); }
  std::optional<WebSocketEnd> end() const override { return link_->end; }

 private:
  std::shared_ptr<Link> link_;
};

// What the relay does with a ping of a caller.
enum class Relay { forwards, has_no_tool, has_another_tool, is_mute, refuses_callers };

class FakeDialer final : public WebSocketDialer {
 public:
  Relay relay = Relay::forwards;
  std::deque<Error> failures;                // for the next connections of the tool side
  std::vector<std::shared_ptr<Link>> tools;  // all connections of the tool side, in order
  std::shared_ptr<Link> caller;              // the last connection of the caller side
  int checks = 0;

  Async<Result<std::unique_ptr<WebSocket>>> connect(WebSocketOptions options) override {
    const auto link =
        std::make_shared<Link>(std::move(options), co_await asio::this_coro::executor);
    if (link->is_caller()) {
      ++checks;
      if (relay == Relay::refuses_callers) co_return fail(Errc::denied, "HTTP 403");
      caller = link;
      link->reply = [this](const std::string& text) { return as_relay(text); };
    } else {
      if (!failures.empty()) {
        auto error = std::move(failures.front());
        failures.pop_front();
        co_return fail(std::move(error));
      }
      tools.push_back(link);
      link->reply = [this](const std::string& text) { return from_tool(text); };
    }
    co_return std::make_unique<FakeWebSocket>(link);
  }

 private:
  std::string forwarded_;  // the id of a ping on its way through the tool

  std::optional<std::string> from_tool(const std::string& text) {
    if (!forwarded_.empty() && text.find(forwarded_) != std::string::npos) {
      caller->push(R"({"jsonrpc":"2.0","id":")" + forwarded_ + R"(","result":{}})");
    }
    return std::nullopt;
  }
  std::optional<std::string> as_relay(const std::string& text) {
    const auto ping = parse_json(text).value();
    EXPECT_EQ(ping.at("method"), "ping");
    const std::string id = ping.at("id");
    const auto id_text = dump_json(Json(id));
    switch (relay) {
      case Relay::forwards:
        forwarded_ = id;
        tools.back()->push(R"({"jsonrpc":"2.0","id":"uuid_s_)" + id + R"(","method":"ping"})");
        return std::nullopt;
      case Relay::has_another_tool:
        return R"({"jsonrpc":"2.0","id":)" + id_text + R"(,"result":{}})";
      case Relay::has_no_tool:
        return R"({"jsonrpc":"2.0","id":)" + id_text +
               R"(,"result":null,"error":{"code":-32001,"message":"工具端未连接","data":{"agent_id":"a"}}})";
      case Relay::is_mute:
      case Relay::refuses_callers:
        return std::nullopt;
    }
    return std::nullopt;
  }
};

Async<std::optional<std::string>> echo(std::string text) {
  co_return "echo:" + text;
}

struct World {
  asio::io_context loop{1};
  FakeClock clock;
  ManualSleeper sleeper{clock};
  FakeDialer dialer;
  SeededRandom random{7};
  std::unique_ptr<XiaozhiEndpoint> endpoint;

  explicit World(const std::string& url = "ws://relay:8004/mcp_endpoint/mcp/?token=topsecret",
                 MessageHandler handler = echo, Millis start_after = {}) {
    clock.time = TimePoint(1'800'000'000s);
    endpoint = std::make_unique<XiaozhiEndpoint>(
        loop.get_executor(),
        EndpointOptions{.address = parse_endpoint_address(url).value(), .start_after = start_after},
        std::move(handler), dialer, clock, sleeper, random);
  }
  ~World() { stop(); }

  void stop() {
    if (!endpoint) return;
    bool stopped = false;
    asio::co_spawn(loop, endpoint->stop(), [&](const std::exception_ptr&) { stopped = true; });
    settle();
    EXPECT_TRUE(stopped);
    endpoint.reset();
  }
  void settle() {
    loop.restart();
    loop.poll();
  }
  void start() {
    endpoint->start();
    settle();
  }
  void advance(Millis duration) {
    const auto until = clock.time + duration;
    while (const auto next = sleeper.next()) {
      if (*next > until) break;
      clock.time = *next;
      sleeper.wake();
      settle();
    }
    clock.time = until;
  }
  Link& tool() { return *dialer.tools.back(); }
  void lose(WebSocketEnd end) {
    tool().finish(std::move(end));
    settle();
  }
  EndpointState state() const { return endpoint->status().state; }
  // How long until the next connection of the tool side, stepping by a tenth of a second.
  Millis time_to_redial(Millis limit = 20min) {
    const auto before = dialer.tools.size();
    Millis passed{0};
    while (dialer.tools.size() == before && passed < limit) {
      advance(100ms);
      passed += 100ms;
    }
    return passed;
  }
};

TEST(XiaozhiEndpoint, AnswersMessagesAsTheyComeAndInParallel) {
  World world;
  world.start();
  EXPECT_EQ(world.state(), EndpointState::online);
  EXPECT_EQ(world.tool().options.url, "ws://relay:8004/mcp_endpoint/mcp/?token=topsecret");
  world.tool().push("one\n");
  world.tool().push("two");
  world.settle();
  EXPECT_THAT(world.tool().sent, ElementsAre("echo:one\n", "echo:two"));
  const auto status = world.endpoint->status();
  EXPECT_EQ(status.received, 2U);
  EXPECT_EQ(status.answered, 2U);
  EXPECT_EQ(status.running, 0U);
  EXPECT_THAT(status.address, Not(HasSubstr("topsecret")));
}

Async<std::optional<std::string>> no_answer(std::string) {
  co_return std::nullopt;
}

TEST(XiaozhiEndpoint, SaysNothingWhereNoAnswerIsDue) {
  World world("ws://h/mcp/?token=t", no_answer);
  world.start();
  world.tool().push(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  world.tool().push("garbage {{{");
  world.settle();
  EXPECT_TRUE(world.tool().sent.empty());
  EXPECT_EQ(world.state(), EndpointState::online);
}

TEST(XiaozhiEndpoint, IgnoresBinaryMessages) {
  World world;
  world.start();
  world.tool().push("bytes", true);
  world.tool().push("text");
  world.settle();
  EXPECT_THAT(world.tool().sent, ElementsAre("echo:text"));
  EXPECT_EQ(world.endpoint->status().refused, 1U);
}

// A handler that a test lets go on.
struct Gate {
  std::vector<std::weak_ptr<asio::steady_timer>>
      waiting;  // the gate outlives the loop, timers must not
  Async<std::optional<std::string>> pass(std::string text) {
    const auto timer =
        std::make_shared<asio::steady_timer>(make_signal(co_await asio::this_coro::executor));
    waiting.push_back(timer);
    co_await timer->async_wait(kTuple);
    co_return "late:" + text;
  }
  MessageHandler handler() {
    return [this](std::string text) { return pass(std::move(text)); };
  }
  void open() {
    for (const auto& weak : waiting) {
      if (const auto timer = weak.lock()) timer->cancel();
    }
    waiting.clear();
  }
};

std::string call(int id) {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) +
         R"(,"method":"tools/call","params":{"name":"x","arguments":{}}})";
}

TEST(XiaozhiEndpoint, ASlowCallIsToldBeforeXiaozhiGivesUp) {
  Gate gate;
  World world("wss://api.xiaozhi.me/mcp/?token=t", gate.handler());
  world.start();
  world.tool().push(call(7));
  world.settle();
  world.advance(24s);
  EXPECT_TRUE(world.tool().sent.empty());
  world.advance(1s);
  ASSERT_EQ(world.tool().sent.size(), 1U);
  const auto answer = parse_json(world.tool().sent.front()).value();
  EXPECT_EQ(answer.at("id"), 7);
  EXPECT_THAT(answer.at("result").at("content").at(0).at("text").get<std::string>(),
              HasSubstr("没有成功：这件事比较慢"));
  EXPECT_EQ(world.endpoint->status().running, 1U);
  gate.open();
  world.settle();
  EXPECT_EQ(world.tool().sent.size(), 1U);  // the late answer is nobody's any more
  EXPECT_EQ(world.endpoint->status().running, 0U);
}

TEST(XiaozhiEndpoint, TooManyAtOnceAreTurnedAwayPolitely) {
  Gate gate;
  World world("ws://h/mcp/?token=t", gate.handler());
  world.start();
  for (int i = 0; i < 40; ++i) world.tool().push(call(i));
  world.tool().push(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  world.settle();
  EXPECT_EQ(world.endpoint->status().running, 32U);
  EXPECT_EQ(world.tool().sent.size(), 8U);
  EXPECT_EQ(world.endpoint->status().refused, 9U);
  EXPECT_THAT(world.tool().sent.front(), HasSubstr("现在同时要做的事太多"));
  gate.open();
  world.settle();
  EXPECT_EQ(world.tool().sent.size(), 40U);
}

Async<std::optional<std::string>> broken(std::string) {
  throw std::runtime_error("a bug");
  co_return std::nullopt;
}

TEST(XiaozhiEndpoint, ABrokenHandlerStillAnswers) {
  World world("ws://h/mcp/?token=t", broken);
  world.start();
  world.tool().push(call(1));
  world.tool().push(R"({"jsonrpc":"2.0","id":"u_n_2","method":"tools/list","params":null})");
  world.tool().push("{}");
  world.settle();
  EXPECT_EQ(world.endpoint->status().running, 0U);
  ASSERT_EQ(world.tool().sent.size(), 2U);
  EXPECT_THAT(world.tool().sent[0], HasSubstr("没有成功"));
  EXPECT_THAT(world.tool().sent[1], HasSubstr(R"("id":"u_n_2")"));
  EXPECT_THAT(world.tool().sent[1], HasSubstr("-32603"));
  EXPECT_EQ(world.state(), EndpointState::online);
}

Async<std::optional<std::string>> huge(std::string) {
  co_return std::string(2'000'000, 'x');
}

TEST(XiaozhiEndpoint, NeverSendsWhatWouldBreakTheCallersConnection) {
  World world("ws://h/mcp/?token=t", huge);
  world.start();
  world.tool().push(call(1));
  world.settle();
  ASSERT_EQ(world.tool().sent.size(), 1U);
  EXPECT_LT(world.tool().sent[0].size(), 2000U);
  EXPECT_THAT(world.tool().sent[0], HasSubstr("结果太长"));
}

TEST(XiaozhiEndpoint, AnAnswerMayComeAfterAReconnect) {
  Gate gate;
  World world("ws://h/mcp/?token=t", gate.handler());
  world.start();
  world.tool().push("question");
  world.settle();
  world.lose({.cause = Cause::lost});
  world.time_to_redial();
  gate.open();
  world.settle();
  EXPECT_THAT(world.tool().sent, ElementsAre("late:question"));
}

TEST(XiaozhiEndpoint, ReconnectsOneSecondAfterALoss) {
  World world;
  world.start();
  world.lose({.cause = Cause::lost, .code = 1006});
  EXPECT_EQ(world.state(), EndpointState::waiting);
  EXPECT_THAT(world.endpoint->status().last_error, HasSubstr("broke"));
  EXPECT_EQ(*world.endpoint->status().next_attempt, world.clock.time + 1s);
  EXPECT_EQ(world.time_to_redial(), 1s);
  EXPECT_EQ(world.state(), EndpointState::online);
  EXPECT_EQ(world.endpoint->status().connections, 2U);
  EXPECT_FALSE(world.endpoint->status().next_attempt);
}

TEST(XiaozhiEndpoint, BacksOffWhileTheRelayIsAwayAndStartsAnewAfterHealth) {
  World world;
  for (int i = 0; i < 12; ++i)
    world.dialer.failures.push_back({Errc::unavailable, "connection refused"});
  world.start();
  EXPECT_EQ(world.state(), EndpointState::waiting);
  const auto away = world.time_to_redial();
  EXPECT_GE(away, 60s);
  EXPECT_LE(away, 12 * 60s);
  world.advance(61s);
  world.lose({.cause = Cause::lost});
  EXPECT_EQ(world.time_to_redial(), 1s);
}

TEST(XiaozhiEndpoint, TreatsOddClosesAsPassing) {
  const struct {
    int code;
    const char* reason;
  } cases[] = {{4004, "Internal server error"},
               {1000, ""},
               {1001, ""},
               {1009, ""},
               {1011, "keepalive ping timeout"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.code);
    World world;
    world.start();
    world.lose({.cause = Cause::closed_by_peer, .code = c.code, .reason = c.reason});
    EXPECT_EQ(world.state(), EndpointState::waiting);
    EXPECT_THAT(world.endpoint->status().last_error, HasSubstr(std::to_string(c.code)));
    EXPECT_EQ(world.time_to_redial(), 1s);
  }
}

TEST(XiaozhiEndpoint, WaitsBeforeItsFirstConnectionIfToldTo) {
  World world("ws://relay:8004/mcp_endpoint/mcp/?token=topsecret", echo, 1s);
  world.start();
  EXPECT_EQ(world.state(), EndpointState::waiting);
  EXPECT_EQ(world.time_to_redial(), 1s);
  EXPECT_EQ(world.state(), EndpointState::online);
  world.lose({.cause = Cause::lost});
  EXPECT_EQ(world.time_to_redial(), 1s);
}

TEST(XiaozhiEndpoint, GivesTheRelayTimeAfterASilentLoss) {
  World world;
  world.start();
  world.advance(10s);
  world.lose({.cause = Cause::silent});
  EXPECT_EQ(world.time_to_redial(), 45s);
}

TEST(XiaozhiEndpoint, AWrongTokenIsSaidAndTriedSlowly) {
  World world;
  world.start();
  world.lose({.cause = Cause::closed_by_peer, .code = 1008, .reason = "token解密失败\x07"});
  EXPECT_EQ(world.state(), EndpointState::misconfigured);
  EXPECT_THAT(world.endpoint->status().last_error, HasSubstr("token解密失败)"));
  EXPECT_THAT(world.endpoint->status().last_error, HasSubstr("copy the endpoint address again"));
  EXPECT_EQ(world.time_to_redial(), 10min);
}

TEST(XiaozhiEndpoint, ARefusedHandshakeIsAMatterOfConfigurationToo) {
  for (const auto code : {Errc::denied, Errc::unauthenticated, Errc::invalid_argument}) {
    World world;
    world.dialer.failures.push_back({code, "HTTP 403"});
    world.start();
    EXPECT_EQ(world.state(), EndpointState::misconfigured);
    EXPECT_EQ(world.time_to_redial(), 10min);
  }
}

TEST(XiaozhiEndpoint, ChecksItsRegistrationAfterAWhileAndEveryMinute) {
  World world;
  world.start();
  world.advance(4900ms);
  EXPECT_EQ(world.dialer.checks, 0);
  world.advance(100ms);
  EXPECT_EQ(world.dialer.checks, 1);
  EXPECT_EQ(world.endpoint->status().self_check, "the relay reaches us");
  world.advance(60s);
  EXPECT_EQ(world.dialer.checks, 2);
  world.advance(10min);
  EXPECT_EQ(world.dialer.checks, 12);
  EXPECT_EQ(world.dialer.tools.size(), 1U);
  EXPECT_EQ(world.state(), EndpointState::online);
}

TEST(XiaozhiEndpoint, ReconnectsWhenTheRelayForgotIt) {
  World world;
  world.start();
  world.dialer.relay = Relay::has_no_tool;
  world.advance(5s);
  EXPECT_EQ(world.dialer.tools[0]->end->cause, Cause::closed_by_us);
  EXPECT_EQ(world.dialer.tools[0]->end->code, 1000);
  EXPECT_EQ(world.state(), EndpointState::waiting);
  EXPECT_THAT(world.endpoint->status().last_error, HasSubstr("forgotten"));
  world.dialer.relay = Relay::forwards;
  EXPECT_EQ(world.time_to_redial(), 1s);
  world.advance(5s);
  EXPECT_EQ(world.endpoint->status().self_check, "the relay reaches us");
  EXPECT_EQ(world.dialer.tools.size(), 2U);
}

TEST(XiaozhiEndpoint, AFailingSelfCheckIsNoReasonToReconnect) {
  for (const auto relay : {Relay::is_mute, Relay::refuses_callers, Relay::has_another_tool}) {
    World world;
    world.dialer.relay = relay;
    world.start();
    world.advance(5min);
    EXPECT_EQ(world.state(), EndpointState::online);
    EXPECT_EQ(world.dialer.tools.size(), 1U);
    EXPECT_GE(world.dialer.checks, 4);
    EXPECT_NE(world.endpoint->status().self_check, "");
    EXPECT_EQ(world.endpoint->status().warning.empty(), relay != Relay::has_another_tool);
  }
}

TEST(XiaozhiEndpoint, NeverChecksItselfOnTheHostedCloud) {
  World world("wss://api.xiaozhi.me/mcp/?token=abc");
  world.start();
  world.advance(1h);
  EXPECT_EQ(world.dialer.checks, 0);
  EXPECT_EQ(world.endpoint->status().self_check, "");
}

const WebSocketEnd replacement{
    .cause = Cause::closed_by_peer, .code = 1000, .reason = "新连接替换"};

TEST(XiaozhiEndpoint, DoesNotFightForAConnectionThatAnotherProgramUses) {
  World world;
  world.start();
  world.dialer.relay = Relay::has_another_tool;
  world.lose(replacement);
  EXPECT_EQ(world.state(), EndpointState::displaced);
  EXPECT_THAT(world.endpoint->status().last_error, HasSubstr("another program"));
  world.advance(1h);
  EXPECT_EQ(world.dialer.tools.size(), 1U);
  EXPECT_GE(world.dialer.checks, 6);
  EXPECT_EQ(world.state(), EndpointState::displaced);
  world.dialer.relay = Relay::has_no_tool;  // the other one has gone
  EXPECT_LE(world.time_to_redial(), 10min);
}

TEST(XiaozhiEndpoint, ComesBackSoonIfNobodyElseAnswersButOnlyOnce) {
  World world;
  world.start();
  world.dialer.relay = Relay::has_no_tool;
  world.lose(replacement);
  EXPECT_EQ(world.time_to_redial(), 5s);
  world.lose(replacement);
  EXPECT_EQ(world.time_to_redial(), 10min);
}

TEST(XiaozhiEndpoint, WhereNothingCanBeCheckedADisplacedOneWaitsLong) {
  World world("wss://api.xiaozhi.me/mcp/?token=abc");
  world.start();
  world.lose(replacement);
  EXPECT_EQ(world.time_to_redial(), 10min + 5s);
}

std::string jwt_url(std::int64_t expires) {
  const Json claims{{"exp", expires}, {"purpose", "mcp-endpoint"}};
  return "wss://api.xiaozhi.me/mcp/?token=" + to_base64url(R"({"alg":"ES256"})") + "." +
         to_base64url(claims.dump()) + ".c2ln";
}

TEST(XiaozhiEndpoint, WarnsBeforeTheTokenExpires) {
  World world(jwt_url(1'800'000'000 + 31 * 86400));
  world.start();
  EXPECT_EQ(world.endpoint->status().warning, "");
  EXPECT_TRUE(world.endpoint->status().token_expires);
  world.advance(48h);
  EXPECT_THAT(world.endpoint->status().warning, HasSubstr("the token expires on 2027-02-"));
  world.advance(30 * 24h);
  EXPECT_THAT(world.endpoint->status().warning, HasSubstr("expired"));
}

TEST(XiaozhiEndpoint, StopSaysGoodbyeAndLeavesNothingRunning) {
  Gate gate;
  World world("ws://h/mcp/?token=t", gate.handler());
  world.start();
  world.tool().push(call(1));
  world.settle();
  world.stop();
  EXPECT_EQ(world.dialer.tools[0]->end->code, 1001);
  EXPECT_EQ(world.dialer.tools.size(), 1U);
  EXPECT_FALSE(world.sleeper.next());
}

TEST(XiaozhiEndpoint, AMessageThatArrivesWhileStoppingDoesNotHoldItUp) {
  Gate gate;
  World world("ws://h/mcp/?token=t", gate.handler());
  world.start();
  world.tool().push(call(1));
  world.stop();  // before the loop has looked at it; expects to come to an end
  EXPECT_FALSE(world.sleeper.next());
}

TEST(XiaozhiEndpoint, CanBeStoppedInEveryState) {
  const std::function<void(World&)> states[] = {
      [](World&) {},
      [](World& world) { world.lose({.cause = Cause::lost}); },
      [](World& world) { world.lose({.cause = Cause::closed_by_peer, .code = 1008}); },
      [](World& world) { world.lose(replacement); },
      [](World& world) {
        world.dialer.relay = Relay::is_mute;
        world.advance(6s);  // inside the self-check
      },
  };
  for (const auto& bring : states) {
    World world;
    world.start();
    bring(world);
    world.stop();
    EXPECT_FALSE(world.sleeper.next());
  }
  World never_started;
  never_started.stop();
}

}  // namespace
}  // namespace mtc::xiaozhi
