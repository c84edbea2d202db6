// What tests of the approver share: one person, whose proposals are considered and confirmed.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "domain/approval/memory_approval.h"
#include "infra/loop/run.h"

namespace mtc::approval {

class ApproverTest : public ::testing::Test {
 protected:
  ApproverTest() {
    world.clock.time = TimePoint(std::chrono::hours{24 * 20'000});
    who.user.id = 7;
    who.user.username = "alice";
    who.user.language = Language::en;
    who.assurance = identity::Assurance::voice;
    who.scopes = {identity::Scope::operate};
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

}  // namespace mtc::approval
