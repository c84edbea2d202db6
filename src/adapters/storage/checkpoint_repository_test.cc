// What every store of checkpoints and of aliases promises, in memory and in SQL.
#include "adapters/storage/checkpoint_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <algorithm>

#include "adapters/storage/storage_fixture.h"
#include "domain/clusters/memory_checkpoint_store.h"

namespace mtc::storage {
namespace {

using clusters::Alias;
using clusters::Checkpoint;
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
      store_ = std::make_unique<SqlCheckpointStore>(*database_, cipher_);
      aliases_ = std::make_unique<SqlAliasStore>(*database_);
    } else {
      store_ = std::make_unique<clusters::MemoryCheckpointStore>();
      aliases_ = std::make_unique<clusters::MemoryAliasStore>();
    }
  }

  Checkpoint checkpoint(std::string id, identity::UserId user) const {
    Checkpoint out;
    out.id = std::move(id);
    out.user = user;
    out.region = "ap-guangzhou";
    out.cluster_id = "cls-1";
    out.cluster_name = "广州生产集群";
    out.action = "scale_workload";
    out.summary = "payment 从三个副本改成五个";
    out.objects = {
        {.object = {.api_version = "apps/v1", .kind = "Deployment", .ns = "shop", .name = "pay"},
         .before = Json{{"spec", {{"replicas", 3}}}},
         .after = "aa"},
        {.object = {.kind = "Secret", .ns = "shop", .name = "db"},
         .before = Json{{"data", {{"password", "hunter2"}}}},
         .after = ""},
        {.object = {.kind = "ConfigMap", .ns = "shop", .name = "new"},
         .before = std::nullopt,
         .after = "bb"}};
    out.created = clock_.now();
    return out;
  }
  Checkpoint added(std::string id, identity::UserId user = 0) {
    auto out = run(store_->add(checkpoint(std::move(id), user == 0 ? alice_ : user)));
    EXPECT_TRUE(out) << out.error().message;
    return out.value_or(Checkpoint{});
  }
  std::vector<std::int64_t> numbers(identity::UserId user, std::int64_t limit = 10) {
    std::vector<std::int64_t> out;
    const auto listed = run(store_->list(user, limit)).value();
    for (const auto& one : listed) out.push_back(one.number);
    return out;
  }

  std::unique_ptr<clusters::CheckpointStore> store_;
  std::unique_ptr<clusters::AliasStore> aliases_;
};

using SqlCheckpoints = Stores<true>;

template <class World>
class CheckpointStores : public World {};
using Kinds = ::testing::Types<Stores<true>, Stores<false>>;
TYPED_TEST_SUITE(CheckpointStores, Kinds);

TYPED_TEST(CheckpointStores, ACheckpointComesBackAsItWasAdded) {
  const auto given = this->checkpoint("c1", this->alice_);
  EXPECT_EQ(this->added("c1").number, 1);
  const auto found = run(this->store_->find("c1")).value().value();
  EXPECT_EQ(found.number, 1);
  EXPECT_EQ(found.user, this->alice_);
  EXPECT_EQ(found.region, given.region);
  EXPECT_EQ(found.cluster_id, given.cluster_id);
  EXPECT_EQ(found.cluster_name, given.cluster_name);
  EXPECT_EQ(found.action, given.action);
  EXPECT_EQ(found.summary, given.summary);
  EXPECT_EQ(found.created, given.created);
  EXPECT_FALSE(found.restored);
  ASSERT_EQ(found.objects.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(found.objects[i].object, given.objects[i].object);
    EXPECT_EQ(found.objects[i].before, given.objects[i].before);
    EXPECT_EQ(found.objects[i].after, given.objects[i].after);
  }
  EXPECT_FALSE(run(this->store_->find("c2")).value());
  EXPECT_EQ(run(this->store_->add(given)).error().code, Errc::conflict);
}

TYPED_TEST(CheckpointStores, EachPersonCountsFromOne) {
  EXPECT_EQ(this->added("c1").number, 1);
  EXPECT_EQ(this->added("c2").number, 2);
  EXPECT_EQ(this->added("d1", this->bob_).number, 1);
  EXPECT_EQ(this->added("c3").number, 3);
  EXPECT_THAT(this->numbers(this->alice_), ElementsAre(3, 2, 1));
  EXPECT_THAT(this->numbers(this->alice_, 2), ElementsAre(3, 2));
  EXPECT_THAT(this->numbers(this->bob_), ElementsAre(1));
}

TYPED_TEST(CheckpointStores, AListOnlySaysWhetherThereWasSomething) {
  this->added("c1");
  const auto listed = run(this->store_->list(this->alice_, 10)).value().at(0);
  ASSERT_EQ(listed.objects.size(), 3U);
  EXPECT_EQ(listed.objects[0].before, Json::object());
  EXPECT_EQ(listed.objects[1].before, Json::object());
  EXPECT_FALSE(listed.objects[2].before);
  EXPECT_EQ(listed.objects[0].after, "aa");
}

