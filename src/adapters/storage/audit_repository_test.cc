// The audit log in SQL, and the same promises of the one in memory.
#include "adapters/storage/audit_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>

#include <algorithm>

#include "adapters/storage/storage_fixture.h"
#include "domain/audit/chain.h"
#include "domain/audit/memory_log.h"

namespace mtc::storage {
namespace {

using audit::Entry;
using audit::Event;
using audit::Row;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

template <bool in_sql>
class Logs : public StorageTest {
 protected:
  void SetUp() override {
    StorageTest::SetUp();
    if (in_sql) {
      log_ = std::make_unique<SqlAuditLog>(*database_, hasher_);
    } else {
      log_ = std::make_unique<audit::MemoryLog>(hasher_);
    }
  }

  Entry entry(std::string actor, Event event = Event::begun,
              std::string target = "cls-1/shop") const {
    return {.time = clock_.now(),
            .actor = std::move(actor),
            .assurance = "voice",
            .channel = "http",
            .event = event,
            .action = "scale_workload",
            .target = std::move(target),
            .plan = "p1",
            .reason = "因为",
            .before = "aa",
            .after = "bb",
            .details = {{"replicas", 3}, {"ratio", 0.1}}};
  }
  Row append(Entry one) {
    auto row = run(log_->append(std::move(one)));
    EXPECT_TRUE(row) << row.error().message;
    return row.value_or(Row{});
  }
  static std::vector<std::int64_t> numbers(const Result<std::vector<Row>>& rows) {
    std::vector<std::int64_t> out;
    for (const auto& row : rows.value()) out.push_back(row.number);
    return out;
  }
  void tamper(const std::string& sql) {
    ASSERT_TRUE(database_->run_now<void>([&](soci::session& session) -> Result<> {
      session << sql;
      return {};
    }));
  }
  std::optional<audit::Flaw> flaw() { return run(audit::verify(*log_, hasher_)).value().flaw; }

