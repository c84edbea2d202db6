#include "domain/broadcast/greeter.h"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "domain/broadcast/memory_store.h"
#include "infra/loop/run.h"

namespace mtc::broadcast {
namespace {

using namespace std::chrono_literals;

constexpr Day kDay = 2026y / 11 / 22;

struct ScriptedSource final : DigestSource {
  std::optional<Error> failure;
  bool hangs = false;
  std::function<void()> meanwhile;
  std::vector<logs::TimeRange> asked;
  Async<Result<digest::Digest>> collect(identity::User, logs::TimeRange period) override {
    asked.push_back(period);
    if (meanwhile) std::exchange(meanwhile, {})();
    if (hangs) {
      asio::steady_timer never(co_await asio::this_coro::executor,
                               asio::steady_timer::time_point::max());
      co_await never.async_wait(asio::use_awaitable);
    }
    if (failure) co_return fail(*failure);
    digest::Digest digest;
    digest.id = "digest-" + std::to_string(asked.size());
    digest.scope = "线上日志";
    digest.period = period;
    digest.coverage = {.lines_total = 4200, .lines_read = 4200};
    digest.by_level[static_cast<std::size_t>(logs::Level::info)] = 4200;
    co_return digest;
  }
};

struct ScriptedVoice final : narration::SpeechSynthesizer {
  std::vector<std::string> said;
  bool broken = false;
  Async<Result<std::string>> synthesize(std::string text, Language) override {
    said.push_back(std::move(text));
    if (broken) co_return fail(Errc::unavailable, "no voice");
    co_return std::string("RIFF");
  }
};

struct MemoryAudio final : AudioStore {
  std::map<std::string, std::string> files;
  Async<Result<std::string>> save(std::string name, std::string wav) override {
    files[name] = std::move(wav);
    co_return "/audio/" + name;
  }
};

// A store whose queue is broken.
struct StoreWithoutQueue final : MemoryStore {
  bool broken = false;
  bool broken_length = false;
  Async<Result<std::vector<QueueItem>>> take_queue(identity::UserId user, TimePoint now,
                                                   int limit) override {
    if (broken) co_return fail(Errc::unavailable, "the queue is locked");
    co_return co_await MemoryStore::take_queue(user, now, limit);
  }
  Async<Result<std::int64_t>> queue_length(identity::UserId user) override {
    if (broken_length) co_return fail(Errc::unavailable, "the queue is locked");
    co_return co_await MemoryStore::queue_length(user);
  }
};

class GreeterTest : public testing::Test {
 protected:
  GreeterTest() {
    principal.user.id = 7;
    principal.user.username = "zhangsan";
    principal.user.display_name = "张三";
    principal.scopes = {identity::Scope::read};
    set_time(8h);
  }
  void set_time(Millis since_midnight, Day day = kDay) {
    clock.time = Zone::shanghai().at(day, since_midnight);
  }
  Greeting greet() { return *run(greeter.greet(principal)); }
  Greeting repeat(std::optional<Day> day = {}, Part part = Part::summary) {
    return *run(greeter.repeat(principal, day, part));
  }
  void wait_for_user(std::string id, std::string text, int priority = 0) {
    store.queue.push_back({.id = std::move(id),
                           .user_id = 7,
                           .kind = "notice",
                           .text = std::move(text),
                           .priority = priority});
  }

