// What every store of alerts promises, in memory and in SQL.
#include "adapters/storage/alert_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include "adapters/storage/storage_fixture.h"
#include "domain/alerts/memory_alert_store.h"

namespace mtc::storage {
namespace {

using alerts::Alert;
using alerts::AlertChange;
using alerts::AlertFilter;
using alerts::Handling;
using alerts::Report;
using alerts::State;
using alerts::Taken;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

template <bool in_sql>
class Stores : public StorageTest {
 protected:
  void SetUp() override {
    StorageTest::SetUp();
    if (in_sql) {
      store_ = std::make_unique<SqlAlertStore>(*database_, random_);
    } else {
      store_ = std::make_unique<alerts::MemoryAlertStore>();
    }
  }

  Report report(std::string id, std::string workload, std::string metric = "cpu") const {
    Report out;
    out.id = std::move(id);
    out.policy_id = "policy-1";
    out.metric = std::move(metric);
    out.subject.cluster_id = "cls-1";
    out.subject.ns = "shop";
    out.subject.kind = "Deployment";
    out.subject.name = std::move(workload);
    out.at = out.first = clock_.now();
    return out;
  }
  Report end(std::string id, std::string workload) const {
    auto out = report(std::move(id), std::move(workload));
    out.firing = false;
    return out;
  }
  std::vector<alerts::AlertStore::TakenIn> take_in(std::vector<Report> reports,
                                                   alerts::Account account = 0) {
    auto taken = run(store_->take_in(account, std::move(reports), rules_, clock_.now()));
    EXPECT_TRUE(taken) << taken.error().message;
    return taken.value_or(std::vector<alerts::AlertStore::TakenIn>{});
  }
  Alert taken(std::string id, std::string workload) {
    auto all = take_in({report(std::move(id), std::move(workload))});
    return all.empty() ? Alert{} : all.front().alert;
  }
  Alert found(const std::string& id) { return run(store_->find(id)).value().value_or(Alert{}); }
  Alert changed(const std::string& id, AlertChange change) {
    auto out = run(store_->change(id, std::move(change), clock_.now()));
    EXPECT_TRUE(out) << out.error().message;
    return out.value_or(Alert{});
  }
  std::vector<std::int64_t> numbers(AlertFilter filter = {}, alerts::Account account = 0) {
    return numbers_of(run(store_->list(account, std::move(filter))).value());
  }
  static std::vector<std::int64_t> numbers_of(const std::vector<Alert>& all) {
    std::vector<std::int64_t> out;
    for (const auto& one : all) out.push_back(one.number);
    return out;
  }

  alerts::MergeRules rules_;
  std::unique_ptr<alerts::AlertStore> store_;
};

using SqlAlerts = Stores<true>;

template <class World>
class AlertStores : public World {};
using Kinds = ::testing::Types<Stores<true>, Stores<false>>;
TYPED_TEST_SUITE(AlertStores, Kinds);

void expect_same(const Alert& a, const Alert& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.account, b.account);
  EXPECT_EQ(a.cause, b.cause);
  EXPECT_EQ(a.incident, b.incident);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.policy_id, b.policy_id);
  EXPECT_EQ(a.policy_name, b.policy_name);
  EXPECT_EQ(a.metric, b.metric);
  EXPECT_EQ(a.condition, b.condition);
  EXPECT_EQ(a.unit, b.unit);
  EXPECT_EQ(a.link, b.link);
  EXPECT_EQ(a.message, b.message);
  EXPECT_EQ(a.subject, b.subject);
  EXPECT_EQ(a.level, b.level);
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.limit, b.limit);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.handling, b.handling);
  EXPECT_EQ(a.first, b.first);
  EXPECT_EQ(a.last, b.last);
  EXPECT_EQ(a.recovered, b.recovered);
  EXPECT_EQ(a.reports, b.reports);
  EXPECT_EQ(a.flaps, b.flaps);
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.scoring, b.scoring);
  EXPECT_EQ(a.acknowledged_by, b.acknowledged_by);
  EXPECT_EQ(a.assigned_to, b.assigned_to);
  EXPECT_EQ(a.snoozed_until, b.snoozed_until);
  EXPECT_EQ(a.note, b.note);
  EXPECT_EQ(a.created, b.created);
  EXPECT_EQ(a.changed, b.changed);
}

