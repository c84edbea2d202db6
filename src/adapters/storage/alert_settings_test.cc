// What people and learning set about alerts: silences, weights, keys of hooks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/storage/hook_repository.h"
#include "adapters/storage/learned_repository.h"
#include "adapters/storage/quiet_repository.h"
#include "adapters/storage/storage_fixture.h"
#include "domain/alerts/memory_alert_store.h"
#include "domain/alerts/memory_learned_store.h"

namespace mtc::storage {
namespace {

using alerts::Learned;
using alerts::Quiet;
using identity::HookKey;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

template <bool in_sql>
class Quiets : public StorageTest {
 protected:
  void SetUp() override {
    StorageTest::SetUp();
    if (in_sql) {
      store_ = std::make_unique<SqlQuietStore>(*database_);
    } else {
      store_ = std::make_unique<alerts::MemoryQuietStore>();
    }
  }
  Quiet quiet(Millis lasts = 1h) const {
    Quiet out;
    out.from = clock_.now();
    out.until = clock_.now() + lasts;
    return out;
  }
  Quiet added(Quiet quiet) { return run(store_->add(std::move(quiet))).value(); }
  std::vector<std::int64_t> live(alerts::Account account = 0) {
    std::vector<std::int64_t> out;
    const auto all = run(store_->live(account, clock_.now())).value();
    for (const auto& one : all) out.push_back(one.number);
    return out;
  }
  std::unique_ptr<alerts::QuietStore> store_;
};

template <class World>
class QuietStores : public World {};
using Kinds = ::testing::Types<Quiets<true>, Quiets<false>>;
TYPED_TEST_SUITE(QuietStores, Kinds);

TYPED_TEST(QuietStores, ASilenceComesBackAsItWasAdded) {
  Quiet full{.account = 7,
             .cluster_id = "cls-1",
             .ns = "shop",
             .name = "payment",
             .policy_id = "policy-1",
             .spoken = "支付",
             .from = this->clock_.now() + 1h,
             .until = this->clock_.now() + 2h,
             .daily_from = std::chrono::minutes(23 * 60 + 30),
             .daily_until = std::chrono::minutes(0),
             .weekdays = {0, 3, 6},
             .zone = "Europe/Berlin",
             .reason = "维护",
             .created_by = 3,
             .created = this->clock_.now()};
  EXPECT_EQ(this->added(full).number, 1);
  const auto all = run(this->store_->live(7, this->clock_.now())).value();
  ASSERT_EQ(all.size(), 1U);
  const Quiet& back = all[0];
  EXPECT_EQ(back.number, 1);
  EXPECT_EQ(back.account, 7);
  EXPECT_EQ(back.cluster_id, full.cluster_id);
  EXPECT_EQ(back.ns, full.ns);
  EXPECT_EQ(back.name, full.name);
  EXPECT_EQ(back.policy_id, full.policy_id);
  EXPECT_EQ(back.spoken, full.spoken);
  EXPECT_EQ(back.from, full.from);
  EXPECT_EQ(back.until, full.until);
  EXPECT_EQ(back.daily_from, full.daily_from);
  EXPECT_EQ(back.daily_until, full.daily_until);
  EXPECT_EQ(back.weekdays, full.weekdays);
  EXPECT_EQ(back.zone, full.zone);
  EXPECT_EQ(back.reason, full.reason);
  EXPECT_EQ(back.created_by, full.created_by);
  EXPECT_EQ(back.created, full.created);
  EXPECT_FALSE(back.lifted);
  this->added(this->quiet());
  const auto plain = run(this->store_->live(0, this->clock_.now())).value().at(0);
  EXPECT_FALSE(plain.daily_from);
  EXPECT_FALSE(plain.daily_until);
  EXPECT_THAT(plain.weekdays, IsEmpty());
}

TYPED_TEST(QuietStores, OneThatIsOverOrLiftedIsNotLive) {
  this->added(this->quiet(1min));
  this->added(this->quiet());
  this->added(this->quiet());
  EXPECT_THAT(this->live(), ElementsAre(1, 2, 3));
  const auto lift = [&](alerts::Account account, std::int64_t number) {
    return run(this->store_->lift(account, number, this->clock_.now())).value();
  };
  EXPECT_FALSE(lift(7, 2));
  EXPECT_TRUE(lift(0, 2));
  EXPECT_FALSE(lift(0, 2));
  EXPECT_THAT(this->live(), ElementsAre(1, 3));
  this->clock_.time += 1min;
  EXPECT_THAT(this->live(), ElementsAre(3));
  EXPECT_FALSE(lift(0, 1));
  EXPECT_THAT(this->live(7), IsEmpty());
  EXPECT_EQ(this->added(this->quiet()).number, 4);
}

class LearnedStores : public StorageTest, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    StorageTest::SetUp();
    const bool in_sql = GetParam();
    if (in_sql) {
      store_ = std::make_unique<SqlLearnedStore>(*database_);
    } else {
      store_ = std::make_unique<alerts::MemoryLearnedStore>();
    }
  }
  std::unique_ptr<alerts::LearnedStore> store_;
};
INSTANTIATE_TEST_SUITE_P(SqlAndMemory, LearnedStores, ::testing::Bool());

