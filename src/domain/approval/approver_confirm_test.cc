// Codes that are said, and what becomes of the plans that wait for them.
#include <algorithm>
#include <set>

#include "domain/approval/approver_for_test.h"
#include "domain/approval/wording.h"

namespace mtc::approval {
namespace {

using identity::Assurance;
using identity::Scope;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(ApproverTest, TheRightCodeClaimsThePlanOnce) {
  const auto waiting = planned();
  const auto claimed = confirm(waiting.code);
  ASSERT_TRUE(claimed) << claimed.error().message;
  EXPECT_EQ(claimed->id, waiting.plan.id);
  EXPECT_EQ(claimed->arguments, (Json{{"replicas", 1}}));
  EXPECT_EQ(state_of(waiting.plan.id), PlanState::executing);
  EXPECT_THAT(world.log.events(), ElementsAre("planned", "confirmed"));
  const auto again = confirm(waiting.code);
  EXPECT_EQ(again.error().code, Errc::conflict);
  EXPECT_EQ(again.error().message, say_over(PlanState::executing, Language::en));
  ASSERT_TRUE(run(world.approver.finish(*claimed, true, "Done.")));
  EXPECT_EQ(state_of(waiting.plan.id), PlanState::done);
  EXPECT_EQ(confirm(waiting.code).error().message, say_over(PlanState::done, Language::en));
}

TEST_F(ApproverTest, OfTwoWhoConfirmAtOnceOneGetsThePlan) {
  const auto waiting = planned();
  // Both have found it waiting; the other one was quicker to claim it.
  struct Slow final : PlanStore {
    PlanStore& real;
    Plan stale;
    explicit Slow(PlanStore& store) : real(store) {}
    Async<Result<>> add(Plan plan) override { return real.add(std::move(plan)); }
    Async<Result<std::optional<Plan>>> find(std::string id) override {
      return real.find(std::move(id));
    }
    Async<Result<std::vector<Plan>>> waiting(identity::UserId, TimePoint) override {
      co_return std::vector{stale};
    }
    Async<Result<std::vector<Plan>>> recent(identity::UserId user, TimePoint since) override {
      return real.recent(user, since);
    }
    Async<Result<std::vector<Plan>>> executing(TimePoint before) override {
      return real.executing(before);
    }
    Async<Result<bool>> move(std::string id, PlanState from, PlanState to, std::string outcome,
                             TimePoint now) override {
      return real.move(std::move(id), from, to, std::move(outcome), now);
    }
    Async<Result<int>> note_wrong_code(std::string id) override {
      return real.note_wrong_code(std::move(id));
    }
    Async<Result<int>> forget(TimePoint before) override { return real.forget(before); }
  } slow(world.plans);
  slow.stale = waiting.plan;
  Approver other({.plans = slow,
                  .log = world.log,
                  .hasher = world.hasher,
                  .clock = world.clock,
                  .random = world.random});
  ASSERT_TRUE(confirm(waiting.code));
  const auto late = run(other.confirm(who, waiting.code, "http"));
  EXPECT_EQ(late.error().code, Errc::conflict);
  EXPECT_EQ(std::ranges::count(world.log.events(), "confirmed"), 1);
}

TEST_F(ApproverTest, OfManyCodesTriedAtOnceOnlyTheFirstThreeCount) {
  const auto waiting = planned();
  for (int i = 0; i < 3; ++i) {  // as others that have seen the plan waiting just did
    ASSERT_TRUE(run(world.plans.note_wrong_code(waiting.plan.id)));
  }
  EXPECT_EQ(confirm(waiting.code).error().code, Errc::denied);
  EXPECT_NE(state_of(waiting.plan.id), PlanState::executing);
}

TEST_F(ApproverTest, APlanExpiresAtItsMoment) {
  auto waiting = planned();
  world.clock.time = waiting.plan.expires - Millis{1};
  EXPECT_TRUE(confirm(waiting.code));
  waiting = planned(proposal("scale_workload", "other"));
  world.clock.time = waiting.plan.expires;
  const auto late = confirm(waiting.code);
  EXPECT_EQ(late.error().code, Errc::conflict);
  EXPECT_EQ(late.error().message, say_over(PlanState::expired, Language::en));
  EXPECT_EQ(state_of(waiting.plan.id), PlanState::expired);
  EXPECT_EQ(confirm(waiting.code).error().code, Errc::conflict);
  world.clock.time += hours(2);
  EXPECT_EQ(confirm(waiting.code).error().code, Errc::not_found);
}

TEST_F(ApproverTest, TheThirdWrongCodeDropsThePlan) {
  who.user.language = Language::zh;
  const auto waiting = planned();
  for (int i = 0; i < 2; ++i) {
    const auto refused = confirm(wrong(waiting.code));
    EXPECT_EQ(refused.error().code, Errc::denied);
    EXPECT_EQ(refused.error().message,
              "这个确认码不对，操作没有执行。还要做的话，再说一遍确认码。");
  }
  EXPECT_EQ(confirm(wrong(waiting.code)).error().message,
            "确认码错了三次，操作已经取消，没有执行。还要做的话，从头再说一遍。");
  EXPECT_EQ(state_of(waiting.plan.id), PlanState::cancelled);
  EXPECT_EQ(confirm(waiting.code).error().code, Errc::conflict);
  EXPECT_THAT(world.log.events(), ElementsAre("planned", "wrong_code", "wrong_code", "wrong_code",
                                              "cancelled", "refused"));
}

TEST_F(ApproverTest, TheRightCodeIsTakenAtTheThirdTry) {
  const auto waiting = planned();
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(confirm(wrong(waiting.code)));
  EXPECT_TRUE(confirm(waiting.code));
}

TEST_F(ApproverTest, AWrongCodeCountsForEveryPlanThatWaits) {
  const auto first = planned(proposal("scale_workload", "a"));
  const auto second = planned(proposal("scale_workload", "b"));
  const std::set<std::string> codes{first.code, second.code};
  const std::string guess = !codes.contains("9462") ? "9462" : "9463";
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(confirm(guess));
  EXPECT_EQ(state_of(first.plan.id), PlanState::cancelled);
  EXPECT_EQ(state_of(second.plan.id), PlanState::cancelled);
}

TEST_F(ApproverTest, AskingForNewPlansDoesNotBuyMoreGuesses) {
  int tried = 0;
  Result<Plan> answer = fail(Errc::denied, "");
  while (tried < 100) {
    const auto waiting = planned();
    answer = confirm(wrong(waiting.code));
    if (answer.error().code == Errc::rate_limited) break;
    ++tried;
  }
  EXPECT_EQ(tried, 10);
  EXPECT_EQ(answer.error().message, say_too_many_codes(Language::en));
  auto waiting = planned();
  EXPECT_EQ(confirm(waiting.code).error().code, Errc::rate_limited) << "the right one neither";
  world.clock.time += hours(1) + Millis{1};
  waiting = planned();
  EXPECT_TRUE(confirm(waiting.code));
}

TEST_F(ApproverTest, WhatIsNoCodeIsNoGuess) {
  const auto waiting = planned();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(confirm("yes please").error().code, Errc::invalid_argument);
  }
  EXPECT_TRUE(confirm(waiting.code));
}

TEST_F(ApproverTest, NobodyElsesCodeConfirms) {
  const auto waiting = planned();
  auto alice = who;
  who.user.id = 8;
  who.user.username = "bob";
  EXPECT_EQ(confirm(waiting.code).error().code, Errc::not_found);
  EXPECT_TRUE(run(world.approver.confirm(alice, waiting.code, "http")));
}

TEST_F(ApproverTest, WhoConfirmsMustBeAllowedToo) {
  const auto waiting = planned();
  auto stranger = who;
  stranger.assurance = Assurance::device;  // another device of the same person
  for (int i = 0; i < 5; ++i) {            // which takes nothing from who may
    EXPECT_EQ(run(world.approver.confirm(stranger, waiting.code, "xiaozhi")).error().message,
              say_missing_assurance(Assurance::voice, Language::en));
  }
  EXPECT_EQ(state_of(waiting.plan.id), PlanState::waiting);
  stranger = who;
  stranger.scopes = {Scope::read};
  EXPECT_EQ(run(world.approver.confirm(stranger, waiting.code, "http")).error().code, Errc::denied);
  EXPECT_TRUE(confirm(waiting.code));
}

TEST_F(ApproverTest, CancellingDropsTheNewest) {
  EXPECT_EQ(run(world.approver.cancel(who, "http")).error().code, Errc::not_found);
  const auto first = planned(proposal("scale_workload", "a"));
  world.clock.time += Millis{1};
  const auto second = planned(proposal("scale_workload", "b"));
  EXPECT_EQ(run(world.approver.cancel(who, "http")).value().id, second.plan.id);
  EXPECT_EQ(confirm(second.code).error().message, say_over(PlanState::cancelled, Language::en));
  EXPECT_EQ(run(world.approver.cancel(who, "http")).value().id, first.plan.id);
  EXPECT_EQ(run(world.approver.cancel(who, "http")).error().code, Errc::not_found);
}

TEST_F(ApproverTest, APlanOutlivesARestart) {
  const auto waiting = planned();
  auto after = world.restarted();
  const auto claimed = run(after.confirm(who, waiting.code, "http"));
  ASSERT_TRUE(claimed) << claimed.error().message;
  EXPECT_EQ(claimed->arguments, waiting.plan.arguments);
}

TEST_F(ApproverTest, WhatADeadProcessWasDoingIsFoundAndSaid) {
  who.user.language = Language::zh;
  const auto waiting = planned();
  ASSERT_TRUE(confirm(waiting.code));
  EXPECT_THAT(run(world.approver.recover()).value(), IsEmpty()) << "it may still be at work";
  world.clock.time += minutes(10) + Millis{1};
  auto after = world.restarted();
  const auto found = run(after.recover());
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().outcome, "做到一半程序停了，结果不清楚。请看一下现在是什么状态。");
  EXPECT_EQ(state_of(waiting.plan.id), PlanState::failed);
  const auto& row = world.log.rows.back().entry;
  EXPECT_EQ(row.event, audit::Event::failed);
  EXPECT_EQ(row.actor, "system");
  EXPECT_EQ(row.plan, waiting.plan.id);
  EXPECT_THAT(run(after.recover()).value(), IsEmpty());
  EXPECT_EQ(confirm(waiting.code).error().code, Errc::conflict);
  EXPECT_EQ(run(after.finish(found->front(), true, "")).error().code, Errc::conflict);
}

}  // namespace
}  // namespace mtc::approval
