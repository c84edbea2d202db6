// What every store of plans promises, in memory and in SQL.
#include "adapters/storage/plan_repository.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <algorithm>

#include "adapters/storage/audit_repository.h"
#include "adapters/storage/storage_fixture.h"
#include "domain/approval/memory_plan_store.h"

namespace mtc::storage {
namespace {

using approval::Plan;
using approval::PlanState;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

template <bool in_sql>
class Stores : public SealedStorageTest {
 protected:
  void SetUp() override {
    SealedStorageTest::SetUp();
    if (in_sql) {
      store_ = std::make_unique<SqlPlanStore>(*database_, cipher_);
    } else {
      store_ = std::make_unique<approval::MemoryPlanStore>();
    }
  }

  Plan plan(std::string id, identity::UserId user) const {
    return {.id = std::move(id),
            .user = user,
            .code_hash = "hash of a code",
            .action = "scale_workload",
            .arguments = {{"replicas", 1}, {"password", "hunter2"}},
            .details = {{"replicas", 1}},
            .target = "cls-1/shop/Deployment/pay",
            .target_version = "41",
            .ns = "shop",
            .before = "aa",
            .summary = "准备把 pay 改成一个副本，密码 hunter2",
            .language = Language::en,
            .outcome = {},
            .created = clock_.now(),
            .expires = clock_.now() + minutes(2),
            .changed = clock_.now()};
  }
  Plan added(std::string id, identity::UserId user = 0) {
    auto one = plan(std::move(id), user == 0 ? alice_ : user);
    const auto done = run(store_->add(one));
    EXPECT_TRUE(done) << done.error().message;
    return one;
  }
  bool moved(const std::string& id, PlanState from, PlanState to, std::string outcome = "") {
    return run(store_->move(id, from, to, std::move(outcome), clock_.now())).value();
  }
  static std::vector<std::string> ids(const Result<std::vector<Plan>>& plans) {
    std::vector<std::string> out;
    for (const auto& one : plans.value()) out.push_back(one.id);
    return out;
  }