TYPED_TEST(AlertStores, AnAlertComesBackAsItWasTakenIn) {
  Report full{.id = "r1",
              .source = alerts::Source::logs,
              .policy_id = "alarm-1",
              .policy_name = "支付错误",
              .metric = "errors",
              .condition = "错误 > 10",
              .subject = {.region = "ap-guangzhou",
                          .cluster_id = "cls-1",
                          .cluster_name = "广州生产集群",
                          .ns = "shop",
                          .kind = "Deployment",
                          .name = "payment",
                          .pod = "payment-7d9f4c5b6-x2k4q",
                          .node = "10.0.0.7",
                          .instance = "ins-1",
                          .text = "shop/payment"},
              .level = alerts::Level::critical,
              .value = 97.25,
              .limit = 90.0,
              .unit = "%",
              .first = this->clock_.now() - 5min,
              .at = this->clock_.now() - 1min,
              .link = "https://console.example/1",
              .message = "看一下"};
  const auto taken = this->take_in({full}, 7);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].taken, Taken::created);
  const auto found = this->found(taken[0].alert.id);
  expect_same(found, taken[0].alert);
  EXPECT_EQ(found.id.size(), 36U);
  EXPECT_EQ(found.incident.size(), 36U);
  EXPECT_EQ(found.number, 1);
  EXPECT_EQ(found.account, 7);
  EXPECT_EQ(found.subject, full.subject);
  EXPECT_EQ(found.value, 97.25);
  EXPECT_EQ(found.level, alerts::Level::critical);
  EXPECT_EQ(found.first, full.first);
  EXPECT_EQ(found.last, full.at);
  expect_same(run(this->store_->find_number(7, 1)).value().value(), found);
  EXPECT_FALSE(run(this->store_->find_number(0, 1)).value());
  EXPECT_FALSE(run(this->store_->find("nobody")).value());
}

TYPED_TEST(AlertStores, AReportCountsOnceForEachAccount) {
  EXPECT_EQ(this->take_in({this->report("r1", "a"), this->report("r1", "a")}).size(), 1U);
  EXPECT_THAT(this->take_in({this->report("r1", "a")}), IsEmpty());
  EXPECT_EQ(this->take_in({this->report("r1", "a")}, 7).size(), 1U);
  EXPECT_THAT(this->numbers(), ElementsAre(1));
  EXPECT_THAT(this->numbers({}, 7), ElementsAre(1));
  EXPECT_EQ(this->take_in({this->report("", "a"), this->report("", "a")}).size(), 2U);
}

TYPED_TEST(AlertStores, WhatNothingIsMadeOfCountsWhenItIsToldAgain) {
  EXPECT_THAT(this->take_in({this->end("e1", "a")}), IsEmpty());
  const auto alert = this->taken("r1", "a");
  this->clock_.time += 1min;
  auto again = this->end("e1", "a");
  const auto taken = this->take_in({again});
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].taken, Taken::recovered);
  EXPECT_EQ(this->found(alert.id).state, State::recovered);
  EXPECT_EQ(this->found(alert.id).recovered, this->clock_.now());
}

TYPED_TEST(AlertStores, ReportsOfOneCallFollowEachOther) {
  auto second = this->report("r2", "a");
  second.at += 1min;
  auto ended = this->end("e1", "a");
  ended.at += 2min;
  auto back = this->report("r3", "a");
  back.at += 3min;
  const auto taken = this->take_in({this->report("r1", "a"), second, ended, back});
  ASSERT_EQ(taken.size(), 4U);
  EXPECT_EQ(taken[0].taken, Taken::created);
  EXPECT_EQ(taken[1].taken, Taken::repeated);
  EXPECT_EQ(taken[2].taken, Taken::recovered);
  EXPECT_EQ(taken[3].taken, Taken::returned);
  EXPECT_EQ(taken[1].alert.reports, 2);
  EXPECT_EQ(taken[2].alert.state, State::recovered);
  const auto found = this->found(taken[0].alert.id);
  expect_same(found, taken[3].alert);
  EXPECT_EQ(found.reports, 3);
  EXPECT_EQ(found.flaps, 1);
}

