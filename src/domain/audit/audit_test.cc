#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "domain/audit/chain.h"
#include "domain/audit/memory_log.h"
#include "infra/loop/run.h"

namespace mtc::audit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const TimePoint kNoon{std::chrono::hours{12}};

Entry entry(std::string actor, Event event = Event::begun, std::string target = "cls-1/shop") {
  return {.time = kNoon,
          .actor = std::move(actor),
          .assurance = "voice",
          .channel = "http",
          .event = event,
          .action = "scale_workload",
          .target = std::move(target),
          .plan = "p1",
          .reason = "because",
          .before = "aa",
          .after = "bb",
          .details = {{"replicas", 3}}};
}

MemoryLog log_of(int rows) {
  MemoryLog log;
  for (int i = 0; i < rows; ++i) EXPECT_TRUE(run(log.append(entry("alice"))));
  return log;
}

TEST(Event, HasANameThatIsReadBack) {
  for (const Event event :
       {Event::planned, Event::refused, Event::wrong_code, Event::confirmed, Event::cancelled,
        Event::begun, Event::done, Event::failed, Event::undone}) {
    EXPECT_EQ(parse_event(name_of(event)), event);
  }
  EXPECT_EQ(parse_event("erased"), std::nullopt);
}

// Gives back what it is to hash.
struct Glass final : Hasher {
  std::string of(std::string_view bytes) const override { return std::string(bytes); }
};

TEST(Chain, HashesEveryFieldBehindItsLength) {
  const auto row = next_row(nullptr, entry("alice"), Glass());
  EXPECT_EQ(row.number, 1);
  EXPECT_EQ(row.hash,
            "11:mtc-audit-1,1:1,8:43200000,5:alice,5:voice,4:http,5:begun,14:scale_workload,"
            "10:cls-1/shop,2:p1,7:because,2:aa,2:bb,14:{\"replicas\":3},64:" +
                std::string(64, '0') + ",");
}

TEST(Chain, NoTwoRowsHaveTheSameText) {
  auto one = entry("ab");
  auto other = entry("a");
  other.assurance = "b" + other.assurance;
  EXPECT_NE(next_row(nullptr, one, Glass()).hash, next_row(nullptr, other, Glass()).hash);
}

TEST(Chain, AnUntouchedLogIsWhole) {
  EXPECT_FALSE(verify({}, PlainHasher()));
  EXPECT_FALSE(verify(log_of(1).rows, PlainHasher()));
  const auto log = log_of(5);
  EXPECT_FALSE(verify(log.rows, PlainHasher()));
  EXPECT_EQ(log.rows.back().number, 5);
  EXPECT_EQ(log.rows.back().previous, log.rows[3].hash);
}

