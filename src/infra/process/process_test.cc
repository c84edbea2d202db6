#include "infra/process/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "infra/loop/run.h"

namespace mtc {
namespace {

using ::testing::HasSubstr;
using Clock = std::chrono::steady_clock;

ProcessRequest shell(std::string script) {
  return ProcessRequest{.arguments = {"/bin/sh", "-c", std::move(script)}};
}

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                       std::filesystem::directory_iterator());
}

bool has_children() {
  return ::waitpid(-1, nullptr, WNOHANG) >= 0 || errno != ECHILD;
}

TEST(Process, GivesBackWhatTheProgramWrote) {
  const auto result = run(run_process(shell("echo out; echo err >&2; exit 3")));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->output, "out\n");
  EXPECT_EQ(result->errors, "err\n");
  EXPECT_EQ(result->exit_status, 3);
  EXPECT_FALSE(result->succeeded());
}

TEST(Process, FeedsInputLargerThanAnyPipe) {
  std::string input(3U << 20U, 'x');
  input += "end";
  const auto result = run(run_process({.arguments = {"cat"}, .input = input}));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->output, input);
  EXPECT_TRUE(result->succeeded());
}

TEST(Process, PassesArgumentsWithoutAShell) {
  const auto result =
      run(run_process({.arguments = {"printf", "%s|", "$(id)", "; rm -rf x", "a b", ""}}));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->output, "$(id)|; rm -rf x|a b||");
}

TEST(Process, SurvivesAProgramThatDoesNotReadItsInput) {
  const auto result =
      run(run_process({.arguments = {"true"}, .input = std::string(1U << 20U, 'x')}));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->succeeded());
}

TEST(Process, SaysWhichPackageBringsAMissingProgram) {
  const auto result =
      run(run_process({.arguments = {"no-such-program-here"}, .package = "no-such-package"}));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::not_found);
  EXPECT_THAT(result.error().message, HasSubstr("no-such-program-here is not installed"));
  EXPECT_THAT(result.error().message, HasSubstr("apt-get install no-such-package"));
}

TEST(Process, RefusesWhatCannotBeAnArgument) {
  EXPECT_EQ(run(run_process({})).error().code, Errc::invalid_argument);
  EXPECT_EQ(run(run_process({.arguments = {"echo", std::string("a\0b", 3)}})).error().code,
            Errc::invalid_argument);
}

TEST(Process, StopsAProgramAtTheDeadline) {
  const auto begin = Clock::now();
  auto request = ProcessRequest{.arguments = {"sleep", "60"}};
  request.timeout = Millis{50};
  const auto result = run(run_process(std::move(request)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::timed_out);
  EXPECT_THAT(result.error().message, HasSubstr("sleep did not finish within 50 ms"));
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(5));
  EXPECT_FALSE(has_children());
}

TEST(Process, KillsOneThatIgnoresTheFirstSignal) {
  auto request = shell("trap '' TERM; while :; do sleep 0.05; done");
  request.timeout = Millis{50};
  const auto result = run(run_process(std::move(request)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::timed_out);
  EXPECT_FALSE(has_children());
}

TEST(Process, BoundsTheOutput) {
  auto request = ProcessRequest{.arguments = {"yes"}};
  request.max_output_bytes = 100'000;
  const auto result = run(run_process(std::move(request)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::resource_exhausted);
  EXPECT_FALSE(has_children());
}

TEST(Process, DropsWhatIsTooMuchOfStandardError) {
  auto request = shell("head -c 300000 /dev/zero >&2; echo done");
  request.max_error_bytes = 1000;
  const auto result = run(run_process(std::move(request)));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->errors.size(), 1000U);
  EXPECT_EQ(result->output, "done\n");
}

TEST(Process, TellsASignalFromAnExit) {
  const auto result = run(run_process(shell("kill -9 $$")));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->signal, SIGKILL);
  EXPECT_FALSE(result->succeeded());
}

