#include "services/common/topic_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/digest/fake_log_store.h"
#include "infra/loop/run.h"

namespace mtc::services {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class TopicNamesTest : public testing::Test {
 protected:
  TopicNamesTest() {
    store.listed = {{.id = "3", .name = "payment", .indexed = true},
                    {.id = "1", .name = "gateway", .indexed = true},
                    {.id = "4", .name = "payment", .indexed = true},
                    {.id = "2", .name = "archive", .indexed = false}};
  }
  std::vector<std::string> list(identity::UserId id) {
    return run(names.list({.id = id})).value_or(std::vector<std::string>{"failed"});
  }

  digest::FakeLogStore store;
  FakeClock clock;
  TopicNames names{[this](const identity::User&, std::string) -> logs::LogStore& { return store; },
                   clock};
};

TEST_F(TopicNamesTest, AreThoseThatCanBeSearchedEachOnce) {
  EXPECT_THAT(list(1), ElementsAre("gateway", "payment"));
}

TEST_F(TopicNamesTest, AreKeptForAMinute) {
  list(1);
  clock.time += 59s;
  list(1);
  EXPECT_EQ(store.listings, 1);
  clock.time += 1s;
  store.listed.clear();
  EXPECT_THAT(list(1), ElementsAre());
  EXPECT_EQ(store.listings, 2);
}

TEST_F(TopicNamesTest, OfOneUserAreNotToldAnother) {
  list(1);
  store.listed = {{.id = "9", .name = "orders", .indexed = true}};
  EXPECT_THAT(list(2), ElementsAre("orders"));
  EXPECT_THAT(list(1), ElementsAre("gateway", "payment"));
}

TEST_F(TopicNamesTest, AFailureIsNotKept) {
  store.refuse_topics = Error{Errc::denied, "no permission to list topics"};
  EXPECT_EQ(run(names.list({.id = 1})).error().code, Errc::denied);
  store.refuse_topics.reset();
  EXPECT_THAT(list(1), ElementsAre("gateway", "payment"));
}

}  // namespace
}  // namespace mtc::services
