// An issuer's keys, kept at hand and fetched anew no oftener than needed.
#pragma once

#include <memory>
#include <optional>

#include "adapters/oauth/settings.h"
#include "base/async.h"
#include "base/clock.h"
#include "infra/http/transport.h"
#include "infra/jwt/jwk.h"
#include "infra/loop/task_group.h"

namespace mtc::oauth {

// Between two fetches while keys are at hand: tokens with invented key ids must not make us hammer
// the issuer.
inline constexpr Millis kPauseWithKeys = std::chrono::seconds(30);
// Shorter without any, when nobody can be let in.
inline constexpr Millis kPauseWithoutKeys = std::chrono::seconds(5);
// How long keys past their time still serve while the issuer is away. Not counted from the fetch:
// there are issuers that let their keys be used a whole day.
inline constexpr Millis kMostStaleness = std::chrono::hours(24);

// Concurrent calls share one fetch, which goes on if the one who wanted it gives up. All calls on
// the executor's thread.
class KeySource {
 public:
  using Keys = std::shared_ptr<const JwkSet>;

  // All outlive the source, which outlives its fetches: see stop().
  KeySource(asio::any_io_executor executor, HttpTransport& http, const Clock& clock,
            const IssuerSettings& settings);

  // What is at hand if it is fresh, else what the issuer says now, else what is at hand and not too
  // old. Errc::unavailable if there is nothing.
  Async<Result<Keys>> current();
  // After a token named a key that is not among the current ones: fetches them anew unless that was
  // done just now. Errc::unavailable if the last fetch failed: a new key may exist.
  Async<Result<Keys>> newest();

  // Ends a fetch under way; resumes when it has ended. Afterwards the source may go.
  Async<> stop();

 private:
  Async<> refresh();  // joins the fetch under way, or begins one if that is allowed
  Async<> fetch();
  bool is_fresh() const;
  bool may_fetch() const;

  HttpTransport& http_;
  const Clock& clock_;
  const IssuerSettings& settings_;
  Keys keys_;  // null before the first success
  TimePoint fresh_from_{};
  TimePoint fresh_until_{};
  std::optional<TimePoint> last_fetch_;  // its beginning
  std::optional<Error> last_failure_;    // of the last fetch; none if it succeeded
  TaskGroup fetches_;                    // never more than one
};

}  // namespace mtc::oauth
