#include "domain/search/log_search.h"

#include <gtest/gtest.h>

#include "infra/loop/run.h"

namespace mtc::search {
namespace {

using namespace std::chrono_literals;

logs::Topic topic(const std::string& name) {
  return {.id = "id-" + name,
          .name = name,
          .logset_id = "s",
          .region = "ap-guangzhou",
          .indexed = true};
}

struct FakeStore final : logs::LogStore {
  std::vector<logs::LogRecord> lines;
  std::vector<std::string> conditions;
  logs::TopicFields topic_fields{.full_text = true,
                                 .keys = {{.name = "level", .type = "text", .in_sql = true}}};

  Async<Result<std::vector<logs::Topic>>> topics() override {
    co_return std::vector{topic("shop-app")};
  }
  Async<Result<std::vector<logs::Logset>>> logsets() override {
    co_return std::vector<logs::Logset>{};
  }
  Async<Result<logs::TopicFields>> fields(std::string) override { co_return topic_fields; }
  Async<Result<logs::SearchResult>> search(logs::Search search) override {
    conditions.push_back(search.condition);
    co_return logs::SearchResult{.lines = lines, .complete = true};
  }
  Async<Result<logs::Table>> analyze(std::string, logs::TimeRange, std::string,
                                     std::string) override {
    co_return logs::Table{};
  }
  Async<Result<logs::Histogram>> histogram(std::string, logs::TimeRange range,
                                           std::string condition, Millis) override {
    conditions.push_back(condition);
    co_return logs::Histogram{.interval = 1min,
                              .total = static_cast<std::int64_t>(lines.size()),
                              .buckets = {{range.from, 1}}};
  }
  Async<Result<std::vector<logs::LogRecord>>> context(logs::LogRecord, int, int) override {
    co_return std::vector<logs::LogRecord>{};
  }
};

const TimePoint now = Zone::shanghai().at(2026y / 11 / 22, 11h);

Question last_hour(std::string keyword) {
  return {.keyword = std::move(keyword),
          .level = logs::Level::error,
          .range = {now - 1h, now},
          .limit = 2};
}

TEST(Ask, CountsGroupsAndKeepsTheNewest) {
  FakeStore store;
  for (int i = 0; i < 35; ++i) {
    store.lines.push_back(
        {.time = now - 28min + Millis(1000 * i),
         .level = logs::Level::error,
         .service = "payment",
         .message = "connect to database 10.0.0." + std::to_string(i) + " timed out"});
  }
  store.lines.push_back({.time = now - 1min,
                         .level = logs::Level::error,
                         .service = "payment",
                         .message = "disk full"});
  const auto answer = run(ask(store, topic("shop-app"), last_hour("payment")));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->total, 36);
  ASSERT_FALSE(answer->kinds.empty());
  EXPECT_EQ(answer->kinds[0].count, 35);
  ASSERT_EQ(answer->lines.size(), 2U);
  EXPECT_EQ(answer->first, now - 28min);
  const std::string zh = say_answer(*answer, now, Zone::shanghai(), Language::zh);
  EXPECT_TRUE(zh.starts_with("最近一个小时，payment 有三十六条错误。")) << zh;
  EXPECT_NE(zh.find("三十五条"), std::string::npos) << zh;
  EXPECT_EQ(say_answer(*answer, now, Zone::shanghai(), Language::en).find('<'), std::string::npos);
}

TEST(Ask, NothingFoundIsSaidPlainly) {
  FakeStore store;
  const auto answer = run(ask(store, topic("shop-app"), last_hour("")));
  ASSERT_TRUE(answer);
  EXPECT_EQ(say_answer(*answer, now, Zone::shanghai(), Language::zh),
            "最近一个小时，没有找到错误日志。");
  const auto words = run(ask(store, topic("shop-app"), last_hour("超时")));
  EXPECT_EQ(say_answer(*words, now, Zone::shanghai(), Language::zh),
            "最近一个小时，没有找到超时的错误日志。");
}

TEST(Ask, WhatTheUserSaysCannotBecomeQueryLanguage) {
  FakeStore store;
  ASSERT_TRUE(run(ask(store, topic("shop-app"), last_hour("x\" OR level:\"INFO"))));
  for (const auto& condition : store.conditions) {
    EXPECT_EQ(condition.find("x\" OR"), std::string::npos) << condition;
  }
}

TEST(Ask, AConditionInCqlIsAskedAsWritten) {
  FakeStore store;
  auto question = last_hour("payment");
  question.query = "status:500 OR status:502";
  ASSERT_TRUE(run(ask(store, topic("shop-app"), question)));
  EXPECT_TRUE(store.conditions[0].starts_with("(status:500 OR status:502) AND \"payment\" AND "))
      << store.conditions[0];
}

TEST(SayTable, ReadsTheFirstRowsAndNoMarkup) {
  TableAnswer answer{.topic = topic("shop-app"), .range = {now - 1h, now}, .table = {}, .rows = 4};
  const auto said = [&](Language language) {
    return say_table(answer, now, Zone::shanghai(), language);
  };
  EXPECT_EQ(said(Language::zh), "最近一个小时，没有结果。");
  answer.table.rows = {{"payment<b>", 42}, {"cart", 7}, {"order", 2.5}, {nullptr, 1}};
  EXPECT_EQ(said(Language::zh),
            "最近一个小时，有四行结果，前面是：payment b 四十二，cart 七，order 2.5。");
  EXPECT_EQ(
      said(Language::en),
      "There are four rows in the last hour, the first: payment b 42, cart seven, order 2.5.");
  answer.table.rows.resize(1);
  EXPECT_EQ(said(Language::zh), "最近一个小时，结果是 payment b 四十二。");
}

}  // namespace
}  // namespace mtc::search
