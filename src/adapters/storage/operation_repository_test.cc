// What every store of rollbacks promises, in memory and in SQL: who begins one, who goes on with
// it, and what is kept of it.
#include "adapters/storage/operation_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include "adapters/storage/operation_fixture.h"
#include "domain/rollback/memory_operation_store.h"

namespace mtc::storage {
namespace {

using rollback::Operation;
using rollback::OperationFilter;
using rollback::OperationState;
using rollback::Rung;
using rollback::Step;
using rollback::StepState;
using rollback::Trigger;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using namespace std::chrono_literals;
using Begun = std::optional<Operation>;

class OperationStores : public OperationStoreTest, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    OperationStoreTest::SetUp();
    const bool in_sql = GetParam();
    if (!in_sql) store_ = std::make_unique<rollback::MemoryOperationStore>();
  }
};
INSTANTIATE_TEST_SUITE_P(SqlAndMemory, OperationStores, ::testing::Bool());

void expect_same(const Step& a, const Step& b) {
  EXPECT_EQ(a.rung, b.rung);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.reason, b.reason);
  EXPECT_EQ(a.action, b.action);
  EXPECT_EQ(a.arguments, b.arguments);
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(a.target, b.target);
  EXPECT_EQ(a.summary, b.summary);
  EXPECT_EQ(a.checkpoint, b.checkpoint);
  EXPECT_EQ(a.started, b.started);
  EXPECT_EQ(a.ended, b.ended);
  ASSERT_EQ(a.before.has_value(), b.before.has_value());
  if (a.before) EXPECT_EQ(to_json(*a.before), to_json(*b.before));
  ASSERT_EQ(a.after.has_value(), b.after.has_value());
  if (a.after) EXPECT_EQ(to_json(*a.after), to_json(*b.after));
}

void expect_same(const Operation& a, const Operation& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.account, b.account);
  EXPECT_EQ(a.user, b.user);
  EXPECT_EQ(a.incident, b.incident);
  EXPECT_EQ(a.alert_id, b.alert_id);
  EXPECT_EQ(a.trouble, b.trouble);
  EXPECT_EQ(a.title, b.title);
  EXPECT_EQ(a.target.region, b.target.region);
  EXPECT_EQ(a.target.cluster_id, b.target.cluster_id);
  EXPECT_EQ(a.target.cluster_name, b.target.cluster_name);
  EXPECT_EQ(a.target.object, b.target.object);
  EXPECT_EQ(a.score, b.score);
  EXPECT_EQ(a.trigger, b.trigger);
  EXPECT_EQ(a.assurance, b.assurance);
  EXPECT_EQ(a.channel, b.channel);
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.speech, b.speech);
  EXPECT_EQ(a.language, b.language);
  EXPECT_EQ(a.cancel_asked, b.cancel_asked);
  EXPECT_EQ(a.cancel_by, b.cancel_by);
  EXPECT_EQ(a.started, b.started);
  EXPECT_EQ(a.ended, b.ended);
  EXPECT_EQ(a.diagnosis, b.diagnosis);
  EXPECT_EQ(a.revision, b.revision);
  ASSERT_EQ(a.steps.size(), b.steps.size());
  for (std::size_t i = 0; i < a.steps.size(); ++i) expect_same(a.steps[i], b.steps[i]);
}

TEST_P(OperationStores, AnOperationComesBackAsItWasKept) {
  auto begun = begin(full());
  ASSERT_TRUE(begun);
  auto expected = full();
  expected.number = 1;
  expected.revision = 1;
  expect_same(*begun, expected);
  expect_same(found("o1"), expected);
  expect_same(run(store_->find_number(7, 1)).value().value(), expected);
  EXPECT_FALSE(run(store_->find_number(0, 1)).value());
  EXPECT_FALSE(run(store_->find("o2")).value());

  begun->alert_id = "a2";
  begun->trouble = "bad_config";
  begun->title = "别的";
  begun->score = 91;
  begun->state = OperationState::handed_over;
  begun->speech = "这件事需要你看一下";
  begun->ended = clock_.now() + 1min;
  begun->diagnosis = {{"sure", 0.1}};
  begun->steps[0].state = StepState::worse;
  begun->steps.push_back({.rung = Rung::person, .state = StepState::skipped});
  expected = *begun;
  expected.revision = 2;
  const auto saved = save(*begun);
  ASSERT_TRUE(saved) << saved.error().message;
  expect_same(*saved, expected);
  expect_same(found("o1"), expected);
}

