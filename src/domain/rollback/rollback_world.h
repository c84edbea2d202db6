// An incident in a small shop, and all that mends it: for tests. Time passes only when somebody
// waits, and with it the pods of `order` become what `nature` says.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "domain/alerts/memory_alert_store.h"
#include "domain/alerts/memory_learned_store.h"
#include "domain/audit/memory_log.h"
#include "domain/clusters/change_world.h"
#include "domain/clusters/memory_good_state_store.h"
#include "domain/rollback/memory_operation_store.h"
#include "domain/rollback/responder.h"
#include "domain/rollback/runner.h"

namespace mtc::rollback {

// How the pods of `order` are under a specification.
struct Nature {
  int sick = 0;                       // of its pods: crash again and again
  std::optional<double> errors{0.0};  // nullopt: cannot be read
  std::int64_t cpu = 100;             // millicores of 1000
};

struct WorldPeople final : People {
  std::vector<identity::User> all;
  Async<Result<std::vector<identity::User>>> of(alerts::Account) override {
    auto out = all;
    std::erase_if(out, &identity::User::disabled);
    co_return out;
  }
  Async<Result<identity::User>> find(identity::UserId id) override {
    for (const identity::User& one : all) {
      if (one.id == id) co_return one;
    }
    co_return fail(Errc::not_found, "there is no such user");
  }
  Async<Result<std::vector<alerts::Account>>> accounts() override {
    co_return std::vector<alerts::Account>{1};
  }
  Async<Result<alerts::Account>> account_of(identity::User) override { co_return 1; }
};

struct WorldPlaces final : Places {
  std::function<clusters::Scene(identity::User)> make;
  std::optional<Error> refuses;
  Async<Result<clusters::Scene>> open(identity::User user, Target) override {
    if (refuses) co_return fail(*refuses);
    co_return make(std::move(user));
  }
};

struct WorldErrors final : ErrorRates {
  std::optional<double> now;
  std::vector<std::string> examples;
  Async<Result<ErrorRate>> of(identity::User, Target, TimePoint, TimePoint) override {
    if (!now) co_return fail(Errc::not_found, "nobody collects its logs");
    co_return ErrorRate{.now = *now, .usual = 0.001, .examples = examples};
  }
};

struct WorldAnnouncer final : Announcer {
  std::vector<Notice> told;
  Async<Result<>> tell(Notice notice) override {
    told.push_back(std::move(notice));
    co_return Result<>{};
  }
};

// Moves the clock and lets the world follow.
struct WorldSleeper final : Sleeper {
  FakeClock* clock = nullptr;
  std::function<void()> then;
  Async<> sleep(Millis duration) override {
    clock->time += duration;
    then();
    co_return;
  }
};

class RollbackWorld : public clusters::ChangeWorld {
 public:
  RollbackWorld();

  // The pods of `order` as its specification and nature make them, right now.
  void settle();
  Json& order() { return cluster->at("Deployment", "shop", "order"); }
  std::string image() { return order()["spec"]["template"]["spec"]["containers"][0]["image"]; }
  bool was_restarted();
  std::int64_t replicas() { return order()["spec"]["replicas"]; }

  static Target target();
  alerts::Alert alert(std::string id = "a1", std::string incident = "i1");
  Request request(Trigger trigger = Trigger::urgent, double score = 95);

  RunnerPorts runner_ports();
  Runner runner(std::string holder = "me");

  // "restart:no_better", without what was skipped and the person.
  static std::vector<std::string> steps(const Operation& operation);
  bool chain_holds();
  int rows(audit::Event event) const;
  alerts::Handling handling(const std::string& id = "a1") const;

  std::function<Nature(RollbackWorld&)> nature = [](RollbackWorld&) { return Nature{}; };
  std::function<void()> while_waiting = [] {};
  RollbackRules rules{};
  WorldPeople people;
  WorldPlaces places;
  WorldErrors errors;
  WorldAnnouncer announcer;
  WorldSleeper waiting;
  alerts::MemoryAlertStore alert_store;
  alerts::MemoryLearnedStore learned;
  audit::MemoryLog log;
  clusters::MemoryGoodStateStore good;
  MemoryOperationStore operations;
  OperationStore* store = &operations;
  Observer observer{
      {.places = places, .errors = errors, .alerts = alert_store, .good = good, .clock = clock}};
  Guard guard{{.people = people, .operations = operations, .clock = clock}};
  Surgeon surgeon{{.changes = ports, .good = good}};
};

// Natures. `order` crashes until it is …
Nature cured_by_restart(RollbackWorld& world);
Nature cured_by_version(RollbackWorld& world);
Nature cured_by_nothing(RollbackWorld& world);
// It is too busy until there are more replicas, or gets worse of them.
Nature cured_by_scaling(RollbackWorld& world);
Nature worse_by_scaling(RollbackWorld& world);

}  // namespace mtc::rollback
