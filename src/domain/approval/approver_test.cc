// Who may do what, how often, and what waits for a code.
#include "domain/approval/approver.h"

#include "domain/approval/approver_for_test.h"
#include "domain/approval/wording.h"

namespace mtc::approval {
namespace {

using identity::Assurance;
using identity::Scope;
using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

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

}  // namespace
}  // namespace mtc::approval
