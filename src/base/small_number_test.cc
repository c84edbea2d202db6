#include "base/small_number.h"

#include <gtest/gtest.h>

namespace mtc {
namespace {

TEST(SmallNumber, ReadsChineseAndDigits) {
  const struct {
    const char* text;
    int value;
  } cases[] = {{"35", 35},       {"三十五", 35},  {"十", 10},
               {"十二", 12},     {"两百", 200},   {"一百零五", 105},
               {"一千二", 1200}, {"三百五", 350}, {"一千二百三十四", 1234},
               {"零", 0}};
  for (const auto& c : cases) EXPECT_EQ(parse_small_number(c.text), c.value) << c.text;
  for (const auto* bad : {"", "半", "三五", "十百", "x", "12345"})
    EXPECT_FALSE(parse_small_number(bad)) << bad;
}

}  // namespace
}  // namespace mtc
