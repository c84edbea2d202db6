#include "adapters/xiaozhi/relay_check.h"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <utility>

#include "adapters/xiaozhi/messages.h"

namespace mtc::xiaozhi {
namespace {

using namespace asio::experimental::awaitable_operators;

constexpr int kNormalClosure = 1000;

RelayCheck::Outcome cannot_ask(const Error& error) {
  return {.found = RelayCheck::Found::nothing,
          .text = "the relay cannot be asked: " + error.message};
}

}  // namespace

RelayCheck::RelayCheck(std::optional<std::string> caller_url, WebSocketOptions socket,
                       Millis timeout, WebSocketDialer& dialer, Sleeper& sleeper, Random& random)
    : caller_url_(std::move(caller_url)),
      socket_(std::move(socket)),
      timeout_(timeout),
      dialer_(dialer),
      sleeper_(sleeper),
      random_(random) {}

void RelayCheck::saw(std::string_view message) {
  // The relay lengthens our id; it still holds the random part.
  if (!id_.empty() && message.contains(id_)) came_back_ = true;
}

Async<RelayCheck::Outcome> RelayCheck::look() {
  if (!caller_url_) co_return Outcome{};
  id_ = "check-" + random_hex(random_, 8);
  came_back_ = false;
  // The first that ends cancels the other one.
  auto first = co_await (ask() || sleeper_.sleep(timeout_));
  id_.clear();
  if (first.index() == 0) co_return std::get<0>(std::move(first));
  co_return Outcome{.text = "no answer through the relay within " +
                            std::to_string(timeout_.count() / 1000) + " s"};
}

Async<RelayCheck::Outcome> RelayCheck::ask() {
  WebSocketOptions options = socket_;
  options.url = *caller_url_;
  options.connect_timeout = timeout_;
  options.ping_interval = Millis{0};
  auto socket = co_await dialer_.connect(std::move(options));
  if (!socket) co_return cannot_ask(socket.error());
  const std::string id = id_;
  if (const auto sent = co_await (*socket)->send(ping_message(id)); !sent)
    co_return cannot_ask(sent.error());
  auto answer = PingAnswer::none;
  while (answer == PingAnswer::none) {
    const auto message = co_await (*socket)->receive();
    if (!message) co_return cannot_ask(message.error());
    answer = read_ping_answer(message->text, id);
  }
  co_await (*socket)->close(kNormalClosure, "");
  if (answer == PingAnswer::no_tool) {
    co_return Outcome{.found = Found::nobody,
                      .text = "the relay knows no tool server for this token"};
  }
  if (came_back_) co_return Outcome{.found = Found::us, .text = "the relay reaches us"};
  co_return Outcome{
      .found = Found::somebody,
      .text = "the relay reaches another program with the same endpoint address, not this one"};
}

}  // namespace mtc::xiaozhi
