#include "services/common/topic_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/digest/fake_log_store.h"
#include "infra/loop/run.h"

namespace mtc::services {
namespace {

using ::testing::ElementsAre;

TEST(TopicNames, AreThoseThatCanBeSearched) {
  digest::FakeLogStore store;
  store.listed = {{.id = "3", .name = "payment", .indexed = true},
                  {.id = "1", .name = "gateway", .indexed = true},
                  {.id = "2", .name = "archive", .indexed = false},
                  {.id = "4", .name = "", .indexed = true}};
  FakeClock clock;
  auto names = topic_names(
      [&](const identity::User&, std::string) -> logs::LogStore& { return store; }, clock);
  EXPECT_THAT(run(names.list({.id = 1})).value(), ElementsAre("gateway", "payment"));
  store.refuse_topics = Error{Errc::denied, "no permission to list topics"};
  EXPECT_EQ(run(names.list({.id = 2})).error().code, Errc::denied);
}

}  // namespace
}  // namespace mtc::services
