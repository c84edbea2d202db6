#include "infra/database/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "infra/database/migrations.h"
#include "infra/loop/run.h"

namespace mtc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class DatabaseFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "mtc database XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    file_ = folder_ / "data.db";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Database> open(Millis busy_timeout = Millis{5000}, int connections = 2) {
    auto database = Database::open({.url = "sqlite://" + file_.string(),
                                    .connections = connections,
                                    .busy_timeout = busy_timeout});
    EXPECT_TRUE(database) << database.error().message;
    return database ? std::move(*database) : nullptr;
  }

  std::filesystem::path folder_;
  std::filesystem::path file_;
};

Result<void> execute(Database& database, std::string sql) {
  return database.run_now<void>([&](soci::session& session) -> Result<void> {
    session << sql;
    return {};
  });
}

Result<long long> query_number(Database& database, std::string sql) {
  return database.run_now<long long>([&](soci::session& session) -> Result<long long> {
    long long number = 0;
    session << sql, soci::into(number);
    return number;
  });
}

Result<std::string> query_text(Database& database, std::string sql) {
  return database.run_now<std::string>([&](soci::session& session) -> Result<std::string> {
    std::string text;
    session << sql, soci::into(text);
    return text;
  });
}

TEST_F(DatabaseFile, IsDurableAndSharedAndPrivate) {
  file_ = folder_ / "new folder" / "data.db";
  const auto database = open();
  EXPECT_EQ(query_text(*database, "PRAGMA journal_mode").value(), "wal");
  EXPECT_EQ(query_number(*database, "PRAGMA synchronous").value(), 2);
  EXPECT_EQ(query_number(*database, "PRAGMA foreign_keys").value(), 1);
  ASSERT_TRUE(execute(*database, "CREATE TABLE t (a BIGINT)"));
  for (const auto& entry : std::filesystem::directory_iterator(file_.parent_path())) {
    EXPECT_EQ(entry.status().permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
        << entry.path();
  }
}

TEST_F(DatabaseFile, RunsWorkOffTheLoopAndComesBack) {
  const auto database = open();
  const auto loop_thread = std::this_thread::get_id();
  const auto sum = run(database->run<long long>([=](soci::session& session) -> Result<long long> {
    EXPECT_NE(std::this_thread::get_id(), loop_thread);
    long long number = 0;
    session << "SELECT 20 + 22", soci::into(number);
    return number;
  }));
  EXPECT_EQ(sum.value(), 42);
}

TEST_F(DatabaseFile, KeepsWideNumbersNullsAndAnyText) {
  const auto database = open();
  const auto text = std::string("it's 你好; DROP TABLE t;--\0x", 30);
  const auto ok = database->run_now<void>([&](soci::session& session) -> Result<void> {
    session << "CREATE TABLE t (a BIGINT, b TEXT, c TEXT)";
    long long wide = 9'007'199'254'740'993;
    soci::indicator null = soci::i_null;
    std::string nothing;
    session << "INSERT INTO t VALUES (:a, :b, :c)", soci::use(wide), soci::use(text),
        soci::use(nothing, null);
    long long read_wide = 0;
    std::string read_text;
    std::string read_null;
    soci::indicator indicator = soci::i_ok;
    session << "SELECT a, b, c FROM t", soci::into(read_wide), soci::into(read_text),
        soci::into(read_null, indicator);
    EXPECT_EQ(read_wide, wide);
    EXPECT_EQ(read_text, text);
    EXPECT_EQ(indicator, soci::i_null);
    return {};
  });
  EXPECT_TRUE(ok) << ok.error().message;
}

TEST_F(DatabaseFile, RollsATransactionBackOnFailureAndOnException) {
  const auto database = open();
  ASSERT_TRUE(execute(*database, "CREATE TABLE t (a BIGINT PRIMARY KEY)"));
  const auto insert_then = [&](std::function<Result<void>(soci::session&)> then) {
    return database->transaction_now<void>([&](soci::session& session) -> Result<void> {
      session << "INSERT INTO t VALUES (1)";
      return then(session);
    });
  };
  EXPECT_EQ(insert_then([](soci::session&) -> Result<void> { return fail(Errc::denied, "no"); })
                .error()
                .message,
            "no");
  EXPECT_EQ(insert_then([](soci::session&) -> Result<void> { throw std::runtime_error("broken"); })
                .error()
                .code,
            Errc::internal);
  EXPECT_EQ(insert_then([](soci::session& s) -> Result<void> {
              s << "INSERT INTO t VALUES (1)";
              return {};
            })
                .error()
                .code,
            Errc::conflict);
  EXPECT_EQ(query_number(*database, "SELECT count(*) FROM t").value(), 0);
  EXPECT_TRUE(insert_then([](soci::session&) -> Result<void> { return {}; }));
  EXPECT_EQ(query_number(*database, "SELECT count(*) FROM t").value(), 1);
}

TEST_F(DatabaseFile, ErrorsNeverShowTheValuesOfAStatement) {
  const auto database = open();
  ASSERT_TRUE(execute(*database, "CREATE TABLE t (a TEXT PRIMARY KEY)"));
  const std::string secret = "hunter2";
  for (const std::string sql : {"INSERT INTO t VALUES (:a)", "INSERT INTO nowhere VALUES (:a)"}) {
    for (int i = 0; i < 2; ++i) {
      const auto done = database->run_now<void>([&](soci::session& session) -> Result<void> {
        session << sql, soci::use(secret);
        return {};
      });
      if (!done) {
        EXPECT_THAT(done.error().message, HasSubstr(file_.string()));
        EXPECT_THAT(done.error().message, Not(HasSubstr(secret)));
      }
    }
  }
  EXPECT_EQ(query_number(*database, "SELECT count(*) FROM t").value(), 1);
}

TEST_F(DatabaseFile, SaysWhenAnotherProcessKeepsItLocked) {
  const auto holder = open();
  const auto waiting = open(Millis{20});
  ASSERT_TRUE(execute(*holder, "CREATE TABLE t (a BIGINT)"));
  const auto held = holder->transaction_now<void>([&](soci::session&) -> Result<void> {
    for (const auto& done :
         {execute(*waiting, "INSERT INTO t VALUES (1)"),
          waiting->transaction_now<void>([](soci::session&) -> Result<void> { return {}; })}) {
      EXPECT_FALSE(done);
      if (done) continue;
      EXPECT_EQ(done.error().code, Errc::unavailable);
      EXPECT_THAT(done.error().message, HasSubstr("another process"));
      EXPECT_THAT(done.error().message, HasSubstr("数据库忙"));
    }
    EXPECT_TRUE(query_number(*waiting, "SELECT count(*) FROM t"));  // reading goes on
    return {};
  });
  ASSERT_TRUE(held);
  EXPECT_TRUE(execute(*waiting, "INSERT INTO t VALUES (1)"));
}

TEST_F(DatabaseFile, SaysWhenTheDiskIsFullAndStoresNothing) {
  const auto database = open(Millis{5000}, 1);
  ASSERT_TRUE(execute(*database, "CREATE TABLE t (a TEXT)"));
  ASSERT_TRUE(execute(*database, "PRAGMA max_page_count = 8"));
  const std::string big(20'000, 'x');
  const auto fill = database->transaction_now<void>([&](soci::session& session) -> Result<void> {
    for (int i = 0; i < 100; ++i) session << "INSERT INTO t VALUES (:a)", soci::use(big);
    return {};
  });
  ASSERT_FALSE(fill);
  EXPECT_EQ(fill.error().code, Errc::resource_exhausted);
  EXPECT_EQ(query_number(*database, "SELECT count(*) FROM t").value(), 0);
  EXPECT_TRUE(execute(*database, "INSERT INTO t VALUES ('small')"));
}

TEST_F(DatabaseFile, SaysWhenTheFileIsNoDatabase) {
  {
    std::ofstream(file_) << std::string(5000, '#');
  }
  const auto database = Database::open({.url = "sqlite://" + file_.string()});
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, Errc::internal);
  EXPECT_THAT(database.error().message, HasSubstr("not a SQLite database"));
}

TEST_F(DatabaseFile, SaysWhenTheFileIsDamaged) {
  {
    const auto database = open();
    ASSERT_TRUE(execute(*database, "CREATE TABLE t (a TEXT)"));
    const std::string row(500, 'x');
    const auto filled =
        database->transaction_now<void>([&](soci::session& session) -> Result<void> {
          for (int i = 0; i < 200; ++i) session << "INSERT INTO t VALUES (:a)", soci::use(row);
          return {};
        });
    ASSERT_TRUE(filled);
  }
  {
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    for (int i = 0; i < 40'000; ++i) file.put('\x55');
  }
  const auto database = open();
  const auto count = query_number(*database, "SELECT count(*) FROM t WHERE a <> ''");
  ASSERT_FALSE(count);
  EXPECT_EQ(count.error().code, Errc::internal);
  EXPECT_THAT(count.error().message, HasSubstr("damaged"));
}

TEST(DatabaseUrl, IsCheckedBeforeAnythingIsTouched) {
  const struct {
    const char *url, *message;
  } cases[] = {
      {"", "not supported"},
      {"mysql://root:hunter2@host/db", "\"mysql\" is not supported"},
      {"sqlite:", "names no file"},
      {"sqlite://relative.db", "no absolute path"},
      {"sqlite:///tmp/", "names no file"},
      {"sqlite:///tmp/a\"b.db", "quotation marks"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.url);
    const auto database = Database::open({.url = c.url});
    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().code, Errc::invalid_argument);
    EXPECT_THAT(database.error().message, HasSubstr(c.message));
    EXPECT_THAT(database.error().message, Not(HasSubstr("hunter2")));
  }
}

TEST_F(DatabaseFile, IsNotCreatedAgainstOnesWish) {
  const auto database = Database::open({.url = "sqlite://" + file_.string(), .create = false});
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code, Errc::not_found);
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST(DatabaseUrl, AFolderThatCannotBeMadeIsNamed) {
  const auto database = Database::open({.url = "sqlite:///proc/nowhere/data.db"});
  ASSERT_FALSE(database);
  EXPECT_THAT(database.error().message, HasSubstr("/proc/nowhere"));
}

TEST(DatabaseInMemory, KeepsItsTablesBetweenCalls) {
  const auto database = Database::open({.url = "sqlite::memory:"}).value();
  ASSERT_TRUE(execute(*database, "CREATE TABLE t (a BIGINT)"));
  EXPECT_EQ(query_number(*database, "SELECT count(*) FROM t").value(), 0);
}

TEST_F(DatabaseFile, TwoProcessesCountTogether) {
  constexpr int kEach = 50;
  ASSERT_TRUE(execute(*open(), "CREATE TABLE t (a BIGINT)"));
  ASSERT_TRUE(execute(*open(), "INSERT INTO t VALUES (0)"));
  const auto count_up = [this] {
    const auto database = Database::open({.url = "sqlite://" + file_.string()});
    bool ok = database.has_value();
    for (int i = 0; ok && i < kEach; ++i) {
      ok = (*database)
               ->transaction_now<void>([](soci::session& session) -> Result<void> {
                 long long number = 0;
                 session << "SELECT a FROM t", soci::into(number);
                 ++number;
                 session << "UPDATE t SET a = :a", soci::use(number);
                 return {};
               })
               .has_value();
    }
    return ok;
  };
  const pid_t child = ::fork();
  if (child == 0) ::_exit(count_up() ? 0 : 1);
  EXPECT_TRUE(count_up());
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(query_number(*open(), "SELECT a FROM t").value(), 2 * kEach);
}

TEST_F(DatabaseFile, AProcessKilledInATransactionLeavesTheDataWhole) {
  ASSERT_TRUE(execute(*open(), "CREATE TABLE t (a BIGINT)"));
  std::array<int, 2> ready{};
  ASSERT_EQ(::pipe(ready.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto database = Database::open({.url = "sqlite://" + file_.string()});
    if (!database) ::_exit(1);
    if (!execute(**database, "INSERT INTO t VALUES (1)")) ::_exit(1);
    (void)(*database)->transaction_now<void>([&](soci::session& session) -> Result<void> {
      // Enough to spill from the cache into the file before the commit.
      const std::string text(1000, 'x');
      session << "CREATE TABLE half (b TEXT)";
      for (int i = 0; i < 5000; ++i) session << "INSERT INTO half VALUES (:b)", soci::use(text);
      session << "UPDATE t SET a = 2";
      if (::write(ready[1], "!", 1) != 1) ::_exit(1);
      while (true) ::pause();
    });
    ::_exit(1);
  }
  ::close(ready[1]);
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  ::close(ready[0]);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);

  const auto database = open();
  EXPECT_EQ(query_text(*database, "PRAGMA integrity_check").value(), "ok");
  EXPECT_EQ(query_number(*database, "SELECT a FROM t").value(), 1);
  EXPECT_EQ(
      query_number(*database, "SELECT count(*) FROM sqlite_master WHERE name = 'half'").value(), 0);
  EXPECT_TRUE(execute(*database, "INSERT INTO t VALUES (3)"));
}

class Migrations : public DatabaseFile {
 protected:
  FakeClock clock_{};
  std::vector<Migration> steps_{
      {.version = 1,
       .name = "first",
       .statements = {"CREATE TABLE a (x BIGINT)", "INSERT INTO a VALUES (1)"}},
      {.version = 2, .name = "second", .statements = {"ALTER TABLE a ADD COLUMN y BIGINT"}},
  };
};

TEST_F(Migrations, AreAppliedOnceInOrder) {
  clock_.time = TimePoint(Millis(1234));
  const auto database = open();
  EXPECT_THAT(migrate(*database, {steps_[0]}, clock_).value(), ElementsAre(1));
  EXPECT_THAT(migrate(*database, steps_, clock_).value(), ElementsAre(2));
  EXPECT_THAT(migrate(*database, steps_, clock_).value(), IsEmpty());
  EXPECT_EQ(query_number(*database, "SELECT count(y) + count(x) FROM a").value(), 1);
}

TEST_F(Migrations, TellWhatIsAppliedAndWhatIsNot) {
  clock_.time = TimePoint(Millis(1234));
  const auto database = open();
  EXPECT_EQ(migration_states(*database, steps_)->size(), 2U);
  EXPECT_FALSE(migration_states(*database, steps_)->front().applied);
  ASSERT_TRUE(migrate(*database, {steps_[0]}, clock_));
  const auto states = migration_states(*database, steps_).value();
  ASSERT_EQ(states.size(), 2U);
  EXPECT_EQ(states[0].applied, clock_.time);
  EXPECT_EQ(states[1].name, "second");
  EXPECT_FALSE(states[1].applied);
}

TEST_F(Migrations, AFailingStatementLeavesTheVersionBefore) {
  const auto database = open();
  auto broken = steps_;
  broken[1].statements = {"CREATE TABLE b (x BIGINT)", "INSERT INTO nowhere VALUES (1)"};
  const auto done = migrate(*database, broken, clock_);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("migration 2 (second)"));
  EXPECT_EQ(query_number(*database, "SELECT MAX(version) FROM schema_version").value(), 1);
  EXPECT_EQ(query_number(*database, "SELECT count(*) FROM sqlite_master WHERE name = 'b'").value(),
            0);
  EXPECT_THAT(migrate(*database, steps_, clock_).value(), ElementsAre(2));
}

TEST_F(Migrations, ADatabaseNewerThanTheProgramIsRefused) {
  const auto database = open();
  ASSERT_TRUE(migrate(*database, steps_, clock_));
  const auto done = migrate(*database, {steps_[0]}, clock_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::conflict);
  EXPECT_THAT(done.error().message, HasSubstr("version 2"));
}

TEST_F(Migrations, ProcessesThatStartAtOnceDoEachStepOnce) {
  std::vector<pid_t> children;
  for (int i = 0; i < 6; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      const auto database = Database::open({.url = "sqlite://" + file_.string()});
      const bool ok = database && migrate(**database, steps_, clock_);
      ::_exit(ok ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(query_number(*open(), "SELECT count(*) FROM a").value(), 1);
}

}  // namespace
}  // namespace mtc