TYPED_TEST(AlertStores, WhatFiresLongAfterItsEndIsANewAlert) {
  const auto first = this->taken("r1", "a");
  this->clock_.time += 1min;
  this->take_in({this->end("e1", "a")});
  this->clock_.time += 2h;
  const auto second = this->taken("r2", "a");
  EXPECT_NE(second.id, first.id);
  EXPECT_NE(second.incident, first.incident);
  EXPECT_EQ(second.number, 2);
  this->clock_.time += 1min;
  this->take_in({this->end("e2", "a")});
  EXPECT_EQ(this->found(second.id).state, State::recovered);
}

TYPED_TEST(AlertStores, AlertsOfOneWorkloadThatFireAtOnceAreOneIncident) {
  const auto cpu = this->taken("r1", "a");
  const auto other = this->taken("r2", "b");
  const auto both =
      this->take_in({this->report("r3", "a", "memory"), this->report("r4", "a", "disk")});
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].alert.incident, cpu.incident);
  EXPECT_EQ(both[1].alert.incident, cpu.incident);
  EXPECT_NE(other.incident, cpu.incident);
  EXPECT_NE(run(this->store_->take_in(7, {this->report("r5", "a", "net")}, this->rules_,
                                      this->clock_.now()))
                .value()
                .at(0)
                .alert.incident,
            cpu.incident);
}

TYPED_TEST(AlertStores, WhatJoinsAnIncidentIsHandledWithIt) {
  const auto first = this->taken("r1", "a");
  EXPECT_EQ(run(this->store_->move(first.incident, Handling::none, Handling::running,
                                   this->clock_.now())),
            1);
  const auto joined = this->take_in({this->report("r2", "a", "memory")});
  ASSERT_EQ(joined.size(), 1U);
  EXPECT_EQ(joined[0].alert.handling, Handling::running);
  EXPECT_EQ(this->found(joined[0].alert.id).handling, Handling::running);
}

TYPED_TEST(AlertStores, WhoeverComesBackJoinsTheIncidentOfToday) {
  const auto first = this->taken("r1", "a");
  this->clock_.time += 1min;
  this->take_in({this->end("e1", "a")});
  this->clock_.time += 1min;
  const auto second = this->take_in({this->report("r2", "a", "memory")}).at(0).alert;
  EXPECT_NE(second.incident, first.incident);
  this->clock_.time += 1min;
  const auto back = this->take_in({this->report("r3", "a")}).at(0);
  EXPECT_EQ(back.taken, Taken::returned);
  EXPECT_EQ(back.alert.incident, second.incident);
  EXPECT_EQ(this->found(first.id).incident, second.incident);
}

TYPED_TEST(AlertStores, ANumberIsNotGivenTwiceWhateverIsForgotten) {
  const auto first = this->taken("r1", "a");
  this->changed(first.id, {.state = State::closed});
  this->clock_.time += 1h;
  EXPECT_EQ(run(this->store_->forget(this->clock_.now())).value(), 1);
  EXPECT_EQ(this->taken("r2", "b").number, 2);
}

TYPED_TEST(AlertStores, WhatFiresIsNotForgotten) {
  this->taken("r1", "a");
  const auto closed = this->taken("r2", "b");
  this->changed(closed.id, {.state = State::closed});
  EXPECT_EQ(run(this->store_->forget(this->clock_.now())).value(), 0);
  this->clock_.time += 1ms;
  EXPECT_EQ(run(this->store_->forget(this->clock_.now())).value(), 1);
  EXPECT_THAT(this->numbers(), ElementsAre(1));
}

TYPED_TEST(AlertStores, OnlyWhatIsSetIsChanged) {
  const auto before = this->taken("r1", "a");
  this->clock_.time += 1s;
  AlertChange all{.state = State::recovered,
                  .handling = Handling::handed_over,
                  .score = 86.5,
                  .scoring = Json{{"value", 86.5}},
                  .acknowledged_by = 3,
                  .assigned_to = "alice",
                  .snoozed_until = this->clock_.now() + 1h,
                  .note = "磁盘满了"};
  auto expected = before;
  expected.state = State::recovered;
  expected.recovered = this->clock_.now();
  expected.handling = Handling::handed_over;
  expected.score = 86.5;
  expected.scoring = {{"value", 86.5}};
  expected.acknowledged_by = 3;
  expected.assigned_to = "alice";
  expected.snoozed_until = this->clock_.now() + 1h;
  expected.note = "磁盘满了";
  expected.changed = this->clock_.now();
  expect_same(this->changed(before.id, all), expected);
  expect_same(this->found(before.id), expected);

  this->clock_.time += 1s;
  expected.changed = this->clock_.now();
  expected.snoozed_until = std::nullopt;
  AlertChange awake;
  awake.snoozed_until.emplace(std::nullopt);
  this->changed(before.id, awake);
  expect_same(this->found(before.id), expected);
  EXPECT_EQ(run(this->store_->change("nobody", all, this->clock_.now())).error().code,
            Errc::not_found);
}