TEST_P(LearnedStores, EachChangeIsAVersionOfItsOwn) {
  EXPECT_FALSE(run(store_->newest(0)).value());
  Learned learned;
  learned.weights = {.impact = 41, .severity = 29, .business = 20, .time = 10};
  learned.steps["crash_loop"][2] = {.solved = 3.5, .failed = 1, .worse = 0.25};
  learned.pinned = true;
  learned.why = "重启没有用";
  learned.at = clock_.now();
  const auto first = run(store_->add(0, learned)).value();
  EXPECT_EQ(first.version, 1);
  auto next = first;
  next.weights.impact = 42;
  next.weights.severity = 28;
  EXPECT_EQ(run(store_->add(0, next)).value().version, 2);
  EXPECT_EQ(run(store_->add(7, learned)).value().version, 1);

  const auto listed = run(store_->list(0, 10)).value();
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].version, 2);
  EXPECT_EQ(listed[0].weights.impact, 42);
  EXPECT_EQ(listed[1].version, 1);
  EXPECT_EQ(listed[1].weights, learned.weights);
  EXPECT_EQ(listed[1].steps.at("crash_loop")[2].solved, 3.5);
  EXPECT_EQ(listed[1].steps.at("crash_loop")[2].worse, 0.25);
  EXPECT_TRUE(listed[1].pinned);
  EXPECT_EQ(listed[1].why, learned.why);
  EXPECT_EQ(listed[1].at, learned.at);
  EXPECT_EQ(run(store_->newest(0)).value()->version, 2);
  EXPECT_EQ(run(store_->list(0, 1)).value().size(), 1U);
}

TEST_P(LearnedStores, WhoeverLearnedFromAnEarlierVersionBeginsAgain) {
  ASSERT_TRUE(run(store_->add(0, Learned{})));
  EXPECT_EQ(run(store_->add(0, Learned{})).error().code, Errc::conflict);
}

using SqlLearned = StorageTest;

TEST_F(SqlLearned, OfManyThatLearnAtOnceOneIsTheFirst) {
  const auto other_database = open();
  SqlLearnedStore first(*database_);
  SqlLearnedStore second(*other_database);
  std::vector<Async<Result<Learned>>> calls;
  for (int i = 0; i < 20; ++i) calls.push_back((i % 2 == 0 ? first : second).add(0, Learned{}));
  int added = 0;
  for (const auto& one : run_at_once(std::move(calls))) {
    added += one ? 1 : 0;
    if (!one) EXPECT_EQ(one.error().code, Errc::conflict);
  }
  EXPECT_EQ(added, 1);
}

class HookRepositoryTest : public StorageTest {
 protected:
  void SetUp() override {
    StorageTest::SetUp();
    keys_ = std::make_unique<SqlHookRepository>(*database_);
  }
  HookKey added(const std::string& hash, identity::UserId account = 0) {
    return run(keys_->add({.account = account,
                           .label = "腾讯云回调",
                           .hash = hash,
                           .prefix = "mth_Zk3x",
                           .created = clock_.now()}))
        .value();
  }
  std::optional<HookKey> found(const std::string& hash) {
    return run(keys_->find_by_hash(hash)).value();
  }
  std::unique_ptr<identity::HookRepository> keys_;
};

TEST_F(HookRepositoryTest, AKeyIsFoundByItsHashUntilItIsRevoked) {
  const auto key = added("aa", 7);
  added("bb");
  EXPECT_GT(key.id, 0);
  const auto back = found("aa");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->id, key.id);
  EXPECT_EQ(back->account, 7);
  EXPECT_EQ(back->label, "腾讯云回调");
  EXPECT_EQ(back->hash, "aa");
  EXPECT_EQ(back->prefix, "mth_Zk3x");
  EXPECT_EQ(back->created, clock_.now());
  EXPECT_FALSE(back->last_used);
  EXPECT_FALSE(found("cc"));

  EXPECT_TRUE(run(keys_->revoke(key.id, clock_.now())).value());
  EXPECT_FALSE(run(keys_->revoke(key.id, clock_.now())).value());
  EXPECT_FALSE(run(keys_->revoke(99, clock_.now())).value());
  EXPECT_FALSE(found("aa"));
  EXPECT_TRUE(found("bb"));
  const auto all = run(keys_->all()).value();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].revoked, clock_.now());
  EXPECT_FALSE(all[1].revoked);
}

TEST_F(HookRepositoryTest, AHashIsThereOnce) {
  added("aa");
  EXPECT_EQ(run(keys_->add({.hash = "aa"})).error().code, Errc::conflict);
}

TEST_F(HookRepositoryTest, UsesWithinASecondAreOneUse) {
  const auto key = added("aa");
  const auto first = clock_.now();
  ASSERT_TRUE(run(keys_->touch(key.id, clock_.now())));
  clock_.time += 999ms;
  ASSERT_TRUE(run(keys_->touch(key.id, clock_.now())));
  EXPECT_EQ(found("aa")->last_used, first);
  clock_.time += 2ms;
  ASSERT_TRUE(run(keys_->touch(key.id, clock_.now())));
  EXPECT_EQ(found("aa")->last_used, clock_.now());
}

}  // namespace
}  // namespace mtc::storage