  std::unique_ptr<approval::PlanStore> store_;
};

using SqlPlans = Stores<true>;

template <class World>
class PlanStores : public World {};
using Kinds = ::testing::Types<Stores<true>, Stores<false>>;
TYPED_TEST_SUITE(PlanStores, Kinds);

TYPED_TEST(PlanStores, APlanComesBackAsItWasAdded) {
  const auto one = this->added("p1");
  const auto found = run(this->store_->find("p1")).value().value();
  EXPECT_EQ(found.user, this->alice_);
  EXPECT_EQ(found.code_hash, one.code_hash);
  EXPECT_EQ(found.wrong_codes, 0);
  EXPECT_EQ(found.action, one.action);
  EXPECT_EQ(found.arguments, one.arguments);
  EXPECT_EQ(found.details, one.details);
  EXPECT_EQ(found.target, one.target);
  EXPECT_EQ(found.target_version, "41");
  EXPECT_EQ(found.ns, "shop");
  EXPECT_EQ(found.before, "aa");
  EXPECT_EQ(found.summary, one.summary);
  EXPECT_EQ(found.language, Language::en);
  EXPECT_EQ(found.state, PlanState::waiting);
  EXPECT_EQ(found.outcome, "");
  EXPECT_EQ(found.created, one.created);
  EXPECT_EQ(found.expires, one.expires);
  EXPECT_EQ(found.changed, one.changed);
  EXPECT_FALSE(run(this->store_->find("p2")).value());
  EXPECT_EQ(run(this->store_->add(one)).error().code, Errc::conflict);
}

TYPED_TEST(PlanStores, ThoseThatWaitAreListedNewestFirst) {
  this->added("p1");
  this->clock_.time += Millis{1};
  this->added("p2");
  this->added("q1", this->bob_);
  EXPECT_THAT(this->ids(run(this->store_->waiting(this->alice_, this->clock_.now()))),
              ElementsAre("p2", "p1"));
  this->clock_.time += minutes(2) - Millis{1};  // the moment at which p1 expires
  EXPECT_THAT(this->ids(run(this->store_->waiting(this->alice_, this->clock_.now()))),
              ElementsAre("p2"));
  EXPECT_TRUE(this->moved("p2", PlanState::waiting, PlanState::cancelled));
  EXPECT_THAT(this->ids(run(this->store_->waiting(this->alice_, this->clock_.now()))), IsEmpty());
  const auto since = this->clock_.now() - minutes(2) + Millis{1};
  EXPECT_THAT(this->ids(run(this->store_->recent(this->alice_, since))), ElementsAre("p2"));
  EXPECT_THAT(this->ids(run(this->store_->recent(this->alice_, TimePoint{}))),
              ElementsAre("p2", "p1"));
}

TYPED_TEST(PlanStores, OnlyTheNewestAreRecent) {
  for (int i = 0; i < 60; ++i) {
    this->added(fmt::format("p{:02}", i));
    this->clock_.time += Millis{1};
  }
  const auto recent = this->ids(run(this->store_->recent(this->alice_, TimePoint{})));
  ASSERT_EQ(recent.size(), 50U);
  EXPECT_EQ(recent.front(), "p59");
  EXPECT_EQ(recent.back(), "p10");
}

TYPED_TEST(PlanStores, AStateIsLeftOnce) {
  this->added("p1");
  this->clock_.time += Millis{5};
  EXPECT_TRUE(this->moved("p1", PlanState::waiting, PlanState::executing));
  EXPECT_FALSE(this->moved("p1", PlanState::waiting, PlanState::executing));
  EXPECT_FALSE(this->moved("p1", PlanState::waiting, PlanState::cancelled));
  EXPECT_FALSE(this->moved("nobody", PlanState::waiting, PlanState::executing));
  EXPECT_TRUE(this->moved("p1", PlanState::executing, PlanState::done, "改好了。"));
  const auto found = run(this->store_->find("p1")).value().value();
  EXPECT_EQ(found.state, PlanState::done);
  EXPECT_EQ(found.outcome, "改好了。");
  EXPECT_EQ(found.changed, this->clock_.now());
}

TYPED_TEST(PlanStores, WrongCodesAreCounted) {
  this->added("p1");
  this->added("p2");
  EXPECT_EQ(run(this->store_->note_wrong_code("p1")).value(), 1);
  EXPECT_EQ(run(this->store_->note_wrong_code("p1")).value(), 2);
  EXPECT_EQ(run(this->store_->find("p1")).value()->wrong_codes, 2);
  EXPECT_EQ(run(this->store_->find("p2")).value()->wrong_codes, 0);
  EXPECT_EQ(run(this->store_->note_wrong_code("p3")).error().code, Errc::not_found);
}

TYPED_TEST(PlanStores, ThoseThatExecuteForLongAreFound) {
  for (const auto* id : {"p1", "p2", "p3"}) this->added(id);
  EXPECT_TRUE(this->moved("p2", PlanState::waiting, PlanState::executing));
  this->clock_.time += Millis{1};
  EXPECT_TRUE(this->moved("p1", PlanState::waiting, PlanState::executing));
  EXPECT_THAT(this->ids(run(this->store_->executing(this->clock_.now()))), ElementsAre("p2"));
  EXPECT_THAT(this->ids(run(this->store_->executing(this->clock_.now() + Millis{1}))),
              ElementsAre("p2", "p1"));
}

TYPED_TEST(PlanStores, WhatIsOverIsForgotten) {
  for (const auto* id : {"p1", "p2", "p3", "p4"}) this->added(id);
  EXPECT_TRUE(this->moved("p1", PlanState::waiting, PlanState::done));
  EXPECT_TRUE(this->moved("p2", PlanState::waiting, PlanState::executing));
  EXPECT_EQ(run(this->store_->forget(this->clock_.now())).value(), 0);
  EXPECT_EQ(run(this->store_->forget(this->clock_.now() + Millis{1})).value(), 1);
  EXPECT_FALSE(run(this->store_->find("p1")).value());
  EXPECT_EQ(run(this->store_->forget(this->clock_.now() + minutes(3))).value(), 2);  // expired
  EXPECT_TRUE(run(this->store_->find("p2")).value());
}

TEST_F(SqlPlans, NothingOfAPlanCanBeReadInTheFile) {
  added("p1");
  EXPECT_TRUE(moved("p1", PlanState::waiting, PlanState::done, "密码 hunter2"));
  std::string everything;
  ASSERT_TRUE(database_->run_now<void>([&](soci::session& session) -> Result<> {
    std::string sealed;
    std::string outcome;
    session << "SELECT sealed, outcome FROM plans", soci::into(sealed), soci::into(outcome);
    everything = sealed + outcome;
    return {};
  }));
  EXPECT_THAT(everything, Not(HasSubstr("hunter2")));
  EXPECT_THAT(everything, Not(HasSubstr("hash of a code")));
}

TEST_F(SqlPlans, APlanMovedToAnotherRowDoesNotOpenAndHidesNoOther) {
  added("p1");
  added("p2");
  ASSERT_TRUE(database_->run_now<void>([](soci::session& session) -> Result<> {
    session << "UPDATE plans SET sealed = (SELECT sealed FROM plans WHERE id = 'p2') "
               "WHERE id = 'p1'";
    return {};
  }));
  EXPECT_FALSE(run(store_->find("p1")));
  EXPECT_THAT(ids(run(store_->waiting(alice_, clock_.now()))), ElementsAre("p2"));
}

TEST_F(SqlPlans, OfManyClaimsThroughTwoServersExactlyOneIsTrue) {
  added("p1");
  const auto other_database = open();
  SqlPlanStore other(*other_database, cipher_);
  std::vector<Async<Result<bool>>> claims;
  for (int i = 0; i < 32; ++i) {
    approval::PlanStore& store = i % 2 == 0 ? *store_ : other;
    claims.push_back(store.move("p1", PlanState::waiting, PlanState::executing, "", clock_.now()));
  }
  const auto answers = run_at_once(std::move(claims));
  EXPECT_EQ(std::ranges::count(answers, Result<bool>(true)), 1);
  EXPECT_EQ(std::ranges::count(answers, Result<bool>(false)), 31);
}

TEST_F(SqlPlans, OfManyWrongCodesThroughTwoServersEachHasItsNumber) {
  added("p1");
  const auto other_database = open();
  SqlPlanStore other(*other_database, cipher_);
  std::vector<Async<Result<int>>> notes;
  for (int i = 0; i < 20; ++i) {
    approval::PlanStore& store = i % 2 == 0 ? *store_ : other;
    notes.push_back(store.note_wrong_code("p1"));
  }
  std::vector<int> numbers;
  for (const auto& number : run_at_once(std::move(notes))) numbers.push_back(number.value_or(-1));
  std::ranges::sort(numbers);
  ASSERT_EQ(numbers.size(), 20U);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(numbers[static_cast<std::size_t>(i)], i + 1);
}

// The whole of it: two servers on one database, the code said to both of them again and again.
TEST_F(SqlPlans, ACodeThatIsSaidToTwoServersAtOnceWorksOnce) {
  const auto other_database = open();
  const Sha256Fingerprint hasher;
  SqlPlanStore other_store(*other_database, cipher_);
  SqlAuditLog log(*database_, hasher);
  SqlAuditLog other_log(*other_database, hasher);
  approval::Approver approver(
      {.plans = *store_, .log = log, .hasher = hasher, .clock = clock_, .random = random_});
  approval::Approver other({.plans = other_store,
                            .log = other_log,
                            .hasher = hasher,
                            .clock = clock_,
                            .random = random_});
  identity::Principal who;
  who.user.id = alice_;
  who.user.username = "alice";
  who.assurance = identity::Assurance::voice;
  who.scopes = {identity::Scope::operate};
  const auto waiting = run(approver.consider(who,
                                             {.action = "scale_workload",
                                              .target = "pay",
                                              .target_version = "1",
                                              .ns = "shop",
                                              .arguments = {{"replicas", 1}},
                                              .summary = "…",
                                              .channel = "http"},
                                             false));
  ASSERT_TRUE(waiting) << waiting.error().message;
  const auto code = std::get<approval::Waiting>(*waiting).code;
  std::vector<Async<Result<Plan>>> confirmations;
  for (int i = 0; i < 3; ++i) {
    confirmations.push_back(approver.confirm(who, code, "http"));
    confirmations.push_back(other.confirm(who, code, "http"));
  }
  const auto answers = run_at_once(std::move(confirmations));
  EXPECT_EQ(std::ranges::count_if(answers, [](const auto& one) { return one.has_value(); }), 1);
  const auto rows = run(log.after(0, 100)).value();
  EXPECT_EQ(std::ranges::count_if(
                rows, [](const auto& row) { return row.entry.event == audit::Event::confirmed; }),
            1);
}

}  // namespace
}  // namespace mtc::storage
