// A store of alerts, in SQL or in memory, and what tests say and ask of it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "adapters/storage/alert_repository.h"
#include "adapters/storage/storage_fixture.h"
#include "domain/alerts/memory_alert_store.h"

namespace mtc::storage {

template <bool in_sql>
class AlertWorld : public StorageTest {
 protected:
  void SetUp() override {
    StorageTest::SetUp();
    if (in_sql) {
      store_ = std::make_unique<SqlAlertStore>(*database_, random_);
    } else {
      store_ = std::make_unique<alerts::MemoryAlertStore>();
    }
  }

  alerts::Report report(std::string id, std::string workload, std::string metric = "cpu") const {
    alerts::Report out;
    out.id = std::move(id);
    out.policy_id = "policy-1";
    out.metric = std::move(metric);
    out.subject.cluster_id = "cls-1";
    out.subject.ns = "shop";
    out.subject.kind = "Deployment";
    out.subject.name = std::move(workload);
    out.at = out.first = clock_.now();
    return out;
  }
  alerts::Report end(std::string id, std::string workload) const {
    auto out = report(std::move(id), std::move(workload));
    out.firing = false;
    return out;
  }
  std::vector<alerts::AlertStore::TakenIn> take_in(std::vector<alerts::Report> reports,
                                                   alerts::Account account = 0) {
    auto taken = run(store_->take_in(account, std::move(reports), rules_, clock_.now()));
    EXPECT_TRUE(taken) << taken.error().message;
    return taken.value_or(std::vector<alerts::AlertStore::TakenIn>{});
  }
  alerts::Alert taken(std::string id, std::string workload) {
    auto all = take_in({report(std::move(id), std::move(workload))});
    return all.empty() ? alerts::Alert{} : all.front().alert;
  }
  alerts::Alert found(const std::string& id) {
    return run(store_->find(id)).value().value_or(alerts::Alert{});
  }
  alerts::Alert changed(const std::string& id, alerts::AlertChange change) {
    auto out = run(store_->change(id, std::move(change), clock_.now()));
    EXPECT_TRUE(out) << out.error().message;
    return out.value_or(alerts::Alert{});
  }
  std::vector<std::int64_t> numbers(alerts::AlertFilter filter = {}, alerts::Account account = 0) {
    return numbers_of(run(store_->list(account, std::move(filter))).value());
  }
  static std::vector<std::int64_t> numbers_of(const std::vector<alerts::Alert>& all) {
    std::vector<std::int64_t> out;
    for (const auto& one : all) out.push_back(one.number);
    return out;
  }

  alerts::MergeRules rules_;
  std::unique_ptr<alerts::AlertStore> store_;
};

inline void expect_same(const alerts::Alert& a, const alerts::Alert& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.account, b.account);
  EXPECT_EQ(a.cause, b.cause);
  EXPECT_EQ(a.incident, b.incident);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.policy_id, b.policy_id);
  EXPECT_EQ(a.policy_name, b.policy_name);
  EXPECT_EQ(a.metric, b.metric);
  EXPECT_EQ(a.condition, b.condition);
  EXPECT_EQ(a.unit, b.unit);
  EXPECT_EQ(a.link, b.link);
  EXPECT_EQ(a.message, b.message);
  EXPECT_EQ(a.subject, b.subject);
  EXPECT_EQ(a.level, b.level);
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.limit, b.limit);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.handling, b.handling);
  EXPECT_EQ(a.first, b.first);
  EXPECT_EQ(a.last, b.last);
  EXPECT_EQ(a.recovered, b.recovered);
  EXPECT_EQ(a.reports, b.reports);
  EXPECT_EQ(a.flaps, b.flaps);
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.scoring, b.scoring);
  EXPECT_EQ(a.acknowledged_by, b.acknowledged_by);
  EXPECT_EQ(a.assigned_to, b.assigned_to);
  EXPECT_EQ(a.snoozed_until, b.snoozed_until);
  EXPECT_EQ(a.note, b.note);
  EXPECT_EQ(a.created, b.created);
  EXPECT_EQ(a.changed, b.changed);
}

}  // namespace mtc::storage
