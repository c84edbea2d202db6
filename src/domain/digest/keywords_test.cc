#include "domain/digest/keywords.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtc::digest {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Keywords, WordsLeaveOutVariablesNumbersHashesAndStopWords) {
  EXPECT_THAT(
      words_of(
          "Failed to connect to mysql <*> user<*> at 10.0.0.1 deadbeef 7f3a after the timeout"),
      ElementsAre("connect", "mysql", "timeout"));
  EXPECT_THAT(words_of("<*> <*> 123 to"), IsEmpty());
  EXPECT_THAT(words_of(""), IsEmpty());
}

TEST(Keywords, ChineseIsCutIntoTheWordsOfOperations) {
  EXPECT_THAT(words_of("支付渠道连接数据库超时，订单<*>"),
              testing::UnorderedElementsAre("支付", "渠道", "连接", "数据库", "超时", "订单"));
}

TEST(Keywords, BrokenTextDoesNoHarm) {
  for (const char* text : {"\xe6\x97", "\xff\xfe abc", "<", "<*", "支\xe4"}) (void)words_of(text);
  EXPECT_THAT(words_of("\xff database"), ElementsAre("database"));
}

TEST(Keywords, WhatEveryLineHasIsNoKeyword) {
  const auto keywords =
      find_keywords({{.text = "order service connection refused", .count = 100, .error = true},
                     {.text = "order service accepted", .count = 10'000, .error = false}},
                    10);
  EXPECT_THAT(keywords, Contains(Field(&Keyword::word, "refused")));
  EXPECT_THAT(keywords, Not(Contains(Field(&Keyword::word, "order"))));
  EXPECT_EQ(keywords[0].count, 100);
}

TEST(Keywords, OneTemplateDoesNotFillTheList) {
  const auto keywords =
      find_keywords({{.text = "alpha beta gamma delta epsilon", .count = 1000, .error = true},
                     {.text = "kafka rebalance", .count = 10, .error = true},
                     {.text = "fine", .count = 5000, .error = false}},
                    5);
  EXPECT_THAT(keywords, Contains(Field(&Keyword::word, "kafka")));
  EXPECT_EQ(keywords.size(), 5U);
}

}  // namespace
}  // namespace mtc::digest
