#include "pipe_load.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace mtc::bench {
namespace {

constexpr std::string_view kHello = R"(read line; echo '{"serverInfo":{}}'; read line)";

PipeLoadOptions shell(const std::string& script) {
  return {.command = {"sh", "-c", script},
          .call = Call::echo,
          .warmup = std::chrono::milliseconds(0),
          .length = std::chrono::milliseconds(20)};
}

TEST(PipeLoad, PlaysPingPong) {
  auto figures = run_pipe_load(shell(
      fmt::format("{}; while read line; do echo '{{{}}}'; done", kHello, marker_of(Call::echo))));
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_GT(figures->first_answer.count(), 0);
  EXPECT_EQ(figures->load.failures, 0U) << figures->load.first_failure;
  EXPECT_GT(figures->load.latencies.count(), 0U);
}

TEST(PipeLoad, CountsWrongAnswers) {
  const auto figures =
      run_pipe_load(shell(fmt::format("{}; while read line; do echo no; done", kHello)));
  ASSERT_TRUE(figures);
  EXPECT_GT(figures->load.failures, 0U);
  EXPECT_EQ(figures->load.latencies.count(), 0U);
  EXPECT_EQ(figures->load.first_failure, "no\n");
}

TEST(PipeLoad, SeesThatTheProgramHasEnded) {
  const auto figures = run_pipe_load(shell(std::string(kHello)));
  ASSERT_TRUE(figures);
  EXPECT_EQ(figures->load.failures, 1U);
  EXPECT_EQ(figures->load.latencies.count(), 0U);
}

TEST(PipeLoad, OnlySaysHelloWhenThereIsNothingToMeasure) {
  auto options = shell(std::string(kHello));
  options.length = std::chrono::seconds(0);
  const auto figures = run_pipe_load(options);
  ASSERT_TRUE(figures);
  EXPECT_GT(figures->first_answer.count(), 0);
  EXPECT_EQ(figures->load.answers, 0U);
}

TEST(PipeLoad, CannotBeginWithoutAServer) {
  EXPECT_FALSE(run_pipe_load({.command = {"/no/such/program"}}));
  EXPECT_FALSE(run_pipe_load({.command = {"true"}}));
  const auto other = run_pipe_load({.command = {"cat"}});
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("initialize"), std::string::npos);
}

}  // namespace
}  // namespace mtc::bench
