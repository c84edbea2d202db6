#include "app/commands/progress_bar.h"

#include <gtest/gtest.h>

namespace mtc::app {
namespace {

TEST(ProgressBar, SaysHowFarHowFastAndHowLongStill) {
  EXPECT_EQ(progress_line(400'000'000, 1'000'000'000, 2.0, Language::en),
            "[############..................]  40 %  400 MB  200 MB/s  3 s left");
  EXPECT_EQ(progress_line(400'000'000, 1'000'000'000, 2.0, Language::zh),
            "[############..................]  40 %  400 MB  200 MB/s  还剩 3 秒");
}

TEST(ProgressBar, WithoutASizeThereIsNoShareToShow) {
  EXPECT_EQ(progress_line(5'000'000, std::nullopt, 1.0, Language::en), "5 MB  5 MB/s");
}

TEST(ProgressBar, AFileThatGrowsWhileItIsReadStaysAtTheEnd) {
  EXPECT_EQ(progress_line(20, 10, 1.0, Language::en),
            "[##############################] 100 %  0 MB  0 MB/s  0 s left");
}

TEST(ProgressBar, BeforeTheFirstByteNothingIsForetold) {
  EXPECT_EQ(progress_line(0, 10, 0.0, Language::en),
            "[..............................]   0 %  0 MB  0 MB/s");
}

}  // namespace
}  // namespace mtc::app
