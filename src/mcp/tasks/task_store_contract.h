// What every TaskStore promises, as tests: each implementation runs them over a world of its own.
//
//   struct World { TaskStore& store(); TaskStore& other(); };  // `other`: as another server sees
//   it INSTANTIATE_TYPED_TEST_SUITE_P(Sql, TaskStoreContract, World);
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <string>
#include <vector>

#include "infra/loop/run.h"
#include "mcp/tasks/task_document.h"
#include "mcp/tasks/task_store.h"

namespace mtc::mcp {

template <class World>
class TaskStoreContract : public ::testing::Test {
 protected:
  static constexpr int kMany = 100;

  Task task(std::string id, std::string subject = "alice") const {
    Task out;
    out.id = std::move(id);
    out.tool = "copy";
    out.arguments = {{"from", "广州"}};
    out.principal = {.subject = std::move(subject),
                     .name = "Alice",
                     .scopes = {"ops.read", "ops.operate"},
                     .channel = "http"};
    out.client_name = "tester";
    out.voice = true;
    out.client = {.form_elicitation = true, .tasks = true};
    out.can_ask = true;
    out.message = "copying";
    out.created = now;
    out.updated = now;
    out.ttl = std::chrono::hours(24);
    out.state = {{"done", 3}};
    return out;
  }
  TaskLease lease(std::string holder, Millis length = std::chrono::seconds(30)) const {
    return {.holder = std::move(holder), .until = now + length};
  }
  // Fails the test if it is refused.
  Task add(Task one, TaskLease held = {}) {
    auto created = run(store().create(std::move(one), std::move(held), kMany));
    EXPECT_TRUE(created) << created.error().message;
    return created.value_or(Task{});
  }
  // The id of what is taken over, or "".
  std::string take(TaskStore& from, const std::string& holder) {
    const auto taken = run(from.take_over(lease(holder), now));
    EXPECT_TRUE(taken) << taken.error().message;
    return taken && *taken ? (*taken)->id : "";
  }
  std::vector<std::string> ids(const std::string& subject, int limit) {
    std::vector<std::string> out;
    for (const auto& one : run(store().list(subject, limit)).value()) out.push_back(one.task.id);
    return out;
  }
  TaskStore& store() { return world.store(); }
  TaskStore& other() { return world.other(); }

