#include "services/common/kept_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infra/loop/run.h"

namespace mtc::services {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class KeptNamesTest : public testing::Test {
 protected:
  std::vector<std::string> list(identity::UserId id) {
    return run(names.list({.id = id})).value_or(std::vector<std::string>{"failed"});
  }
  Async<Result<std::vector<std::string>>> fetch() {
    ++fetched;
    co_return answer;
  }

  Result<std::vector<std::string>> answer =
      std::vector<std::string>{"payment", "gateway", "payment"};
  int fetched = 0;
  FakeClock clock;
  KeptNames names{[this](const identity::User&) { return fetch(); }, clock};
};

TEST_F(KeptNamesTest, AreSortedEachOnce) {
  EXPECT_THAT(list(1), ElementsAre("gateway", "payment"));
}

TEST_F(KeptNamesTest, AreKeptForAMinute) {
  list(1);
  clock.time += 59s;
  list(1);
  EXPECT_EQ(fetched, 1);
  clock.time += 1s;
  answer->clear();
  EXPECT_THAT(list(1), ElementsAre());
  EXPECT_EQ(fetched, 2);
}

TEST_F(KeptNamesTest, OfOneUserAreNotToldAnother) {
  list(1);
  answer = {"orders"};
  EXPECT_THAT(list(2), ElementsAre("orders"));
  EXPECT_THAT(list(1), ElementsAre("gateway", "payment"));
}

TEST_F(KeptNamesTest, AFailureIsNotKept) {
  answer = fail(Errc::denied, "no permission to list topics");
  EXPECT_EQ(run(names.list({.id = 1})).error().code, Errc::denied);
  answer = {"orders"};
  EXPECT_THAT(list(1), ElementsAre("orders"));
}

}  // namespace
}  // namespace mtc::services
