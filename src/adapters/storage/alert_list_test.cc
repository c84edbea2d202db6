// What every store of alerts promises to whoever asks for alerts and changes them, in memory and in
// SQL.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include "adapters/storage/alert_fixture.h"

namespace mtc::storage {
namespace {

using alerts::AlertChange;
using alerts::AlertFilter;
using alerts::Handling;
using alerts::State;
using ::testing::ElementsAre;
using namespace std::chrono_literals;

using SqlAlerts = AlertWorld<true>;

template <class World>
class AlertLists : public World {};
using Kinds = ::testing::Types<AlertWorld<true>, AlertWorld<false>>;
TYPED_TEST_SUITE(AlertLists, Kinds);

TYPED_TEST(AlertLists, OnlyWhatIsSetIsChanged) {
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

TYPED_TEST(AlertLists, TheHighestScoreComesFirstAndThoseWithoutOneLast) {
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

TYPED_TEST(AlertLists, AFilterLeavesOutWhatDoesNotFit) {
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

TYPED_TEST(AlertLists, WhatWaitsForAPersonIsNotAcknowledgedNorSnoozed) {
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

TYPED_TEST(AlertLists, AStormIsCountedWithoutItsRows) {
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

TYPED_TEST(AlertLists, UnhandledAreThoseOfAllAccountsThatNobodyHasLookedAt) {
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

TYPED_TEST(AlertLists, MovingCountsOnlyThoseThatWereThere) {
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

TYPED_TEST(AlertLists, HowFarAHistoryWasReadIsKept) {
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
