#include "services/common/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtc::services {
namespace {

using ::testing::ElementsAre;

TEST(Completion, KeepsWhatBeginsAsTypedInItsOrder) {
  EXPECT_THAT(beginning_with("Pay", {"payment", "order", "PAYOUT", "pa"}),
              ElementsAre("payment", "PAYOUT"));
  EXPECT_THAT(beginning_with("最近", {"最近一小时", "今天"}), ElementsAre("最近一小时"));
  EXPECT_THAT(beginning_with("", {"b", "a"}), ElementsAre("b", "a"));
}

TEST(Completion, OffersAtMostAHundred) {
  EXPECT_EQ(beginning_with("", std::vector<std::string>(101, "topic")).size(), 100U);
}

}  // namespace
}  // namespace mtc::services
