#include "mcp/http/answering.h"

#include <boost/asio/this_coro.hpp>

#include "infra/http/event_stream.h"

namespace mtc::mcp {

PostStream::Manner Answering::manner_of(const Accepts& accepts, Revision revision,
                                        std::shared_ptr<Session> session) const {
  return {.events = accepts.events,
          .json = accepts.json,
          .revision = revision,
          .session = std::move(session),
          .stopping = &stopping_};
}

// The answer, or what the call said before it broke off.
Async<> Answering::respond(Visit& visit, PostStream& stream, Async<std::optional<Answer>> work) {
  std::optional<Answer> answer;
  std::exception_ptr broken;
  co_await asio::this_coro::reset_cancellation_state([&stream](asio::cancellation_type type) {
    return stream.lets_cancellation_through() ? type & asio::cancellation_type::terminal
                                              : asio::cancellation_type::none;
  });
  {
    const Patience::Place place(patience_, co_await asio::this_coro::executor, stream);
    try {
      answer = co_await std::move(work);
    } catch (...) {
      broken = std::current_exception();
    }
  }
  // Whatever has been cancelled: the coroutine that writes the stream uses what we are about to
  // give up, and an answer is due to whoever is still there.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  if (stream.begun()) {
    std::optional<std::string> last;
    if (answer) last = std::move(*answer).text();
    co_await stream.finish(std::move(last));
  } else if (!broken) {
    co_await send(visit, stream.manner(), std::move(answer));
  }
  if (broken) std::rethrow_exception(broken);
}

Async<> Answering::send(Visit& visit, const PostStream::Manner& manner,
                        std::optional<Answer> answer) const {
  if (!answer) {
    co_await visit.send_empty(202);
    co_return;
  }
  if (!answer->missing_scope.empty() && gate_.has_authenticator()) {
    co_await gate_.refuse_scope(visit, answer->missing_scope);
    co_return;
  }
  const int status = is_modern(manner.revision) ? answer->http_status : 200;
  if (!manner.json && status == 200) {
    for (auto& header : event_stream_headers()) visit.headers.push_back(std::move(header));
    co_await visit.exchange.respond({.status = 200,
                                     .headers = std::move(visit.headers),
                                     .body = format_event(std::move(*answer).text())});
    co_return;
  }
  co_await visit.send_answer(status, std::move(*answer));
}

}  // namespace mtc::mcp
