#include "domain/broadcast/greeter.h"

#include <gtest/gtest.h>

#include "domain/broadcast/memory_store.h"
#include "infra/loop/run.h"

namespace mtc::broadcast {
namespace {

using namespace std::chrono_literals;

constexpr Day kDay = 2026y / 11 / 22;

struct ScriptedSource final : DigestSource {
  std::optional<Error> failure;
  std::vector<logs::TimeRange> asked;
  Async<Result<digest::Digest>> collect(identity::User, logs::TimeRange period) override {
    asked.push_back(period);
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
  MemoryStore store;
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

TEST_F(GreeterTest, ABrokenVoiceOnlyMeansNoAudio) {
  voice.broken = true;
  set_time(5h);
  EXPECT_TRUE(run(preparer.prepare_due({principal.user}, "p1")).empty());
  set_time(8h);
  EXPECT_EQ(greet().audio_path, "");
}

}  // namespace
}  // namespace mtc::broadcast
