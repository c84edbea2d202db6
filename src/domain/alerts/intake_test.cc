#include "domain/alerts/intake.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/end_quietly.h"
#include "domain/alerts/memory_alert_store.h"
#include "infra/loop/run.h"

namespace mtc::alerts {
namespace {

using namespace std::chrono_literals;

const TimePoint kNow = *parse_iso("2026-11-22T02:00:00Z");

Report report_of(std::string id, std::string name = "payment") {
  return {.id = std::move(id),
          .policy_id = "policy-1",
          .metric = "cpu_usage",
          .subject = {.cluster_id = "cls-1", .ns = "shop", .name = std::move(name)},
          .first = kNow - 1min,
          .at = kNow - 1min};
}

Report end_of(Report report, TimePoint at) {
  report.id += "-end";
  report.firing = false;
  report.at = at;
  return report;
}

std::vector<Report> one(Report report) {
  std::vector<Report> out;
  out.push_back(std::move(report));
  return out;
}

Async<> pause() {
  for (int i = 0; i < 3; ++i) co_await asio::post(asio::use_awaitable);
}

struct FakeHistory final : AlarmHistory {
  std::string name() const override { return "monitor"; }
  Async<Result<std::vector<Report>>> since(TimePoint from, TimePoint to) override {
    asked.emplace_back(from, to);
    if (refuses) co_return fail(*refuses);
    co_return reports;
  }
  std::vector<Report> reports;
  std::vector<std::pair<TimePoint, TimePoint>> asked;
  std::optional<Error> refuses;
};

struct World {
  World() { clock.time = kNow; }

  MemoryAlertStore store;
  MemoryQuietStore quiet;
  FakeClock clock;
  IntakeOptions options{};
  std::vector<std::vector<AlertStore::TakenIn>> heard;
  std::optional<Intake> intake;

