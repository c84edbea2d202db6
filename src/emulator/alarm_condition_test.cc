#include "emulator/alarm_condition.h"

#include <gtest/gtest.h>

namespace mtc::emulator {
namespace {

const std::vector<AlarmRows> kResults{
    {.count = 2,
     .columns = {"service", "err_rate", "count(*)", "错误数"},
     .rows = {{"cart", 1.5, std::int64_t{7}, std::int64_t{1}},
              {"pay", 12.5, std::int64_t{40}, SqlValue{}}}},
    {.count = 1500, .columns = {"cnt"}, .rows = {{std::int64_t{3}}}},
    {.count = 0, .columns = {}, .rows = {}}};

struct Case {
  const char* condition;
  bool expected;
};

TEST(AlarmCondition, HoldsIfACombinationOfRowsDoes) {
  for (const auto& [condition, expected] : std::initializer_list<Case>{
           {"$1.err_rate > 5", true},
           {"$1.err_rate > 50", false},
           {"$1.service == \"pay\" && $1.err_rate > 5", true},
           {"$1.service == \"cart\" && $1.err_rate > 5", false},
           {"$1.service != \"cart\"", true},
           {"[$1.count(*)] >= 40", true},
           {"[$1.count(*)]*2 == 80", true},
           {"$1.错误数 == 1", true},
           {"$1.__QUERYCOUNT__ == 2", true},
           {"$2.__QUERYCOUNT__ > 1000", true},
           {"$3.__QUERYCOUNT__ > 0", false},
           {"$3.__QUERYCOUNT__ == 0", true},
           {"$3.anything > 0", false},
           {"$1.absent > 0 || $2.cnt < 10", true},
           {"$1.err_rate > 5 && $2.cnt < 3", false},
           {"$1.err_rate + $2.cnt * 2 - 1 > 17", true},
           {"($1.err_rate + $2.cnt) * 2 == 31", true},
           {"$1.err_rate / 0 > 1", false},
           {"7 % 4 == 3", true},
           {"$1.err_rate > -1", true},
           {"$1.service > 3", false},
           {"($1.err_rate > 100 || $2.cnt == 3) && ($1.service == \"pay\")", true}}) {
    const auto parsed = parse_alarm_condition(condition, 3);
    ASSERT_TRUE(parsed) << condition << ": " << parsed.error().detail;
    EXPECT_EQ(holds(*parsed, kResults), expected) << condition;
  }
}

TEST(AlarmCondition, RefusesWhatItCannotRead) {
  for (const std::string condition : {"",
                                      "$1.a",
                                      "5",
                                      "$1.a >",
                                      "> 5",
                                      "$4.a > 1",
                                      "$0.a > 1",
                                      "$x.a > 1",
                                      "$1 > 1",
                                      "$1. > 1",
                                      "($1.a > 1",
                                      "$1.a > 1)",
                                      "[$1.count(*) > 1",
                                      "$1.a > \"x",
                                      "$1.a > 1 && 2",
                                      "($1.a > 1) + 2 > 3",
                                      "$1.a = 5",
                                      "$1.a =~ \"x\"",
                                      "$1.a > 1 > 0",
                                      "1.2.3 > 0",
                                      "$99999999999.a > 1"}) {
    const auto parsed = parse_alarm_condition(condition, 3);
    ASSERT_FALSE(parsed) << condition;
    EXPECT_EQ(parsed.error().code, "FailedOperation.InvalidAlarm");
  }
  EXPECT_FALSE(parse_alarm_condition(std::string(4000, '('), 1));
  EXPECT_FALSE(parse_alarm_condition(std::string(5000, ' ') + "1 > 0", 1));
  std::string chain = "1 > 0";
  for (int i = 0; i < 600; ++i) chain += "||1>0";
  EXPECT_FALSE(parse_alarm_condition(chain, 1));
}

TEST(AlarmCondition, StopsAfterAThousandCombinations) {
  AlarmRows many{.count = 100, .columns = {"n"}};
  for (std::int64_t i = 0; i < 100; ++i) many.rows.push_back({i});
  const auto reached = parse_alarm_condition("$1.n == 99 && $2.n == 9", 2);
  const auto beyond = parse_alarm_condition("$1.n == 0 && $2.n == 10", 2);
  EXPECT_TRUE(holds(*reached, {many, many}));
  EXPECT_FALSE(holds(*beyond, {many, many}));
}

}  // namespace
}  // namespace mtc::emulator