  FakeClock clock;
  SeededRandom random{1};
  StoreWithoutQueue store;
  ScriptedSource source;
  ScriptedVoice voice;
  MemoryAudio audio;
  narration::Narrator narrator{nullptr, {}};
  Preparer preparer{{store, source, narrator, &voice, &audio, clock, random}, {}};
  Greeter greeter{store, preparer, clock};
  identity::Principal principal;
};

TEST_F(GreeterTest, TheFirstGreetingOfTheMorningTellsTheNight) {
  const Greeting first = greet();
  EXPECT_EQ(first.kind, Greeting::Kind::broadcast);
  EXPECT_TRUE(first.speech.starts_with("早上好，张三。")) << first.speech;
  EXPECT_EQ(first.digest_id, "digest-1");
  ASSERT_EQ(source.asked.size(), 1U);
  EXPECT_EQ(format_civil(source.asked[0].to, Zone::shanghai()), "2026-11-22 05:00:00");
}

TEST_F(GreeterTest, TheSecondOneOnlyGreets) {
  greet();
  const Greeting second = greet();
  EXPECT_EQ(second.kind, Greeting::Kind::hello);
  EXPECT_EQ(second.speech, "在呢。没有新的事要告诉你。想再听早报，就说再说一遍。");
}

TEST_F(GreeterTest, TheNextMorningTellsAgain) {
  greet();
  set_time(7h, 2026y / 11 / 23);
  EXPECT_EQ(greet().kind, Greeting::Kind::broadcast);
}

TEST_F(GreeterTest, OutsideTheWindowNothingIsToldByItself) {
  set_time(15h);
  const Greeting greeting = greet();
  EXPECT_EQ(greeting.speech, "下午好，张三。没有新的事要告诉你。");
  EXPECT_TRUE(source.asked.empty());
  EXPECT_FALSE(store.claimed.contains(7));
}

TEST_F(GreeterTest, WhatWaitsIsToldOnceMostUrgentFirst) {
  set_time(15h);
  wait_for_user("1", "一。", 1);
  wait_for_user("2", "二。", 9);
  wait_for_user("3", "三。", 5);
  EXPECT_EQ(greet().speech, "下午好，张三。二。三。还有一件事，要听吗？");
  EXPECT_EQ(greet().speech, "下午好，张三。一。");
  EXPECT_EQ(greet().speech, "下午好，张三。没有新的事要告诉你。");
}

TEST_F(GreeterTest, WhenTheLogsAreOutOfReachTheDayIsGivenBack) {
  source.failure = Error{.code = Errc::unavailable, .message = "connection refused"};
  const Greeting sorry = greet();
  EXPECT_EQ(sorry.speech, "早上好，张三。昨晚的日志现在取不到，腾讯云暂时连不上。过几分钟再叫我。");
  source.failure.reset();
  EXPECT_EQ(greet().kind, Greeting::Kind::broadcast);
  EXPECT_EQ(greet().kind, Greeting::Kind::hello);
}

TEST_F(GreeterTest, WhoHangsUpGivesTheDayBack) {
  source.hangs = true;
  asio::io_context loop(1);
  asio::cancellation_signal hang_up;
  bool ended = false;
  asio::co_spawn(loop, greeter.greet(principal),
                 asio::bind_cancellation_slot(
                     hang_up.slot(), [&](const std::exception_ptr& error, Result<Greeting>) {
                       ended = true;
                       EXPECT_TRUE(error);
                     }));
  loop.poll();
  EXPECT_EQ(store.claimed[7], kDay);
  hang_up.emit(asio::cancellation_type::all);
  loop.poll();
  EXPECT_TRUE(ended);
  source.hangs = false;
  EXPECT_EQ(greet().kind, Greeting::Kind::broadcast);
}

TEST_F(GreeterTest, ABrokenQueueDoesNotSwallowTheBroadcast) {
  store.broken = true;
  EXPECT_EQ(greet().kind, Greeting::Kind::broadcast);
  EXPECT_FALSE(run(greeter.greet(principal)));  // "nothing new" would be a guess
}

TEST_F(GreeterTest, WhatWasTakenFromTheQueueIsTold) {
  set_time(15h);
  wait_for_user("1", "一。");
  store.broken_length = true;
  EXPECT_EQ(greet().speech, "下午好，张三。一。");
}

TEST_F(GreeterTest, AnOldBroadcastIsNotRepeatedAsTodays) {
  greet();
  store.broadcasts.begin()->second.speech = "昨晚两点零八分报错。";
  EXPECT_EQ(repeat().speech, "昨晚两点零八分报错。");
  set_time(15h, 2026y / 11 / 24);
  EXPECT_TRUE(repeat(kDay).speech.starts_with("从十一月二十一号")) << repeat(kDay).speech;
  EXPECT_EQ(repeat().digest_id, "digest-2");  // today's is looked up
  set_time(15h, 2026y / 11 / 26);
  source.failure = Error{.code = Errc::unavailable, .message = "connection refused"};
  EXPECT_EQ(repeat().digest_id, "digest-2");
  EXPECT_NE(repeat().speech.find("十一月"), std::string::npos) << repeat().speech;
}

TEST_F(GreeterTest, RepeatingNeitherCountsNorNeedsTheWindow) {
  set_time(3h);
  const Greeting early = repeat();
  EXPECT_EQ(early.kind, Greeting::Kind::broadcast);
  // The night is not over: what is told is the day before.
  EXPECT_EQ(format_civil(source.asked[0].to, Zone::shanghai()), "2026-11-21 05:00:00");
  set_time(8h);
  EXPECT_EQ(greet().kind, Greeting::Kind::broadcast);
  EXPECT_EQ(repeat().digest_id, "digest-2");
  EXPECT_EQ(source.asked.size(), 2U);
}

TEST_F(GreeterTest, RepeatFindsAnotherDayAndRefusesTheFuture) {
  EXPECT_EQ(repeat(2026y / 11 / 20).kind, Greeting::Kind::broadcast);
  EXPECT_EQ(format_civil(source.asked[0].to, Zone::shanghai()), "2026-11-20 05:00:00");
  EXPECT_EQ(repeat(2026y / 11 / 23).kind, Greeting::Kind::nothing);
}

TEST_F(GreeterTest, SpeaksEnglishToWhoeverWantsIt) {
  principal.user.language = Language::en;
  principal.user.display_name = "Ann";
  set_time(15h);
  wait_for_user("1", "The disk is full.");
  EXPECT_EQ(greet().speech, "Good afternoon, Ann. The disk is full.");
}

TEST_F(GreeterTest, PreparedAheadIsSpokenWithoutAskingTheLogsAgain) {
  set_time(5h);
  EXPECT_TRUE(run(preparer.prepare_due({principal.user}, "p1")).empty());
  ASSERT_EQ(voice.said.size(), 1U);
  EXPECT_TRUE(voice.said[0].starts_with("早上好，张三。"));
  set_time(8h);
  const Greeting greeting = greet();
  EXPECT_EQ(greeting.kind, Greeting::Kind::broadcast);
  EXPECT_EQ(source.asked.size(), 1U);
  EXPECT_TRUE(greeting.audio_path.starts_with("/audio/broadcast-2026-11-22-7-"))
      << greeting.audio_path;
}

TEST_F(GreeterTest, PreparingIsDoneByOneProcessOnceAndNotTooEarly) {
  set_time(4h + 59min);
  run(preparer.prepare_due({principal.user}, "p1"));
  EXPECT_TRUE(source.asked.empty());
  set_time(5h);
  store.leases["prepare/7/2026-11-22"] = {"p2", clock.time + 1min};
  run(preparer.prepare_due({principal.user}, "p1"));
  EXPECT_TRUE(source.asked.empty());
  clock.time += 2min;  // p2 died
  run(preparer.prepare_due({principal.user}, "p1"));
  run(preparer.prepare_due({principal.user}, "p1"));
  EXPECT_EQ(source.asked.size(), 1U);
}

TEST_F(GreeterTest, AFailedPreparationIsReportedAndTriedAgain) {
  set_time(5h);
  source.failure = Error{.code = Errc::denied, .message = "no permission"};
  const auto failures = run(preparer.prepare_due({principal.user}, "p1"));
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].username, "zhangsan");
  source.failure.reset();
  EXPECT_TRUE(run(preparer.prepare_due({principal.user}, "p1")).empty());
  EXPECT_EQ(store.broadcasts.size(), 1U);
}

TEST_F(GreeterTest, WhatWasSpokenWhileItWasPreparedStays) {
  set_time(8h);
  Greeting heard;
  source.meanwhile = [&] { heard = greet(); };
  EXPECT_TRUE(run(preparer.prepare_due({principal.user}, "p1")).empty());
  EXPECT_EQ(heard.kind, Greeting::Kind::broadcast);
  EXPECT_EQ(repeat().digest_id, heard.digest_id);
}

TEST_F(GreeterTest, ABrokenVoiceOnlyMeansNoAudio) {
  voice.broken = true;
  set_time(5h);
  EXPECT_TRUE(run(preparer.prepare_due({principal.user}, "p1")).empty());
  set_time(8h);
  EXPECT_EQ(greet().audio_path, "");
}

}  // namespace
}  // namespace mtc::broadcast