  Intake& start() {
    return intake.emplace(IntakePorts{store, quiet, clock}, options,
                          [this](const auto& news) { heard.push_back(news); });
  }
  std::size_t heard_in_all() const {
    std::size_t out = 0;
    for (const auto& news : heard) out += news.size();
    return out;
  }
};

Async<> tell(Intake& intake, Account account, std::vector<Report> reports,
             std::vector<Result<>>& outcomes) {
  outcomes.push_back(co_await intake.take_in(account, std::move(reports)));
}

// Each report by a caller of its own, all at once; resumes when each has its outcome.
Async<std::vector<Result<>>> tell_all(Intake& intake, Account account,
                                      std::vector<Report> reports) {
  const auto executor = co_await asio::this_coro::executor;
  std::vector<Result<>> outcomes;
  for (auto& report : reports) {
    asio::co_spawn(executor, tell(intake, account, one(std::move(report)), outcomes),
                   asio::detached);
  }
  while (outcomes.size() < reports.size()) co_await asio::post(asio::use_awaitable);
  co_return outcomes;
}

std::vector<Report> storm_of(int size) {
  std::vector<Report> out;
  for (int i = 0; i < size; ++i)
    out.push_back(report_of("r" + std::to_string(i), "service-" + std::to_string(i)));
  return out;
}

TEST(Intake, KeepsAReportThatComesTwiceOnce) {
  World world;
  auto& intake = world.start();
  EXPECT_TRUE(run(intake.take_in(1, one(report_of("a")))));
  EXPECT_TRUE(run(intake.take_in(1, one(report_of("a")))));
  ASSERT_EQ(world.store.all().size(), 1U);
  EXPECT_EQ(world.store.all()[0].reports, 1);
  EXPECT_EQ(world.heard_in_all(), 1U);
}

TEST(Intake, TenThousandAtOnceNeedFewTransactions) {
  World world;
  auto& intake = world.start();
  const auto outcomes = run(tell_all(intake, 1, storm_of(10'000)));
  for (const auto& outcome : outcomes) ASSERT_TRUE(outcome);
  EXPECT_EQ(world.store.all().size(), 10'000U);
  EXPECT_LE(world.store.transactions, 25);
  EXPECT_EQ(world.heard.size(), static_cast<std::size_t>(world.store.transactions));
  EXPECT_EQ(world.heard_in_all(), 10'000U);
}

TEST(Intake, ALargeCallIsSeveralTransactionsAndOneOutcome) {
  World world;
  world.options.most_at_once = 100;
  auto& intake = world.start();
  EXPECT_TRUE(run(intake.take_in(1, storm_of(950))));
  EXPECT_EQ(world.store.transactions, 10);
  EXPECT_EQ(world.store.all().size(), 950U);
}

TEST(Intake, RefusesWhatIsTooMuch) {
  World world;
  world.options.most_waiting = 10;
  auto& intake = world.start();
  const auto outcomes = run(tell_all(intake, 1, storm_of(14)));
  const auto refused = std::ranges::count_if(outcomes, [](const Result<>& outcome) {
    return !outcome && outcome.error().code == Errc::rate_limited;
  });
  EXPECT_EQ(refused, 4);
  EXPECT_EQ(world.store.all().size(), 10U);
  EXPECT_TRUE(run(intake.take_in(1, one(report_of("later"))))) << "there is room again";
}

TEST(Intake, AFailingStoreFailsItsCallersAndNobodyAfterThem) {
  World world;
  auto& intake = world.start();
  world.store.refuses = Error{Errc::unavailable, "the database is locked"};
  for (const auto& outcome : run(tell_all(intake, 1, storm_of(3)))) {
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Errc::unavailable);
  }
  EXPECT_TRUE(world.heard.empty());
  world.store.refuses.reset();
  EXPECT_TRUE(run(intake.take_in(1, one(report_of("a")))));
  EXPECT_EQ(world.store.all().size(), 1U);
}

// Fails the transactions with these numbers, counted from one.
struct SometimesFailing final : AlertStore {
  explicit SometimesFailing(MemoryAlertStore& inner) : store(inner) {}
  Async<Result<std::vector<TakenIn>>> take_in(Account account, std::vector<Report> reports,
                                              MergeRules rules, TimePoint now) override {
    for (int i = 0; i < turns; ++i) co_await asio::post(asio::use_awaitable);
    if (++called == throws_at) throw std::runtime_error("broken");
    if (called == fails_at) co_return fail(Errc::unavailable, "away");
    co_return co_await store.take_in(account, std::move(reports), std::move(rules), now);
  }
  Async<Result<std::optional<Alert>>> find(std::string id) override {
    return store.find(std::move(id));
  }
  Async<Result<std::optional<Alert>>> find_number(Account account, std::int64_t number) override {
    return store.find_number(account, number);
  }
  Async<Result<std::vector<Alert>>> list(Account account, AlertFilter filter) override {
    return store.list(account, std::move(filter));
  }
  Async<Result<AlertCounts>> count(Account account, AlertFilter filter) override {
    return store.count(account, std::move(filter));
  }
  Async<Result<std::vector<Alert>>> unhandled(std::int64_t limit) override {
    return store.unhandled(limit);
  }
  Async<Result<Alert>> change(std::string id, AlertChange change, TimePoint now) override {
    return store.change(std::move(id), std::move(change), now);
  }
  Async<Result<int>> move(std::string incident, Handling from, Handling to,
                          TimePoint now) override {
    return store.move(std::move(incident), from, to, now);
  }
  Async<Result<int>> forget(TimePoint before) override { return store.forget(before); }
  Async<Result<std::optional<TimePoint>>> read_until(Account account, std::string where) override {
    return store.read_until(account, std::move(where));
  }
  Async<Result<>> set_read_until(Account account, std::string where, TimePoint until) override {
    return store.set_read_until(account, std::move(where), until);
  }
  MemoryAlertStore& store;
  int called = 0, fails_at = 0, throws_at = 0;
  int turns = 0;  // of the loop that a transaction takes
};

TEST(Intake, OneFailedTransactionFailsExactlyItsCallers) {
  for (const bool throws : {false, true}) {
    SCOPED_TRACE(throws);
    World world;
    SometimesFailing failing(world.store);
    (throws ? failing.throws_at : failing.fails_at) = 2;
    world.options.most_at_once = 10;
    Intake intake({failing, world.quiet, world.clock}, world.options, [](const auto&) {});
    const auto outcomes = run(tell_all(intake, 1, storm_of(30)));
    for (std::size_t i = 0; i < outcomes.size(); ++i)
      EXPECT_EQ(outcomes[i].has_value(), i < 10 || i >= 20) << i;
    EXPECT_EQ(world.store.all().size(), 20U);
  }
}

TEST(Intake, APartThatFailsFailsTheWholeCallAndCostsNoRoom) {
  World world;
  SometimesFailing failing(world.store);
  failing.fails_at = 2;
  world.options.most_at_once = 10;
  world.options.most_waiting = 40;
  Intake intake({failing, world.quiet, world.clock}, world.options, [](const auto&) {});
  EXPECT_FALSE(run(intake.take_in(1, storm_of(40))));
  EXPECT_EQ(failing.called, 2) << "the rest of it is told again anyway";
  EXPECT_TRUE(run(intake.take_in(1, storm_of(40))));
  EXPECT_EQ(world.store.all().size(), 40U);
}

Async<std::size_t> leave_one(Intake& intake) {
  const auto executor = co_await asio::this_coro::executor;
  std::vector<Result<>> outcomes;
  asio::cancellation_signal cancel;
  asio::co_spawn(executor, end_quietly(tell(intake, 1, one(report_of("a", "a")), outcomes)),
                 asio::bind_cancellation_slot(cancel.slot(), asio::detached));
  asio::co_spawn(executor, tell(intake, 1, one(report_of("b", "b")), outcomes), asio::detached);
  co_await pause();  // now both wait for the transaction
  cancel.emit(asio::cancellation_type::all);
  while (outcomes.empty()) co_await pause();
  co_return outcomes.size();
}

TEST(Intake, ACallerWhoLeavesTakesNothingAlong) {
  World world;
  SometimesFailing slow(world.store);
  slow.turns = 20;
  Intake intake({slow, world.quiet, world.clock}, world.options, [](const auto&) {});
  EXPECT_EQ(run(leave_one(intake)), 1U);
  EXPECT_EQ(world.store.all().size(), 2U);
}

Async<std::vector<Result<>>> end_while_waiting(World& world) {
  std::vector<Result<>> outcomes;
  asio::co_spawn(co_await asio::this_coro::executor,
                 tell(world.start(), 1, one(report_of("a")), outcomes), asio::detached);
  while (world.intake && outcomes.empty()) {
    world.intake.reset();
    co_await pause();
  }
  co_return outcomes;
}

TEST(Intake, WhoeverStillWaitsWhenItEndsIsToldSo) {
  World world;
  const auto outcomes = run(end_while_waiting(world));
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_TRUE(outcomes[0] || outcomes[0].error().code == Errc::unavailable);
  EXPECT_EQ(outcomes[0].has_value(), world.store.all().size() == 1);
}

TEST(Intake, PutsTheReportsOfATransactionInOrder) {
  World world;
  auto& intake = world.start();
  std::vector<Report> reports;
  reports.push_back(end_of(report_of("a"), kNow - 10s));
  reports.push_back(report_of("a"));
  EXPECT_TRUE(run(intake.take_in(1, std::move(reports))));
  ASSERT_EQ(world.store.all().size(), 1U);
  EXPECT_EQ(world.store.all()[0].state, State::recovered);
}

TEST(Intake, AClockThatIsAheadDoesNotHideTheEnd) {
  World world;
  auto& intake = world.start();
  auto ahead = report_of("a");
  ahead.at = kNow + 24h;
  EXPECT_TRUE(run(intake.take_in(1, one(ahead))));
  world.clock.time += 5min;
  EXPECT_TRUE(run(intake.take_in(1, one(end_of(report_of("a"), world.clock.time)))));
  EXPECT_EQ(world.store.all()[0].state, State::recovered);
}

TEST(Intake, TellsNewsOnly) {
  World world;
  auto& intake = world.start();
  EXPECT_TRUE(run(intake.take_in(1, one(report_of("a")))));
  auto again = report_of("b");
  again.at += 10s;
  EXPECT_TRUE(run(intake.take_in(1, one(again))));
  EXPECT_TRUE(run(intake.take_in(1, one(end_of(report_of("c"), kNow - 30s)))));
  auto back = report_of("d");
  back.at = kNow;
  EXPECT_TRUE(run(intake.take_in(1, one(back))));
  std::vector<Taken> taken;
  for (const auto& news : world.heard) taken.push_back(news.at(0).taken);
  EXPECT_EQ(taken, (std::vector{Taken::created, Taken::recovered, Taken::returned}));
}

TEST(Intake, KeepsWhatIsSilencedAndSaysNothing) {
  World world;
  run(world.quiet.add({.account = 1, .name = "payment", .from = kNow, .until = kNow + 1h}));
  auto& intake = world.start();
  EXPECT_TRUE(run(intake.take_in(1, one(report_of("a")))));
  EXPECT_TRUE(world.heard.empty());
  ASSERT_EQ(world.store.all().size(), 1U);
  EXPECT_EQ(world.store.all()[0].handling, Handling::quiet);
  EXPECT_TRUE(run(world.store.unhandled(10))->empty());
}

TEST(Intake, SpeaksUpWhenASilenceIsOverAndItStillFires) {
  World world;
  run(world.quiet.add({.account = 1, .name = "payment", .from = kNow, .until = kNow + 1h}));
  auto& intake = world.start();
  EXPECT_TRUE(run(intake.take_in(1, one(report_of("a")))));
  world.clock.time = kNow + 61min;
  auto again = report_of("b");
  again.at = world.clock.time;
  EXPECT_TRUE(run(intake.take_in(1, one(again))));
  EXPECT_EQ(world.heard_in_all(), 1U);
  EXPECT_EQ(run(world.store.unhandled(10))->size(), 1U);
}

TEST(Intake, WithoutTheSilencesNothingIsTakenIn) {
  World world;
  auto& intake = world.start();
  world.quiet.refuses = Error{Errc::unavailable, "locked"};
  EXPECT_FALSE(run(intake.take_in(1, one(report_of("a")))));
  EXPECT_EQ(world.store.transactions, 0);
}

TEST(Intake, PollReadsOnFromWhereItWas) {
  World world;
  auto& intake = world.start();
  FakeHistory history;
  history.reports = storm_of(3);
  EXPECT_EQ(run(intake.poll(1, history, 24h)), 3U);
  world.clock.time += 5min;
  EXPECT_EQ(run(intake.poll(1, history, 24h)), 3U);
  world.clock.time += 48h;
  EXPECT_EQ(run(intake.poll(1, history, 24h)), 3U);
  ASSERT_EQ(history.asked.size(), 3U);
  EXPECT_EQ(history.asked[0], std::pair(kNow - 24h, kNow));
  EXPECT_LT(history.asked[1].first, kNow) << "entries show up late";
  EXPECT_GE(history.asked[1].first, kNow - 30min);
  EXPECT_EQ(history.asked[2].first, world.clock.time - 24h);
  EXPECT_EQ(world.store.all().size(), 3U);
}

TEST(Intake, PollNotesNothingWhereReadingOrKeepingFails) {
  World world;
  SometimesFailing failing(world.store);
  failing.fails_at = 1;
  Intake intake({failing, world.quiet, world.clock}, {}, [](const auto&) {});
  FakeHistory history;
  history.reports = storm_of(1);
  EXPECT_FALSE(run(intake.poll(1, history)));
  history.refuses = Error{Errc::timed_out, "slow"};
  EXPECT_EQ(run(intake.poll(1, history)).error().code, Errc::timed_out);
  EXPECT_EQ(*run(world.store.read_until(1, "monitor")), std::nullopt);
  history.refuses.reset();
  EXPECT_TRUE(run(intake.poll(1, history)));
  EXPECT_EQ(*run(world.store.read_until(1, "monitor")), kNow);
}

TEST(Intake, PollEndsWhatFlapsAfterItWasSilent) {
  World world;
  auto& intake = world.start();
  for (int i = 0; i < 4; ++i) {
    auto fires = report_of("f" + std::to_string(i));
    fires.at = world.clock.time += 1min;
    EXPECT_TRUE(run(intake.take_in(1, one(fires))));
    EXPECT_TRUE(run(intake.take_in(1, one(end_of(fires, world.clock.time += 1min)))));
  }
  EXPECT_EQ(world.store.all().at(0).state, State::firing);
  FakeHistory history;
  world.clock.time += 29min;
  EXPECT_TRUE(run(intake.poll(1, history)));
  EXPECT_EQ(world.store.all().at(0).state, State::firing);
  const auto before = world.heard.size();
  world.clock.time += 1min;
  EXPECT_TRUE(run(intake.poll(1, history)));
  EXPECT_EQ(world.store.all().at(0).state, State::recovered);
  ASSERT_EQ(world.heard.size(), before + 1);
  EXPECT_EQ(world.heard.back().at(0).taken, Taken::recovered);
}

}  // namespace
}  // namespace mtc::alerts
