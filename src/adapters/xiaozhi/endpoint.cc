#include "adapters/xiaozhi/endpoint.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

#include "base/text.h"
#include "base/zone.h"

namespace mtc::xiaozhi {
namespace {

using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

constexpr int kNormalClosure = 1000;
constexpr int kGoingAway = 1001;

std::string in_seconds(Millis duration) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
  return seconds >= 120 ? std::to_string(seconds / 60) + " minutes"
                        : std::to_string(seconds) + " s";
}

// What a broken handler says for the log; empty if it was only cancelled.
std::string describe(const std::exception& e) {
  const auto* system = dynamic_cast<const boost::system::system_error*>(&e);
  if (system == nullptr) return e.what();
  return system->code() == asio::error::operation_aborted ? "" : system->code().message();
}

}  // namespace

// One request under way. The handler may outlast the time we let the caller wait; then its answer
// is dropped.
struct XiaozhiEndpoint::Answering {
  Answering(std::string request, const asio::any_io_executor& executor)
      : text(std::move(request)), done(executor, asio::steady_timer::time_point::max()) {}
  std::string text;
  std::optional<std::string> response;
  bool finished = false;
  bool broken = false;      // the handler threw
  asio::steady_timer done;  // cancelled when finished
};

std::string_view name_of(EndpointState state) {
  switch (state) {
    case EndpointState::stopped:
      return "stopped";
    case EndpointState::connecting:
      return "connecting";
    case EndpointState::online:
      return "online";
    case EndpointState::waiting:
      return "waiting";
    case EndpointState::displaced:
      return "displaced";
    case EndpointState::misconfigured:
      return "misconfigured";
  }
  return {};
}

XiaozhiEndpoint::XiaozhiEndpoint(asio::any_io_executor executor, EndpointOptions options,
                                 MessageHandler handler, WebSocketDialer& dialer,
                                 const Clock& clock, Sleeper& sleeper, Random& random)
    : options_(std::move(options)),
      handler_(std::move(handler)),
      dialer_(dialer),
      clock_(clock),
      sleeper_(sleeper),
      backoff_(random, options_.backoff),
      check_(options_.address.caller_url(), options_.socket, options_.check_timeout, dialer,
             sleeper, random),
      tasks_(std::move(executor)) {
  options_.socket.url = options_.address.url.text();
  status_.address = options_.address.shown();
  status_.token_expires = options_.address.expires;
  status_.since = clock_.now();
}

void XiaozhiEndpoint::start() {
  tasks_.spawn("XiaoZhi endpoint " + status_.address, keep_connected());
  if (options_.address.expires) tasks_.spawn("XiaoZhi token " + status_.address, watch_token());
}

Async<> XiaozhiEndpoint::stop() {
  stopping_ = true;
  if (const auto socket = socket_) co_await socket->close(kGoingAway, "going away");
  tasks_.stop();
  co_await tasks_.join();
  enter(EndpointState::stopped);
}

EndpointStatus XiaozhiEndpoint::status() const {
  EndpointStatus status = status_;
  if (auto warning = token_warning(); !warning.empty()) {
    status.warning = status.warning.empty() ? warning : warning + "; " + status.warning;
  }
  return status;
}

void XiaozhiEndpoint::enter(EndpointState state) {
  if (state == status_.state) return;
  status_.state = state;
  status_.since = clock_.now();
  status_.next_attempt.reset();
}

Async<> XiaozhiEndpoint::keep_connected() {
  if (options_.start_after > Millis{0}) {
    co_await wait(EndpointState::waiting, options_.start_after);
  }
  while (!stopping_) {
    const Ending ending = co_await connect_and_serve();
    if (stopping_) co_return;
    status_.last_error = ending.why;
    if (ending.displaced) {
      co_await wait_until_free(ending);
      continue;
    }
    const auto delay = backoff_.next(ending.loss, ending.lived);
    const bool permanent = ending.loss == Loss::misconfigured;
    spdlog::log(permanent ? spdlog::level::err : spdlog::level::warn,
                "XiaoZhi endpoint {}: {}; connecting again in {}", status_.address, ending.why,
                in_seconds(delay));
    co_await wait(permanent ? EndpointState::misconfigured : EndpointState::waiting, delay);
  }
}

