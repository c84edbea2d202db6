// Alerts and rollbacks in the morning's broadcast.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/broadcast/greeter.h"
#include "domain/broadcast/memory_store.h"
#include "infra/loop/run.h"

namespace mtc::broadcast {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr Day kDay = 2026y / 11 / 22;

struct PlainSource final : DigestSource {
  Async<Result<digest::Digest>> collect(identity::User, logs::TimeRange period) override {
    digest::Digest digest;
    digest.id = "digest";
    digest.scope = "线上日志";
    digest.period = period;
    digest.coverage = {.lines_total = 4200, .lines_read = 4200};
    digest.by_level[static_cast<std::size_t>(logs::Level::info)] = 4200;
    co_return digest;
  }
};

struct ScriptedNight final : NightSource {
  Result<Night> night = Night{};
  std::string shown;
  int watched = 0;
  Async<Result<Night>> collect(identity::User, logs::TimeRange) override { co_return night; }
  Async<Result<std::string>> watch(identity::User, logs::TimeRange) override {
    ++watched;
    co_return shown;
  }
};

class NightBroadcast : public testing::Test {
 protected:
  NightBroadcast() {
    clock.time = Zone::shanghai().at(kDay, 8h);
    principal.user.id = 7;
    principal.user.username = "zhangsan";
    principal.scopes = {identity::Scope::read};
  }
  Greeting greet() { return *run(greeter.greet(principal)); }
  void one_waits() {
    alerts::Alert alert{.id = "1",
                        .subject = {.cluster_id = "cls-1", .ns = "shop", .name = "order"},
                        .handling = alerts::Handling::handed_over,
                        .first = clock.time - 5h,
                        .last = clock.time - 5h};
    alert.subject.kind = "Deployment";
    nights.night->alerts = {alert};
  }
  void enqueue(std::string id, std::string kind, TimePoint created) {
    store.queue.push_back(
        {.id = id, .user_id = 7, .kind = std::move(kind), .text = id + "。", .created = created});
  }

  FakeClock clock;
  SeededRandom random{1};
  MemoryStore store;
  PlainSource source;
  ScriptedNight nights;
  narration::Narrator narrator{nullptr, {}};
  Preparer preparer{{store, source, narrator, nullptr, nullptr, clock, random, &nights}, {}};
  Greeter greeter{store, preparer, clock};
  identity::Principal principal;
};

TEST_F(NightBroadcast, WhatNeedsThePersonIsToldBeforeTheLogs) {
  one_waits();
  const auto told = greet();
  EXPECT_THAT(told.speech, StartsWith("早上好。有一件事要你处理："));
  EXPECT_LT(told.speech.find("order"), told.speech.find("日志"));
  EXPECT_EQ(told.digest_id, "digest");
}

TEST_F(NightBroadcast, WhoWantsTheLogsOnlyHearsNothingElse) {
  one_waits();
  principal.user.broadcast_content = identity::BroadcastContent::logs;
  EXPECT_THAT(greet().speech, AllOf(HasSubstr("日志"), Not(HasSubstr("order"))));
}

TEST_F(NightBroadcast, WhoWantsTheAlertsOnlyHearsNoLogs) {
  principal.user.broadcast_content = identity::BroadcastContent::alerts;
  EXPECT_EQ(greet().speech, "早上好。没有要你处理的告警。");
}

TEST_F(NightBroadcast, TheLogsAreToldThoughTheAlertsCannotBeRead) {
  nights.night = fail(Errc::unavailable, "the database is locked");
  EXPECT_THAT(greet().speech, AllOf(HasSubstr("告警没查到。"), HasSubstr("日志")));
}

TEST_F(NightBroadcast, ADashboardIsLookedAtWhereNobodyWaitsForIt) {
  principal.user.watched_dashboard = "支付";
  nights.shown = "支付看板上一切如常。";
  const auto made = run(preparer.prepare(principal.user, kDay, Effort::full));
  ASSERT_TRUE(made);
  EXPECT_THAT(made->speech, HasSubstr("支付看板上一切如常。"));
  EXPECT_THAT(greet().speech, HasSubstr("支付看板上一切如常。"));
  EXPECT_EQ(nights.watched, 1);
}

TEST_F(NightBroadcast, WhatItHasToldLeavesTheQueueUnheard) {
  one_waits();
  enqueue("old alert", "alert", clock.time - 4h);
  enqueue("old rollback", "rollback", clock.time - 4h);
  enqueue("old notice", "notice", clock.time - 4h);
  ASSERT_TRUE(run(preparer.prepare(principal.user, kDay, Effort::full)));
  enqueue("new alert", "alert", clock.time + 1min);
  clock.time += 10min;
  const auto told = greet();
  EXPECT_THAT(told.speech, AllOf(HasSubstr("old notice。"), HasSubstr("new alert。"),
                                 Not(HasSubstr("old alert")), Not(HasSubstr("old rollback"))));
  EXPECT_EQ(told.told.size(), 2U);
  EXPECT_EQ(told.waiting, 0);
}

TEST_F(NightBroadcast, OnALaterDayTheNightIsToldAnew) {
  one_waits();
  greet();
  clock.time += 24h;
  const auto again = *run(greeter.repeat(principal, kDay, Part::summary));
  EXPECT_THAT(again.speech, AllOf(HasSubstr("有一件事要你处理"), HasSubstr("日志")));
}

}  // namespace
}  // namespace mtc::broadcast
