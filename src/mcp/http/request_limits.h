// How much one principal may ask for: a token bucket for the rate, a count for what runs at once.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace mtc::mcp {

struct RequestLimitOptions {
  double per_second = 50;       // in the long run
  double burst = 200;           // at once, after a quiet time
  std::size_t concurrent = 64;  // requests and streams under way
};

// Shared by all endpoints of a process, used on the executor's thread.
class RequestLimits {
 public:
  // The clock outlives it.
  RequestLimits(const Clock& clock, RequestLimitOptions options);

  // A request under way; ends with the object's life.
  class Ticket {
   public:
    Ticket() = default;

   private:
    friend class RequestLimits;
    std::shared_ptr<void> held_;
  };

  // Takes a request into account. Nullopt: it may come; else the seconds to wait.
  std::optional<int> refuse(const std::string& subject);
  // So many requests more came in one: those that follow pay for them.
  void charge(const std::string& subject, std::size_t more);
  // A place among what runs at once; nullopt: all are taken.
  std::optional<Ticket> enter(const std::string& subject);

  // How many principals are remembered.
  std::size_t account_count() const { return accounts_.size(); }

  void set_options(const RequestLimitOptions& options) { options_ = options; }

 private:
  struct Account {
    double tokens = 0;
    TimePoint counted;  // when `tokens` was right
    std::shared_ptr<std::size_t> running = std::make_shared<std::size_t>(0);
  };
  Account& account_of(const std::string& subject, TimePoint now);
  void forget_the_quiet(TimePoint now);

  const Clock& clock_;
  RequestLimitOptions options_;
  std::unordered_map<std::string, Account> accounts_;
  TimePoint swept_{};
};

}  // namespace mtc::mcp
