#include "adapters/storage/good_state_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include "adapters/storage/storage_fixture.h"

namespace mtc::storage {
namespace {

using clusters::GoodState;
using clusters::ReleaseName;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace std::chrono_literals;

class GoodStateStoreTest : public SealedStorageTest {
 protected:
  void SetUp() override {
    SealedStorageTest::SetUp();
    store_ = std::make_unique<SqlGoodStateStore>(*database_, cipher_);
  }

  GoodState state(std::string fingerprint) const {
    return {.account = 7,
            .release = {.cluster_id = "cls-1", .ns = "shop", .name = "payment"},
            .objects = {Json{{"kind", "Deployment"}, {"spec", {{"replicas", 3}}}},
                        Json{{"kind", "Secret"}, {"data", {{"password", "hunter2"}}}}},
            .fingerprint = std::move(fingerprint),
            .since = clock_.now() - 1h,
            .seen = clock_.now()};
  }
  void put(GoodState one, int keep = 5) {
    const auto put = run(store_->put(std::move(one), keep));
    EXPECT_TRUE(put) << put.error().message;
    clock_.time += 1min;
  }
  std::vector<GoodState> all() {
    const auto any = state("");
    return run(store_->list(any.account, any.release)).value();
  }
  std::vector<std::string> fingerprints() {
    std::vector<std::string> out;
    for (auto& one : all()) out.push_back(one.fingerprint);
    return out;
  }
  std::unique_ptr<clusters::GoodStateStore> store_;
};

TEST_F(GoodStateStoreTest, AStateComesBackAsItWasPut) {
  const auto one = state("aa");
  put(one);
  const auto kept = all();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].account, 7);
  EXPECT_EQ(kept[0].release, one.release);
  EXPECT_EQ(kept[0].objects, one.objects);
  EXPECT_EQ(kept[0].fingerprint, "aa");
  EXPECT_EQ(kept[0].since, one.since);
  EXPECT_EQ(kept[0].seen, one.seen);
  EXPECT_THAT(run(store_->list(0, one.release)).value(), IsEmpty());
  EXPECT_THAT(run(store_->list(7, {.cluster_id = "cls-1", .ns = "shop", .name = "order"})).value(),
              IsEmpty());
}

TEST_F(GoodStateStoreTest, TheNewestIsFirstAndFewStay) {
  put(state("aa"), 2);
  put(state("bb"), 2);
  put(state("cc"), 2);
  EXPECT_THAT(fingerprints(), ElementsAre("cc", "bb"));
  auto other = state("dd");
  other.account = 0;
  put(other, 1);
  EXPECT_THAT(fingerprints(), ElementsAre("cc", "bb"));
}

TEST_F(GoodStateStoreTest, WhatIsAsItOnceWasIsTheNewestAgain) {
  put(state("aa"));
  put(state("bb"));
  auto back = state("aa");
  back.objects.resize(1);
  put(back);
  const auto kept = all();
  EXPECT_THAT(fingerprints(), ElementsAre("aa", "bb"));
  EXPECT_EQ(kept[0].objects.size(), 1U);
  EXPECT_EQ(kept[0].seen, back.seen);
}

TEST_F(GoodStateStoreTest, WhatWasNotSeenForLongIsForgotten) {
  put(state("aa"));
  const auto second = clock_.now();
  put(state("bb"));
  EXPECT_EQ(run(store_->forget(second)).value(), 1);
  EXPECT_THAT(fingerprints(), ElementsAre("bb"));
}

TEST_F(GoodStateStoreTest, NoSecretCanBeReadInTheFileAndNoneInAnotherRow) {
  put(state("aa"));
  put(state("bb"));
  std::string sealed;
  ASSERT_TRUE(database_->run_now<void>([&](soci::session& session) -> Result<> {
    session << "SELECT sealed FROM good_states WHERE fingerprint = 'aa'", soci::into(sealed);
    session << "UPDATE good_states SET sealed = :sealed WHERE fingerprint = 'bb'",
        soci::use(sealed);
    return {};
  }));
  EXPECT_THAT(sealed, Not(HasSubstr("hunter2")));
  EXPECT_THAT(fingerprints(), ElementsAre("aa"));
}

}  // namespace
}  // namespace mtc::storage
