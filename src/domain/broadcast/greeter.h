// What is said when somebody says 「你好，小智」: once a morning the broadcast, otherwise a word
// and what is new.
#pragma once

#include <string>

#include "domain/broadcast/ports.h"
#include "domain/broadcast/preparer.h"
#include "domain/identity/user.h"

namespace mtc::broadcast {

struct Greeting {
  enum class Kind {
    broadcast,  // the morning's digest was spoken
    hello,      // only a greeting and what waited in the queue
    nothing,    // asked to repeat, but there is nothing
  };
  std::string speech;
  Kind kind = Kind::hello;
  std::string digest_id;        // of what was told; empty for a hello
  std::string audio_path;       // the same as sound, if it was prepared
  std::vector<QueueItem> told;  // from the queue
  std::int64_t waiting = 0;     // left in the queue
  bool from_model = false;
};

enum class Part { summary, details };

// One executor; the ports outlive it.
class Greeter {
 public:
  Greeter(BroadcastStore& store, Preparer& preparer, const Clock& clock)
      : store_(store), preparer_(preparer), clock_(clock) {}

  // However many ask at once and in however many processes, one hears the broadcast. If it cannot
  // be made, or the call is cancelled before it is, the day is given back and the next greeting
  // tries again; of a failure the reason is said.
  Async<Result<Greeting>> greet(identity::Principal principal);

  // The newest broadcast again, or, with `day`, that day's. Works at any time and does not count as
  // the morning's one. What nobody has prepared is looked up now; where that fails, an older one is
  // told. On a later day it is put into words anew, because "last night" is another one by then.
  Async<Result<Greeting>> repeat(identity::Principal principal, std::optional<Day> day, Part part);

 private:
  Async<Result<Greeting>> tell_morning(identity::User user, Day day);
  // Of alerts and rollbacks, what came before `told_until` is in the broadcast already: it only
  // leaves the queue.
  Async<Result<void>> add_queue(Greeting& greeting, identity::User user,
                                std::optional<TimePoint> told_until);
  Async<Result<Greeting>> retell(PreparedBroadcast prepared, identity::User user, Part part);

  BroadcastStore& store_;
  Preparer& preparer_;
  const Clock& clock_;
};

}  // namespace mtc::broadcast