TEST(Chain, NamesTheFirstRowThatDoesNotFit) {
  const struct {
    const char* name;
    std::function<void(std::vector<Row>&)> tamper;
    std::int64_t number;
    const char* says;
  } cases[] = {
      {"actor", [](auto& rows) { rows[2].entry.actor = "bob"; }, 3, "changed"},
      {"time", [](auto& rows) { rows[2].entry.time += Millis{1}; }, 3, "changed"},
      {"event", [](auto& rows) { rows[2].entry.event = Event::done; }, 3, "changed"},
      {"target", [](auto& rows) { rows[2].entry.target = "x"; }, 3, "changed"},
      {"reason", [](auto& rows) { rows[2].entry.reason = ""; }, 3, "changed"},
      {"details", [](auto& rows) { rows[2].entry.details["replicas"] = 4; }, 3, "changed"},
      {"details gone", [](auto& rows) { rows[2].entry.details = nullptr; }, 3, "changed"},
      {"previous", [](auto& rows) { rows[2].previous = rows[0].hash; }, 3, "changed"},
      {"hash", [](auto& rows) { rows[2].hash = rows[3].hash; }, 3, "changed"},
      {"changed and hashed again",
       [](auto& rows) {
         rows[2].entry.actor = "bob";
         rows[2].hash = hash_of(rows[2], PlainHasher());
       },
       4, "does not follow"},
      {"removed", [](auto& rows) { rows.erase(rows.begin() + 2); }, 3, "row 3 is missing"},
      {"the first removed", [](auto& rows) { rows.erase(rows.begin()); }, 1, "row 1 is missing"},
      {"swapped", [](auto& rows) { std::swap(rows[2], rows[3]); }, 3, "row 3 is missing"},
      {"doubled", [](auto& rows) { rows.insert(rows.begin() + 2, rows[1]); }, 2, "out of order"},
      {"swapped and renumbered",
       [](auto& rows) {
         std::swap(rows[2], rows[3]);
         std::swap(rows[2].number, rows[3].number);
       },
       3, "changed"},
      {"removed and renumbered",
       [](auto& rows) {
         rows.erase(rows.begin() + 2);
         for (auto& row : rows) row.number = &row - rows.data() + 1;
       },
       3, "changed"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    auto rows = log_of(5).rows;
    // Each row differs, so that moving one is a change.
    c.tamper(rows);
    const auto flaw = verify(rows, PlainHasher());
    ASSERT_TRUE(flaw);
    EXPECT_EQ(flaw->number, c.number);
    EXPECT_THAT(flaw->what, HasSubstr(c.says));
  }
}

TEST(Chain, IsVerifiedPageByPage) {
  auto log = log_of(1201);
  auto verdict = run(verify(log, PlainHasher()));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->rows, 1201);
  EXPECT_EQ(verdict->last_hash, log.rows.back().hash);
  EXPECT_FALSE(verdict->flaw);
  log.rows[1000].entry.reason = "other";
  verdict = run(verify(log, PlainHasher()));
  EXPECT_EQ(verdict->flaw.value().number, 1001);
  EXPECT_EQ(verdict->rows, 1000);
  log.broken = true;
  EXPECT_EQ(run(verify(log, PlainHasher())).error().code, Errc::unavailable);
}

TEST(Chain, WhatNoDatabaseKeepsIsTidiedBeforeItIsHashed) {
  auto wild = entry(std::string("a\0b", 3) + "\xff");
  wild.reason = std::string(5000, 'x');
  wild.details = {{"text", "\xff"}, {"long", std::string(40'000, 'y')}};
  const auto row = next_row(nullptr, wild, PlainHasher());
  EXPECT_EQ(row.entry.actor, "ab\xef\xbf\xbd");
  EXPECT_LE(row.entry.reason.size(), 1000U);
  EXPECT_THAT(dump_json(row.entry.details), StartsWith(R"({"shortened":)"));
  EXPECT_LT(dump_json(row.entry.details).size(), 20'000U);
  EXPECT_FALSE(verify(std::vector{row}, PlainHasher()));
}

TEST(MemoryLog, CountsAndListsWhatIsAskedFor) {
  MemoryLog log;
  for (const auto* actor : {"alice", "bob", "alice"}) ASSERT_TRUE(run(log.append(entry(actor))));
  auto later = entry("alice", Event::done, "cls-2");
  later.time += std::chrono::hours(1);
  ASSERT_TRUE(run(log.append(later)));
  EXPECT_EQ(run(log.count(Event::begun, "alice", "", kNoon)).value(), 2);
  EXPECT_EQ(run(log.count(Event::begun, "", "cls-1/shop", kNoon)).value(), 3);
  EXPECT_EQ(run(log.count(Event::begun, "", "", kNoon + Millis{1})).value(), 0);
  const auto numbers = [&](Filter filter) {
    std::vector<std::int64_t> out;
    for (const auto& row : run(log.list(std::move(filter))).value()) out.push_back(row.number);
    return out;
  };
  EXPECT_THAT(numbers({.actor = "alice", .action = "", .target = ""}), ElementsAre(4, 3, 1));
  EXPECT_THAT(numbers({.actor = "", .action = "", .target = "cls-2"}), ElementsAre(4));
  EXPECT_THAT(numbers({.actor = "", .action = "scale_workload", .target = "", .limit = 2}),
              ElementsAre(4, 3));
  EXPECT_THAT(
      numbers({.actor = "", .action = "", .target = "", .since = kNoon + std::chrono::hours(1)}),
      ElementsAre(4));
}

}  // namespace
}  // namespace mtc::audit