Async<> XiaozhiEndpoint::wait(EndpointState state, Millis duration) {
  enter(state);
  status_.next_attempt = clock_.now() + duration;
  co_await sleeper_.sleep(duration);
}

Async<Ending> XiaozhiEndpoint::connect_and_serve() {
  status_.next_attempt.reset();
  // A refused address stays "misconfigured" while it is tried again.
  if (status_.state != EndpointState::misconfigured) enter(EndpointState::connecting);
  auto connected = co_await dialer_.connect(options_.socket);
  if (!connected) co_return ending_of(connected.error());

  const std::shared_ptr<WebSocket> socket = std::move(*connected);
  const auto since = clock_.now();
  socket_ = socket;
  unregistered_ = false;
  ++status_.connections;
  status_.warning.clear();
  enter(EndpointState::online);
  spdlog::info("XiaoZhi endpoint {}: connected", status_.address);
  // The first that ends cancels the other one.
  co_await (receive_all(socket) || watch_registration(socket));
  socket_.reset();
  const Millis lived = clock_.now() - since;
  if (unregistered_) {
    co_return Ending{.loss = Loss::unregistered,
                     .why = "the relay kept the connection open but had forgotten whose it is",
                     .lived = lived};
  }
  co_return ending_of(socket->end().value_or(WebSocketEnd{}), lived);
}

// Two programs that both reconnect would throw each other out for ever. So we dial again only when
// nobody answers for the token, and the second time in a row only after a long while.
Async<> XiaozhiEndpoint::wait_until_free(Ending ending) {
  spdlog::error("XiaoZhi endpoint {}: {}", status_.address, ending.why);
  const auto now = clock_.now();
  const bool again = displaced_at_ && now - *displaced_at_ < options_.displaced_retry;
  displaced_at_ = now;
  auto delay = again ? options_.displaced_retry : options_.check_after;
  for (;;) {
    co_await wait(EndpointState::displaced, delay);
    const auto found = co_await self_check();
    if (found == RelayCheck::Found::nobody) co_return;
    // Where nothing can be told, a long pause has to do.
    if (found == RelayCheck::Found::nothing && delay == options_.displaced_retry) co_return;
    delay = options_.displaced_retry;
  }
}

Async<> XiaozhiEndpoint::receive_all(std::shared_ptr<WebSocket> socket) {
  for (;;) {
    auto message = co_await socket->receive();
    if (!message) co_return;
    take(std::move(*message));
  }
}

void XiaozhiEndpoint::take(WebSocketMessage message) {
  ++status_.received;
  if (message.binary) {
    ++status_.refused;
    spdlog::warn("XiaoZhi endpoint {}: a binary message of {} bytes was ignored", status_.address,
                 message.text.size());
    return;
  }
  check_.saw(message.text);
  if (status_.running >= options_.max_running) {
    ++status_.refused;
    spdlog::warn("XiaoZhi endpoint {}: more than {} messages at once; one was turned away",
                 status_.address, options_.max_running);
    // Only the answer waits to be sent: a peer that floods us and does not read would otherwise
    // have us keep its messages.
    if (auto answer = answer_to_trouble(message.text, Trouble::too_busy, options_.language))
      tasks_.spawn("XiaoZhi answer", send(std::move(*answer)));
    return;
  }
  tasks_.spawn("XiaoZhi answer", answer(std::move(message.text)));
}

