// Puts what has to be told into the queue that greetings tell.
#pragma once

#include <functional>

#include "base/random.h"
#include "domain/broadcast/ports.h"
#include "domain/rollback/ports.h"

namespace mtc::app {

class QueueAnnouncer final : public rollback::Announcer {
 public:
  // Hears of each notice once it is in the queue.
  using Pushed = std::function<void(const rollback::Notice&)>;
  QueueAnnouncer(broadcast::BroadcastStore& store, const Clock& clock, Random& random,
                 Pushed pushed)
      : store_(store), clock_(clock), random_(random), pushed_(std::move(pushed)) {}

  Async<Result<>> tell(rollback::Notice notice) override {
    auto queued =
        co_await store_.enqueue({.id = make_uuid(random_),
                                 .user_id = notice.user,
                                 .kind = notice.operation_id.empty() ? "alert" : "rollback",
                                 .text = notice.text,
                                 .priority = notice.priority,
                                 .created = clock_.now(),
                                 .spoken = {}});
    if (!queued) co_return queued;
    pushed_(notice);
    co_return Result<>{};
  }

 private:
  broadcast::BroadcastStore& store_;
  const Clock& clock_;
  Random& random_;
  Pushed pushed_;
};

}  // namespace mtc::app
