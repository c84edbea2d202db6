// What a handler wants to remember between two rounds of one request travels through the client
// (2026-07-28): sealed, so that it can be neither read nor changed, bound to who asked for what,
// for a few minutes, and good for one use.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/async.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/random.h"
#include "base/result.h"
#include "infra/crypto/secret_box.h"

namespace mtc::mcp {

// Remembers what has been used. Several servers that serve the same clients share one.
class UsedOnce {
 public:
  virtual ~UsedOnce() = default;
  // True for the first who claims `id`; it may be forgotten after `until`.
  virtual Async<Result<bool>> claim(std::string id, TimePoint until) = 0;
};

// In this process.
class UsedOnceInMemory final : public UsedOnce {
 public:
  explicit UsedOnceInMemory(const Clock& clock) : clock_(clock) {}
  Async<Result<bool>> claim(std::string id, TimePoint until) override;

 private:
  const Clock& clock_;
  std::map<std::string, TimePoint> used_;
};

class RequestStates {
 public:
  // All references outlive it.
  RequestStates(const SecretBox& box, UsedOnce& used, const Clock& clock, Random& random,
                Millis lifetime = std::chrono::minutes(10));

  // `request` says what the state belongs to: method, name and arguments.
  std::string seal(const Json& state, std::string_view subject, const Json& request) const;
  // Errc::invalid_argument with a sentence for the client if it is none of ours, belongs to another
  // principal or request, is too old or has been used.
  Async<Result<Json>> open(std::string sealed, std::string subject, Json request) const;

 private:
  const SecretBox& box_;
  UsedOnce& used_;
  const Clock& clock_;
  Random& random_;
  const Millis lifetime_;
};

}  // namespace mtc::mcp
