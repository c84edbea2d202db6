#include "domain/rollback/guard.h"

#include "domain/rollback/rollback_world_for_test.h"

namespace mtc::rollback {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class GuardTest : public RollbackTest {
 protected:
  Operation draft(Trigger trigger = Trigger::night, double score = 80) {
    return {.id = "o1",
            .account = 1,
            .user = 1,
            .incident = "i1",
            .target = target(),
            .score = score,
            .trigger = trigger,
            .started = clock.time};
  }
  std::string begins(Trigger trigger = Trigger::night, double score = 80) {
    auto ok = run(guard.may_begin(rules, draft(trigger, score), people.all.front()));
    return ok ? "" : ok.error().message;
  }
  std::string steps_on(clusters::BlastRadius radius = {}, Trigger trigger = Trigger::night,
                       bool someone_rolling = false) {
    auto ok = run(guard.may_step(rules, draft(trigger), {.ns = "shop"}, std::move(radius),
                                 someone_rolling, "kubectl"));
    return ok ? "" : ok.error().message;
  }
  void happened(const std::string& incident, std::chrono::minutes ago) {
    Operation before = draft();
    before.id = incident;
    before.incident = incident;
    before.state = OperationState::recovered;
    before.started = clock.time - ago - std::chrono::minutes(1);
    before.ended = clock.time - ago;
    operations.kept.push_back({.operation = before, .holder = "me"});
  }
};

TEST_F(GuardTest, LetsBeginWhatTheRulesAllow) {
  EXPECT_EQ(begins(), "");
}

TEST_F(GuardTest, AutomaticRepairsCanBeOff) {
  rules.automatic = false;
  EXPECT_THAT(begins(), HasSubstr("自动修复关着"));
  EXPECT_THAT(begins(Trigger::urgent), HasSubstr("自动修复关着"));
  EXPECT_EQ(begins(Trigger::person), "");
  EXPECT_THAT(steps_on(), HasSubstr("自动修复关着"));
  EXPECT_EQ(steps_on({}, Trigger::person), "");
}

TEST_F(GuardTest, UrgentOnesDoNotWaitForTheWindow) {
  // It is 23:00 in Shanghai.
  rules.windows = {{.from = std::chrono::hours(5), .to = std::chrono::hours(6), .weekdays = {}}};
  EXPECT_THAT(begins(), HasSubstr("时间"));
  EXPECT_EQ(begins(Trigger::urgent), "");
  EXPECT_EQ(begins(Trigger::person), "");
}

TEST_F(GuardTest, KeepsAwayFromWhatIsNotToBeTouched) {
  rules.never = {"shop/ord*"};
  EXPECT_THAT(begins(Trigger::person), HasSubstr("不许动 order"));
  rules.never = {"shop/mysql", "*/payment"};
  EXPECT_EQ(begins(), "");
  rules.clusters = {"cls-9"};
  EXPECT_THAT(begins(), HasSubstr("不在允许修复的名单里"));
  rules.clusters = {"广州生产集群"};
  EXPECT_EQ(begins(), "");
  rules.protected_namespaces = {"shop"};
  EXPECT_THAT(begins(), HasSubstr("受保护"));
  EXPECT_THAT(steps_on(), HasSubstr("受保护"));
}

TEST_F(GuardTest, LowScoresAreLeftToPeople) {
  rules.least_score = 50;
  EXPECT_THAT(begins(Trigger::night, 40), HasSubstr("分数太低"));
  EXPECT_EQ(begins(Trigger::person, 0), "");
}

TEST_F(GuardTest, CountsWhatHappenedBefore) {
  happened("i7", std::chrono::minutes(20));
  EXPECT_THAT(begins(), HasSubstr("刚刚才处理过"));
  EXPECT_EQ(begins(Trigger::person), "");
  operations.kept.clear();
  for (int i = 0; i < 3; ++i) happened("i" + std::to_string(i + 2), std::chrono::hours(2 + i));
  EXPECT_THAT(begins(), HasSubstr("今天已经处理过三次"));
  EXPECT_EQ(begins(Trigger::person), "");
  rules.operations_of_target_a_day = 10;
  EXPECT_EQ(begins(), "");
  operations.kept.clear();
  rules.operations_an_hour = 2;
  happened("i8", std::chrono::minutes(40));
  happened("i9", std::chrono::minutes(50));
  EXPECT_THAT(begins(Trigger::person), HasSubstr("到上限了"));
}

TEST_F(GuardTest, AsksForThePermissionAsItIsNow) {
  people.all.front().rollback_permission = false;
  EXPECT_THAT(begins(), HasSubstr("alice 的账号没有回滚权限"));
  EXPECT_THAT(steps_on(), HasSubstr("没有回滚权限"));
  people.all.front() = {
      .id = 1, .username = "alice", .rollback_permission = true, .disabled = true};
  EXPECT_THAT(steps_on(), HasSubstr("停用"));
  people.all.clear();
  EXPECT_THAT(steps_on(), HasSubstr("已经没有了"));
}

TEST_F(GuardTest, BoundsTheReachOfAStep) {
  using clusters::Effect;
  EXPECT_EQ(steps_on({.effect = Effect::rolled, .replicas = 100, .touched = 100}), "");
  EXPECT_THAT(steps_on({.effect = Effect::rolled, .replicas = 101}), HasSubstr("副本"));
  rules.most_share = 50;
  EXPECT_EQ(steps_on({.effect = Effect::rolled, .replicas = 4, .touched = 4}), "");
  EXPECT_THAT(steps_on({.effect = Effect::recreated, .replicas = 4, .touched = 4}),
              HasSubstr("同时影响百分之百"));
  EXPECT_THAT(steps_on({.effect = Effect::removed, .replicas = 4, .touched = 3}),
              HasSubstr("百分之七十五"));
  EXPECT_EQ(steps_on({.effect = Effect::added, .replicas = 4, .touched = 2}), "");
}

TEST_F(GuardTest, DoesNotDisturbARolloutOfSomebodyElse) {
  EXPECT_THAT(steps_on({}, Trigger::person, true), HasSubstr("kubectl 正在发布 order"));
}

TEST_F(GuardTest, WhatIsRefusedIsOnRecordAndTold) {
  nature = cured_by_restart;
  rules.automatic = false;
  auto begun = begin();
  ASSERT_TRUE(begun);
  EXPECT_FALSE(*begun);
  EXPECT_EQ(rows(audit::Event::refused), 1);
  EXPECT_EQ(handling(), alerts::Handling::handed_over);
  ASSERT_EQ(announcer.told.size(), 1U);
  EXPECT_THAT(announcer.told[0].text, HasSubstr("自动修复关着"));
  EXPECT_THAT(cluster->writes, IsEmpty());
  EXPECT_FALSE(*begin()) << "and again";
  EXPECT_EQ(rows(audit::Event::refused), 1) << "once is enough";
  EXPECT_EQ(announcer.told.size(), 1U);
}

TEST_F(GuardTest, APersonHearsTheRefusalAtOnce) {
  nature = cured_by_restart;
  rules.never = {"shop/*"};
  auto begun = begin(Trigger::person);
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code, Errc::denied);
  EXPECT_THAT(begun.error().message, HasSubstr("不许动"));
  EXPECT_EQ(rows(audit::Event::refused), 1);
}

}  // namespace
}  // namespace mtc::rollback
