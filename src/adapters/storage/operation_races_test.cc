// Rollbacks that two servers want at once.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <algorithm>

#include "adapters/storage/operation_fixture.h"

namespace mtc::storage {
namespace {

using rollback::Operation;
using rollback::OperationStore;
using ::testing::ElementsAre;
using namespace std::chrono_literals;
using Begun = std::optional<Operation>;

class OperationRaces : public OperationStoreTest {
 protected:
  void SetUp() override {
    OperationStoreTest::SetUp();
    other_database_ = open();
    other_ = std::make_unique<SqlOperationStore>(*other_database_, cipher_);
  }
  // From two servers, turn by turn.
  template <class Value, class Call>
  std::vector<Value> at_once(int times, Call call) {
    std::vector<Async<Value>> calls;
    for (int i = 0; i < times; ++i) {
      OperationStore& store = i % 2 == 0 ? *store_ : *other_;
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

  std::unique_ptr<Database> other_database_;
  std::unique_ptr<OperationStore> other_;
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