// Gone, or dead and waiting for init to notice.
bool is_dead(const std::string& pid) {
  std::ifstream stat("/proc/" + pid + "/stat");
  std::string number, name, state;
  return !(stat >> number >> name >> state) || state == "Z" || state == "X";
}

TEST(Process, EndsChildrenThatTheProgramLeftBehind) {
  // The background sleep holds standard output open; waiting for end of file would last a minute.
  const auto begin = Clock::now();
  const auto result = run(run_process(shell("sleep 60 & echo $!")));
  ASSERT_TRUE(result) << result.error().message;
  const std::string pid = result->output.substr(0, result->output.find('\n'));
  ASSERT_FALSE(pid.empty());
  while (!is_dead(pid) && Clock::now() - begin < std::chrono::seconds(10))
    std::this_thread::yield();
  EXPECT_TRUE(is_dead(pid));
}

TEST(Process, KeepsOurEnvironmentToItself) {
  ::setenv("MTC_TEST_SECRET", "hunter2", 1);
  auto request = shell("echo \"[$MTC_TEST_SECRET][$GIVEN]\"; test -n \"$PATH\"");
  request.environment = {{"GIVEN", "yes"}};
  const auto result = run(run_process(std::move(request)));
  ::unsetenv("MTC_TEST_SECRET");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->output, "[][yes]\n");
  EXPECT_TRUE(result->succeeded());
}

TEST(Process, GivesTheProgramNothingButTheThreeStandardDescriptors) {
  // Without O_CLOEXEC, as some library might open it; a number that nobody else gets.
  const int leaky = ::fcntl(STDERR_FILENO, F_DUPFD, 200);
  ASSERT_GE(leaky, 200);
  // No shell: its own pipes would show up. 3 is the directory that ls reads.
  const auto result = run(run_process({.arguments = {"ls", "/proc/self/fd"}}));
  ::close(leaky);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->output, "0\n1\n2\n3\n");
}

TEST(Process, LeaksNoDescriptorsAndNoZombies) {
  ASSERT_TRUE(run(run_process(shell("true"))));  // whatever the first run opens for good
  const auto before = open_descriptors();
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(run(run_process({.arguments = {"cat"}, .input = "hello"})));
    ASSERT_FALSE(run(run_process({.arguments = {"no-such-program-here"}})));
  }
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_FALSE(has_children());
}

TEST(Process, KillsTheProgramWhenNobodyWaitsAnyMore) {
  asio::io_context loop(1);
  asio::cancellation_signal cancel;
  std::optional<Result<ProcessResult>> outcome;
  asio::co_spawn(
      loop, run_process({.arguments = {"sleep", "60"}}),
      asio::bind_cancellation_slot(cancel.slot(), [&](const std::exception_ptr&, auto result) {
        outcome = std::move(result);
      }));
  asio::post(loop,
             [&] { asio::post(loop, [&] { cancel.emit(asio::cancellation_type::terminal); }); });
  const auto begin = Clock::now();
  loop.run();
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(5));
  ASSERT_TRUE(outcome);
  ASSERT_FALSE(*outcome);
  EXPECT_EQ(outcome->error().code, Errc::cancelled);
  EXPECT_FALSE(has_children());
}

TEST(Process, ReapsWhenTheLoopIsDestroyedUnderIt) {
  {
    asio::io_context loop(1);
    asio::co_spawn(loop, run_process({.arguments = {"sleep", "60"}}),
                   [](const std::exception_ptr&, auto) {});
    loop.run_for(std::chrono::milliseconds(20));
    ASSERT_TRUE(has_children());
  }
  EXPECT_FALSE(has_children());
}

TEST(Process, RunsManyAtOnce) {
  asio::io_context loop(1);
  int good = 0;
  for (int i = 0; i < 16; ++i) {
    asio::co_spawn(loop, run_process({.arguments = {"cat"}, .input = std::to_string(i)}),
                   [&good, i](const std::exception_ptr&, auto result) {
                     if (result && result->output == std::to_string(i)) ++good;
                   });
  }
  loop.run();
  EXPECT_EQ(good, 16);
}

}  // namespace
}  // namespace mtc
