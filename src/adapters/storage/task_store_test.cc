#include "adapters/storage/task_store.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "adapters/storage/sql.h"
#include "adapters/storage/storage_fixture.h"
#include "mcp/tasks/task_store_contract.h"

namespace mtc::storage {
namespace {

// Two servers on one file.
struct SqlWorld : StorageTest {
  SqlWorld() {
    SetUp();
    other_database = open();
    first = std::make_unique<SqlTaskStore>(*database_);
    second = std::make_unique<SqlTaskStore>(*other_database);
  }
  ~SqlWorld() override { TearDown(); }
  void TestBody() override {}

  mcp::TaskStore& store() { return *first; }
  mcp::TaskStore& other() { return *second; }

  std::unique_ptr<Database> other_database;
  std::unique_ptr<SqlTaskStore> first;
  std::unique_ptr<SqlTaskStore> second;
};
}  // namespace
}  // namespace mtc::storage

namespace mtc::mcp {
namespace {
INSTANTIATE_TYPED_TEST_SUITE_P(Sql, TaskStoreContract, storage::SqlWorld);
}  // namespace
}  // namespace mtc::mcp

namespace mtc::storage {
namespace {

class SqlTaskStoreTest : public StorageTest {
 protected:
  mcp::Task task(std::string id) const {
    mcp::Task out;
    out.id = std::move(id);
    out.principal.subject = "alice";
    out.created = clock_.now();
    out.ttl = std::chrono::hours(24);
    return out;
  }
  mcp::TaskLease lease() const {
    return {.holder = "a", .until = clock_.now() + std::chrono::seconds(30)};
  }
};

TEST_F(SqlTaskStoreTest, ATaskSurvivesTheProcessThatBeganIt) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto database = Database::open({.url = url()});
    if (database) (void)run(SqlTaskStore(**database).create(task("t1"), lease(), 16));
    ::kill(::getpid(), SIGKILL);
  }
  ::waitpid(child, nullptr, 0);
  SqlTaskStore store(*database_);
  const auto found = run(store.find("t1"));
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->lease, lease());
}

TEST_F(SqlTaskStoreTest, LookingForStaleTasksWaitsForNoWriter) {
  SqlTaskStore store(*database_);
  ASSERT_TRUE(run(store.create(task("t1"), lease(), 16)));
  const auto impatient = Database::open({.url = url(), .busy_timeout = Millis{1}});
  ASSERT_TRUE(impatient);
  SqlTaskStore other(**impatient);
  const auto while_writing = database_->transaction_now<bool>([&](soci::session&) -> Result<bool> {
    const auto taken = run(other.take_over(lease(), clock_.now()));
    if (!taken) return fail(taken.error());
    return taken->has_value();
  });
  ASSERT_TRUE(while_writing) << while_writing.error().message;
  EXPECT_FALSE(*while_writing);
}

TEST_F(SqlTaskStoreTest, WhatWentInDeepComesOutAgain) {
  auto deep = task("t1");
  for (int i = 0; i < 62; ++i) deep.arguments = Json{{"a", deep.arguments}};
  SqlTaskStore store(*database_);
  ASSERT_TRUE(run(store.create(deep, lease(), 16)));
  EXPECT_EQ(run(store.find("t1"))->task.arguments, deep.arguments);
}

TEST_F(SqlTaskStoreTest, ATaskThatCannotBeReadStandsInNobodysWay) {
  SqlTaskStore store(*database_);
  for (const auto* id : {"t1", "t2"}) ASSERT_TRUE(run(store.create(task(id), {}, 16)));
  ASSERT_TRUE(database_->run_now<void>([](soci::session& session) -> Result<> {
    session << "UPDATE tasks SET document = '{}' WHERE id = 't1'";
    return {};
  }));
  EXPECT_EQ(run(store.find("t1")).error().code, Errc::internal);
  const auto listed = run(store.list("alice", 10));
  ASSERT_TRUE(listed) << listed.error().message;
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_EQ(listed->front().task.id, "t2");
  EXPECT_EQ(run(store.take_over(lease(), clock_.now()))->value().id, "t2");
}

}  // namespace
}  // namespace mtc::storage