TEST_P(OperationStores, AnIncidentIsBegunOnceUnlessAPersonAsksAgain) {
  auto by_person = operation("o3", "i1", "payment");
  by_person.trigger = Trigger::person;
  const auto first = begin(operation("o1", "i1", "payment"));
  ASSERT_TRUE(first);
  EXPECT_FALSE(begin(operation("o2", "i1", "order")));
  EXPECT_FALSE(begin(by_person));
  ended(*first);
  EXPECT_FALSE(begin(operation("o2", "i1", "payment")));
  const auto again = begin(by_person);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->number, 2);
  ended(*again);
  EXPECT_FALSE(begin(operation("o2", "i1", "payment")));
}

TEST_P(OperationStores, ATargetHasOneThatRuns) {
  const auto first = begin(operation("o1", "i1", "payment"));
  ASSERT_TRUE(first);
  auto of_other_account = operation("o2", "i2", "payment");
  of_other_account.account = 7;
  EXPECT_FALSE(begin(of_other_account));
  EXPECT_TRUE(begin(operation("o3", "i3", "order")));
  ended(*first);
  EXPECT_TRUE(begin(of_other_account));
}

TEST_P(OperationStores, OnlyItsHolderSavesAndOnlyTheNewest) {
  const auto begun = begin(operation("o1", "i1", "payment"));
  ASSERT_TRUE(begun);
  EXPECT_EQ(save(*begun, "elsewhere").error().code, Errc::conflict);
  const auto saved = save(*begun);
  ASSERT_TRUE(saved);
  EXPECT_EQ(saved->revision, 2);
  EXPECT_EQ(save(*begun).error().code, Errc::conflict);
  EXPECT_TRUE(save(*saved));
  EXPECT_EQ(save(operation("o2", "i2", "order")).error().code, Errc::not_found);
}

TEST_P(OperationStores, WhoIsAskedToStopLearnsItWhenSaving) {
  const auto begun = begin(operation("o1", "i1", "payment"));
  ASSERT_TRUE(begun);
  EXPECT_TRUE(run(store_->ask_cancel("o1", "alice")).value());
  EXPECT_TRUE(found("o1").cancel_asked);
  auto saved = save(*begun);
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_TRUE(saved->cancel_asked);
  EXPECT_EQ(saved->cancel_by, "alice");
  saved->state = OperationState::cancelled;
  saved->ended = clock_.now();
  saved = save(*saved);
  ASSERT_TRUE(saved);
  EXPECT_TRUE(found("o1").cancel_asked);
  EXPECT_FALSE(run(store_->ask_cancel("o1", "bob")).value());
  EXPECT_EQ(found("o1").cancel_by, "alice");
  EXPECT_FALSE(run(store_->ask_cancel("o2", "bob")).value());
}

TEST_P(OperationStores, WhatNobodyHoldsAnyMoreIsAdoptedOnce) {
  const auto begun = begin(full());
  ASSERT_TRUE(begun);
  ended(*begin(operation("o2", "i2", "order")));
  const auto adopt = [&](const char* holder) {
    return run(store_->adopt(holder, clock_.now(), clock_.now() + 1min)).value();
  };
  EXPECT_THAT(adopt("there"), IsEmpty());
  clock_.time += 1min;
  const auto adopted = adopt("there");
  ASSERT_EQ(adopted.size(), 1U);
  auto expected = *begun;
  ++expected.revision;
  expect_same(adopted[0], expected);
  EXPECT_THAT(adopt("there"), IsEmpty());
  EXPECT_EQ(save(*begun).error().code, Errc::conflict);
  EXPECT_TRUE(save(adopted[0], "there"));
}

TEST_P(OperationStores, WhoAdoptsFromItselfTakesItFromItself) {
  const auto begun = begin(operation("o1", "i1", "payment"));
  clock_.time += 1min;
  ASSERT_EQ(run(store_->adopt("here", clock_.now(), clock_.now() + 1min)).value().size(), 1U);
  EXPECT_EQ(save(*begun).error().code, Errc::conflict);
}

TEST_P(OperationStores, SavingRenewsTheLease) {
  const auto begun = begin(operation("o1", "i1", "payment"));
  clock_.time += 50s;
  ASSERT_TRUE(save(*begun));
  clock_.time += 50s;
  EXPECT_THAT(run(store_->adopt("there", clock_.now(), clock_.now() + 1min)).value(), IsEmpty());
}

