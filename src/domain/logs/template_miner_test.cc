#include "domain/logs/template_miner.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

namespace mtc::logs {
namespace {

TEST(TemplateMiner, MessagesThatDifferInNumbersAreOneGroup) {
  TemplateMiner miner;
  const auto first = miner.add("connection to 10.0.0.1:80 refused after 3 attempts");
  const auto second = miner.add("connection to 10.9.8.7:8080 refused after 12 attempts");
  EXPECT_EQ(first, second);
  EXPECT_EQ(miner.text(first), "connection to <*> refused after <*> attempts");
  EXPECT_NE(miner.add("connection to 10.0.0.1:80 accepted after 3 attempts"), first);
  EXPECT_EQ(miner.size(), 2u);
}

TEST(TemplateMiner, APositionThatShowsManyValuesBecomesVariable) {
  TemplateMiner miner;
  std::vector<TemplateId> ids;
  for (const char* name : {"payment", "gateway", "catalog", "billing", "search", "profile"}) {
    ids.push_back(miner.add(std::string("circuit breaker of ") + name + " opened again"));
  }
  for (const TemplateId id : ids) EXPECT_EQ(miner.resolve(id), ids[0]);
  EXPECT_EQ(miner.text(ids[5]), "circuit breaker of <*> opened again");
  EXPECT_EQ(miner.group_count(), 1u);
  // Further values need no learning.
  const auto before = miner.size();
  EXPECT_EQ(miner.add("circuit breaker of inventory opened again"), ids[0]);
  EXPECT_EQ(miner.size(), before);
}

TEST(TemplateMiner, AFewDifferentWordsStayApart) {
  TemplateMiner miner;
  std::set<TemplateId> groups;
  for (const char* state : {"Started", "Paused", "Resumed", "Stopped"}) {
    groups.insert(miner.add(std::string("[instance: 12] VM ") + state + " (Lifecycle Event)"));
  }
  EXPECT_EQ(groups.size(), 4u);
  for (const TemplateId id : groups) EXPECT_EQ(miner.resolve(id), id);
}

TEST(TemplateMiner, ANameWhereNumbersAreSeenIsAValueToo) {
  TemplateMiner miner;
  const auto number = miner.add("error loading 1234: no such program");
  const auto name = miner.add("error loading runtime_malloc: no such program");
  EXPECT_EQ(miner.resolve(number), miner.resolve(name));
  EXPECT_EQ(miner.text(name), "error loading <*>: no such program");
}

TEST(TemplateMiner, TwoPositionsThatVaryTogetherAreFound) {
  TemplateMiner miner;
  TemplateId last = 0;
  for (int i = 0; i < 26; ++i) {
    const std::string letters{static_cast<char>('a' + i), static_cast<char>('z' - i), 'q'};
    last = miner.add("message of topic " + letters + " was sent to queue " + letters + letters +
                     " without an answer");
  }
  EXPECT_EQ(miner.text(last), "message of topic <*> was sent to queue <*> without an answer");
  EXPECT_EQ(miner.group_count(), 1u);
}

TEST(TemplateMiner, JoiningDependsOnlyOnWhatCameBefore) {
  std::vector<std::string> messages;
  std::mt19937 random(3);
  for (int i = 0; i < 3000; ++i) {
    messages.push_back("job " + std::string(1, static_cast<char>('a' + random() % 26)) +
                       "xy on host " + std::string(1, static_cast<char>('a' + random() % 26)) +
                       "zz ended with " + (random() % 2 == 0 ? "success" : "failure"));
  }
  TemplateMiner one;
  TemplateMiner other;
  for (const auto& message : messages) EXPECT_EQ(one.add(message), other.add(message));
  EXPECT_LE(one.group_count(), 4u);
}

TEST(TemplateMiner, EveryIdResolvesToALiveGroupWithAText) {
  TemplateMiner miner;
  std::mt19937 random(5);
  for (int i = 0; i < 20'000; ++i) {
    std::string message;
    for (int words = 2 + static_cast<int>(random() % 6); words > 0; --words) {
      message += static_cast<char>('a' + random() % 4);
      message += static_cast<char>('a' + random() % 4);
      message += ' ';
    }
    const TemplateId id = miner.add(message);
    ASSERT_LT(id, miner.size());
    ASSERT_EQ(miner.resolve(id), id);
  }
  std::size_t live = 0;
  for (TemplateId id = 0; id < miner.size(); ++id) {
    const TemplateId group = miner.resolve(id);
    live += group == id;
    EXPECT_EQ(miner.resolve(group), group);
    EXPECT_FALSE(miner.text(id).empty());
  }
  EXPECT_EQ(live, miner.group_count());
}

TEST(TemplateMiner, GroupsAreLimitedWhateverComes) {
  TemplateMiner miner({.max_templates = 500});
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string message;
    for (int words = 1 + static_cast<int>(random() % 8); words > 0; --words) {
      for (int letters = 0; letters < 6; ++letters)
        message += static_cast<char>('a' + random() % 26);
      message += ' ';
    }
    miner.add(message);
  }
  EXPECT_LE(miner.size(), 501u);  // one more for the rest
}

TEST(TemplateMiner, AKnownGroupIsStillFoundWhenNoMoreFit) {
  TemplateMiner miner({.max_templates = 10});
  const auto known = miner.add("payment failed for order 12");
  for (char c = 'a'; c <= 'z'; ++c) {
    for (char d = 'a'; d <= 'z'; ++d)
      miner.add(std::string{c, c, c, d} + " " + std::string{d, d, d, c});
  }
  EXPECT_EQ(miner.resolve(miner.add("payment failed for order 99")), miner.resolve(known));
  EXPECT_EQ(miner.text(known), "payment failed for order <*>");
}

TEST(TemplateMiner, EmptyAndEndlessMessagesAreGroupsLikeOthers) {
  TemplateMiner miner;
  EXPECT_EQ(miner.add(""), miner.add("   "));
  EXPECT_EQ(miner.text(0), "");
  const std::string line(1 << 20, 'x');
  EXPECT_EQ(miner.add(line), miner.add(line));
  EXPECT_LE(miner.text(miner.add(line)).size(), 4096u);
}

}  // namespace
}  // namespace mtc::logs
