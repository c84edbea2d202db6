// Sessions of the 2025 revisions over HTTP: what `initialize` settled, under an id that cannot be
// guessed.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/random.h"
#include "mcp/server.h"

namespace mtc::mcp {

struct SessionLimits {
  std::size_t count =
      4096;  // beyond, the one unused for longest ends; its client opens a new one by itself
  Millis idle{30L * 60 * 1000};
};

class Sessions {
 public:
  // Both outlive it.
  Sessions(const Clock& clock, Random& random, SessionLimits limits);

  // The new session's id: 43 characters, 256 bits.
  std::string open(ConnectionContext peer);
  // Null if there is none, it has expired, or another principal opened it.
  const ConnectionContext* use(std::string_view id, const Principal& principal);
  // Cancels its calls. False as above.
  bool close(std::string_view id, const Principal& principal);
  void close_all();
  std::size_t size() const { return by_id_.size(); }

 private:
  struct Session {
    std::string id;
    ConnectionContext peer;
    TimePoint last_used;
  };
  using Place = std::list<Session>::iterator;

  void drop(Place place);
  void drop_expired();

  const Clock& clock_;
  Random& random_;
  const SessionLimits limits_;
  std::list<Session> sessions_;  // the one used last at the end
  std::unordered_map<std::string_view, Place> by_id_;
};

}  // namespace mtc::mcp