TEST_P(OperationStores, TheNewestIsListedFirst) {
  const auto begun = clock_.now();
  auto one = operation("o1", "i1", "payment");
  one.started = begun;
  ended(*begin(one));
  auto two = operation("o2", "i2", "order");
  two.started = begun + 1h;
  two.target.object.ns = "bank";
  begin(two);
  auto three = operation("o3", "i3", "gateway");
  three.started = begun + 2h;
  three.target.cluster_id = "cls-2";
  begin(three);
  auto other = operation("o4", "i4", "search");
  other.account = 7;
  begin(other);
  const struct {
    const char* name;
    OperationFilter filter;
    std::vector<std::string> ids;
  } cases[] = {
      {"all", {}, {"o3", "o2", "o1"}},
      {"few", {.limit = 1}, {"o3"}},
      {"state", {.state = OperationState::recovered}, {"o1"}},
      {"cluster", {.cluster_id = "cls-1"}, {"o2", "o1"}},
      {"namespace", {.ns = "bank"}, {"o2"}},
      {"name", {.name = "payment"}, {"o1"}},
      {"since", {.since = begun + 1h}, {"o3", "o2"}},
      {"until", {.until = begun + 1h}, {"o1"}},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(ids(each.filter), each.ids);
  }
  EXPECT_THAT(ids({}, 7), ElementsAre("o4"));
}

TEST_P(OperationStores, WhatWasBegunIsCountedForEachTarget) {
  auto one = operation("o1", "i1", "payment");
  one.started = clock_.now();
  ended(*begin(one));
  auto two = operation("o2", "i2", "payment");
  two.started = clock_.now() + 1h;
  begin(two);
  auto three = operation("o3", "i3", "order");
  three.started = clock_.now() + 1h;
  begin(three);
  const auto count = [&](const char* target, Millis after) {
    return run(store_->count(0, target, clock_.now() + after)).value();
  };
  const char* const payment = "cls-1/shop/Deployment/payment";
  EXPECT_EQ(count(payment, 0ms), 2);
  EXPECT_EQ(count(payment, 1ms), 1);
  EXPECT_EQ(count("", 0ms), 3);
  EXPECT_EQ(run(store_->count(7, payment, clock_.now())).value(), 0);
}

TEST_P(OperationStores, OldOnesAreForgottenAndNumbersStay) {
  ended(*begin(operation("o1", "i1", "payment")));
  begin(operation("o2", "i2", "order"));
  EXPECT_EQ(run(store_->forget(clock_.now())).value(), 0);
  clock_.time += 1ms;
  EXPECT_EQ(run(store_->forget(clock_.now())).value(), 1);
  EXPECT_THAT(ids(), ElementsAre("o2"));
  EXPECT_EQ(begin(operation("o3", "i3", "payment"))->number, 3);
}

TEST_F(OperationStoreTest, StepsGoWithTheirOperation) {
  ended(*begin(full()));
  const auto steps = [&] {
    long long found = -1;
    EXPECT_TRUE(database_->run_now<void>([&](soci::session& session) -> Result<> {
      session << "SELECT count(*) FROM rollback_steps", soci::into(found);
      return {};
    }));
    return found;
  };
  EXPECT_EQ(steps(), 2);
  clock_.time += 1ms;
  EXPECT_EQ(run(store_->forget(clock_.now())).value(), 1);
  EXPECT_EQ(steps(), 0);
}

TEST_F(OperationStoreTest, NoSecretCanBeReadInTheFile) {
  begin(full());
  std::string sealed;
  const auto read = [&](const char* sql) {
    ASSERT_TRUE(database_->run_now<void>([&](soci::session& session) -> Result<> {
      session << sql, soci::into(sealed);
      return {};
    }));
  };
  read("SELECT sealed FROM rollback_steps WHERE place = 0");
  EXPECT_THAT(sealed, Not(IsEmpty()));
  EXPECT_THAT(sealed, Not(HasSubstr("hunter2")));
}

// Else nobody could end it, and its target would be held for ever.
TEST_F(OperationStoreTest, WhatAStepNeedsMayBeLostAndTheRestIsStillTold) {
  begin(full());
  ASSERT_TRUE(database_->run_now<void>([](soci::session& session) -> Result<> {
    session << "UPDATE rollback_steps SET sealed = 'x' WHERE place = 0";
    return {};
  }));
  const auto one = found("o1");
  ASSERT_EQ(one.steps.size(), 2U);
  EXPECT_EQ(one.steps[0].arguments, nullptr);
  EXPECT_EQ(one.steps[0].summary, "payment 回到上一个版本");
}

TEST_F(OperationStoreTest, OneThatCannotBeReadHidesNoOther) {
  begin(operation("o1", "i1", "payment"));
  begin(operation("o2", "i2", "order"));
  ASSERT_TRUE(database_->run_now<void>([](soci::session& session) -> Result<> {
    session << "UPDATE rollback_operations SET begun_by = 'x' WHERE id = 'o1'";
    return {};
  }));
  EXPECT_THAT(ids(), ElementsAre("o2"));
  EXPECT_EQ(run(store_->find("o1")).error().code, Errc::internal);
}

}  // namespace
}  // namespace mtc::storage