  Sha256Fingerprint hasher_;
  std::unique_ptr<audit::Log> log_;
};

using SqlLogTest = Logs<true>;

template <class World>
class AuditLogs : public World {};
using Kinds = ::testing::Types<Logs<true>, Logs<false>>;
TYPED_TEST_SUITE(AuditLogs, Kinds);

TYPED_TEST(AuditLogs, ARowComesBackAsItWasAppended) {
  auto one = this->entry("alice");
  const auto row = this->append(one);
  EXPECT_EQ(row.number, 1);
  EXPECT_EQ(row.previous, audit::first_previous());
  const auto back = run(this->log_->after(0, 10)).value().at(0);
  EXPECT_EQ(back.entry.time, one.time);
  EXPECT_EQ(back.entry.actor, "alice");
  EXPECT_EQ(back.entry.assurance, "voice");
  EXPECT_EQ(back.entry.channel, "http");
  EXPECT_EQ(back.entry.event, Event::begun);
  EXPECT_EQ(back.entry.action, "scale_workload");
  EXPECT_EQ(back.entry.target, "cls-1/shop");
  EXPECT_EQ(back.entry.plan, "p1");
  EXPECT_EQ(back.entry.reason, "因为");
  EXPECT_EQ(back.entry.before, "aa");
  EXPECT_EQ(back.entry.after, "bb");
  EXPECT_EQ(back.entry.details, one.details);
  EXPECT_EQ(back.hash, row.hash);
  one.details = nullptr;
  one.reason = "";
  this->append(one);
  EXPECT_EQ(run(this->log_->after(1, 10)).value().at(0).entry.details, nullptr);
}

TYPED_TEST(AuditLogs, RowsFollowEachOtherAndTheChainHolds) {
  for (int i = 0; i < 7; ++i) this->append(this->entry("alice"));
  EXPECT_THAT(this->numbers(run(this->log_->after(2, 3))), ElementsAre(3, 4, 5));
  EXPECT_THAT(this->numbers(run(this->log_->after(7, 3))), IsEmpty());
  const auto verdict = run(audit::verify(*this->log_, this->hasher_)).value();
  EXPECT_FALSE(verdict.flaw);
  EXPECT_EQ(verdict.rows, 7);
}

TYPED_TEST(AuditLogs, WhatIsAskedForIsListedAndCounted) {
  this->append(this->entry("alice"));
  this->append(this->entry("bob"));
  this->clock_.time += Millis{10};
  this->append(this->entry("alice", Event::done, "cls-2"));
  const auto list = [&](audit::Filter filter) {
    return this->numbers(run(this->log_->list(std::move(filter))));
  };
  EXPECT_THAT(list({}), ElementsAre(3, 2, 1));
  EXPECT_THAT(list({.actor = "alice", .action = "", .target = ""}), ElementsAre(3, 1));
  EXPECT_THAT(list({.actor = "alice", .action = "scale_workload", .target = "cls-1/shop"}),
              ElementsAre(1));
  EXPECT_THAT(list({.actor = "", .action = "other", .target = ""}), IsEmpty());
  EXPECT_THAT(list({.actor = "", .action = "", .target = "", .since = this->clock_.now()}),
              ElementsAre(3));
  EXPECT_THAT(list({.actor = "", .action = "", .target = "", .limit = 2}), ElementsAre(3, 2));
  const auto count = [&](Event event, std::string actor, std::string target, TimePoint since) {
    return run(this->log_->count(event, std::move(actor), std::move(target), since)).value();
  };
  const auto start = this->clock_.now() - Millis{10};
  EXPECT_EQ(count(Event::begun, "", "", start), 2);
  EXPECT_EQ(count(Event::begun, "alice", "", start), 1);
  EXPECT_EQ(count(Event::begun, "", "cls-1/shop", start), 2);
  EXPECT_EQ(count(Event::begun, "bob", "cls-2", start), 0);
  EXPECT_EQ(count(Event::begun, "", "", start + Millis{1}), 0);
  EXPECT_EQ(count(Event::done, "", "", start), 1);
}

TYPED_TEST(AuditLogs, ATargetThatIsTooLongIsCountedAllTheSame) {
  const std::string target = "cls-1/" + std::string(2000, 'x');
  this->append(this->entry("alice", Event::begun, target));
  EXPECT_EQ(run(this->log_->count(Event::begun, "", target, TimePoint{})).value(), 1);
  EXPECT_EQ(this->numbers(run(this->log_->list({.actor = "", .action = "", .target = target}))),
            std::vector<std::int64_t>{1});
}

TYPED_TEST(AuditLogs, WhateverIsWrittenCanBeVerified) {
  auto wild = this->entry(std::string("a'\0b\xff", 5));
  wild.reason = std::string(5000, 'x') + "'; DROP TABLE audit_log; --";
  wild.details = {{"deep", Json::array({1.5, -0.0, 1e300, true, nullptr, "\xff", "中"})},
                  {"big", std::string(100'000, 'y')}};
  this->append(wild);
  wild.details.erase("big");
  this->append(wild);
  EXPECT_FALSE(this->flaw()) << this->flaw()->what;
}

TEST_F(SqlLogTest, WhoeverTampersIsNoticed) {
  const struct {
    const char *name, *sql;
    std::int64_t number;
  } cases[] = {
      {"a name", "UPDATE audit_log SET actor = 'bob' WHERE number = 3", 3},
      {"a time", "UPDATE audit_log SET happened = happened + 1 WHERE number = 3", 3},
      {"an event", "UPDATE audit_log SET event = 'refused' WHERE number = 3", 3},
      {"an unknown event", "UPDATE audit_log SET event = 'nothing' WHERE number = 3", 3},
      {"details", "UPDATE audit_log SET details = '{}' WHERE number = 3", 3},
      {"details that are no JSON", "UPDATE audit_log SET details = '{' WHERE number = 3", 3},
      {"a hash", "UPDATE audit_log SET hash = 'x' WHERE number = 3", 3},
      {"a row gone", "DELETE FROM audit_log WHERE number = 3", 3},
      {"two exchanged",
       "UPDATE audit_log SET number = CASE number WHEN 3 THEN -4 ELSE -3 END WHERE number IN (3, "
       "4); UPDATE audit_log SET number = -number WHERE number < 0",
       3},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    TearDown();
    SetUp();
    for (int i = 0; i < 5; ++i) append(entry("alice"));
    for (const auto& statement : {0, 1}) {  // SOCI takes one statement at a time
      const std::string all = c.sql;
      const auto split = all.find("; ");
      if (statement == 0) tamper(all.substr(0, split));
      if (statement == 1 && split != std::string::npos) tamper(all.substr(split + 2));
    }
    const auto found = flaw();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->number, c.number) << found->what;
  }
}

TEST_F(SqlLogTest, OfServersThatAppendAtOnceNoMoreGetInThanALimitLets) {
  const auto other_database = open();
  SqlAuditLog other(*other_database, hasher_);
  append(entry("alice", Event::begun, "another"));
  append(entry("alice", Event::done));
  std::vector<Async<Result<Row>>> appending;
  for (int i = 0; i < 40; ++i) {
    audit::Log& log = i % 2 == 0 ? *log_ : other;
    appending.push_back(log.append_within(entry("u" + std::to_string(i)),
                                          {{.target = "cls-1/shop",
                                            .since = clock_.now() - std::chrono::minutes(10),
                                            .most = 5,
                                            .refusal = "too often"}}));
  }
  const auto rows = run_at_once(std::move(appending));
  EXPECT_EQ(std::ranges::count_if(rows, [](const auto& row) { return row.has_value(); }), 5);
  for (const auto& row : rows) {
    if (row) continue;
    EXPECT_EQ(row.error().code, Errc::rate_limited);
    EXPECT_EQ(row.error().message, "too often");
  }
  EXPECT_FALSE(flaw());
}

TEST_F(SqlLogTest, ServersThatAppendAtOnceMakeOneChain) {
  const auto other_database = open();
  SqlAuditLog other(*other_database, hasher_);
  std::vector<Async<Result<Row>>> appending;
  for (int i = 0; i < 60; ++i) {
    audit::Log& log = i % 2 == 0 ? *log_ : other;
    appending.push_back(log.append(entry("u" + std::to_string(i))));
  }
  const auto rows = run_at_once(std::move(appending));
  EXPECT_EQ(std::ranges::count_if(rows, [](const auto& row) { return row.has_value(); }), 60);
  const auto verdict = run(audit::verify(*log_, hasher_)).value();
  EXPECT_FALSE(verdict.flaw) << verdict.flaw->what;
  EXPECT_EQ(verdict.rows, 60);
}

TEST_F(SqlLogTest, ALogThatCannotBeWrittenSaysSo) {
  tamper("DROP TABLE audit_log");
  EXPECT_FALSE(run(log_->append(entry("alice"))));
}

}  // namespace
}  // namespace mtc::storage
