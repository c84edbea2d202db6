// How long to wait before dialling again, by how the last connection ended.
#pragma once

#include "base/clock.h"
#include "base/random.h"

namespace mtc::xiaozhi {

enum class Loss {
  transient,      // refused, broken, closed, timed out
  silent,         // the peer stopped answering: the relay needs a while to see that too
  unregistered,   // the relay had forgotten us and we closed
  misconfigured,  // it will not work until somebody changes the address or the token
};

struct BackoffOptions {
  Millis first{1'000};  // doubled with each loss
  Millis longest{60'000};
  Millis least{1'000};  // the relay loses a registration that comes back at once
  Millis least_after_silence{45'000};
  Millis misconfigured{600'000};
  Millis healthy{60'000};  // a connection that lived so long starts the doubling anew
};

class Backoff {
 public:
  Backoff(Random& random, BackoffOptions options) : random_(random), options_(options) {}
  // `lived`: how long the connection stood; zero if it never came about.
  Millis next(Loss loss, Millis lived);

 private:
  Random& random_;
  BackoffOptions options_;
  int losses_ = 0;  // since the last healthy connection
};

}  // namespace mtc::xiaozhi
