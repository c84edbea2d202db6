// What is taken in by two servers at once, in a storm, or not to its end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "adapters/storage/alert_repository.h"
#include "adapters/storage/storage_fixture.h"

namespace mtc::storage {
namespace {

using alerts::AlertStore;
using alerts::Handling;
using alerts::Report;
using ::testing::IsEmpty;

class AlertRaces : public StorageTest {
 protected:
  Report report(int number, int causes) const {
    Report out;
    out.id = "r" + std::to_string(number);
    out.policy_id = "policy-1";
    out.policy_name = "CPU 利用率过高";
    out.metric = "cpu_usage";
    out.condition = "CPU 利用率 > 90%";
    out.subject = {.region = "ap-guangzhou",
                   .cluster_id = "cls-1",
                   .ns = "shop",
                   .kind = "Deployment",
                   .name = "service-" + std::to_string(number % causes)};
    out.value = 97.5;
    out.limit = 90;
    out.first = out.at = clock_.now() + Millis{number};
    return out;
  }
  std::vector<Report> reports(int from, int to, int causes) const {
    std::vector<Report> out;
    for (int i = from; i < to; ++i) out.push_back(report(i, causes));
    return out;
  }
  long long rows(const std::string& table) {
    long long found = 0;
    EXPECT_TRUE(database_->run_now<void>([&](soci::session& session) -> Result<> {
      session << "SELECT count(*) FROM " + table, soci::into(found);
      return {};
    }));
    return found;
  }
  void execute(const std::string& sql) {
    ASSERT_TRUE(database_->run_now<void>([&](soci::session& session) -> Result<> {
      session << sql;
      return {};
    }));
  }
};

TEST_F(AlertRaces, TwoServersThatHearTheSameTakeEachReportInOnce) {
  const auto other_database = open();
  SqlAlertStore first(*database_, random_);
  SqlAlertStore second(*other_database, random_);
  std::vector<Async<Result<std::vector<AlertStore::TakenIn>>>> calls;
  for (int batch = 0; batch < 10; ++batch) {
    for (SqlAlertStore* const store : {&first, &second}) {
      calls.push_back(
          store->take_in(0, reports(batch * 100, batch * 100 + 100, 40), {}, clock_.now()));
    }
  }
  std::size_t taken = 0;
  for (const auto& one : run_at_once(std::move(calls))) {
    ASSERT_TRUE(one) << one.error().message;
    taken += one->size();
  }
  EXPECT_EQ(taken, 1000U);
  EXPECT_EQ(rows("alert_reports"), 1000);
  const auto all = run(first.list(0, {.limit = 1000})).value();
  ASSERT_EQ(all.size(), 40U);
  std::set<std::int64_t> numbers;
  for (const auto& alert : all) {
    EXPECT_EQ(alert.reports, 25) << alert.cause;
    numbers.insert(alert.number);
  }
  EXPECT_EQ(numbers.size(), 40U);
  EXPECT_EQ(*numbers.rbegin(), 40);
}

TEST_F(AlertRaces, WhatFailsHalfwayLeavesNothing) {
  SqlAlertStore store(*database_, random_);
  execute(
      "CREATE TRIGGER poison BEFORE INSERT ON alerts WHEN NEW.name = 'service-9' "
      "BEGIN SELECT RAISE(ABORT, 'no'); END");
  const auto failed = run(store.take_in(0, reports(0, 10, 10), {}, clock_.now()));
  ASSERT_FALSE(failed);
  EXPECT_EQ(rows("alerts"), 0);
  EXPECT_EQ(rows("alert_reports"), 0);
  EXPECT_EQ(rows("numbers"), 0);
  execute("DROP TRIGGER poison");
  EXPECT_EQ(run(store.take_in(0, reports(0, 10, 10), {}, clock_.now())).value().size(), 10U);
  EXPECT_EQ(rows("alert_reports"), 10);
}

TEST_F(AlertRaces, WhatIsToldAgainDoesNotWaitForWhoWrites) {
  SqlAlertStore store(*database_, random_);
  ASSERT_TRUE(run(store.take_in(0, reports(0, 10, 10), {}, clock_.now())));
  const auto other = Database::open({.url = url(), .busy_timeout = Millis{1}}).value();
  SqlAlertStore impatient(*other, random_);
  ASSERT_TRUE(database_->transaction_now<void>([&](soci::session&) -> Result<> {
    const auto again = run(impatient.take_in(0, reports(0, 10, 10), {}, clock_.now()));
    EXPECT_TRUE(again) << again.error().message;
    EXPECT_THAT(again.value_or(std::vector<AlertStore::TakenIn>(1)), IsEmpty());
    EXPECT_FALSE(run(impatient.take_in(0, reports(0, 11, 11), {}, clock_.now())));
    return {};
  }));
}

TEST_F(AlertRaces, OneOfManyMovesAnIncident) {
  const auto other_database = open();
  SqlAlertStore first(*database_, random_);
  SqlAlertStore second(*other_database, random_);
  const auto taken = run(first.take_in(0, reports(0, 1, 1), {}, clock_.now())).value();
  const auto incident = taken.at(0).alert.incident;
  std::vector<Async<Result<int>>> calls;
  for (int i = 0; i < 30; ++i) {
    AlertStore& store = i % 2 == 0 ? first : second;
    calls.push_back(store.move(incident, Handling::none, Handling::running, clock_.now()));
  }
  int moved = 0;
  for (const auto& one : run_at_once(std::move(calls))) moved += one.value();
  EXPECT_EQ(moved, 1);
}

// Whoever takes in and whoever changes an alert must not undo each other's work.
TEST_F(AlertRaces, ChangesAndReportsOfOneAlertAllCount) {
  const auto other_database = open();
  SqlAlertStore first(*database_, random_);
  SqlAlertStore second(*other_database, random_);
  const auto id = run(first.take_in(0, reports(0, 1, 1), {}, clock_.now())).value().at(0).alert.id;
  std::thread changing([&] {
    for (int i = 0; i < 50; ++i) {
      EXPECT_TRUE(run(second.change(id, {.note = std::to_string(i)}, clock_.now())));
    }
  });
  for (int i = 1; i <= 50; ++i) {
    EXPECT_TRUE(run(first.take_in(0, reports(i, i + 1, 1), {}, clock_.now())));
  }
  changing.join();
  const auto alert = run(first.find(id)).value().value();
  EXPECT_EQ(alert.reports, 51);
  EXPECT_EQ(alert.note, "49");
}

TEST_F(AlertRaces, AStormOfTenThousandIsTakenInWithinSeconds) {
  const struct {
    const char* name;
    int causes;
  } cases[] = {{"of few causes", 50}, {"each of its own", 10'000}};
  alerts::Account account = 0;
  for (const auto& one : cases) {
    SCOPED_TRACE(one.name);
    SqlAlertStore store(*database_, random_);
    const auto begun = std::chrono::steady_clock::now();
    for (int batch = 0; batch < 20; ++batch) {
      const auto from = batch * 500;
      ASSERT_TRUE(
          run(store.take_in(account, reports(from, from + 500, one.causes), {}, clock_.now())));
    }
    const auto took = std::chrono::steady_clock::now() - begun;
    RecordProperty(std::string("milliseconds ") + one.name,
                   std::to_string(std::chrono::duration_cast<Millis>(took).count()));
    EXPECT_LT(took, std::chrono::seconds(30));  // a tenth of that, unless the machine is busy
    const auto counts = run(store.count(account, {})).value();
    EXPECT_EQ(counts.all, one.causes);
    ++account;
  }
  EXPECT_EQ(rows("alert_reports"), 20'000);
}

}  // namespace
}  // namespace mtc::storage
