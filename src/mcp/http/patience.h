// Turns answers that take long into streams, so that neither proxies nor clients take the
// connection for dead.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <list>
#include <memory>

#include "base/async.h"
#include "mcp/http/post_stream.h"

namespace mtc::mcp {

// One timer for all: one for each request would cost more than most requests.
class Patience {
  struct Room;

 public:
  explicit Patience(std::chrono::milliseconds limit) : room_(std::make_shared<Room>(limit)) {}

  // The stream begins if it is still waiting after the limit.
  class Place {
   public:
    Place(Patience& patience, const asio::any_io_executor& executor, PostStream& stream);
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place();

   private:
    friend class Patience;
    using Clock = std::chrono::steady_clock;
    struct Entry {
      PostStream* stream;
      Clock::time_point since;
    };
    const std::shared_ptr<Room> room_;
    std::list<Entry>::iterator at_;
  };

 private:
  struct Room {
    explicit Room(std::chrono::milliseconds time) : limit(time) {}
    const std::chrono::milliseconds limit;
    std::list<Place::Entry> waiting;  // oldest first
    bool watched = false;
  };
  static Async<> watch(std::shared_ptr<Room> room);

  const std::shared_ptr<Room> room_;
};

}  // namespace mtc::mcp
