#include "product.h"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "adapters/storage/alert_repository.h"
#include "adapters/storage/audit_repository.h"
#include "adapters/storage/checkpoint_repository.h"
#include "adapters/storage/good_state_repository.h"
#include "adapters/storage/identity_crypto.h"
#include "adapters/storage/learned_repository.h"
#include "adapters/storage/operation_repository.h"
#include "adapters/storage/quiet_repository.h"
#include "adapters/storage/schema.h"
#include "adapters/storage/user_repository.h"
#include "domain/alerts/intake.h"
#include "domain/audit/chain.h"
#include "domain/clusters/fake_cipher.h"
#include "domain/clusters/fake_fingerprints.h"
#include "domain/rollback/responder.h"
#include "infra/database/database.h"
#include "infra/database/migrations.h"
#include "infra/files/files.h"
#include "infra/loop/run.h"
#include "infra/loop/task_group.h"
#include "world.h"

namespace mtc::simulation {
namespace {

constexpr alerts::Account kAccount = 0;
constexpr Millis kLookEvery{5'000};
constexpr Millis kLongest = std::chrono::minutes(60);
constexpr Millis kClearedAfter{60'000};  // alarms take that long to notice that it is over

struct SimulatedPlaces final : rollback::Places {
  std::shared_ptr<clusters::ClusterApi> api;
  Async<Result<clusters::Scene>> open(identity::User user, rollback::Target target) override {
    co_return clusters::Scene{.cluster = {.id = emulator::kubernetes::kDemoClusterId,
                                          .name = "广州生产集群",
                                          .region = std::move(target.region)},
                              .api = api,
                              .cloud = nullptr,
                              .user = std::move(user)};
  }
};

struct SimulatedErrors final : rollback::ErrorRates {
  const ProductWorld& world;
  explicit SimulatedErrors(const ProductWorld& world) : world(world) {}
  Async<Result<rollback::ErrorRate>> of(identity::User, rollback::Target target, TimePoint,
                                        TimePoint) override {
    if (target.object.ns != kShop) co_return fail(Errc::not_found, "no logs");
    rollback::ErrorRate out{.now = world.errors(target.object.name),
                            .usual = world.usual(target.object.name)};
    if (const auto it = world.lines.find(target.object.name); it != world.lines.end())
      out.examples.push_back(it->second);
    co_return out;
  }
};

struct SimulatedPeople final : rollback::People {
  const ProductWorld& world;
  explicit SimulatedPeople(const ProductWorld& world) : world(world) {}
  Async<Result<std::vector<identity::User>>> of(alerts::Account) override {
    co_return std::vector{world.person};
  }
  Async<Result<identity::User>> find(identity::UserId) override { co_return world.person; }
  Async<Result<std::vector<alerts::Account>>> accounts() override {
    co_return std::vector{kAccount};
  }
  Async<Result<alerts::Account>> account_of(identity::User) override { co_return kAccount; }
};

struct NotingAnnouncer final : rollback::Announcer {
  std::vector<std::string>& told;
  explicit NotingAnnouncer(std::vector<std::string>& told) : told(told) {}
  Async<Result<>> tell(rollback::Notice notice) override {
    told.push_back(std::move(notice.text));
    co_return Result<>{};
  }
};

std::unique_ptr<Database> open_database(const Clock& clock) {
  auto database = Database::open({.url = "sqlite::memory:", .connections = 1});
  if (!database) throw std::runtime_error(database.error().message);
  if (auto ok = migrate(**database, storage::storage_migrations(), clock); !ok)
    throw std::runtime_error(ok.error().message);
  return std::move(*database);
}

alerts::Report report_of(const Alarm& alarm, const std::string& text, TimePoint now, bool firing) {
  alerts::Report out{.id = fmt::format("{}/{}/{}/{}/{}", alarm.policy, alarm.workload, alarm.ns,
                                       now.time_since_epoch().count(), firing),
                     .source = alerts::Source::monitor,
                     .firing = firing,
                     .policy_id = "policy-" + alarm.policy,
                     .policy_name = alarm.policy,
                     .metric = "error_rate",
                     .condition = "错误率 > 5%",
                     .level = alarm.level,
                     .first = now,
                     .at = now,
                     .message = text};
  out.subject = {.region = "ap-guangzhou",
                 .cluster_id = emulator::kubernetes::kDemoClusterId,
                 .cluster_name = "广州生产集群",
                 .ns = alarm.ns,
                 .kind = alarm.kind,
                 .name = alarm.workload,
                 .node = alarm.node};
  return out;
}

}  // namespace

struct Product::Parts {
  Parts(const asio::any_io_executor& executor, ProductWorld in)
      : world(std::move(in)), group(executor) {
    places.api = world.api;
  }

  ProductWorld world;
  TaskGroup group;
  std::unique_ptr<Database> database = open_database(world.clock);
  storage::Sha256Fingerprint hasher;
  clusters::FakeCipher cipher;
  clusters::FakeFingerprints fingerprints;
  storage::SqlAlertStore alerts{*database, world.random};
  storage::SqlQuietStore quiet{*database};
  storage::SqlLearnedStore learned{*database};
  storage::SqlOperationStore operations{*database, cipher};
  storage::SqlCheckpointStore checkpoints{*database, cipher};
  storage::SqlGoodStateStore good{*database, cipher};
  storage::SqlAuditLog log{*database, hasher};
  SimulatedPlaces places;
  SimulatedErrors errors{world};
  SimulatedPeople people{world};
  NotingAnnouncer announcer{world.told};
  rollback::Observer observer{{places, errors, alerts, good, world.clock}};
  rollback::Surgeon surgeon{{.changes = {.checkpoints = checkpoints,
                                         .fingerprints = fingerprints,
                                         .cipher = cipher,
                                         .clock = world.clock,
                                         .sleeper = world.sleeper,
                                         .random = world.random},
                             .good = good}};
  rollback::Guard guard{{people, operations, world.clock}};
  rollback::Runner::Rules rules = [this] {
    auto parsed = rollback::parse_rules(world.rollback_config.dump(), "rollback_config.json");
    if (!parsed) throw std::runtime_error(parsed.error().message);
    return *parsed;
  };
  rollback::Responder::AlertRules alert_rules = [] {
    const auto text = read_file(MTC_SOURCE_DIR "/config/alert_rules.json");
    if (!text) throw std::runtime_error(text.error().message);
    auto parsed = alerts::parse_rules(*text, "alert_rules.json");
    if (!parsed) throw std::runtime_error(parsed.error().message);
    return *parsed;
  };
  rollback::Runner runner{{.operations = operations,
                           .alerts = alerts,
                           .learned = learned,
                           .log = log,
                           .places = places,
                           .people = people,
                           .announcer = announcer,
                           .observer = observer,
                           .surgeon = surgeon,
                           .guard = guard,
                           .investigator = nullptr,
                           .clock = world.clock,
                           .sleeper = world.sleeper,
                           .random = world.random},
                          rules,
                          {.holder = "simulation"}};
  rollback::Responder responder{
      {alerts, learned, people, places, observer, runner, announcer, log, world.clock},
      alert_rules,
      rules};
  alerts::Intake intake{{alerts, quiet, world.clock}, {}, [](const auto&) {}};
  clusters::GoodStateKeeper keeper{good, fingerprints, world.clock};
};

Product::Product(const asio::any_io_executor& executor, ProductWorld world)
    : parts_(std::make_unique<Parts>(executor, std::move(world))) {
  storage::SqlUserRepository users(*parts_->database);
  auto added = run(users.add(parts_->world.person, parts_->world.clock.now()));
  if (!added) throw std::runtime_error(added.error().message);
  parts_->world.person.id = added->id;
}

Product::~Product() = default;

Async<> Product::keep_good_states() {
  auto scene = co_await parts_->places.open(parts_->world.person, {.region = "ap-guangzhou"});
  for (const auto* ns : {"shop-prod", "shop-test"}) {
    auto noted = co_await parts_->keeper.look_around(*scene, kAccount, ns, std::chrono::minutes(10),
                                                     parts_->rules().most_objects);
    if (!noted) throw std::runtime_error(noted.error().message);
  }
}

Async<> Product::answer(std::vector<Alarm> alarms, World& world) {
  Parts& parts = *parts_;
  const TimePoint begun = parts.world.clock.now();
  std::ranges::sort(alarms, {}, &Alarm::after);
  std::size_t reported = 0;
  std::map<std::string, TimePoint> well_since;
  std::set<std::string> firing;
  bool worked_through = false;
  while (parts.world.clock.now() - begun < kLongest) {
    const TimePoint now = parts.world.clock.now();
    for (; reported < alarms.size() && begun + alarms[reported].after <= now; ++reported) {
      const Alarm& alarm = alarms[reported];
      auto kept =
          co_await parts.intake.take_in(kAccount, {report_of(alarm, world.alarm_text, now, true)});
      if (!kept) throw std::runtime_error(kept.error().message);
      firing.insert(alarm.workload);
    }
    // The source notices, a minute later, that it is over.
    for (const Alarm& alarm : alarms) {
      if (!firing.contains(alarm.workload)) continue;
      if (!world.is_well(alarm.workload)) {
        well_since.erase(alarm.workload);
        continue;
      }
      const TimePoint since = well_since.try_emplace(alarm.workload, now).first->second;
      if (now - since < kClearedAfter) continue;
      for (const Alarm& same : alarms) {
        if (same.workload != alarm.workload) continue;
        (void)co_await parts.intake.take_in(kAccount, {report_of(same, "", now, false)});
      }
      firing.erase(alarm.workload);
    }
    auto begun_now = co_await parts.responder.respond(
        [&parts](Async<> work) { parts.group.spawn("rollback", std::move(work)); });
    if (!begun_now) throw std::runtime_error(begun_now.error().message);
    const bool all_reported = reported == alarms.size();
    if (all_reported && parts.group.size() == 0) {
      if (worked_through) break;
      auto night = co_await parts.responder.work_through(kAccount);
      if (!night) throw std::runtime_error(night.error().message);
      worked_through = true;
    }
    co_await parts.world.sleeper.sleep(kLookEvery);
  }
  co_await parts.group.join();
}

Async<bool> Product::is_acting() {
  const auto all = co_await operations();
  co_return std::ranges::any_of(all, [](const rollback::Operation& operation) {
    return std::ranges::any_of(operation.steps, [](const rollback::Step& step) {
      return !step.checkpoint.empty() && step.started.has_value();
    });
  });
}

Async<std::vector<rollback::Operation>> Product::operations() {
  auto all = co_await parts_->operations.list(kAccount, {});
  if (!all) throw std::runtime_error(all.error().message);
  co_return std::move(*all);
}

Async<std::vector<alerts::Alert>> Product::alerts() {
  auto all = co_await parts_->alerts.list(kAccount, {});
  if (!all) throw std::runtime_error(all.error().message);
  co_return std::move(*all);
}

Async<bool> Product::audit_holds() {
  const auto verified = co_await audit::verify(parts_->log, parts_->hasher);
  co_return verified && !verified->flaw;
}

Async<> Product::stop() {
  parts_->group.stop();
  co_await parts_->group.join();
}

}  // namespace mtc::simulation
