// One stream of server-sent events to one client. It may outlive the connection that carries it:
// what it keeps is then carried on by the next.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/async.h"
#include "base/clock.h"
#include "infra/http/server.h"

namespace mtc::mcp {

class EventStream {
 public:
  // `name` makes the events' ids ("3" → "3.1", "3.2" …); empty: the stream cannot be resumed, and
  // keeps nothing that has been sent.
  EventStream(const asio::any_io_executor& executor, std::string name);

  // One message. Beyond a bound the oldest are forgotten.
  void push(std::string data);
  // The same for news, unless the very same are waiting to be written: who has not heard of a
  // change need not hear of it twice.
  void push_news(std::string data);
  // No more will come.
  void close();
  // The carrying connection ends after what was pushed, the stream does not.
  void hang_up(Millis retry);

  bool closed() const { return closed_; }
  bool carried() const { return carrier_ != nullptr; }
  bool resumable() const { return !name_.empty(); }
  std::size_t kept_bytes() const { return kept_bytes_; }
  // The number of the last event that was given to a connection.
  std::uint64_t written() const { return written_; }

  // Writes `opening`, what comes after event number `after`, and what is pushed meanwhile, until
  // the stream is closed, hung up or carried by somebody else, or the peer has gone. The stream and
  // the exchange outlive it.
  Async<> carry(HttpExchange& exchange, HttpHeaders headers, std::uint64_t after,
                std::string opening = {});
  // An opening that has an id and no data: a client that loses the stream at once can resume it.
  std::string priming_event() const;

 private:
  struct Event {
    std::uint64_t number;
    std::string data;
  };
  Async<> write_new(HttpExchange& exchange, std::uint64_t& after);
  std::string id_of(std::uint64_t number) const;
  void forget_oldest();
  void wake();

  const std::string name_;
  std::deque<Event> events_;
  std::size_t kept_bytes_ = 0;
  std::uint64_t next_ = 1;
  std::uint64_t written_ = 0;
  bool closed_ = false;
  std::optional<Millis> retry_;  // set: hang up
  const HttpExchange* carrier_ = nullptr;
  asio::steady_timer changed_;  // cancelled when there is something to do
};

// "3.7" → stream "3", event 7.
struct EventId {
  std::string stream;
  std::uint64_t number = 0;
};
std::optional<EventId> parse_event_id(std::string_view text);

}  // namespace mtc::mcp
