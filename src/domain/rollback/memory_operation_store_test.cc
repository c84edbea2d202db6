#include "domain/rollback/memory_operation_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infra/loop/run.h"

namespace mtc::rollback {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr TimePoint kNow{std::chrono::hours(480'000)};
constexpr TimePoint kUntil = kNow + std::chrono::minutes(1);

Operation operation(std::string id, std::string incident, std::string name,
                    Trigger trigger = Trigger::urgent) {
  return {.id = std::move(id),
          .account = 1,
          .incident = std::move(incident),
          .target = {.cluster_id = "cls-1",
                     .object = {.kind = "Deployment", .ns = "shop", .name = std::move(name)}},
          .trigger = trigger,
          .started = kNow};
}

class MemoryOperationStoreTest : public ::testing::Test {
 protected:
  std::optional<Operation> begin(Operation one, std::string holder = "me") {
    return *run(store.begin(std::move(one), std::move(holder), kUntil));
  }
  void end(const std::string& id) {
    for (auto& one : store.kept) {
      if (one.operation.id != id) continue;
      one.operation.state = OperationState::recovered;
      one.operation.ended = kNow;
    }
  }
  MemoryOperationStore store;
};

TEST_F(MemoryOperationStoreTest, BeginsOneForAnIncidentAndOneForATarget) {
  EXPECT_EQ(begin(operation("o1", "i1", "order"))->number, 1);
  EXPECT_FALSE(begin(operation("o2", "i1", "payment"))) << "the same incident";
  EXPECT_FALSE(begin(operation("o3", "i2", "order"))) << "the same target";
  EXPECT_FALSE(begin(operation("o4", "i1", "payment", Trigger::person))) << "it runs";
  EXPECT_EQ(begin(operation("o5", "i3", "payment"))->number, 2);
  end("o1");
  EXPECT_FALSE(begin(operation("o6", "i1", "order"))) << "once for each incident";
  EXPECT_TRUE(begin(operation("o7", "i1", "order", Trigger::person))) << "a person may";
}

TEST_F(MemoryOperationStoreTest, IsSavedByItsHolderInOrder) {
  auto one = *begin(operation("o1", "i1", "order"));
  EXPECT_EQ(run(store.save(one, "another", kUntil)).error().code, Errc::conflict);
  auto saved = run(store.save(one, "me", kUntil));
  ASSERT_TRUE(saved);
  EXPECT_EQ(run(store.save(one, "me", kUntil)).error().code, Errc::conflict) << "saved since";
  EXPECT_TRUE(*run(store.ask_cancel("o1", "bob")));
  saved = run(store.save(*saved, "me", kUntil));
  ASSERT_TRUE(saved) << "asking to stop is no save";
  EXPECT_TRUE(saved->cancel_asked);
  EXPECT_EQ(saved->cancel_by, "bob");
}

TEST_F(MemoryOperationStoreTest, GivesWhatWasLeftToOne) {
  const auto one = *begin(operation("o1", "i1", "order"));
  EXPECT_THAT(*run(store.adopt("you", kNow, kUntil)), IsEmpty()) << "its lease is not over";
  const auto later = kUntil + std::chrono::minutes(1);
  EXPECT_THAT(*run(store.adopt("you", kUntil, later)), SizeIs(1));
  EXPECT_THAT(*run(store.adopt("them", kUntil, later)), IsEmpty());
  EXPECT_EQ(run(store.save(one, "me", later)).error().code, Errc::conflict);
}

TEST_F(MemoryOperationStoreTest, ListsCountsAndForgets) {
  (void)begin(operation("o1", "i1", "order"));
  (void)begin(operation("o2", "i2", "payment"));
  EXPECT_EQ(run(store.list(1, {}))->front().id, "o2");
  EXPECT_THAT(*run(store.list(1, {.name = "order"})), SizeIs(1));
  EXPECT_THAT(*run(store.list(2, {})), IsEmpty());
  EXPECT_EQ(*run(store.count(1, "", kNow)), 2);
  EXPECT_EQ(*run(store.count(1, "cls-1/shop/Deployment/order", kNow)), 1);
  EXPECT_EQ(*run(store.count(1, "", kNow + std::chrono::seconds(1))), 0);
  EXPECT_EQ((*run(store.find_number(1, 2)))->id, "o2");
  end("o1");
  EXPECT_EQ(*run(store.forget(kUntil)), 1) << "not what runs";
  EXPECT_FALSE(*run(store.ask_cancel("o1", "bob")));
}

}  // namespace
}  // namespace mtc::rollback
