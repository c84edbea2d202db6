#include "base/edit_distance.h"

#include <gtest/gtest.h>

namespace mtc {
namespace {

TEST(EditDistance, CountsSlips) {
  const struct {
    const char *a, *b;
    std::size_t slips;
  } cases[] = {
      {"", "", 0},        {"order", "order", 0},     {"oder", "order", 1},   {"order", "ordre", 1},
      {"pay", "", 3},     {"paymint", "payment", 1}, {"cart", "gateway", 6}, {"ab", "ba", 1},
      {"abcd", "badc", 2}};
  for (const auto& c : cases) {
    EXPECT_EQ(edit_distance(c.a, c.b), c.slips) << c.a << " " << c.b;
    EXPECT_EQ(edit_distance(c.b, c.a), c.slips) << c.a << " " << c.b;
  }
}

TEST(EditDistance, StopsCountingWhereNobodyAsks) {
  EXPECT_EQ(edit_distance("aaaaaaaaaa", "bbbbbbbbbb", 2), 3U);
  EXPECT_EQ(edit_distance("a", "aaaaaaaaaa", 2), 3U);
  EXPECT_EQ(edit_distance("ab", "ac", 1), 1U);
}

}  // namespace
}  // namespace mtc