Async<> XiaozhiEndpoint::answer(std::string text) {
  if (stopping_) co_return;  // what would be spawned now, stop() no longer cancels
  const auto answering =
      std::make_shared<Answering>(std::move(text), co_await asio::this_coro::executor);
  ++status_.running;
  tasks_.spawn("XiaoZhi message", run_handler(answering));
  if (!answering->finished) {
    // The first that ends cancels the other one; a handler that cannot be cancelled goes on by
    // itself.
    co_await (answering->done.async_wait(asio::as_tuple(asio::use_awaitable)) ||
              sleeper_.sleep(options_.answer_within));
  }
  if (!answering->finished) {
    co_await send_trouble(answering->text, Trouble::too_slow);
  } else if (answering->broken) {
    co_await send_trouble(answering->text, Trouble::failed);
  } else if (answering->response && answering->response->size() > options_.max_answer_bytes) {
    spdlog::error("XiaoZhi endpoint {}: an answer of {} bytes was withheld, callers take {}",
                  status_.address, answering->response->size(), options_.max_answer_bytes);
    co_await send_trouble(answering->text, Trouble::too_long);
  } else if (answering->response) {
    co_await send(std::move(*answering->response));
  }
}

Async<> XiaozhiEndpoint::run_handler(std::shared_ptr<Answering> answering) {
  try {
    answering->response = co_await handler_(answering->text);
  } catch (const std::exception& e) {
    const auto why = describe(e);
    answering->broken = !why.empty();
    if (answering->broken) {
      spdlog::error("XiaoZhi endpoint {}: answering a message failed: {}", status_.address, why);
    }
  }
  answering->finished = true;
  answering->done.cancel();
  --status_.running;
}

Async<> XiaozhiEndpoint::send_trouble(const std::string& request, Trouble trouble) {
  auto answer = answer_to_trouble(request, trouble, options_.language);
  if (answer) co_await send(std::move(*answer));
}

// On whatever connection stands now: the relay routes by id, so that an answer may come after a
// reconnect.
Async<> XiaozhiEndpoint::send(std::string text) {
  const auto socket = socket_;
  if (!socket) {
    spdlog::info("XiaoZhi endpoint {}: an answer was ready when the connection was gone",
                 status_.address);
    co_return;
  }
  const auto sent = co_await socket->send(std::move(text));
  if (sent) {
    ++status_.answered;
  } else {
    spdlog::info("XiaoZhi endpoint {}: an answer was not sent: {}", status_.address,
                 sent.error().message);
  }
}

Async<> XiaozhiEndpoint::watch_registration(std::shared_ptr<WebSocket> socket) {
  auto pause = options_.check_after;
  for (;;) {
    co_await sleeper_.sleep(pause);
    pause = options_.check_every;
    const auto found = co_await self_check();
    if (found == RelayCheck::Found::nobody) {
      unregistered_ = true;
      co_await socket->close(kNormalClosure, "registering again");
      co_return;
    }
    const bool displaced = found == RelayCheck::Found::somebody;
    if (displaced && status_.warning.empty())
      spdlog::warn("XiaoZhi endpoint {}: {}", status_.address, status_.self_check);
    status_.warning = displaced ? status_.self_check : std::string();
  }
}

Async<RelayCheck::Found> XiaozhiEndpoint::self_check() {
  auto outcome = co_await check_.look();
  if (!outcome.text.empty()) status_.self_check = std::move(outcome.text);
  co_return outcome.found;
}

std::string XiaozhiEndpoint::token_warning() const {
  const auto& expires = options_.address.expires;
  if (!expires) return {};
  const auto left = *expires - clock_.now();
  if (left > options_.expiry_warning) return {};
  const auto day = format_day(Zone::shanghai().day_of(*expires));
  const std::string advice = "; get a new endpoint address from the XiaoZhi console";
  return left <= Millis{0} ? "the token expired on " + day + advice
                           : "the token expires on " + day + advice;
}

Async<> XiaozhiEndpoint::watch_token() {
  for (;;) {
    if (const auto warning = token_warning(); !warning.empty()) {
      spdlog::warn("XiaoZhi endpoint {}: {}", status_.address, warning);
    }
    co_await sleeper_.sleep(24h);
  }
}

}  // namespace mtc::xiaozhi
