// A store of rollbacks, and what tests say and ask of it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "adapters/storage/operation_repository.h"
#include "adapters/storage/storage_fixture.h"

namespace mtc::storage {

class OperationStoreTest : public SealedStorageTest {
 protected:
  void SetUp() override {
    SealedStorageTest::SetUp();
    store_ = std::make_unique<SqlOperationStore>(*database_, cipher_);
  }

  static rollback::Operation operation(const std::string& id, const std::string& incident,
                                       const std::string& name) {
    rollback::Operation out;
    out.id = id;
    out.incident = incident;
    out.target = {
        .region = "ap-guangzhou",
        .cluster_id = "cls-1",
        .cluster_name = "广州生产集群",
        .object = {.api_version = "apps/v1", .kind = "Deployment", .ns = "shop", .name = name}};
    return out;
  }
  rollback::Operation full() const {
    auto out = operation("o1", "i1", "payment");
    out.account = 7;
    out.user = alice_;
    out.alert_id = "a1";
    out.trouble = "crash_loop";
    out.title = "payment 一直重启";
    out.score = 86.25;
    out.trigger = rollback::Trigger::urgent;
    out.assurance = "voice";
    out.channel = "http";
    out.speech = "我先重启";
    out.language = Language::en;
    out.started = clock_.now();
    out.diagnosis = {{"trouble", "crash_loop"}, {"sure", 0.8}};
    out.steps = {full_step(), {.rung = rollback::Rung::person}};
    return out;
  }
  rollback::Step full_step() const {
    return {
        .rung = rollback::Rung::previous_version,
        .state = rollback::StepState::verifying,
        .reason = "三分钟前换了版本",
        .action = "roll_back",
        .arguments = {{"password", "hunter2"}, {"to", "v41"}},
        .version = "812",
        .target = "cls-1/shop/Deployment/payment",
        .summary = "payment 回到上一个版本",
        .checkpoint = "c1",
        .before = rollback::Health{.at = clock_.now(), .wanted = 3, .ready = 0, .error_rate = 0.5},
        .after = rollback::Health{.at = clock_.now() + std::chrono::seconds(1),
                                  .wanted = 3,
                                  .ready = 2,
                                  .restarts = 4},
        .started = clock_.now() + std::chrono::seconds(1),
        .ended = clock_.now() + std::chrono::seconds(2)};
  }
  std::optional<rollback::Operation> begin(rollback::Operation one,
                                           const std::string& holder = "here") {
    auto begun = run(store_->begin(std::move(one), holder, clock_.now() + std::chrono::minutes(1)));
    EXPECT_TRUE(begun) << begun.error().message;
    return begun.value_or(std::nullopt);
  }
  Result<rollback::Operation> save(rollback::Operation one, const std::string& holder = "here") {
    return run(store_->save(std::move(one), holder, clock_.now() + std::chrono::minutes(1)));
  }
  rollback::Operation ended(rollback::Operation one) {
    one.state = rollback::OperationState::recovered;
    one.ended = clock_.now();
    auto saved = save(std::move(one));
    EXPECT_TRUE(saved) << saved.error().message;
    return saved.value_or(rollback::Operation{});
  }
  rollback::Operation found(const std::string& id) {
    return run(store_->find(id)).value().value_or(rollback::Operation{});
  }
  std::vector<std::string> ids(rollback::OperationFilter filter = {}, alerts::Account account = 0) {
    std::vector<std::string> out;
    const auto listed = run(store_->list(account, std::move(filter))).value();
    for (const auto& one : listed) out.push_back(one.id);
    return out;
  }

  std::unique_ptr<rollback::OperationStore> store_;
};

}  // namespace mtc::storage
