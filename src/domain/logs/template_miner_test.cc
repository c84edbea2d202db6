#include "domain/logs/template_miner.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <sstream>
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
    last = miner.add(
        fmt::format("message of topic {0} was sent to queue {0}{0} without an answer", letters));
  }
  EXPECT_EQ(miner.text(last), "message of topic <*> was sent to queue <*> without an answer");
  EXPECT_EQ(miner.group_count(), 1u);
}

TEST(TemplateMiner, JoiningDependsOnlyOnWhatCameBefore) {
  std::vector<std::string> messages;
  messages.reserve(3000);
  std::mt19937 random(3);
  for (int i = 0; i < 3000; ++i) {
    const auto job = static_cast<char>('a' + random() % 26);
    const auto host = static_cast<char>('a' + random() % 26);
    messages.push_back(fmt::format("job {}xy on host {}zz ended with {}", job, host,
                                   random() % 2 == 0 ? "success" : "failure"));
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

// Each set of open positions costs every new message one probe: an attacker must not have
// thousands.
TEST(TemplateMiner, SetsOfOpenPositionsAreLimitedWhateverComes) {
  TemplateMiner miner;
  std::mt19937 random(13);
  const auto word = [&random] {
    std::string out;
    for (int i = 0; i < 6; ++i) out += static_cast<char>('g' + random() % 20);
    return out;
  };
  for (int turn = 0; turn < 200; ++turn) {
    std::vector<std::string> words(30);
    for (auto& each : words) each = word();
    const std::size_t varying[] = {random() % 30, random() % 30, random() % 30};
    for (int i = 0; i < 13; ++i) {
      for (const std::size_t at : varying) words[at] = word();
      std::string message = "job";
      for (const auto& each : words) message.append(" ").append(each);
      miner.add(message);
    }
  }
  std::set<std::vector<bool>> shapes;
  for (TemplateId id = 0; id < miner.size(); ++id) {
    if (miner.resolve(id) != id) continue;
    std::istringstream text(miner.text(id));
    std::vector<bool> shape;
    for (std::string piece; text >> piece;) shape.push_back(piece == "<*>");
    shapes.insert(std::move(shape));
  }
  EXPECT_GT(shapes.size(), 20U);
  EXPECT_LE(shapes.size(), 65U);  // and the one with nothing open
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