TYPED_TEST(CheckpointStores, WhatCameOfItIsNoted) {
  auto one = this->added("c1");
  one.objects[1].after = "cc";
  one.restored = this->clock_.now() + Millis{7};
  ASSERT_TRUE(run(this->store_->update(one)));
  const auto found = run(this->store_->find("c1")).value().value();
  EXPECT_EQ(found.objects[1].after, "cc");
  EXPECT_EQ(found.objects[1].before, one.objects[1].before);
  EXPECT_EQ(found.restored, one.restored);
  one.id = "c2";
  EXPECT_EQ(run(this->store_->update(one)).error().code, Errc::not_found);
}

TYPED_TEST(CheckpointStores, OldOnesAreForgottenAndTheirNumbersStay) {
  this->added("c1");
  this->clock_.time += Millis{1};
  this->added("c2");
  EXPECT_EQ(run(this->store_->forget(this->clock_.now())).value(), 1);
  EXPECT_FALSE(run(this->store_->find("c1")).value());
  EXPECT_EQ(this->added("c3").number, 3);
}

TYPED_TEST(CheckpointStores, ANameIsKeptForThePersonWhoGaveIt) {
  auto& aliases = *this->aliases_;
  const auto names = [&](identity::UserId user) {
    std::vector<std::string> out;
    const auto listed = run(aliases.list(user)).value();
    for (const auto& one : listed) {
      out.push_back(one.spoken + "=" + one.cluster_id + "/" + one.ns + "/" + one.name);
    }
    return out;
  };
  ASSERT_TRUE(run(aliases.put(
      this->alice_, {.spoken = "b", .cluster_id = "", .ns = "shop", .name = "order-service"})));
  ASSERT_TRUE(run(aliases.put(
      this->alice_, {.spoken = "a", .cluster_id = "cls-1", .ns = "", .name = "payment"})));
  ASSERT_TRUE(
      run(aliases.put(this->bob_, {.spoken = "b", .cluster_id = "", .ns = "", .name = "billing"})));
  EXPECT_THAT(names(this->alice_), ElementsAre("a=cls-1//payment", "b=/shop/order-service"));
  ASSERT_TRUE(run(aliases.put(
      this->alice_, {.spoken = "b", .cluster_id = "", .ns = "shop", .name = "order-api"})));
  EXPECT_THAT(names(this->alice_), ElementsAre("a=cls-1//payment", "b=/shop/order-api"));
  EXPECT_TRUE(run(aliases.remove(this->alice_, "b")).value());
  EXPECT_FALSE(run(aliases.remove(this->alice_, "b")).value());
  EXPECT_THAT(names(this->alice_), ElementsAre("a=cls-1//payment"));
  EXPECT_THAT(names(this->bob_), ElementsAre("b=//billing"));
}

TEST_F(SqlCheckpoints, NoSecretCanBeReadInTheFile) {
  added("c1");
  std::string sealed;
  ASSERT_TRUE(database_->run_now<void>([&](soci::session& session) -> Result<> {
    session << "SELECT sealed FROM checkpoints", soci::into(sealed);
    return {};
  }));
  EXPECT_THAT(sealed, Not(HasSubstr("hunter2")));
}

TEST_F(SqlCheckpoints, OneThatCannotBeReadHidesNoOther) {
  added("c1");
  added("c2");
  ASSERT_TRUE(database_->run_now<void>([](soci::session& session) -> Result<> {
    session << "UPDATE checkpoints SET sealed = 'x' WHERE id = 'c1'";
    return {};
  }));
  EXPECT_FALSE(run(store_->find("c1")));
  EXPECT_THAT(numbers(alice_), ElementsAre(2));
}

TEST_F(SqlCheckpoints, ServersThatAddAtOnceGiveEachItsNumber) {
  const auto other_database = open();
  SqlCheckpointStore other(*other_database, cipher_);
  std::vector<Async<Result<Checkpoint>>> adding;
  for (int i = 0; i < 30; ++i) {
    clusters::CheckpointStore& store = i % 2 == 0 ? *store_ : other;
    adding.push_back(store.add(checkpoint("c" + std::to_string(i), alice_)));
  }
  std::vector<std::int64_t> given;
  for (const auto& one : run_at_once(std::move(adding))) given.push_back(one ? one->number : -1);
  std::ranges::sort(given);
  ASSERT_EQ(given.size(), 30U);
  for (int i = 0; i < 30; ++i) EXPECT_EQ(given[static_cast<std::size_t>(i)], i + 1);
}

}  // namespace
}  // namespace mtc::storage
