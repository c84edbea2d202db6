#include "latencies.h"

#include <gtest/gtest.h>

namespace mtc::bench {
namespace {

using namespace std::chrono_literals;

TEST(Latencies, KnowTheirPercentiles) {
  Latencies latencies;
  for (int i = 100; i >= 1; --i) latencies.add(std::chrono::microseconds(i));
  EXPECT_DOUBLE_EQ(latencies.percentile(50), 51);
  EXPECT_DOUBLE_EQ(latencies.percentile(99), 100);
  EXPECT_DOUBLE_EQ(latencies.percentile(100), 100);
  latencies.add(500us);
  EXPECT_DOUBLE_EQ(latencies.percentile(100), 500);
}

TEST(Latencies, AreZeroWithoutAny) {
  EXPECT_DOUBLE_EQ(Latencies().percentile(99), 0);
}

TEST(Latencies, KeepTheLongestTheyCanHold) {
  Latencies latencies;
  latencies.add(1h);
  EXPECT_NEAR(latencies.percentile(100), 4.29e6, 1e4);
}

}  // namespace
}  // namespace mtc::bench
