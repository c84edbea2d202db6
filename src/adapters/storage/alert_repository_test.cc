// What every store of alerts promises to whoever takes in, in memory and in SQL.
#include "adapters/storage/alert_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/storage/alert_fixture.h"

namespace mtc::storage {
namespace {

using alerts::Handling;
using alerts::Report;
using alerts::State;
using alerts::Taken;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

template <class World>
class AlertStores : public World {};
using Kinds = ::testing::Types<AlertWorld<true>, AlertWorld<false>>;
TYPED_TEST_SUITE(AlertStores, Kinds);

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

}  // namespace
}  // namespace mtc::storage
