#include "adapters/storage/used_once.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/storage/storage_fixture.h"

namespace mtc::storage {
namespace {

using std::chrono::minutes;

class UsedOnceTest : public StorageTest {
 protected:
  bool claim(SqlUsedOnce& used, const std::string& id) {
    return run(used.claim(id, clock_.now() + minutes(10))).value();
  }
};

TEST_F(UsedOnceTest, TheFirstWhoClaimsIsTheOnlyOne) {
  SqlUsedOnce used(*database_, clock_);
  EXPECT_TRUE(claim(used, "a"));
  EXPECT_FALSE(claim(used, "a"));
  EXPECT_TRUE(claim(used, "b"));
  const auto after_a_restart = open();
  SqlUsedOnce other(*after_a_restart, clock_);
  EXPECT_FALSE(claim(other, "a"));
}

TEST_F(UsedOnceTest, WhatIsTooOldAnywayIsForgotten) {
  SqlUsedOnce used(*database_, clock_);
  EXPECT_TRUE(claim(used, "a"));
  clock_.time += minutes(10);
  EXPECT_FALSE(claim(used, "a"));
  clock_.time += Millis{1};
  EXPECT_TRUE(claim(used, "b"));
  EXPECT_TRUE(claim(used, "a"));
}

TEST_F(UsedOnceTest, OfManyClaimsThroughTwoServersExactlyOneIsTrue) {
  const auto other_database = open();
  SqlUsedOnce used(*database_, clock_);
  SqlUsedOnce other(*other_database, clock_);
  std::vector<Async<Result<bool>>> claims;
  for (int i = 0; i < 32; ++i)
    claims.push_back((i % 2 == 0 ? used : other).claim("a", clock_.now() + minutes(10)));
  const auto answers = run_at_once(std::move(claims));
  EXPECT_EQ(std::ranges::count(answers, Result<bool>(true)), 1);
  EXPECT_EQ(std::ranges::count(answers, Result<bool>(false)), 31);
}

}  // namespace
}  // namespace mtc::storage
