// Puts what has to be told into the queue that greetings tell.
#pragma once

#include <string>

#include "domain/broadcast/ports.h"
#include "domain/identity/repositories.h"
#include "domain/rollback/ports.h"

namespace mtc::app {

class QueueAnnouncer final : public rollback::Announcer {
 public:
  QueueAnnouncer(broadcast::BroadcastStore& store, const Clock& clock,
                 const identity::TokenFingerprint& fingerprint)
      : store_(store), clock_(clock), fingerprint_(fingerprint) {}

  // The same notice has the same id: what was told before a crash is not told again after it.
  Async<Result<>> tell(rollback::Notice notice) override {
    const std::string about = notice.operation_id.empty() ? notice.alert_id : notice.operation_id;
    const std::string id =
        fingerprint_.of(std::to_string(notice.user) + "/" + about + "/" + notice.text);
    auto queued =
        co_await store_.enqueue({.id = id.substr(0, kIdLength),
                                 .user_id = notice.user,
                                 .kind = notice.operation_id.empty() ? "alert" : "rollback",
                                 .text = std::move(notice.text),
                                 .priority = notice.priority,
                                 .created = clock_.now(),
                                 .spoken = {}});
    if (!queued && queued.error().code == Errc::conflict) co_return Result<>{};
    co_return queued;
  }

 private:
  static constexpr std::size_t kIdLength = 36;
  broadcast::BroadcastStore& store_;
  const Clock& clock_;
  const identity::TokenFingerprint& fingerprint_;
};

}  // namespace mtc::app
