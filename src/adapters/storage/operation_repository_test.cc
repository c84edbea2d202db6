// Rollbacks in SQL: who begins one, who goes on with it, and what is kept of it.
#include "adapters/storage/operation_repository.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <algorithm>

#include "adapters/storage/storage_fixture.h"

namespace mtc::storage {
namespace {

using rollback::Health;
using rollback::Operation;
using rollback::OperationFilter;
using rollback::OperationState;
using rollback::OperationStore;
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

class OperationStoreTest : public SealedStorageTest {
 protected:
  static Operation operation(const std::string& id, const std::string& incident,
                             const std::string& name) {
    Operation out;
    out.id = id;
    out.incident = incident;
    out.target = {
        .region = "ap-guangzhou",
        .cluster_id = "cls-1",
        .cluster_name = "广州生产集群",
        .object = {.api_version = "apps/v1", .kind = "Deployment", .ns = "shop", .name = name}};
    return out;
  }
  Operation full() const {
    auto out = operation("o1", "i1", "payment");
    out.account = 7;
    out.user = alice_;
    out.alert_id = "a1";
    out.trouble = "crash_loop";
    out.title = "payment 一直重启";
    out.score = 86.25;
    out.trigger = Trigger::urgent;
    out.assurance = "voice";
    out.channel = "http";
    out.speech = "我先重启";
    out.language = Language::en;
    out.started = clock_.now();
    out.diagnosis = {{"trouble", "crash_loop"}, {"sure", 0.8}};
    out.steps = {full_step(), {.rung = Rung::person}};
    return out;
  }
  Step full_step() const {
    return {.rung = Rung::previous_version,
            .state = StepState::verifying,
            .reason = "三分钟前换了版本",
            .action = "roll_back",
            .arguments = {{"password", "hunter2"}, {"to", "v41"}},
            .version = "812",
            .target = "cls-1/shop/Deployment/payment",
            .summary = "payment 回到上一个版本",
            .checkpoint = "c1",
            .before = Health{.at = clock_.now(), .wanted = 3, .ready = 0, .error_rate = 0.5},
            .after = Health{.at = clock_.now() + 1s, .wanted = 3, .ready = 2, .restarts = 4},
            .started = clock_.now() + 1s,
            .ended = clock_.now() + 2s};
  }
  Begun begin(Operation one, const std::string& holder = "here") {
    auto begun = run(store_.begin(std::move(one), holder, clock_.now() + 1min));
    EXPECT_TRUE(begun) << begun.error().message;
    return begun.value_or(std::nullopt);
  }
  Result<Operation> save(Operation one, const std::string& holder = "here") {
    return run(store_.save(std::move(one), holder, clock_.now() + 1min));
  }
  Operation ended(Operation one) {
    one.state = OperationState::recovered;
    one.ended = clock_.now();
    auto saved = save(std::move(one));
    EXPECT_TRUE(saved) << saved.error().message;
    return saved.value_or(Operation{});
  }
  Operation found(const std::string& id) {
    return run(store_.find(id)).value().value_or(Operation{});
  }
  std::vector<std::string> ids(OperationFilter filter = {}, alerts::Account account = 0) {
    std::vector<std::string> out;
    const auto listed = run(store_.list(account, std::move(filter))).value();
    for (const auto& one : listed) out.push_back(one.id);
    return out;
  }

