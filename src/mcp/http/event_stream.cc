#include "mcp/http/event_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <chrono>

#include "infra/http/event_stream.h"

namespace mtc::mcp {
namespace {

constexpr std::size_t kMaxEvents = 1000;
constexpr std::size_t kMaxBytes = 1U << 20U;
// Less than what proxies take for dead.
constexpr std::chrono::seconds kKeepAlive{15};

// Marks the stream as carried for as long as it lives.
class Carrying {
 public:
  Carrying(const HttpExchange*& slot, const HttpExchange& exchange)
      : slot_(slot), exchange_(&exchange) {
    slot_ = exchange_;
  }
  Carrying(const Carrying&) = delete;
  Carrying& operator=(const Carrying&) = delete;
  ~Carrying() {
    if (mine()) slot_ = nullptr;
  }
  bool mine() const { return slot_ == exchange_; }

 private:
  const HttpExchange*& slot_;
  const HttpExchange* const exchange_;
};

}  // namespace

EventStream::EventStream(const asio::any_io_executor& executor, std::string name)
    : name_(std::move(name)), changed_(executor, asio::steady_timer::time_point::max()) {}

void EventStream::push(std::string data) {
  if (closed_) return;
  kept_bytes_ += data.size();
  events_.push_back({.number = next_++, .data = std::move(data)});
  while (events_.size() > 1 && (events_.size() > kMaxEvents || kept_bytes_ > kMaxBytes)) {
    forget_oldest();
  }
  wake();
}

void EventStream::push_news(std::string data) {
  const bool waits = std::ranges::any_of(
      events_, [&](const auto& e) { return e.number > written_ && e.data == data; });
  if (!waits) push(std::move(data));
}

void EventStream::close() {
  closed_ = true;
  wake();
}

void EventStream::hang_up(Millis retry) {
  if (!resumable() || carrier_ == nullptr) return;
  retry_ = retry;
  wake();
}

void EventStream::forget_oldest() {
  kept_bytes_ -= events_.front().data.size();
  events_.pop_front();
}

void EventStream::wake() {
  changed_.cancel();
}

std::string EventStream::id_of(std::uint64_t number) const {
  return resumable() ? fmt::format("{}.{}", name_, number) : std::string{};
}

std::string EventStream::priming_event() const {
  return fmt::format("id: {}\ndata: \n\n", id_of(0));
}

Async<> EventStream::carry(HttpExchange& exchange, HttpHeaders headers, std::uint64_t after,
                           std::string opening) {
  const Carrying carrying(carrier_, exchange);
  wake();  // whoever carried it before
  retry_.reset();
  for (auto& header : event_stream_headers()) headers.push_back(std::move(header));
  co_await exchange.begin_stream(200, std::move(headers));
  if (!opening.empty()) co_await exchange.write(std::move(opening));
  while (carrying.mine() && !exchange.gone()) {
    co_await write_new(exchange, after);
    if (retry_) {
      co_await exchange.write(fmt::format("retry: {}\n\n", retry_->count()));
      break;
    }
    if (closed_ || !carrying.mine() || exchange.gone()) break;
    if (!events_.empty() && events_.back().number > after) continue;
    changed_.expires_after(kKeepAlive);
    const auto [woken] = co_await changed_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!woken) co_await exchange.write(std::string(kEventStreamKeepAlive));
  }
  // Given up by us, the stream has a sequel, and who asks for it may do so over this connection,
  // which is not read before the call that began the stream has ended.
  if (retry_ || !carrying.mine()) {
    co_await exchange.finish_and_close();
  } else {
    co_await exchange.finish();
  }
}

Async<> EventStream::write_new(HttpExchange& exchange, std::uint64_t& after) {
  // Indices move while a write is under way: each round looks anew.
  while (!exchange.gone() && carrier_ == &exchange) {
    const auto it = std::ranges::find_if(events_, [&](const auto& e) { return e.number > after; });
    if (it == events_.end()) co_return;
    after = it->number;
    written_ = std::max(written_, after);
    auto text = format_event(it->data, id_of(after));
    if (!resumable()) {
      while (!events_.empty() && events_.front().number <= after) forget_oldest();
    }
    co_await exchange.write(std::move(text));
  }
}

std::optional<EventId> parse_event_id(std::string_view text) {
  const auto dot = text.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return std::nullopt;
  EventId out{.stream = std::string(text.substr(0, dot))};
  const auto digits = text.substr(dot + 1);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), out.number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return out;
}

}  // namespace mtc::mcp
