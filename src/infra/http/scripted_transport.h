// A transport for tests: gives the answers it was told, in order, and keeps the requests it saw.
//
//   ScriptedTransport http;
//   http.answer(200, R"({"ok":true})").fail_with(Errc::timed_out, "too slow");
//   … code under test …
//   EXPECT_EQ(http.requests[0].url, "https://example.test/");
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "infra/http/transport.h"

namespace mtc {

class ScriptedTransport final : public HttpTransport {
 public:
  using Responder = std::function<Result<OutboundResponse>(const OutboundRequest&)>;

  std::vector<OutboundRequest> requests;  // in order of arrival
  int cancelled = 0;                      // how many hung requests were cancelled

  ScriptedTransport& answer(int status, std::string body, HttpHeaders headers = {}) {
    return respond([response = OutboundResponse{status, std::move(headers), std::move(body)}](
                       const OutboundRequest&) -> Result<OutboundResponse> { return response; });
  }
  ScriptedTransport& fail_with(Errc code, std::string message) {
    return respond([error = Error{.code = code, .message = std::move(message)}](
                       const OutboundRequest&) -> Result<OutboundResponse> { return fail(error); });
  }
  ScriptedTransport& respond(Responder responder) {
    script_.push_back({.responder = std::move(responder), .hang = false});
    return *this;
  }
  // For send_streaming(): the pieces one after the other, then the end or that failure. (All other
  // answers are streamed as one piece.)
  ScriptedTransport& stream(int status, std::vector<std::string> pieces,
                            std::optional<Error> end = {}) {
    answer(status, "");
    script_.back().pieces = std::move(pieces);
    script_.back().end = std::move(end);
    return *this;
  }
  // The same with an end that comes only after release().
  ScriptedTransport& stream_then_hang(int status, std::vector<std::string> pieces) {
    stream(status, std::move(pieces));
    script_.back().hang = true;
    return *this;
  }
  // Answers only when release() is called; Errc::cancelled if the awaiting coroutine is cancelled.
  ScriptedTransport& hang_then(Responder responder) {
    script_.push_back({.responder = std::move(responder), .hang = true});
    return *this;
  }
  // What is answered once the script is used up; without it such a request fails with
  // Errc::internal.
  ScriptedTransport& otherwise(Responder responder) {
    otherwise_ = std::move(responder);
    return *this;
  }
  // Lets every hung request go on.
  void release() {
    for (auto* gate : hung_) gate->cancel();
    released_.insert(released_.end(), hung_.begin(), hung_.end());
    hung_.clear();
  }
  std::size_t hanging() const { return hung_.size(); }
  std::size_t left() const { return script_.size(); }

  Async<Result<OutboundResponse>> send(OutboundRequest request) override {
    Step step = next_step(request);
    if (!step.responder)
      co_return fail(Errc::internal, "the script has no answer for this request");
    if (step.hang && !co_await released())
      co_return fail(Errc::cancelled, "the request was cancelled");
    auto response = step.responder(request);
    if (response && step.pieces) response->body = join(*step.pieces, "");
    co_return response;
  }

  Async<Result<>> send_streaming(OutboundRequest request, ResponseSink sink,
                                 StreamingOptions) override {
    Step step = next_step(request);
    if (!step.responder)
      co_return fail(Errc::internal, "the script has no answer for this request");
    const bool hang_at_end = step.hang && step.pieces;
    if (step.hang && !hang_at_end && !co_await released())
      co_return fail(Errc::cancelled, "the request was cancelled");
    const auto response = step.responder(request);
    if (!response) co_return fail(response.error());
    if (!sink.head(response->status, response->headers)) co_return Result<>{};
    if (!step.pieces) step.pieces = std::vector{response->body};
    for (const auto& piece : *step.pieces) {
      if (!piece.empty() && !sink.body(piece)) co_return Result<>{};
    }
    if (hang_at_end && !co_await released())
      co_return fail(Errc::cancelled, "the request was cancelled");
    if (step.end) co_return fail(*step.end);
    co_return Result<>{};
  }

 private:
  struct Step {
    Responder responder;
    bool hang = false;
    std::optional<std::vector<std::string>> pieces{};
    std::optional<Error> end{};
  };

  Step next_step(const OutboundRequest& request) {
    requests.push_back(request);
    Step step{.responder = otherwise_, .hang = false};
    if (!script_.empty()) {
      step = std::move(script_.front());
      script_.pop_front();
    }
    return step;
  }
  // True after release(), false if the awaiting coroutine is cancelled.
  Async<bool> released() {
    asio::steady_timer gate(co_await asio::this_coro::executor,
                            asio::steady_timer::time_point::max());
    hung_.push_back(&gate);
    co_await gate.async_wait(asio::as_tuple(asio::use_awaitable));
    if (std::erase(released_, &gate) > 0) co_return true;
    std::erase(hung_, &gate);
    ++cancelled;
    co_return false;
  }

  std::deque<Step> script_;
  Responder otherwise_;
  std::vector<asio::steady_timer*> hung_;
  std::vector<asio::steady_timer*> released_;
};

}  // namespace mtc