TYPED_TEST(AlertStores, TheHighestScoreComesFirstAndThoseWithoutOneLast) {
  const auto a = this->taken("r1", "a");
  this->clock_.time += 1s;
  const auto b = this->taken("r2", "b");
  const auto c = this->taken("r3", "c");
  const auto d = this->taken("r4", "d");
  this->clock_.time += 1s;
  this->taken("r5", "e");
  this->changed(a.id, {.score = 50});
  this->changed(b.id, {.score = 0});
  this->changed(c.id, {.score = 50});
  EXPECT_THAT(this->numbers(), ElementsAre(c.number, a.number, b.number, 5, d.number));
  EXPECT_THAT(this->numbers({.limit = 2}), ElementsAre(c.number, a.number));
  EXPECT_THAT(this->numbers({.least_score = 0.5}), ElementsAre(c.number, a.number));
}

TYPED_TEST(AlertStores, AFilterLeavesOutWhatDoesNotFit) {
  const auto begun = this->clock_.now();
  const auto a = this->taken("r1", "a");
  this->clock_.time += 10min;
  const auto b = this->taken("r2", "b");
  this->take_in({this->end("e1", "a")});
  const auto c = this->take_in({[&] {
                       auto report = this->report("r3", "c");
                       report.level = alerts::Level::critical;
                       report.subject.ns = "bank";
                       report.subject.cluster_id = "cls-2";
                       return report;
                     }()})
                     .at(0)
                     .alert;
  this->changed(c.id, {.handling = Handling::handed_over});
  this->changed(b.id, {.handling = Handling::solved});
  const auto now = this->clock_.now();
  const struct {
    const char* name;
    AlertFilter filter;
    std::vector<std::int64_t> numbers;
  } cases[] = {
      {"state", {.state = State::recovered}, {1}},
      {"one handling", {.handling = {Handling::solved}}, {2}},
      {"two handlings", {.handling = {Handling::solved, Handling::handed_over}}, {2, 3}},
      {"level", {.level = alerts::Level::critical}, {3}},
      {"cluster", {.cluster_id = "cls-2"}, {3}},
      {"namespace", {.ns = "shop"}, {1, 2}},
      {"name", {.name = "b"}, {2}},
      {"incident", {.incident = a.incident}, {1}},
      {"since, and it ended later", {.since = now}, {1, 2, 3}},
      {"since later", {.since = now + 1ms}, {}},
      {"until", {.until = begun + 1ms}, {1}},
      {"until its beginning", {.until = begun}, {}},
      {"several", {.state = State::firing, .ns = "shop"}, {2}},
      {"a quotation mark", {.name = "x' OR '1'='1"}, {}},
      {"nobody's limit", {.limit = 0}, {}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    EXPECT_THAT(this->numbers(one.filter), ::testing::UnorderedElementsAreArray(one.numbers));
  }
}

TYPED_TEST(AlertStores, WhatWaitsForAPersonIsNotAcknowledgedNorSnoozed) {
  const auto now = this->clock_.now();
  for (const char* const name : {"a", "b", "c", "d"}) this->taken(name, name);
  const auto id = [&](std::int64_t number) {
    return run(this->store_->find_number(0, number)).value().value().id;
  };
  for (const std::int64_t number : {1, 2, 3}) {
    this->changed(id(number), {.handling = Handling::handed_over});
  }
  this->changed(id(1), {.acknowledged_by = 5});
  this->changed(id(2), {.snoozed_until = now + 1h});
  EXPECT_THAT(this->numbers({.waiting = true, .now = now}), ElementsAre(3));
  EXPECT_THAT(this->numbers({.waiting = true, .now = now + 1h}),
              ::testing::UnorderedElementsAre(2, 3));
}

TYPED_TEST(AlertStores, AStormIsCountedWithoutItsRows) {
  for (const char* const name : {"a", "b", "c", "d", "e"}) this->taken(name, name);
  const auto id = [&](std::int64_t number) {
    return run(this->store_->find_number(0, number)).value().value().id;
  };
  this->changed(id(1), {.handling = Handling::quiet, .score = 20});
  this->changed(id(2), {.state = State::recovered, .handling = Handling::solved, .score = 80});
  this->changed(id(3), {.handling = Handling::handed_over});
  this->changed(id(4), {.state = State::closed});
  const auto counts = run(this->store_->count(0, {.limit = 1})).value();
  EXPECT_EQ(counts.all, 5);
  EXPECT_EQ(counts.firing, 3);
  EXPECT_EQ(counts.recovered, 1);
  EXPECT_EQ(counts.quiet, 1);
  EXPECT_EQ(counts.handed_over, 1);
  EXPECT_EQ(counts.solved, 1);
  EXPECT_EQ(counts.highest, 80);
  const auto nothing = run(this->store_->count(7, {})).value();
  EXPECT_EQ(nothing.all, 0);
  EXPECT_EQ(nothing.firing, 0);
  EXPECT_FALSE(nothing.highest);
}

TYPED_TEST(AlertStores, UnhandledAreThoseOfAllAccountsThatNobodyHasLookedAt) {
  const auto low = this->taken("r1", "a");
  this->take_in({this->report("r1", "b")}, 7);
  const auto ended = this->taken("r3", "c");
  const auto quiet = this->taken("r4", "d");
  this->changed(low.id, {.score = 10});
  this->changed(ended.id, {.state = State::recovered});
  this->changed(quiet.id, {.handling = Handling::quiet});
  const auto all = run(this->store_->unhandled(10)).value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, low.id);
  EXPECT_EQ(all[1].account, 7);
  EXPECT_EQ(run(this->store_->unhandled(1)).value().size(), 1U);
}

