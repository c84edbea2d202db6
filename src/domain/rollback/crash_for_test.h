// A process that dies: at the n-th moment before or after something was kept, written or told.
#pragma once

#include <utility>
#include <vector>

#include "domain/rollback/rollback_world_for_test.h"

namespace mtc::rollback {

struct Died {};

struct Fate {
  int at = -1;  // the moment at which it dies; negative: never
  int moments = 0;
  void pass() {
    if (moments++ == at) throw Died{};
  }
};

struct MortalOperations final : OperationStore {
  MortalOperations(OperationStore& kept, Fate& fate) : kept(kept), fate(fate) {}
  OperationStore& kept;
  Fate& fate;

  Async<Result<std::optional<Operation>>> begin(Operation operation, std::string holder,
                                                TimePoint until) override {
    fate.pass();
    auto out = co_await kept.begin(std::move(operation), std::move(holder), until);
    fate.pass();
    co_return out;
  }
  Async<Result<Operation>> save(Operation operation, std::string holder, TimePoint until) override {
    fate.pass();
    auto out = co_await kept.save(std::move(operation), std::move(holder), until);
    fate.pass();
    co_return out;
  }
  Async<Result<std::vector<Operation>>> adopt(std::string holder, TimePoint now,
                                              TimePoint until) override {
    co_return co_await kept.adopt(std::move(holder), now, until);
  }
  Async<Result<std::optional<Operation>>> find(std::string id) override {
    co_return co_await kept.find(std::move(id));
  }
  Async<Result<std::optional<Operation>>> find_number(alerts::Account account,
                                                      std::int64_t number) override {
    co_return co_await kept.find_number(account, number);
  }
  Async<Result<std::vector<Operation>>> list(alerts::Account account,
                                             OperationFilter filter) override {
    co_return co_await kept.list(account, std::move(filter));
  }
  Async<Result<bool>> ask_cancel(std::string id, std::string by) override {
    co_return co_await kept.ask_cancel(std::move(id), std::move(by));
  }
  Async<Result<std::int64_t>> count(alerts::Account account, std::string target,
                                    TimePoint since) override {
    co_return co_await kept.count(account, std::move(target), since);
  }
  Async<Result<int>> forget(TimePoint ended_before) override {
    co_return co_await kept.forget(ended_before);
  }
};

struct MortalCheckpoints final : clusters::CheckpointStore {
  MortalCheckpoints(clusters::CheckpointStore& kept, Fate& fate) : kept(kept), fate(fate) {}
  clusters::CheckpointStore& kept;
  Fate& fate;

  Async<Result<clusters::Checkpoint>> add(clusters::Checkpoint checkpoint) override {
    fate.pass();
    auto out = co_await kept.add(std::move(checkpoint));
    fate.pass();
    co_return out;
  }
  // Before it: right after the cluster was written to.
  Async<Result<>> update(clusters::Checkpoint checkpoint) override {
    fate.pass();
    auto out = co_await kept.update(std::move(checkpoint));
    fate.pass();
    co_return out;
  }
  Async<Result<std::optional<clusters::Checkpoint>>> find(std::string id) override {
    co_return co_await kept.find(std::move(id));
  }
  Async<Result<std::vector<clusters::Checkpoint>>> list(identity::UserId user,
                                                        std::int64_t limit) override {
    co_return co_await kept.list(user, limit);
  }
  Async<Result<int>> forget(TimePoint created_before) override {
    co_return co_await kept.forget(created_before);
  }
};

struct MortalLog final : audit::Log {
  MortalLog(audit::Log& kept, Fate& fate) : kept(kept), fate(fate) {}
  audit::Log& kept;
  Fate& fate;

  Async<Result<audit::Row>> append_within(audit::Entry entry,
                                          std::vector<audit::Limit> limits) override {
    fate.pass();
    auto out = co_await kept.append_within(std::move(entry), std::move(limits));
    fate.pass();
    co_return out;
  }
  Async<Result<std::vector<audit::Row>>> list(audit::Filter filter) override {
    co_return co_await kept.list(std::move(filter));
  }
  Async<Result<std::vector<audit::Row>>> after(std::int64_t number, std::int64_t limit) override {
    co_return co_await kept.after(number, limit);
  }
  Async<Result<std::int64_t>> count(audit::Event event, std::string actor, std::string target,
                                    TimePoint since) override {
    co_return co_await kept.count(event, std::move(actor), std::move(target), since);
  }
};

struct MortalAnnouncer final : Announcer {
  MortalAnnouncer(Announcer& kept, Fate& fate) : kept(kept), fate(fate) {}
  Announcer& kept;
  Fate& fate;
  Async<Result<>> tell(Notice notice) override {
    fate.pass();
    auto out = co_await kept.tell(std::move(notice));
    fate.pass();
    co_return out;
  }
};

// A world in which a process may die, and another goes on.
class MortalWorld : public RollbackWorld {
 public:
  explicit MortalWorld(int dies_at) {
    fate.at = dies_at;
    cluster->before_write = [this] { fate.pass(); };
  }

  Runner mortal_runner(std::string holder) {
    auto ports = runner_ports();
    RunnerPorts mortal{.operations = mortal_operations,
                       .alerts = ports.alerts,
                       .learned = ports.learned,
                       .log = mortal_log,
                       .places = ports.places,
                       .people = ports.people,
                       .announcer = mortal_announcer,
                       .observer = ports.observer,
                       .surgeon = mortal_surgeon,
                       .guard = ports.guard,
                       .investigator = nullptr,
                       .clock = ports.clock,
                       .sleeper = ports.sleeper,
                       .random = ports.random};
    return Runner(mortal, [this] { return rules; }, {.holder = std::move(holder)});
  }

  // True if it died on the way.
  bool live(const std::string& holder, Trigger trigger, double score) {
    Runner one = mortal_runner(holder);
    try {
      settle();
      const auto taken = run(one.adopt());
      for (const Operation& operation : *taken) (void)run(one.run(operation));
      const auto begun = run(one.begin(request(trigger, score)));
      if (begun && *begun) (void)run(one.run(**begun));
      return false;
    } catch (const Died&) {
      return true;
    }
  }

  Fate fate;
  MortalOperations mortal_operations{operations, fate};
  MortalCheckpoints mortal_checkpoints{checkpoints, fate};
  MortalLog mortal_log{log, fate};
  MortalAnnouncer mortal_announcer{announcer, fate};
  clusters::ChangePorts mortal_ports{.checkpoints = mortal_checkpoints,
                                     .fingerprints = fingerprints,
                                     .cipher = cipher,
                                     .clock = clock,
                                     .sleeper = sleeper,
                                     .random = random};
  Surgeon mortal_surgeon{{.changes = mortal_ports, .good = good}};
};

}  // namespace mtc::rollback
