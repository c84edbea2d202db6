// Takes in what is reported: at once, without loss, each once; and says what is new.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/async.h"
#include "base/result.h"
#include "domain/alerts/history.h"
#include "domain/alerts/quiet.h"
#include "domain/alerts/store.h"

namespace mtc::alerts {

struct IntakePorts {
  AlertStore& store;
  QuietStore& quiet;
  const Clock& clock;
};

struct IntakeOptions {
  MergeRules merge{};
  std::size_t most_at_once = 500;     // reports of one transaction
  std::size_t most_waiting = 50'000;  // beyond: Errc::rate_limited
};

// One executor. What waits for the store while it writes goes in with its next transaction, so that
// ten thousand a minute cost no more than a few of them. The ports outlive what is being written,
// which goes on when whoever brought it has left.
class Intake {
 public:
  // Called on the executor with what a transaction has changed (created, returned, recovered),
  // after it is committed, without what is silenced; must not block, and throws nothing.
  using Heard = std::function<void(const std::vector<AlertStore::TakenIn>&)>;

  Intake(IntakePorts ports, IntakeOptions options, Heard heard);
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;
  ~Intake();  // what has not begun to be written is refused

  // Returns when all of them are kept; what was told before counts as kept. Silenced ones are kept
  // with Handling::quiet. Errc::rate_limited where too many wait; what the store says where it
  // fails. Whoever is cancelled waits no longer; what it brought is kept all the same.
  Async<Result<>> take_in(Account account, std::vector<Report> reports);

  // Asks a history for what is new since it was last read (at most `reach` back), takes it in and
  // notes how far it came. Then ends what flaps and has been silent since: see report_of_end().
  // Answers how many reports there were.
  Async<Result<std::size_t>> poll(Account account, AlarmHistory& history,
                                  Millis reach = std::chrono::hours(24));

 private:
  struct Waiting;
  struct Line;
  static Async<> write(std::shared_ptr<Line> line, Account account);
  Async<Result<>> end_silent(Account account);

  std::shared_ptr<Line> line_;
};

}  // namespace mtc::alerts
