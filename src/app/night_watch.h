// What the server does without being asked: hears of alerts, repairs what it may, notes how
// releases are while they are well, and works through what is left before the morning is told.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "domain/alerts/intake.h"
#include "domain/clusters/good_state.h"
#include "domain/rollback/responder.h"
#include "infra/loop/bell.h"
#include "infra/loop/task_group.h"

namespace mtc::app {

struct NightWatchOptions {
  bool ask = true;  // the histories
  Millis poll_every{std::chrono::minutes(1)};
  Millis look_every{std::chrono::seconds(10)};  // for what nobody has woken us for
  Millis adopt_every{std::chrono::seconds(15)};
  Millis keep_every{std::chrono::minutes(5)};
  Millis settled{std::chrono::minutes(10)};  // a release is well only after that
  Millis night_at_most{std::chrono::minutes(30)};
  bool keep_good_states = true;
};

// All outlive the watch.
struct NightWatchPorts {
  alerts::Intake& intake;
  rollback::Responder& responder;
  rollback::Runner& runner;
  rollback::People& people;
  rollback::Places& places;
  clusters::GoodStateKeeper& keeper;
  // The histories of an account, asked with that user's keys.
  std::function<std::vector<alerts::AlarmHistory*>(const identity::User& user)> histories;
  // The clusters to keep the good states of.
  std::function<Async<Result<std::vector<clusters::Cluster>>>(identity::User user)> clusters;
  std::function<void()> refresh_rules;
  std::function<rollback::RollbackRules()> rules;
  Sleeper& sleeper;
};

// One executor.
class NightWatch {
 public:
  NightWatch(const asio::any_io_executor& executor, NightWatchPorts ports,
             NightWatchOptions options);

  // Begins its loops in that group, which stops them.
  void start(TaskGroup& group);
  // Something was heard.
  void wake() { bell_.ring(); }
  // Everything of the night that is still open, for that account; returns when it is over, at the
  // latest after night_at_most (what runs then goes on).
  Async<> work_through(alerts::Account account);

 private:
  Async<> poll();
  Async<> poll_account(alerts::Account account);
  Async<> respond();
  Async<> adopt();
  Async<> keep();
  Async<> keep_account(alerts::Account account);
  Async<> work_and_ring(alerts::Account account, std::shared_ptr<Bell> over);
  void run_beside(Async<> work);

  NightWatchPorts ports_;
  NightWatchOptions options_;
  Bell bell_;
  TaskGroup* group_ = nullptr;
};

}  // namespace mtc::app