TYPED_TEST(AlertStores, MovingCountsOnlyThoseThatWereThere) {
  const auto a = this->taken("r1", "a");
  this->take_in({this->report("r2", "a", "memory")});
  const auto b = this->taken("r3", "b");
  this->clock_.time += 1s;
  const auto move = [&](Handling from, Handling to) {
    return run(this->store_->move(a.incident, from, to, this->clock_.now())).value();
  };
  EXPECT_EQ(move(Handling::none, Handling::running), 2);
  EXPECT_EQ(move(Handling::none, Handling::running), 0);
  EXPECT_EQ(move(Handling::running, Handling::solved), 2);
  EXPECT_EQ(this->found(a.id).handling, Handling::solved);
  EXPECT_EQ(this->found(a.id).changed, this->clock_.now());
  EXPECT_EQ(this->found(b.id).handling, Handling::none);
}

TYPED_TEST(AlertStores, HowFarAHistoryWasReadIsKept) {
  const auto until = [&](alerts::Account account, const char* where) {
    return run(this->store_->read_until(account, where)).value();
  };
  EXPECT_FALSE(until(0, "monitor"));
  const auto now = this->clock_.now();
  ASSERT_TRUE(run(this->store_->set_read_until(0, "monitor", now)));
  ASSERT_TRUE(run(this->store_->set_read_until(0, "logs/ap-guangzhou", now - 1h)));
  ASSERT_TRUE(run(this->store_->set_read_until(0, "monitor", now + 1h)));
  EXPECT_EQ(until(0, "monitor"), now + 1h);
  EXPECT_EQ(until(0, "logs/ap-guangzhou"), now - 1h);
  EXPECT_FALSE(until(7, "monitor"));
}

TEST_F(SqlAlerts, OneThatCannotBeReadHidesNoOther) {
  const auto alert = taken("r1", "a");
  taken("r2", "b");
  ASSERT_TRUE(database_->run_now<void>([](soci::session& session) -> Result<> {
    session << "UPDATE alerts SET document = 'x' WHERE number = 1";
    return {};
  }));
  EXPECT_THAT(numbers(), ElementsAre(2));
  EXPECT_EQ(run(store_->find(alert.id)).error().code, Errc::internal);
}

}  // namespace
}  // namespace mtc::storage
