#include "base/job_queue.h"

#include <gtest/gtest.h>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>

#include "infra/loop/run.h"

namespace mtc {
namespace {

struct Seen {
  int begun = 0;
  int under_way = 0;
  int most = 0;
};

Async<> step() {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
}

Async<> work(Seen& seen) {
  ++seen.begun;
  seen.most = std::max(seen.most, ++seen.under_way);
  co_await step();
  --seen.under_way;
}

Async<> spread(std::shared_ptr<JobQueue> queue, Seen& seen, int depth) {
  co_await work(seen);
  if (depth == 0) co_return;
  for (int i = 0; i < 2; ++i)
    queue->push([queue, &seen, depth] { return spread(queue, seen, depth - 1); });
}

Async<> at_once(Seen& seen) {
  ++seen.begun;
  co_return;
}

Async<> broken() {
  co_await step();
  throw std::runtime_error("broken");
}

TEST(JobQueue, RunsNoMoreThanAllowedAtOnce) {
  Seen seen;
  const auto queue = std::make_shared<JobQueue>();
  for (int i = 0; i < 50; ++i) queue->push([&seen] { return work(seen); });
  run(queue->run(8));
  EXPECT_EQ(seen.begun, 50);
  EXPECT_EQ(seen.most, 8);
}

TEST(JobQueue, JobsMayAddJobs) {
  Seen seen;
  const auto queue = std::make_shared<JobQueue>();
  queue->push([queue, &seen] { return spread(queue, seen, 4); });
  run(queue->run(3));
  EXPECT_EQ(seen.begun, 31);
}

TEST(JobQueue, JobsThatNeverWaitEndToo) {
  Seen seen;
  const auto queue = std::make_shared<JobQueue>();
  for (int i = 0; i < 5; ++i) queue->push([&seen] { return at_once(seen); });
  run(queue->run(1));
  EXPECT_EQ(seen.begun, 5);
}

TEST(JobQueue, AnExceptionComesOutAndNothingFurtherBegins) {
  Seen seen;
  const auto queue = std::make_shared<JobQueue>();
  queue->push([] { return broken(); });
  for (int i = 0; i < 10; ++i) queue->push([&seen] { return work(seen); });
  EXPECT_THROW(run(queue->run(2)), std::runtime_error);
  EXPECT_LT(seen.begun, 10);
}

}  // namespace
}  // namespace mtc
