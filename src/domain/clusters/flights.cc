#include "domain/clusters/flights.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>

#include "base/end_quietly.h"

namespace mtc::clusters {
namespace {

struct Flight {
  explicit Flight(const asio::any_io_executor& executor, Millis limit)
      : time_is_up(executor, limit) {}
  asio::cancellation_signal cancel;
  asio::steady_timer time_is_up;
};

}  // namespace

struct Flights::Board {
  std::map<std::string, std::shared_ptr<Flight>> under_way;
  std::vector<std::weak_ptr<asio::steady_timer>> waiting;

  void wake() {
    std::erase_if(waiting, [](const auto& one) { return one.expired(); });
    for (const auto& one : waiting) {
      if (const auto timer = one.lock()) timer->cancel();
    }
  }
};

// Belongs to a flight's coroutine: however that ends, also with its loop, the key is free again.
class Flights::Landing {
 public:
  Landing(std::shared_ptr<Board> board, std::string key)
      : board_(std::move(board)), key_(std::move(key)) {}
  Landing(const Landing&) = delete;
  Landing& operator=(const Landing&) = delete;
  ~Landing() { leave(); }

  void land() {
    leave();
    board_->wake();
  }

 private:
  // Once: afterwards the key may belong to the next flight.
  void leave() {
    if (!landed_) board_->under_way.erase(key_);
    landed_ = true;
  }

  std::shared_ptr<Board> board_;
  std::string key_;
  bool landed_ = false;
};

Flights::Flights(Millis limit) : limit_(limit), board_(std::make_shared<Board>()) {}

Flights::~Flights() {
  const auto under_way = board_->under_way;  // a cancelled one may land at once
  for (const auto& [key, flight] : under_way) flight->cancel.emit(asio::cancellation_type::all);
}

// The work is a parameter, so that its captures live in this frame until its coroutine has ended.
Async<> Flights::fly(std::unique_ptr<Landing> landing, Work work) {
  co_await work();
  landing->land();
}

void Flights::begin(const asio::any_io_executor& executor, const std::string& key, Work work) {
  if (is_under_way(key)) return;
  const auto flight = std::make_shared<Flight>(executor, limit_);
  board_->under_way.emplace(key, flight);
  asio::co_spawn(
      executor, end_quietly(fly(std::make_unique<Landing>(board_, key), std::move(work))),
      asio::bind_cancellation_slot(flight->cancel.slot(), [flight](const std::exception_ptr&) {
        flight->time_is_up.cancel();
      }));
  flight->time_is_up.async_wait([watched = std::weak_ptr(flight)](boost::system::error_code ec) {
    const auto alive = watched.lock();
    if (!ec && alive) alive->cancel.emit(asio::cancellation_type::all);
  });
}

bool Flights::is_under_way(const std::string& key) const {
  return board_->under_way.contains(key);
}

Async<> Flights::wait(std::vector<std::string> keys, Millis patience) {
  const auto board = board_;
  const auto until = std::chrono::steady_clock::now() + patience;
  const auto wake = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor);
  board->waiting.push_back(wake);
  const auto any_under_way = [&] {
    return std::ranges::any_of(keys,
                               [&](const auto& key) { return board->under_way.contains(key); });
  };
  while (any_under_way() && std::chrono::steady_clock::now() < until) {
    wake->expires_at(until);
    co_await wake->async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

}  // namespace mtc::clusters