  SqlOperationStore store_{*database_, cipher_};
};

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

TEST_F(OperationStoreTest, AnOperationComesBackAsItWasKept) {
  auto begun = begin(full());
  ASSERT_TRUE(begun);
  auto expected = full();
  expected.number = 1;
  expected.revision = 1;
  expect_same(*begun, expected);
  expect_same(found("o1"), expected);
  expect_same(run(store_.find_number(7, 1)).value().value(), expected);
  EXPECT_FALSE(run(store_.find_number(0, 1)).value());
  EXPECT_FALSE(run(store_.find("o2")).value());

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

TEST_F(OperationStoreTest, AnIncidentIsBegunOnceUnlessAPersonAsksAgain) {
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

TEST_F(OperationStoreTest, ATargetHasOneThatRuns) {
  const auto first = begin(operation("o1", "i1", "payment"));
  ASSERT_TRUE(first);
  auto of_other_account = operation("o2", "i2", "payment");
  of_other_account.account = 7;
  EXPECT_FALSE(begin(of_other_account));
  EXPECT_TRUE(begin(operation("o3", "i3", "order")));
  ended(*first);
  EXPECT_TRUE(begin(of_other_account));
}

TEST_F(OperationStoreTest, OnlyItsHolderSavesAndOnlyTheNewest) {
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

TEST_F(OperationStoreTest, WhoIsAskedToStopLearnsItWhenSaving) {
  const auto begun = begin(operation("o1", "i1", "payment"));
  ASSERT_TRUE(begun);
  EXPECT_TRUE(run(store_.ask_cancel("o1", "alice")).value());
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
  EXPECT_FALSE(run(store_.ask_cancel("o1", "bob")).value());
  EXPECT_EQ(found("o1").cancel_by, "alice");
  EXPECT_FALSE(run(store_.ask_cancel("o2", "bob")).value());
}

TEST_F(OperationStoreTest, WhatNobodyHoldsAnyMoreIsAdoptedOnce) {
  const auto begun = begin(full());
  ASSERT_TRUE(begun);
  ended(*begin(operation("o2", "i2", "order")));
  const auto adopt = [&](const char* holder) {
    return run(store_.adopt(holder, clock_.now(), clock_.now() + 1min)).value();
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

TEST_F(OperationStoreTest, WhoAdoptsFromItselfTakesItFromItself) {
  const auto begun = begin(operation("o1", "i1", "payment"));
  clock_.time += 1min;
  ASSERT_EQ(run(store_.adopt("here", clock_.now(), clock_.now() + 1min)).value().size(), 1U);
  EXPECT_EQ(save(*begun).error().code, Errc::conflict);
}

TEST_F(OperationStoreTest, SavingRenewsTheLease) {
  const auto begun = begin(operation("o1", "i1", "payment"));
  clock_.time += 50s;
  ASSERT_TRUE(save(*begun));
  clock_.time += 50s;
  EXPECT_THAT(run(store_.adopt("there", clock_.now(), clock_.now() + 1min)).value(), IsEmpty());
}

TEST_F(OperationStoreTest, TheNewestIsListedFirst) {
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

TEST_F(OperationStoreTest, WhatWasBegunIsCountedForEachTarget) {
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
    return run(store_.count(0, target, clock_.now() + after)).value();
  };
  const char* const payment = "cls-1/shop/Deployment/payment";
  EXPECT_EQ(count(payment, 0ms), 2);
  EXPECT_EQ(count(payment, 1ms), 1);
  EXPECT_EQ(count("", 0ms), 3);
  EXPECT_EQ(run(store_.count(7, payment, clock_.now())).value(), 0);
}

TEST_F(OperationStoreTest, OldOnesAreForgottenWithTheirStepsAndNumbersStay) {
  ended(*begin(operation("o1", "i1", "payment")));
  begin(operation("o2", "i2", "order"));
  EXPECT_EQ(run(store_.forget(clock_.now())).value(), 0);
  clock_.time += 1ms;
  EXPECT_EQ(run(store_.forget(clock_.now())).value(), 1);
  EXPECT_THAT(ids(), ElementsAre("o2"));
  EXPECT_EQ(begin(operation("o3", "i3", "payment"))->number, 3);
  begin(full());
  auto all = found("o1");
  all.state = OperationState::undone;
  all.ended = clock_.now();
  ASSERT_TRUE(save(all)) << "its account is another";
  clock_.time += 1ms;
  EXPECT_EQ(run(store_.forget(clock_.now())).value(), 1);
  long long steps = -1;
  ASSERT_TRUE(database_->run_now<void>([&](soci::session& session) -> Result<> {
    session << "SELECT count(*) FROM rollback_steps", soci::into(steps);
    return {};
  }));
  EXPECT_EQ(steps, 0);
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
  EXPECT_EQ(run(store_.find("o1")).error().code, Errc::internal);
}

class OperationRaces : public OperationStoreTest {
 protected:
  // From two servers, turn by turn.
  template <class Value, class Call>
  std::vector<Value> at_once(int times, Call call) {
    std::vector<Async<Value>> calls;
    for (int i = 0; i < times; ++i) {
      OperationStore& store = i % 2 == 0 ? store_ : other_;
      calls.push_back(call(store, i));
    }
    return run_at_once(std::move(calls));
  }
  int begun_of(const std::vector<Result<Begun>>& answers) {
    int begun = 0;
    for (const auto& one : answers) {
      EXPECT_TRUE(one) << one.error().message;
      begun += one && *one ? 1 : 0;
    }
    return begun;
  }

  std::unique_ptr<Database> other_database_ = open();
  SqlOperationStore other_{*other_database_, cipher_};
};

TEST_F(OperationRaces, OneOfManyServersBeginsAnIncident) {
  const auto answers = at_once<Result<Begun>>(30, [&](OperationStore& store, int i) {
    const auto n = std::to_string(i);
    return store.begin(operation("o" + n, "i1", "payment-" + n), "h" + n, clock_.now() + 1min);
  });
  EXPECT_EQ(begun_of(answers), 1);
}

TEST_F(OperationRaces, OneOfManyIncidentsGetsATarget) {
  const auto answers = at_once<Result<Begun>>(30, [&](OperationStore& store, int i) {
    const auto n = std::to_string(i);
    return store.begin(operation("o" + n, "i" + n, "payment"), "h" + n, clock_.now() + 1min);
  });
  EXPECT_EQ(begun_of(answers), 1);
}

TEST_F(OperationRaces, OperationsBegunAtOnceHaveTheirOwnNumbers) {
  const auto answers = at_once<Result<Begun>>(30, [&](OperationStore& store, int i) {
    const auto n = std::to_string(i);
    return store.begin(operation("o" + n, "i" + n, "payment-" + n), "h", clock_.now() + 1min);
  });
  EXPECT_EQ(begun_of(answers), 30);
  std::vector<std::int64_t> numbers;
  for (const auto& one : answers) numbers.push_back((*one)->number);
  std::ranges::sort(numbers);
  for (int i = 0; i < 30; ++i) EXPECT_EQ(numbers[static_cast<std::size_t>(i)], i + 1);
}

TEST_F(OperationRaces, WhatIsLeftBehindIsGivenToOneServerEach) {
  for (int i = 0; i < 10; ++i) {
    const auto n = std::to_string(i);
    begin(operation("o" + n, "i" + n, "payment-" + n), "dead");
  }
  clock_.time += 1min;
  const auto answers =
      at_once<Result<std::vector<Operation>>>(10, [&](OperationStore& store, int i) {
        return store.adopt("h" + std::to_string(i), clock_.now(), clock_.now() + 1min);
      });
  std::vector<std::string> adopted;
  for (const auto& one : answers) {
    ASSERT_TRUE(one) << one.error().message;
    for (const auto& operation : *one) adopted.push_back(operation.id);
  }
  std::ranges::sort(adopted);
  EXPECT_THAT(adopted, ElementsAre("o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9"));
}

// What the tables refuse by themselves, were two to see nothing of each other.
TEST_F(OperationRaces, TheKeysAloneKeepASecondOneOut) {
  begin(operation("o1", "i1", "payment"));
  const auto copy = [&](const char* number, const char* incident, const char* target) {
    return database_->run_now<void>([&](soci::session& session) -> Result<> {
      session << fmt::format(
          "INSERT INTO rollback_operations SELECT 'o2', account, {}, user_id, {}, attempt, "
          "alert_id, trouble, title, region, cluster_id, cluster_name, api_version, kind, ns, "
          "name, target, {}, score, begun_by, assurance, channel, state, speech, language, "
          "cancel_asked, cancel_by, started, ended, diagnosis, revision, holder, held_until "
          "FROM rollback_operations",
          number, incident, target);
      return {};
    });
  };
  EXPECT_EQ(copy("2", "'i2'", "running_target").error().code, Errc::conflict);
  EXPECT_EQ(copy("2", "incident", "NULL").error().code, Errc::conflict);
  EXPECT_EQ(copy("number", "'i2'", "NULL").error().code, Errc::conflict);
  EXPECT_TRUE(copy("2", "'i2'", "NULL"));
}

}  // namespace
}  // namespace mtc::storage
