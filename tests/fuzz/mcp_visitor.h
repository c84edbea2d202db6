// A connection and its request, as an endpoint sees them, without a network.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <string>
#include <utility>

#include "infra/http/server.h"
#include "mcp_require.h"

namespace mtc::mcp {

// Keeps what comes back, and sees to it that it comes in order. Dies with its request, so that ASan
// sees who still uses it.
class Visitor final : public HttpExchange {
 public:
  // How what is written is taken.
  enum class Pace { at_once, in_turns, stuck };

  Visitor(HttpRequest request, Pace pace) : request_(std::move(request)), pace_(pace) {}

  const HttpRequest& request() const override { return request_; }
  Async<> respond(HttpResponse response) override {
    co_await take_time();
    if (left) co_return;
    require(!responded_ && !streaming, "a request is answered once");
    responded_ = true;
    status = response.status;
    headers = std::move(response.headers);
    body = response.body + (response.shared_body ? *response.shared_body : "") + response.tail;
  }
  Async<> begin_stream(int code, HttpHeaders given) override {
    if (left) co_return;
    require(!responded_ && !streaming, "a request is answered once");
    streaming = true;
    status = code;
    headers = std::move(given);
    co_await take_time();
  }
  Async<> write(std::string chunk) override {
    co_await take_time();
    if (left) co_return;
    require(streaming && !finished, "what is written belongs to a stream");
    body += chunk;
  }
  Async<> finish() override {
    if (left) co_return;
    require(streaming && !finished, "a stream ends once");
    finished = true;
    co_return;
  }
  Async<> finish_and_close() override { return finish(); }
  bool gone() const override { return left; }
  void cancel() override {
    (next != nullptr ? next->caller : caller).emit(asio::cancellation_type::terminal);
  }

  // The connection breaks off: what is being written is lost.
  void leave() {
    left = true;
    if (before) before->left = true;
    cancel();
    if (stuck_ != nullptr) stuck_->cancel();
  }
  bool answered() const { return responded_ || finished; }

  std::unique_ptr<Visitor> before;  // the request that the connection brought first; null: none
  Visitor* next = nullptr;          // the one whose `before` we are
  asio::cancellation_signal caller;
  bool left = false;
  bool ended = false;
  bool broken = false;  // the handler threw

  int status = 0;
  HttpHeaders headers;
  std::string body;
  bool streaming = false;
  bool finished = false;

 private:
  Async<> take_time() {
    require(!writing_, "one write at a time");
    if (pace_ == Pace::at_once || left) co_return;
    writing_ = true;
    asio::steady_timer timer(co_await asio::this_coro::executor,
                             pace_ == Pace::stuck ? asio::steady_timer::time_point::max()
                                                  : asio::steady_timer::time_point::min());
    stuck_ = &timer;
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    stuck_ = nullptr;
    writing_ = false;
  }

  const HttpRequest request_;
  const Pace pace_;
  bool responded_ = false;
  bool writing_ = false;
  asio::steady_timer* stuck_ = nullptr;
};

}  // namespace mtc::mcp
