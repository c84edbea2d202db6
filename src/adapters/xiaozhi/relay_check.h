// Whom the relay reaches under our token: we call ourselves through it. The relay can forget a
// connection that stays open, and then nothing else tells.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/async.h"
#include "base/clock.h"
#include "base/random.h"
#include "infra/loop/sleeper.h"
#include "infra/websocket/client.h"

namespace mtc::xiaozhi {

class RelayCheck {
 public:
  enum class Found {
    us,
    somebody,  // another program with the same token
    nobody,
    nothing,  // it cannot be told
  };
  struct Outcome {
    Found found = Found::nothing;
    std::string text;  // for the status; empty where no check is possible at all
  };

  // `caller_url` is where a voice server connects; none: every look finds nothing. The references
  // outlive the check.
  RelayCheck(std::optional<std::string> caller_url, WebSocketOptions socket, Millis timeout,
             WebSocketDialer& dialer, Sleeper& sleeper, Random& random);

  // One at a time.
  Async<Outcome> look();
  // To be told every message that comes to us meanwhile.
  void saw(std::string_view message);

 private:
  Async<Outcome> ask();

  const std::optional<std::string> caller_url_;
  const WebSocketOptions socket_;
  const Millis timeout_;
  WebSocketDialer& dialer_;
  Sleeper& sleeper_;
  Random& random_;
  std::string id_;  // of the ping under way; empty: none
  bool came_back_ = false;
};

}  // namespace mtc::xiaozhi
