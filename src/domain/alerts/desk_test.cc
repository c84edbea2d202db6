#include "domain/alerts/desk.h"

#include <gtest/gtest.h>

#include "domain/alerts/memory_alert_store.h"
#include "domain/audit/memory_log.h"
#include "infra/loop/run.h"

namespace mtc::alerts {
namespace {

using namespace std::chrono_literals;
using identity::Principal;
using identity::Scope;

constexpr Account kAccount = 7;
constexpr char kChannel[] = "console";

Principal person(std::string name, Scope scope, Language language = Language::en) {
  return {.user = {.id = 3, .username = std::move(name), .language = language},
          .assurance = identity::Assurance::voice,
          .scopes = {scope}};
}
const Principal kOperator = person("zhangsan", Scope::operate);

struct World {
  FakeClock clock;
  MemoryAlertStore store;
  MemoryQuietStore quiet;
  audit::MemoryLog log;
  std::vector<Outcome> lessons;
  Desk desk{{.store = store,
             .quiet = quiet,
             .log = log,
             .clock = clock,
             .account_of = account_of,
             .people_of = people_of,
             .learn = [this](Alert, Outcome outcome) { return note_lesson(std::move(outcome)); }}};
  std::int64_t number = 0;

  World() {
    clock.time = *parse_iso("2026-11-22T02:00:00Z");
    number = put({});
  }
  std::int64_t put(Alert alert) {
    alert.account = kAccount;
    alert.incident = "incident-1";
    alert.first = alert.last = alert.created = alert.changed = clock.time - 1h;
    return store.put(std::move(alert)).number;
  }
  Async<> note_lesson(Outcome outcome) {
    lessons.push_back(std::move(outcome));
    co_return;
  }
  static Async<Result<Account>> account_of(identity::User) { co_return kAccount; }
  static Async<Result<std::vector<identity::User>>> people_of(Account) {
    std::vector<identity::User> out{{.id = 3, .username = "zhangsan", .display_name = "张三"},
                                    {.id = 4, .username = "lisi", .display_name = "李四"},
                                    {.id = 5, .username = "wang1", .display_name = "王五"},
                                    {.id = 6, .username = "wang2", .display_name = "王五"}};
    co_return out;
  }
  const audit::Entry& last_entry() const { return log.rows.back().entry; }
};

TEST(Desk, AcknowledgesAndSaysSoInTheLog) {
  World world;
  const auto alert = run(world.desk.acknowledge(kOperator, kChannel, world.number));
  ASSERT_TRUE(alert) << alert.error().message;
  EXPECT_EQ(alert->acknowledged_by, 3);
  ASSERT_EQ(world.log.rows.size(), 1U);
  EXPECT_EQ(world.last_entry().actor, "zhangsan");
  EXPECT_EQ(world.last_entry().action, "acknowledge_alert");
  EXPECT_EQ(world.last_entry().target, "alert/1");
  EXPECT_EQ(world.last_entry().channel, "console");
  EXPECT_EQ(world.last_entry().event, audit::Event::done);
  EXPECT_TRUE(run(world.desk.acknowledge(kOperator, kChannel, world.number)));
  EXPECT_EQ(world.log.rows.size(), 1U);  // nothing changed the second time
}

TEST(Desk, RefusesWhoMayOnlyLookInHisLanguage) {
  World world;
  const auto read_only = person("lisi", Scope::read, Language::zh);
  const auto alert = run(world.desk.acknowledge(read_only, kChannel, world.number));
  ASSERT_FALSE(alert);
  EXPECT_EQ(alert.error().code, Errc::denied);
  EXPECT_NE(alert.error().message.find("权限"), std::string::npos);
  EXPECT_EQ(world.store.all()[0].acknowledged_by, 0);
  EXPECT_EQ(world.log.events(), std::vector<std::string>{"refused"});
  auto disabled = kOperator;
  disabled.user.disabled = true;
  EXPECT_EQ(run(world.desk.close(disabled, kChannel, world.number, "")).error().code, Errc::denied);
  EXPECT_EQ(
      run(world.desk.silence(read_only, kChannel, {.until = world.clock.time + 1h})).error().code,
      Errc::denied);
  EXPECT_TRUE(world.quiet.all.empty());
}

TEST(Desk, DoesNotDoWhatItCannotWriteDown) {
  World world;
  world.log.broken = true;
  const auto alert = run(world.desk.close(kOperator, kChannel, world.number, "done"));
  ASSERT_FALSE(alert);
  EXPECT_EQ(alert.error().code, Errc::unavailable);
  EXPECT_EQ(world.store.all()[0].state, State::firing);
  EXPECT_FALSE(
      run(world.desk.silence(kOperator, kChannel, {.ns = "shop", .until = world.clock.time + 1h})));
  EXPECT_TRUE(world.quiet.all.empty());
}

TEST(Desk, KnowsNoAlertsOfOthers) {
  World world;
  world.store.put({.account = 99, .incident = "x"});
  for (const std::int64_t number : {0, -1, 2, 1000}) {
    const auto alert = run(world.desk.acknowledge(kOperator, kChannel, number));
    ASSERT_FALSE(alert) << number;
    EXPECT_EQ(alert.error().code, Errc::not_found);
  }
  EXPECT_TRUE(world.log.rows.empty());
}

TEST(Desk, AssignsToWhoeverIsMeant) {
  const struct {
    const char *said, *username;
    Errc error = Errc::internal;
  } cases[] = {{"lisi", "lisi"},
               {"李四", "lisi"},
               {" LiSi ", "lisi"},
               {"wang2", "wang2"},
               {"王五", "", Errc::conflict},
               {"nobody", "", Errc::not_found},
               {"", ""}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.said);
    World world;
    const auto alert = run(world.desk.assign(kOperator, kChannel, world.number, c.said));
    if (c.error == Errc::internal) {
      ASSERT_TRUE(alert) << alert.error().message;
      EXPECT_EQ(alert->assigned_to, c.username);
    } else {
      ASSERT_FALSE(alert);
      EXPECT_EQ(alert.error().code, c.error);
    }
  }
}

TEST(Desk, SnoozesForThirtyDaysAtMost) {
  World world;
  const auto now = world.clock.time;
  for (const auto until : {now, now - 1h, now + 24h * 30 + 1s}) {
    const auto alert = run(world.desk.snooze(kOperator, kChannel, world.number, until));
    ASSERT_FALSE(alert);
    EXPECT_EQ(alert.error().code, Errc::invalid_argument);
  }
  const auto alert = run(world.desk.snooze(kOperator, kChannel, world.number, now + 1h));
  ASSERT_TRUE(alert);
  EXPECT_EQ(alert->snoozed_until, now + 1h);
  const auto lifted = run(world.desk.lift_snooze(kOperator, kChannel, world.number));
  ASSERT_TRUE(lifted);
  EXPECT_FALSE(lifted->snoozed_until);
  EXPECT_EQ(world.log.rows.size(), 2U);
}

TEST(Desk, ClosesWhatIsDoneSoThatItWaitsForNobody) {
  World world;
  const auto number = world.put({.handling = Handling::handed_over});
  const auto alert = run(world.desk.close(kOperator, kChannel, number, " disk replaced\n"));
  ASSERT_TRUE(alert);
  EXPECT_EQ(alert->state, State::closed);
  EXPECT_EQ(alert->handling, Handling::handed_over);
  EXPECT_EQ(alert->note, "disk replaced");
  const auto waiting = run(world.store.list(kAccount, {.waiting = true, .now = world.clock.time}));
  EXPECT_TRUE(waiting->empty());
  EXPECT_TRUE(world.lessons.empty());
}

TEST(Desk, TeachesAFalseAlarmOnce) {
  World world;
  const auto alert =
      run(world.desk.report_false_alarm(kOperator, kChannel, world.number, "a test"));
  ASSERT_TRUE(alert);
  EXPECT_EQ(alert->state, State::closed);
  EXPECT_EQ(alert->handling, Handling::false_alarm);
  ASSERT_EQ(world.lessons.size(), 1U);
  EXPECT_EQ(world.lessons[0].kind, Outcome::Kind::false_alarm);
  EXPECT_EQ(world.lessons[0].incident, "incident-1");
  EXPECT_EQ(world.lessons[0].by, 3);
  EXPECT_TRUE(run(world.desk.report_false_alarm(kOperator, kChannel, world.number, "again")));
  EXPECT_EQ(world.lessons.size(), 1U);
  EXPECT_EQ(world.log.rows.size(), 1U);
}

TEST(Desk, LeavesAloneWhatIsBeingRepaired) {
  World world;
  const auto number = world.put({.handling = Handling::running});
  EXPECT_EQ(run(world.desk.close(kOperator, kChannel, number, "")).error().code, Errc::conflict);
  EXPECT_EQ(run(world.desk.report_false_alarm(kOperator, kChannel, number, "")).error().code,
            Errc::conflict);
  EXPECT_TRUE(world.lessons.empty());
  EXPECT_TRUE(run(world.desk.acknowledge(kOperator, kChannel, number)));
}

TEST(Desk, WritesDownWhatFailedAfterAll) {
  World world;
  Desk desk({.store = world.store,
             .quiet = world.quiet,
             .log = world.log,
             .clock = world.clock,
             .account_of = World::account_of,
             .people_of = World::people_of});
  world.quiet.refuses = Error{.code = Errc::unavailable, .message = "no database"};
  EXPECT_FALSE(
      run(desk.silence(kOperator, kChannel, {.ns = "shop", .until = world.clock.time + 1h})));
  EXPECT_EQ(world.log.events(), (std::vector<std::string>{"done", "failed"}));
}

TEST(Desk, SilencesWithinBounds) {
  World world;
  const auto now = world.clock.time;
  const struct {
    const char* name;
    Quiet quiet;
    bool good;
  } cases[] = {
      {"a service for an hour", {.name = "payment", .until = now + 1h}, true},
      {"a service for thirty days", {.name = "payment", .until = now + 24h * 30}, true},
      {"a service for longer", {.name = "payment", .until = now + 24h * 31}, false},
      {"everything for a day", {.until = now + 24h}, true},
      {"everything for longer", {.until = now + 25h}, false},
      {"over before it begins", {.name = "x", .from = now + 2h, .until = now + 1h}, false},
      {"over already", {.name = "x", .from = now - 2h, .until = now - 1h}, false},
      {"no such zone", {.name = "x", .until = now + 1h, .zone = "Mars/North"}, false},
      {"a window at night, of everything, for a year",
       {.until = now + 24h * 365, .daily_from = 120min, .daily_until = 240min},
       true},
      {"half a window", {.name = "x", .until = now + 1h, .daily_from = 120min}, false},
      {"an empty window",
       {.name = "x", .until = now + 1h, .daily_from = 120min, .daily_until = 120min},
       false},
      {"no such day",
       {.name = "x", .until = now + 1h, .daily_from = 0min, .daily_until = 60min, .weekdays = {7}},
       false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto quiet = run(world.desk.silence(kOperator, kChannel, c.quiet));
    EXPECT_EQ(quiet.has_value(), c.good);
    if (!quiet) {
      EXPECT_EQ(quiet.error().code, Errc::invalid_argument);
      continue;
    }
    EXPECT_EQ(quiet->account, kAccount);
    EXPECT_EQ(quiet->created_by, 3);
    EXPECT_EQ(quiet->created, now);
    EXPECT_EQ(quiet->from, now);
    EXPECT_EQ(world.last_entry().action, "silence_alerts");
  }
}

TEST(Desk, LiftsASilenceOnce) {
  World world;
  const auto quiet =
      run(world.desk.silence(kOperator, kChannel, {.ns = "shop", .until = world.clock.time + 1h}));
  ASSERT_TRUE(quiet);
  const auto lifted = run(world.desk.lift(kOperator, kChannel, quiet->number));
  ASSERT_TRUE(lifted);
  EXPECT_EQ(lifted->lifted, world.clock.time);
  EXPECT_EQ(lifted->ns, "shop");
  const auto again = run(world.desk.lift(kOperator, kChannel, quiet->number));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::not_found);
}

}  // namespace
}  // namespace mtc::alerts
