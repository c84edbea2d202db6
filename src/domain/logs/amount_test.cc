#include "domain/logs/amount.h"

#include <gtest/gtest.h>

namespace mtc::logs {
namespace {

TEST(Amount, IsReadInEitherScript) {
  const struct {
    const char* text;
    double value;
    std::size_t length;
  } cases[] = {{"100", 100, 3},
               {"100条", 100, 3},
               {"1,500 lines", 1500, 5},
               {"0.5%", 0.5, 3},
               {"5万条", 50'000, 4},
               {"20k", 20'000, 3},
               {"20kb", 20, 2},
               {"两百", 200, 6},
               {"一千二", 1200, 9},
               {"一万二", 12'000, 9},
               {"一万零二", 10'002, 12},
               {"三百五十万", 3'500'000, 15},
               {"两亿三千万", 230'000'000, 15},
               {"零点五秒", 0.5, 9},
               {"三点二五", 3.25, 12},
               {"十五分钟", 15, 6},
               {"三点", 3, 3},
               {"five minutes", 5, 4},
               {"a hundred", 100, 9},
               {"twenty five", 25, 11},
               {"two thousand three hundred", 2300, 26},
               {"a hundred and five", 105, 18},
               {"1.5", 1.5, 3},
               {"1.", 1, 1},
               {"12,34", 12, 2}};
  for (const auto& c : cases) {
    const auto amount = read_amount(c.text);
    ASSERT_TRUE(amount) << c.text;
    EXPECT_DOUBLE_EQ(amount->value, c.value) << c.text;
    EXPECT_EQ(amount->length, c.length) << c.text;
  }
}

TEST(Amount, WhatIsNoNumberIsNone) {
  for (const char* text : {"", "条", "半", "百", "some", "a line", "and five", "万", ".5", "-3",
                           "1234567890123456", "\xe4\xb8"}) {
    EXPECT_FALSE(read_amount(text)) << text;
  }
}

TEST(PlainNumber, HasOnlyTheDecimalsItNeeds) {
  EXPECT_EQ(plain_number(100), "100");
  EXPECT_EQ(plain_number(0.5), "0.5");
  EXPECT_EQ(plain_number(1e9), "1000000000");
  EXPECT_EQ(plain_number(2.00001), "2");
}

}  // namespace
}  // namespace mtc::logs
