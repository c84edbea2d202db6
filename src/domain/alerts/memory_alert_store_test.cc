#include "domain/alerts/memory_alert_store.h"

#include <gtest/gtest.h>

#include "domain/alerts/alert_examples.h"
#include "infra/loop/run.h"

namespace mtc::alerts {
namespace {

using namespace std::chrono_literals;

std::vector<AlertStore::TakenIn> take(MemoryAlertStore& store, std::vector<Report> reports,
                                      Account account = 1) {
  auto now = kExampleNow;
  for (const auto& report : reports) now = std::max(now, report.at);
  return *run(store.take_in(account, std::move(reports), {}, now));
}

Report report_of(std::string id, std::string name, std::string policy = "policy-1", Millis at = 0ms,
                 bool firing = true) {
  auto out = example_report(std::move(id), kExampleNow + at, firing);
  out.subject.name = std::move(name);
  out.policy_id = std::move(policy);
  return out;
}

std::vector<std::int64_t> numbers(const std::vector<Alert>& alerts) {
  std::vector<std::int64_t> out;
  for (const auto& alert : alerts) out.push_back(alert.number);
  return out;
}

TEST(MemoryAlertStore, TakesAReportInOnceForEachAccount) {
  MemoryAlertStore store;
  EXPECT_EQ(take(store, {report_of("a", "x"), report_of("a", "x"), report_of("b", "x")}).size(),
            2U);
  EXPECT_TRUE(take(store, {report_of("a", "x")}).empty());
  EXPECT_EQ(take(store, {report_of("a", "x")}, 2).size(), 1U);
  ASSERT_EQ(store.all().size(), 2U);
  EXPECT_EQ(store.all()[0].reports, 2);
  EXPECT_EQ(store.all()[1].number, 1) << "numbers count for each account";
}

TEST(MemoryAlertStore, AnEndComesToSomethingWhenItIsToldAgain) {
  MemoryAlertStore store;
  const auto end = report_of("end", "x", "policy-1", 1min, false);
  EXPECT_TRUE(take(store, {end}).empty());
  take(store, {report_of("a", "x")});
  EXPECT_EQ(take(store, {end}).at(0).taken, Taken::recovered);
}

TEST(MemoryAlertStore, WhatFiresTogetherIsOneIncident) {
  MemoryAlertStore store;
  take(store, {report_of("a", "x"), report_of("b", "x", "policy-2"), report_of("c", "y")});
  const auto& all = store.all();
  EXPECT_EQ(all[0].incident, all[1].incident);
  EXPECT_NE(all[0].incident, all[2].incident);
  take(store, {report_of("d", "x")}, 2);
  EXPECT_NE(all[3].incident, all[0].incident) << "of another account";
}

TEST(MemoryAlertStore, AnIncidentEndsWithItsAlerts) {
  MemoryAlertStore store;
  take(store, {report_of("a", "x"), report_of("b", "x", "policy-1", 1min, false),
               report_of("c", "x", "policy-2", 2min)});
  EXPECT_NE(store.all()[0].incident, store.all()[1].incident);
  take(store, {report_of("d", "x", "policy-1", 3min)});
  EXPECT_EQ(store.all()[0].incident, store.all()[1].incident) << "it came back into another";
}

TEST(MemoryAlertStore, ListsTheHighestScoreFirst) {
  MemoryAlertStore store;
  for (int i = 1; i <= 4; ++i) {
    auto alert = example_alert(i);
    if (i != 2) alert.score = i == 3 ? 80 : 60;
    alert.last += std::chrono::minutes(i);
    store.put(std::move(alert));
  }
  EXPECT_EQ(numbers(*run(store.list(1, {}))), (std::vector<std::int64_t>{3, 4, 1, 2}));
  EXPECT_EQ(numbers(*run(store.list(1, {.limit = 2}))), (std::vector<std::int64_t>{3, 4}));
  EXPECT_EQ(run(store.count(1, {.limit = 2}))->all, 4);
  EXPECT_EQ(run(store.count(1, {}))->highest, 80);
}

TEST(MemoryAlertStore, Filters) {
  MemoryAlertStore store;
  store.put(example_alert(1));
  auto ended = example_alert(2);
  ended.state = State::recovered;
  ended.last = kExampleNow - 3h;
  ended.first = kExampleNow - 4h;
  ended.recovered = kExampleNow - 2h;
  store.put(ended);
  auto handed = example_alert(3);
  handed.handling = Handling::handed_over;
  handed.score = 50;
  handed.level = Level::critical;
  handed.subject.name = "order";
  store.put(handed);
  auto snoozed = handed;
  snoozed.id = "snoozed";
  snoozed.number = 4;
  snoozed.snoozed_until = kExampleNow + 1h;
  store.put(snoozed);
  const struct {
    const char* name;
    AlertFilter filter;
    std::vector<std::int64_t> numbers;
  } cases[] = {
      {"state", {.state = State::recovered}, {2}},
      {"handling", {.handling = {Handling::handed_over, Handling::quiet}}, {4, 3}},
      {"level", {.level = Level::critical}, {4, 3}},
      {"score", {.least_score = 50}, {4, 3}},
      {"name", {.name = "order"}, {4, 3}},
      {"cluster", {.cluster_id = "cls-2"}, {}},
      {"incident", {.incident = "incident-1"}, {1}},
      {"since its end", {.state = State::recovered, .since = kExampleNow - 2h}, {2}},
      {"since later", {.state = State::recovered, .since = kExampleNow - 1h}, {}},
      {"until", {.until = kExampleNow - 1h}, {2}},
      {"waiting", {.waiting = true, .now = kExampleNow}, {3}},
      {"waiting later", {.waiting = true, .now = kExampleNow + 1h}, {4, 3}},
  };
  for (const auto& c : cases)
    EXPECT_EQ(numbers(*run(store.list(1, c.filter))), c.numbers) << c.name;
}

TEST(MemoryAlertStore, MovesAnIncidentOnce) {
  MemoryAlertStore store;
  take(store, {report_of("a", "x"), report_of("b", "x", "policy-2")});
  const auto incident = store.all()[0].incident;
  EXPECT_EQ(run(store.unhandled(10))->size(), 2U);
  EXPECT_EQ(run(store.move(incident, Handling::none, Handling::running, kExampleNow)), 2);
  EXPECT_EQ(run(store.move(incident, Handling::none, Handling::running, kExampleNow)), 0);
  EXPECT_TRUE(run(store.unhandled(10))->empty());
}

TEST(MemoryAlertStore, ChangesWhatIsSet) {
  MemoryAlertStore store;
  const auto id = store.put(example_alert(1)).id;
  const auto changed =
      run(store.change(id, {.state = State::recovered, .score = 70, .note = "ok"}, kExampleNow));
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->recovered, kExampleNow);
  EXPECT_EQ(changed->score, 70);
  EXPECT_EQ(changed->handling, Handling::none);
  EXPECT_EQ(run(store.change("nobody", {}, kExampleNow)).error().code, Errc::not_found);
}

TEST(MemoryAlertStore, ForgetsWhatIsOldAndOver) {
  MemoryAlertStore store;
  take(store,
       {report_of("a", "x"), report_of("b", "y"), report_of("c", "y", "policy-1", 1min, false)});
  EXPECT_EQ(run(store.forget(kExampleNow + 1h)), 1);
  ASSERT_EQ(store.all().size(), 1U);
  EXPECT_EQ(take(store, {report_of("d", "y")}).at(0).alert.number, 3) << "numbers do not repeat";
  EXPECT_TRUE(take(store, {report_of("a", "x")}).empty());
}

TEST(MemoryAlertStore, NotesHowFarAHistoryWasRead) {
  MemoryAlertStore store;
  EXPECT_EQ(*run(store.read_until(1, "monitor")), std::nullopt);
  EXPECT_TRUE(run(store.set_read_until(1, "monitor", kExampleNow)));
  EXPECT_EQ(*run(store.read_until(1, "monitor")), kExampleNow);
  EXPECT_EQ(*run(store.read_until(1, "logs")), std::nullopt);
  EXPECT_EQ(*run(store.read_until(2, "monitor")), std::nullopt);
}

TEST(MemoryQuietStore, KeepsWhatIsNotOver) {
  MemoryQuietStore store;
  const Quiet quiet{.account = 1, .from = kExampleNow, .until = kExampleNow + 1h};
  EXPECT_EQ(run(store.add(quiet))->number, 1);
  EXPECT_EQ(run(store.add(quiet))->number, 2);
  EXPECT_TRUE(*run(store.lift(1, 1, kExampleNow)));
  EXPECT_FALSE(*run(store.lift(1, 1, kExampleNow)));
  EXPECT_FALSE(*run(store.lift(2, 2, kExampleNow)));
  EXPECT_EQ(run(store.live(1, kExampleNow))->size(), 1U);
  EXPECT_TRUE(run(store.live(1, kExampleNow + 1h))->empty());
  EXPECT_FALSE(*run(store.lift(1, 2, kExampleNow + 1h)));
}

}  // namespace
}  // namespace mtc::alerts
