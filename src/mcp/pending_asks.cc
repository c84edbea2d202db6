#include "mcp/pending_asks.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <optional>
#include <tuple>

#include "base/text.h"

namespace mtc::mcp {

struct PendingAsks::Waiting {
  explicit Waiting(const asio::any_io_executor& executor, Millis patience)
      : timer(executor, patience) {}
  asio::steady_timer timer;  // cancelled when the answer is there
  std::optional<Message> answer;
};

// In the map for as long as it lives, however the wait ends.
class PendingAsks::Place {
 public:
  Place(std::map<RequestId, std::shared_ptr<Waiting>>& map, const RequestId& id,
        const std::shared_ptr<Waiting>& waiting)
      : map_(map), at_(map.emplace(id, waiting).first) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { map_.erase(at_); }

 private:
  std::map<RequestId, std::shared_ptr<Waiting>>& map_;
  const std::map<RequestId, std::shared_ptr<Waiting>>::iterator at_;
};

Async<Result<Json>> PendingAsks::ask(Outlet& outlet, std::string_view method, Json params,
                                     Millis patience) {
  const auto waiting = std::make_shared<Waiting>(co_await asio::this_coro::executor, patience);
  const RequestId id = fmt::format("\"ask-{}\"", next_++);
  const Place place(waiting_, id, waiting);
  outlet.send(request_text(id, method, params));
  boost::system::error_code error;
  if (!waiting->answer) {
    std::tie(error) = co_await waiting->timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  if (waiting->answer) {
    auto& answer = *waiting->answer;
    if (answer.result.is_object()) co_return std::move(answer.result);
    const auto why = string_or(answer.error, "message", "it gave no result");
    co_return fail(Errc::unavailable, fmt::format("The client could not answer {}: {}", method,
                                                  shorten_bytes(sanitize_utf8(why), 200)));
  }
  if (error) throw boost::system::system_error(error);  // we are cancelled
  outlet.send(notification_text("notifications/cancelled",
                                {{"requestId", parse_json(id).value()}, {"reason", "too late"}}));
  co_return fail(Errc::timed_out, "The question was not answered in time");
}

void PendingAsks::resolve(Message response) {
  const auto it = waiting_.find(response.id);
  if (it == waiting_.end() || it->second->answer) return;
  it->second->answer = std::move(response);
  it->second->timer.cancel();
}

void PendingAsks::abandon() {
  for (const auto& [id, waiting] : waiting_) {
    if (!waiting->answer) waiting->answer.emplace();
    waiting->timer.cancel();
  }
}

}  // namespace mtc::mcp
