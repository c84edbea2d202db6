#include "adapters/xiaozhi/backoff.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mtc::xiaozhi {
namespace {

using namespace std::chrono_literals;

// The longest wait seen after that many losses in a row, over many generators.
Millis longest_wait(int losses) {
  Millis longest{0};
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    SeededRandom random(seed);
    Backoff backoff(random, {});
    Millis wait{0};
    for (int i = 0; i < losses; ++i) wait = backoff.next(Loss::transient, 0ms);
    EXPECT_GE(wait, 1s);
    longest = std::max(longest, wait);
  }
  return longest;
}

TEST(XiaozhiBackoff, DoublesWithFullJitterUpToAMinute) {
  const struct {
    int losses;
    Millis ceiling;
  } cases[] = {{1, 1s}, {2, 2s}, {3, 4s}, {4, 8s}, {6, 32s}, {7, 60s}, {50, 60s}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.losses);
    EXPECT_LE(longest_wait(c.losses), c.ceiling);
    EXPECT_GT(longest_wait(c.losses), c.ceiling * 9 / 10);
  }
}

TEST(XiaozhiBackoff, AHealthyConnectionStartsAnew) {
  SeededRandom random(1);
  Backoff backoff(random, {});
  for (int i = 0; i < 10; ++i) backoff.next(Loss::transient, 59s);
  EXPECT_EQ(backoff.next(Loss::transient, 60s), 1s);
  EXPECT_LE(backoff.next(Loss::transient, 0s), 2s);
}

TEST(XiaozhiBackoff, WaitsForTheRelayToSeeASilentLoss) {
  SeededRandom random(1);
  Backoff backoff(random, {});
  EXPECT_EQ(backoff.next(Loss::silent, 10s), 45s);
  for (int i = 0; i < 20; ++i) EXPECT_GE(backoff.next(Loss::silent, 0s), 45s);
  EXPECT_GE(backoff.next(Loss::unregistered, 0s), 1s);
}

TEST(XiaozhiBackoff, DoesNotInsistOnAWrongAddress) {
  SeededRandom random(1);
  Backoff backoff(random, {});
  EXPECT_EQ(backoff.next(Loss::misconfigured, 0s), 10min);
}

}  // namespace
}  // namespace mtc::xiaozhi