  World world;
  TimePoint now{std::chrono::hours(24 * 20'000)};
};

TYPED_TEST_SUITE_P(TaskStoreContract);

namespace task_store_contract {

inline Async<> create_into(TaskStore& store, Task task, int max_open,
                           std::vector<Result<Task>>& into) {
  into.push_back(co_await store.create(std::move(task), {}, max_open));
}
inline Async<> take_into(TaskStore& store, TaskLease lease, TimePoint now,
                         std::vector<std::string>& into) {
  const auto taken = co_await store.take_over(lease, now);
  EXPECT_TRUE(taken);
  if (taken && *taken) into.push_back((*taken)->id);
}

}  // namespace task_store_contract

TYPED_TEST_P(TaskStoreContract, ATaskIsFoundAsItWasStored) {
  Task one = this->task("t1");  // and now no member is as in a new Task
  one.client = {.form_elicitation = true,
                .url_elicitation = true,
                .sampling = true,
                .roots = true,
                .tasks = true};
  one.status = TaskStatus::input_required;
  one.updated += Millis(7);
  one.restarts = 2;
  one.asked = {{"sure-2", {{"method", "elicitation/create"}, {"params", {{"message", "?"}}}}}};
  one.keys = {{"sure", "sure"}, {"sure-2", "sure"}};
  one.answers = {{"sure", {{"action", "accept"}}}};
  one.result = {{"content", Json::array()}};
  one.error = {{"code", -32603}};
  const auto created = this->add(one, this->lease("a"));
  EXPECT_EQ(created.number, 1);
  EXPECT_NE(created.version, 0);
  one.number = created.number;
  one.version = created.version;
  // The values too: a member that is neither written nor read would be missing in both documents.
  EXPECT_EQ(to_json(created), to_json(one));
  EXPECT_TRUE(created == one);
  const auto found = run(this->other().find("t1"));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(to_json(found->task), to_json(one));
  EXPECT_TRUE(found->task == one);
  EXPECT_EQ(found->lease, this->lease("a"));
  EXPECT_EQ(run(this->store().find("t2")).error().code, Errc::not_found);
}

TYPED_TEST_P(TaskStoreContract, EachSubjectCountsItsTasksFromOne) {
  EXPECT_EQ(this->add(this->task("a1", "alice")).number, 1);
  EXPECT_EQ(this->add(this->task("b1", "bob")).number, 1);
  EXPECT_EQ(this->add(this->task("a2", "alice")).number, 2);
  EXPECT_EQ(run(this->store().create(this->task("a2", "bob"), {}, this->kMany)).error().code,
            Errc::conflict);
  EXPECT_EQ(run(this->other().list("bob", 10))->size(), 1U);
}

TYPED_TEST_P(TaskStoreContract, TasksCreatedAtOnceGetDifferentNumbersAndKeepTheBound) {
  asio::io_context loop(1);
  std::vector<Result<Task>> created;
  for (int i = 0; i < 20; ++i) {
    auto& store = i % 2 == 0 ? this->store() : this->other();
    asio::co_spawn(
        loop,
        task_store_contract::create_into(store, this->task("t" + std::to_string(i)), 12, created),
        asio::detached);
  }
  loop.run();
  std::vector<std::int64_t> numbers;
  for (const auto& one : created) {
    if (one) numbers.push_back(one->number);
    if (!one) EXPECT_EQ(one.error().code, Errc::resource_exhausted) << one.error().message;
  }
  EXPECT_THAT(numbers, ::testing::UnorderedElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
}

TYPED_TEST_P(TaskStoreContract, WhatHasEndedOrExpiredMakesRoom) {
  const auto create = [&](std::string id, std::string subject = "alice") {
    return run(this->store().create(this->task(std::move(id), std::move(subject)), {}, 2));
  };
  Task ended = create("t1").value();
  ASSERT_TRUE(create("t2"));
  EXPECT_EQ(create("t3").error().code, Errc::resource_exhausted);
  EXPECT_TRUE(create("b1", "bob")) << "everybody has a bound of their own";
  ended.status = TaskStatus::completed;
  ASSERT_TRUE(run(this->store().replace(ended, {})));
  EXPECT_EQ(create("t3")->number, 3);
  EXPECT_EQ(create("t4").error().code, Errc::resource_exhausted);
  this->now += std::chrono::hours(24);
  EXPECT_EQ(create("t4")->number, 4);
}

TYPED_TEST_P(TaskStoreContract, OfTwoWhoChangeATaskTheSecondIsTold) {
  Task mine = this->add(this->task("t1"));
  Task yours = run(this->other().find("t1"))->task;
  mine.message = "mine";
  const auto written = run(this->store().replace(mine, this->lease("a")));
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_GT(written->version, mine.version);
  EXPECT_EQ(run(this->other().replace(yours, {})).error().code, Errc::conflict);
  EXPECT_EQ(run(this->other().find("t1"))->task.message, "mine");
  EXPECT_EQ(run(this->other().find("t1"))->lease, this->lease("a"));
  yours.id = "t2";
  EXPECT_EQ(run(this->other().replace(yours, {})).error().code, Errc::not_found);
}

TYPED_TEST_P(TaskStoreContract, ASubjectSeesItsOwnTasksTheNewestFirst) {
  for (const auto* id : {"t1", "t2", "t3"}) this->add(this->task(id));
  this->add(this->task("b1", "bob"));
  EXPECT_THAT(this->ids("alice", 10), ::testing::ElementsAre("t3", "t2", "t1"));
  EXPECT_THAT(this->ids("alice", 2), ::testing::ElementsAre("t3", "t2"));
  EXPECT_THAT(this->ids("alice", 0), ::testing::IsEmpty());
  EXPECT_THAT(this->ids("carol", 10), ::testing::IsEmpty());
}

TYPED_TEST_P(TaskStoreContract, OnlyWhatNobodyHoldsIsTakenOver) {
  this->add(this->task("t1"), this->lease("a"));
  EXPECT_EQ(this->take(this->other(), "b"), "");
  this->now += std::chrono::seconds(30);
  EXPECT_EQ(this->take(this->other(), "b"), "t1");
  EXPECT_EQ(run(this->store().find("t1"))->lease, this->lease("b"));
  EXPECT_EQ(this->take(this->store(), "a"), "");
}

TYPED_TEST_P(TaskStoreContract, WhatWasGivenBackIsTakenOverAtOnce) {
  Task one = this->add(this->task("t1"), this->lease("a"));
  ASSERT_TRUE(run(this->store().replace(one, {})));
  EXPECT_EQ(this->take(this->other(), "b"), "t1");
}

TYPED_TEST_P(TaskStoreContract, WhoeverLostATaskCannotWriteIt) {
  Task one = this->add(this->task("t1"), this->lease("a"));
  this->now += std::chrono::minutes(1);
  ASSERT_EQ(this->take(this->other(), "b"), "t1");
  EXPECT_EQ(run(this->store().replace(one, this->lease("a"))).error().code, Errc::conflict);
  EXPECT_FALSE(*run(this->store().renew("t1", this->lease("a"))));
}

TYPED_TEST_P(TaskStoreContract, OfManyWhoTakeOverEachTaskGoesToOne) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(this->add(this->task("t" + std::to_string(i))).id);
  asio::io_context loop(1);
  std::vector<std::string> taken;
  for (int i = 0; i < 12; ++i) {
    auto& store = i % 2 == 0 ? this->store() : this->other();
    asio::co_spawn(loop,
                   task_store_contract::take_into(store, this->lease("h" + std::to_string(i)),
                                                  this->now, taken),
                   asio::detached);
  }
  loop.run();
  EXPECT_THAT(taken, ::testing::UnorderedElementsAreArray(ids));
}

TYPED_TEST_P(TaskStoreContract, WhatWaitsOrHasEndedOrExpiredIsNotTakenOver) {
  Task waits = this->task("waits");
  waits.status = TaskStatus::input_required;
  this->add(waits);
  Task ended = this->task("ended");
  ended.status = TaskStatus::cancelled;
  this->add(ended);
  Task expired = this->task("expired");
  expired.created -= std::chrono::hours(24);
  this->add(expired);
  EXPECT_EQ(this->take(this->store(), "a"), "");
}

TYPED_TEST_P(TaskStoreContract, ALeaseIsRenewedAsLongAsTheTaskIsWorkedOn) {
  Task one = this->add(this->task("t1"), this->lease("a"));
  const auto renew = [&](const std::string& id, const std::string& holder) {
    return run(this->other().renew(id, this->lease(holder))).value();
  };
  this->now += std::chrono::seconds(40);  // late, but nobody took it
  EXPECT_TRUE(renew("t1", "a"));
  EXPECT_EQ(run(this->store().find("t1"))->lease, this->lease("a"));
  EXPECT_EQ(this->take(this->store(), "b"), "");
  EXPECT_FALSE(renew("t1", "b"));
  EXPECT_FALSE(renew("t2", "a"));
  one.status = TaskStatus::cancelled;
  ASSERT_TRUE(run(this->store().replace(one, {}))) << "renewing is no change of the task";
  EXPECT_FALSE(renew("t1", "a"));
}

TYPED_TEST_P(TaskStoreContract, ExpiredTasksAreForgotten) {
  Task brief = this->task("brief");
  brief.ttl = std::chrono::hours(1);
  this->add(brief, this->lease("a"));
  this->add(this->task("t1"));
  this->now += std::chrono::hours(1) - Millis(1);
  ASSERT_TRUE(run(this->store().forget_expired(this->now)));
  EXPECT_TRUE(run(this->store().find("brief")));
  this->now += Millis(1);
  ASSERT_TRUE(run(this->store().forget_expired(this->now)));
  EXPECT_EQ(run(this->store().find("brief")).error().code, Errc::not_found);
  EXPECT_TRUE(run(this->store().find("t1")));
}

REGISTER_TYPED_TEST_SUITE_P(TaskStoreContract, ATaskIsFoundAsItWasStored,
                            EachSubjectCountsItsTasksFromOne,
                            TasksCreatedAtOnceGetDifferentNumbersAndKeepTheBound,
                            WhatHasEndedOrExpiredMakesRoom, OfTwoWhoChangeATaskTheSecondIsTold,
                            ASubjectSeesItsOwnTasksTheNewestFirst, OnlyWhatNobodyHoldsIsTakenOver,
                            WhatWasGivenBackIsTakenOverAtOnce, WhoeverLostATaskCannotWriteIt,
                            OfManyWhoTakeOverEachTaskGoesToOne,
                            WhatWaitsOrHasEndedOrExpiredIsNotTakenOver,
                            ALeaseIsRenewedAsLongAsTheTaskIsWorkedOn, ExpiredTasksAreForgotten);

}  // namespace mtc::mcp
