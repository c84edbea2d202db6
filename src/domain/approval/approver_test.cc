// Who may do what, and what waits for a code.
#include "domain/approval/approver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "domain/approval/code.h"
#include "domain/approval/memory_approval.h"
#include "domain/approval/wording.h"
#include "infra/loop/run.h"

namespace mtc::approval {
namespace {

using identity::Assurance;
using identity::Scope;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ApproverTest : public ::testing::Test {
 protected:
  ApproverTest() {
    world.clock.time = TimePoint(hours{24 * 20'000});
    who.user.id = 7;
    who.user.username = "alice";
    who.user.language = Language::en;
    who.assurance = Assurance::voice;
    who.scopes = {Scope::operate};
  }

  static Proposal proposal(std::string action, std::string target = "cls-1/shop/Deployment/pay") {
    return {.action = std::move(action),
            .target = std::move(target),
            .target_version = "41",
            .ns = "shop",
            .arguments = {{"replicas", 1}},
            .summary = "Scale pay from three replicas to one",
            .channel = "http"};
  }
  Result<Verdict> consider(Proposal what, bool confirmed = false) {
    return run(world.approver.consider(who, std::move(what), confirmed));
  }
  bool allowed(Proposal what, bool confirmed = false) {
    const auto verdict = consider(std::move(what), confirmed);
    return verdict && std::holds_alternative<Allowed>(*verdict);
  }
  Waiting planned(Proposal what = proposal("scale_workload")) {
    auto verdict = consider(std::move(what));
    EXPECT_TRUE(verdict) << verdict.error().message;
    return verdict ? std::get<Waiting>(*verdict) : Waiting{};
  }
  Result<Plan> confirm(std::string code) {
    return run(world.approver.confirm(who, std::move(code), "http"));
  }
  std::string wrong(const std::string& code) const { return code == "7315" ? "7316" : "7315"; }
  PlanState state_of(const std::string& id) {
    return run(world.plans.find(id)).value().value().state;
  }
  void change(int times, const std::string& target) {
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(run(world.approver.begun(who, proposal("scale_workload.up", target), "", "")));
    }
  }

  MemoryApproval world;
  identity::Principal who;
};

TEST(RiskTable, IsSortedAndKnowsEachActionOnce) {
  EXPECT_TRUE(std::ranges::is_sorted(risk_table(), {}, &Risk::action));
  EXPECT_EQ(std::ranges::adjacent_find(risk_table(), {}, &Risk::action), risk_table().end());
}

TEST(RiskTable, SaysHowDangerousAnActionIs) {
  const struct {
    const char* action;
    Tier tier;
  } cases[] = {
      {"search_logs", Tier::read},
      {"scale_workload.up", Tier::change},
      {"restart_workload.pod", Tier::change},
      {"scale_workload", Tier::dangerous},
      {"restart_workload", Tier::dangerous},
      {"apply_yaml", Tier::dangerous},
      {"delete_logset", Tier::irreversible},
      {"", Tier::irreversible},
      {"scale_workload.sideways", Tier::irreversible},
      {"format_disk", Tier::irreversible},
  };
  for (const auto& c : cases) EXPECT_EQ(tier_of(c.action), c.tier) << c.action;
}

TEST_F(ApproverTest, EachTierNeedsItsScopeAndItsAssurance) {
  const struct {
    const char* action;
    Scope scope;
    Assurance assurance;
  } cases[] = {
      {"search_logs", Scope::read, Assurance::device},
      {"scale_workload.up", Scope::operate, Assurance::voice},
      {"scale_workload", Scope::operate, Assurance::voice},
      {"delete_logset", Scope::admin, Assurance::strong},
  };
  for (const auto& c : cases) {
    for (const auto scope : {Scope::read, Scope::operate, Scope::admin}) {
      for (const auto assurance :
           {Assurance::none, Assurance::device, Assurance::voice, Assurance::strong}) {
        SCOPED_TRACE(std::string(c.action) + " " + std::string(name_of(scope)) + " " +
                     std::string(name_of(assurance)));
        who.scopes = {scope};
        who.assurance = assurance;
        EXPECT_EQ(consider(proposal(c.action)).has_value(),
                  scope >= c.scope && assurance >= c.assurance);
      }
    }
  }
}

TEST_F(ApproverTest, ARefusalSaysWhatIsMissingAndStandsInTheLog) {
  who.scopes = {Scope::read};
  who.assurance = Assurance::device;
  who.user.language = Language::zh;
  const auto refused = consider(proposal("scale_workload"));
  EXPECT_EQ(refused.error().code, Errc::denied);
  EXPECT_EQ(refused.error().message,
            "你现在只能查询，不能改动。请管理员给你一个有操作权限的令牌。");
  ASSERT_EQ(world.log.rows.size(), 1U);
  const auto& entry = world.log.rows[0].entry;
  EXPECT_EQ(entry.event, audit::Event::refused);
  EXPECT_EQ(entry.actor, "alice");
  EXPECT_EQ(entry.assurance, "device");
  EXPECT_EQ(entry.action, "scale_workload");
  EXPECT_EQ(entry.target, "cls-1/shop/Deployment/pay");
  EXPECT_EQ(entry.channel, "http");
  EXPECT_EQ(entry.reason, refused.error().message);
}

// Everything is wrong at first; each rule speaks when those before it are content.
TEST_F(ApproverTest, TheRulesComeInTheirOrder) {
  world.rules.changes_per_user_an_hour = 1;
  world.rules.changes_per_target_in_ten_minutes = 1;
  auto approver = world.restarted();
  auto what = proposal("delete_logset");
  what.ns = "kube-system";
  change(1, what.target);
  who.user.disabled = true;
  who.scopes = {Scope::read};
  who.assurance = Assurance::device;
  const auto refusal = [&] {
    auto verdict = run(approver.consider(who, what, false));
    return verdict ? std::string() : verdict.error().message;
  };
  EXPECT_EQ(refusal(), say_disabled(Language::en));
  who.user.disabled = false;
  EXPECT_EQ(refusal(), say_missing_scope(Scope::admin, Language::en));
  who.scopes = {Scope::admin};
  EXPECT_EQ(refusal(), say_protected("kube-system", Language::en));
  what.ns = "shop";
  EXPECT_EQ(refusal(), say_missing_assurance(Assurance::strong, Language::en));
  who.assurance = Assurance::strong;
  EXPECT_EQ(refusal(), say_too_many_changes(1, Language::en));
  world.clock.time += minutes(61);
  change(0, what.target);
  auto bob = who;
  bob.user.username = "bob";
  ASSERT_TRUE(run(world.approver.begun(bob, what, "", "")));
  EXPECT_EQ(refusal(), say_changed_too_often(1, Language::en));
  world.clock.time += minutes(11);
  EXPECT_EQ(refusal(), "");
}

TEST_F(ApproverTest, ProtectedNamespacesAreForTrustedAdministrators) {
  auto read = proposal("inspect_workload");
  auto write = proposal("scale_workload.up");
  read.ns = write.ns = "kube-system";
  EXPECT_TRUE(allowed(read));
  EXPECT_FALSE(allowed(write));
  who.scopes = {Scope::admin};
  EXPECT_FALSE(allowed(write));
  who.assurance = Assurance::strong;
  EXPECT_TRUE(allowed(write));
  who.scopes = {Scope::operate};
  EXPECT_FALSE(allowed(write));
  write.ns = "shop, kube-public";  // one of several is enough
  EXPECT_THAT(consider(write).error().message, HasSubstr("kube-public is a protected"));
  write.ns = "shop,kube-public-not";
  EXPECT_TRUE(allowed(write));
}

TEST_F(ApproverTest, APersonMayChangeOnlySoMuchAnHour) {
  world.rules.changes_per_user_an_hour = 2;
  auto approver = world.restarted();
  const auto ask = [&] {
    return run(approver.consider(who, proposal("scale_workload.up", "fresh"), false));
  };
  change(2, "a");
  const auto refused = ask();
  EXPECT_EQ(refused.error().code, Errc::rate_limited);
  EXPECT_THAT(refused.error().message, HasSubstr("two changes within an hour"));
  EXPECT_TRUE(run(approver.consider(who, proposal("search_logs"), false)));
  auto bob = who;
  bob.user.username = "bob";
  EXPECT_TRUE(run(approver.consider(bob, proposal("scale_workload.up", "fresh"), false)));
  world.clock.time += hours(1);
  EXPECT_FALSE(ask());
  world.clock.time += Millis{1};
  EXPECT_TRUE(ask());
}

TEST_F(ApproverTest, ATargetMayBeChangedOnlySoOftenInTenMinutesByWhomever) {
  change(5, "cls-1/shop/Deployment/pay");
  who.user.username = "bob";
  EXPECT_EQ(consider(proposal("scale_workload.up")).error().code, Errc::rate_limited);
  EXPECT_TRUE(allowed(proposal("scale_workload.up", "cls-1/shop/Deployment/other")));
  EXPECT_TRUE(allowed(proposal("scale_workload.up", "")));
  EXPECT_TRUE(allowed(proposal("undo_change"), true)) << "what makes good is not held back";
  world.clock.time += minutes(10) + Millis{1};
  EXPECT_TRUE(allowed(proposal("scale_workload.up")));
}

TEST_F(ApproverTest, OfChangesAllowedAtTheSameMomentNoMoreBeginThanTheLimitLets) {
  who.user.language = Language::zh;
  const auto what = proposal("scale_workload.up");
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(allowed(what));
  change(5, what.target);
  const auto sixth = run(world.approver.begun(who, what, "", ""));
  EXPECT_EQ(sixth.error().code, Errc::rate_limited);
  EXPECT_EQ(sixth.error().message, "十分钟里已经改了它五次。先看看效果，过几分钟再改。");
  EXPECT_THAT(world.log.events(),
              ElementsAre("begun", "begun", "begun", "begun", "begun", "refused"));
  EXPECT_TRUE(run(world.approver.begun(who, proposal("undo_change"), "", "")));
}

TEST_F(ApproverTest, ChangesGoOnAndDangerousOnesWaitForTheirCode) {
  EXPECT_TRUE(allowed(proposal("search_logs")));
  EXPECT_TRUE(allowed(proposal("scale_workload.up")));
  EXPECT_THAT(world.log.rows, IsEmpty());  // begun() writes theirs
  const auto waiting = planned();
  EXPECT_EQ(waiting.plan.user, 7);
  EXPECT_EQ(waiting.plan.action, "scale_workload");
  EXPECT_EQ(waiting.plan.arguments, (Json{{"replicas", 1}}));
  EXPECT_EQ(waiting.plan.target_version, "41");
  EXPECT_EQ(waiting.plan.expires - waiting.plan.created, minutes(2));
  EXPECT_EQ(state_of(waiting.plan.id), PlanState::waiting);
  EXPECT_THAT(world.log.events(), ElementsAre("planned"));
  EXPECT_EQ(world.log.rows[0].entry.plan, waiting.plan.id);
}

TEST_F(ApproverTest, WhoAgreedInAFormNeedsNoPlan) {
  EXPECT_TRUE(run(world.approver.needs_confirmation(who, proposal("scale_workload"))).value());
  EXPECT_FALSE(run(world.approver.needs_confirmation(who, proposal("scale_workload.up"))).value());
  EXPECT_THAT(world.plans.plans, IsEmpty());
  EXPECT_TRUE(allowed(proposal("scale_workload"), true));
  EXPECT_THAT(world.plans.plans, IsEmpty());
  EXPECT_THAT(world.log.events(), ElementsAre("confirmed"));
  who.scopes = {Scope::read};
  EXPECT_FALSE(run(world.approver.needs_confirmation(who, proposal("scale_workload"))));
  EXPECT_FALSE(allowed(proposal("scale_workload"), true));
}

TEST_F(ApproverTest, TheCodeIsKeptNowhere) {
  const auto waiting = planned();
  ASSERT_EQ(waiting.code.size(), 4U);
  const auto& plan = world.plans.plans.at(0);
  EXPECT_THAT(plan.code_hash, Not(HasSubstr(waiting.code)));
  EXPECT_EQ(plan.code_hash, waiting.plan.code_hash);
  const auto& row = world.log.rows.at(0).entry;
  EXPECT_THAT(row.reason + dump_json(row.details), Not(HasSubstr(waiting.code)));
  // Two plans with one code have different hashes: the hash is bound to the plan.
  EXPECT_NE(world.hasher.of("mtc-plan-code:a:" + waiting.code),
            world.hasher.of("mtc-plan-code:b:" + waiting.code));
}

TEST_F(ApproverTest, NoTwoPlansOfAPersonWaitForOneCode) {
  // Always the same four digits first: 7315, 7315 …, then others.
  struct Repeating final : Random {
    std::vector<int> digits{7, 3, 1, 5, 7, 3, 1, 5, 7, 3, 1, 5, 9, 4, 6, 2};
    std::size_t at = 0;
    void fill(std::span<std::byte> bytes) override {
      if (bytes.size() != 8) return SeededRandom(at++).fill(bytes);
      const std::uint64_t value =
          static_cast<std::uint64_t>(digits[std::min(at, digits.size() - 1)]);
      std::memcpy(bytes.data(), &value, 8);
      used.push_back(digits[std::min(at, digits.size() - 1)]);
      ++at;
    }
    std::vector<int> used;
  };
  Repeating random;
  Approver approver({.plans = world.plans,
                     .log = world.log,
                     .hasher = world.hasher,
                     .clock = world.clock,
                     .random = random});
  const auto first = run(approver.consider(who, proposal("scale_workload", "a"), false));
  ASSERT_TRUE(first);
  EXPECT_EQ(std::get<Waiting>(*first).code, "7315");
  random.at = 4;
  const auto second = run(approver.consider(who, proposal("scale_workload", "b"), false));
  ASSERT_TRUE(second);
  EXPECT_EQ(std::get<Waiting>(*second).code, "9462");
}

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

TEST_F(ApproverTest, ANewPlanForTheSameReplacesTheOldOne) {
  const auto first = planned();
  const auto other = planned(proposal("scale_workload", "elsewhere"));
  const auto second = planned();
  EXPECT_EQ(state_of(first.plan.id), PlanState::cancelled);
  EXPECT_EQ(state_of(other.plan.id), PlanState::waiting);
  EXPECT_THAT(world.log.events(), ElementsAre("planned", "planned", "cancelled", "planned"));
  EXPECT_EQ(confirm(first.code).error().code, Errc::conflict);
  EXPECT_EQ(confirm(second.code).value().id, second.plan.id);
  EXPECT_EQ(confirm(other.code).value().id, other.plan.id);
}

TEST_F(ApproverTest, OnlySoManyPlansWaitAtATime) {
  for (const auto* target : {"a", "b", "c", "d", "e"}) {
    (void)planned(proposal("scale_workload", target));
  }
  EXPECT_EQ(consider(proposal("scale_workload", "f")).error().code, Errc::rate_limited);
  (void)planned(proposal("scale_workload", "c"));  // takes the place of the other
  ASSERT_TRUE(run(world.approver.cancel(who, "http")));
  (void)planned(proposal("scale_workload", "f"));
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

TEST_F(ApproverTest, BeforeAndAfterAChangeStandInTheLog) {
  auto what = proposal("scale_workload.up");
  what.before = "b1";
  what.details = {{"replicas", 5}};
  ASSERT_TRUE(run(world.approver.begun(who, what, "p1", "")));
  ASSERT_TRUE(run(world.approver.ended(who, what, "p1", "a1", Result<>{})));
  ASSERT_TRUE(
      run(world.approver.ended(who, what, "p1", "", fail(Errc::timed_out, "no answer in time"))));
  what.action = "undo_change";
  ASSERT_TRUE(run(world.approver.ended(who, what, "", "", Result<>{})));
  EXPECT_THAT(world.log.events(), ElementsAre("begun", "done", "failed", "undone"));
  const auto& done = world.log.rows[1].entry;
  EXPECT_EQ(done.before, "b1");
  EXPECT_EQ(done.after, "a1");
  EXPECT_EQ(done.details, (Json{{"replicas", 5}}));
  EXPECT_EQ(world.log.rows[2].entry.reason, "no answer in time");
}

TEST_F(ApproverTest, WhatCannotBeRecordedIsNotDone) {
  const auto waiting = planned();
  world.log.broken = true;
  for (const auto* action : {"scale_workload.up", "scale_workload"}) {
    EXPECT_EQ(consider(proposal(action)).error().message, say_not_recorded(Language::en));
  }
  EXPECT_TRUE(allowed(proposal("search_logs")));
  EXPECT_EQ(run(world.approver.begun(who, proposal("scale_workload.up"), "", "")).error().code,
            Errc::unavailable);
  EXPECT_EQ(confirm(waiting.code).error().code, Errc::unavailable);
  EXPECT_EQ(state_of(waiting.plan.id), PlanState::waiting);
}

TEST_F(ApproverTest, WhatTheProposalSaysIsInItsFingerprint) {
  const auto same = [&](Proposal other) {
    return world.approver.fingerprint_of(other) ==
           world.approver.fingerprint_of(proposal("scale_workload"));
  };
  EXPECT_TRUE(same(proposal("scale_workload")));
  auto other = proposal("scale_workload");
  other.target_version = "42";
  EXPECT_FALSE(same(other));
  other = proposal("scale_workload");
  other.arguments["replicas"] = 0;
  EXPECT_FALSE(same(other));
  EXPECT_FALSE(same(proposal("scale_workload", "elsewhere")));
}

TEST(Code, IsEasyToTellApart) {
  SeededRandom random(3);
  std::set<std::string> codes;
  for (int i = 0; i < 5000; ++i) {
    const auto code = make_code(random);
    codes.insert(code);
    ASSERT_EQ(code.size(), 4U);
    ASSERT_NE(code[0], '0') << code;
    ASSERT_EQ(std::ranges::adjacent_find(code), code.end()) << code;
    ASSERT_FALSE(code == "1234" || code == "9876") << code;
  }
  EXPECT_GT(codes.size(), 3000U);  // of about 6500
}

TEST(Code, IsReadAsItIsSaid) {
  const struct {
    const char *heard, *code;  // null: none
  } cases[] = {
      {"7315", "7315"},
      {"七三一五", "7315"},
      {"确认，七三幺五。", "7315"},
      {"7 3 1 5", "7315"},
      {"７３１５", "7315"},
      {"Confirm: seven three one five", "7315"},
      {"确认码是七三一五", "7315"},
      {"零二两〇", "0220"},
      {"731", nullptr},
      {"73155", nullptr},
      {"", nullptr},
      {"确认", nullptr},
      {"\xff\xfe", nullptr},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.heard);
    const auto code = read_code(c.heard);
    EXPECT_EQ(code.has_value(), c.code != nullptr);
    if (code && c.code != nullptr) EXPECT_EQ(*code, c.code);
  }
}

TEST(Wording, APlanEndsInItsCode) {
  EXPECT_EQ(say_plan("准备把 payment 缩到一个副本", "7315", Language::zh),
            "准备把 payment 缩到一个副本。确认请说：确认七三一五。");
  EXPECT_EQ(say_plan("准备重启 payment。", "7315", Language::zh),
            "准备重启 payment。确认请说：确认七三一五。");
  EXPECT_EQ(say_plan("Restart payment, three replicas", "7315", Language::en),
            "Restart payment, three replicas. To confirm, say: confirm 7 3 1 5.");
}

TEST(Wording, AFormAsksAfterWhatWillBeDone) {
  EXPECT_EQ(say_question("准备重启 payment", Language::zh), "准备重启 payment。要执行吗？");
  EXPECT_EQ(say_question("Restart payment", Language::en), "Restart payment. Shall I go ahead?");
}

TEST(Wording, EvenALongPlanFitsIntoOneBreathWithItsCode) {
  std::string summary;
  for (int i = 0; i < 500; ++i) summary += "删";
  const auto said = say_plan(summary, "7315", Language::zh);
  EXPECT_LT(said.size(), 900U);  // a XiaoZhi device takes a thousand bytes at a time
  EXPECT_TRUE(said.ends_with("确认请说：确认七三一五。"));
}

TEST(Wording, IsShortAndWithoutMarks) {
  std::vector<std::string> all;
  for (const auto language : {Language::zh, Language::en}) {
    for (const auto scope : {Scope::read, Scope::operate, Scope::admin}) {
      all.push_back(say_missing_scope(scope, language));
    }
    for (const auto assurance : {Assurance::voice, Assurance::strong}) {
      all.push_back(say_missing_assurance(assurance, language));
    }
    for (const auto state : {PlanState::waiting, PlanState::executing, PlanState::done,
                             PlanState::failed, PlanState::cancelled, PlanState::expired}) {
      all.push_back(say_over(state, language));
    }
    for (auto* say :
         {say_disabled, say_not_recorded, say_no_code, say_nothing_waits, say_wrong_code,
          say_too_many_codes, say_replaced, say_declined, say_nobody_knows, say_target_changed,
          say_cancelled, say_done_unrecorded, say_cannot_go_on}) {
      all.push_back(say(language));
    }
    for (auto* say :
         {say_too_many_changes, say_changed_too_often, say_too_many_waiting, say_dropped_after}) {
      all.push_back(say(3, language));
    }
  }
  for (const auto& sentence : all) {
    EXPECT_THAT(sentence, AllOf(Not(IsEmpty()), Not(HasSubstr("{")), Not(HasSubstr("/")),
                                Not(HasSubstr("\n"))));
    EXPECT_LT(sentence.size(), 300U) << sentence;
  }
}

TEST(PlanState, HasANameThatIsReadBack) {
  for (const auto state : {PlanState::waiting, PlanState::executing, PlanState::done,
                           PlanState::failed, PlanState::cancelled, PlanState::expired}) {
    EXPECT_EQ(parse_plan_state(name_of(state)), state);
  }
  EXPECT_EQ(parse_plan_state("unknown"), std::nullopt);
}

}  // namespace
}  // namespace mtc::approval
