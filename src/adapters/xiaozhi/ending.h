// How a connection to the relay, or the attempt to make one, ended, and what follows from it.
#pragma once

#include <string>

#include "adapters/xiaozhi/backoff.h"
#include "base/clock.h"
#include "base/result.h"
#include "infra/websocket/client.h"

namespace mtc::xiaozhi {

struct Ending {
  Loss loss = Loss::transient;
  bool displaced = false;  // another program took over with the same token
  std::string why;         // for people; holds no token
  Millis lived{0};         // how long the connection stood
};

// No connection came about.
Ending ending_of(const Error& error);
// It stood for a while.
Ending ending_of(const WebSocketEnd& end, Millis lived);

}  // namespace mtc::xiaozhi
