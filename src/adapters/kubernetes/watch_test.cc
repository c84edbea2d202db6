// Changes as they come, over connections that do not last.
#include "adapters/kubernetes/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "adapters/kubernetes/test_world.h"

namespace mtc::kubernetes {
namespace {

using clusters::ChangeKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string event(const char* type, const char* name, const char* version) {
  return fmt::format(
      R"({{"type":"{}","object":{{"kind":"Pod","metadata":{{"name":"{}","resourceVersion":"{}"}}}}}})"
      "\n",
      type, name, version);
}

// Notes what comes and ends after so many.
struct Watched {
  World world;
  std::vector<std::string> seen;
  std::size_t enough = 1;

  bool take(const clusters::Change& change) {
    const char* kind = change.kind == ChangeKind::added      ? "+"
                       : change.kind == ChangeKind::modified ? "*"
                                                             : "-";
    seen.push_back(kind + string_or(change.object["metadata"], "name"));
    return seen.size() < enough;
  }
  Result<> watch(std::string from) {
    return run(world.api().watch("v1", "Pod", {.ns = "shop", .labels = "a=b"}, std::move(from),
                                 [this](const clusters::Change& change) { return take(change); }));
  }
};

TEST(KubernetesWatch, HandsOverChangesUntilTheSinkHasEnough) {
  Watched it{.enough = 3};
  const auto text = event("ADDED", "a", "1") + event("MODIFIED", "a", "2") +
                    event("DELETED", "a", "3") + event("ADDED", "never", "4");
  it.world.http.stream(200, {text.substr(0, 10), text.substr(10, 200), text.substr(210)});
  ASSERT_TRUE(it.watch("0"));
  EXPECT_THAT(it.seen, ElementsAre("+a", "*a", "-a"));
  EXPECT_EQ(it.world.path(0),
            "/api/v1/namespaces/shop/pods?labelSelector=a%3Db&watch=true&allowWatchBookmarks=true&"
            "resourceVersion=0&timeoutSeconds=120");
}

TEST(KubernetesWatch, BeginsWithAllThereAre) {
  Watched it{.enough = 3};
  it.world.http
      .answer(
          200,
          R"({"metadata":{"resourceVersion":"5","continue":"x"},"items":[{"metadata":{"name":"a"}}]})")
      .answer(200, R"({"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"b"}}]})")
      .stream(200, {event("MODIFIED", "b", "6")});
  ASSERT_TRUE(it.watch(""));
  EXPECT_THAT(it.seen, ElementsAre("+a", "+b", "*b"));
  EXPECT_THAT(it.world.path(1), HasSubstr("continue=x"));
  EXPECT_THAT(it.world.path(2), HasSubstr("resourceVersion=5&"));
}

TEST(KubernetesWatch, ItemsOfAListSayWhatTheyAre) {
  Watched it;
  it.world.http.answer(200, R"({"metadata":{"resourceVersion":"5"},"items":[{"metadata":{}}]})");
  Json object;
  ASSERT_TRUE(run(it.world.api().watch("v1", "Pod", {}, "", [&](const clusters::Change& change) {
    object = change.object;
    return false;
  })));
  EXPECT_EQ(object["kind"], "Pod");
  EXPECT_EQ(object["apiVersion"], "v1");
}

TEST(KubernetesWatch, GoesOnWhereItWasCutOff) {
  Watched it{.enough = 4};
  it.world.http
      .stream(200, {event("ADDED", "a", "1")}, Error{.code = Errc::unavailable, .message = "lost"})
      .stream(200, {event("BOOKMARK", "", "7")})                              // its time is over
      .stream(200, {event("ADDED", "b", "8"), R"({"type":"MODIFIED","obj)"})  // torn
      .stream(200, {"garbage\n"})
      .stream(200, {R"({"type":"STRANGE","object":{"metadata":{"resourceVersion":"9"}}})"
                    "\n"})
      .stream(200, {event("DELETED", "b", "9"), event("ADDED", "c", "10")});
  ASSERT_TRUE(it.watch("0"));
  EXPECT_THAT(it.seen, ElementsAre("+a", "+b", "-b", "+c"));
  ASSERT_THAT(it.world.http.requests, SizeIs(6));
  const char* versions[] = {"0", "1", "7", "8", "8", "8"};
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_THAT(it.world.path(i), HasSubstr(fmt::format("resourceVersion={}&", versions[i])));
  }
}

TEST(KubernetesWatch, ReadsEverythingAnewWhenItsPlaceIsForgotten) {
  const std::string gone =
      R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}})"
      "\n";
  const std::string all =
      R"({"metadata":{"resourceVersion":"20"},"items":[{"metadata":{"name":"a"}}]})";
  for (const bool as_event : {true, false}) {
    SCOPED_TRACE(as_event);
    Watched it{.enough = 2};
    if (as_event) {
      it.world.http.stream(200, {gone});
    } else {
      it.world.http.answer(410, status(410, "Expired", "too old resource version"));
    }
    it.world.http.answer(200, all).stream(200, {event("MODIFIED", "a", "21")});
    ASSERT_TRUE(it.watch("3"));
    EXPECT_THAT(it.seen, ElementsAre("+a", "*a"));
    EXPECT_THAT(it.world.path(1), Not(HasSubstr("watch=true")));
    EXPECT_THAT(it.world.path(2), HasSubstr("resourceVersion=20&"));
  }
}

TEST(KubernetesWatch, EndsWithWhatWillNotPass) {
  for (const auto& [code, errc] : {std::pair{401, Errc::unauthenticated},
                                   {403, Errc::denied},
                                   {404, Errc::not_found},
                                   {400, Errc::invalid_argument}}) {
    Watched it;
    it.world.http.answer(code, status(code, "X", "no"));
    const auto ended = it.watch("1");
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, errc);
    EXPECT_THAT(ended.error().message, HasSubstr("the pods of shop"));
    EXPECT_THAT(it.world.http.requests, SizeIs(1));
  }
  Watched it;
  it.world.http.stream(200,
                       {R"({"type":"ERROR","object":{"kind":"Status","code":403,"message":"no"}})"
                        "\n"});
  EXPECT_EQ(it.watch("1").error().code, Errc::denied);
}

TEST(KubernetesWatch, TriesForAMinuteAndSlowsDown) {
  Watched it;
  it.world.http.otherwise([](const OutboundRequest&) -> Result<OutboundResponse> {
    return fail(Errc::unavailable, "away");
  });
  const auto begun = it.world.clock.time;
  const auto ended = it.watch("1");
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Errc::unavailable);
  const auto away = it.world.clock.time - begun;
  EXPECT_GT(away, Millis{60'000});
  EXPECT_LT(away, Millis{70'000});
  EXPECT_LT(it.world.http.requests.size(), 40U);
  EXPECT_GE(it.world.sleeper.slept.back(), Millis{2'500});
}

TEST(KubernetesWatch, ALifeInBetweenStartsTheMinuteAnew) {
  Watched it{.enough = 2};
  int asked = 0;
  it.world.http.otherwise([&](const OutboundRequest&) -> Result<OutboundResponse> {
    ++asked;
    if (asked == 8) return OutboundResponse{200, {}, event("ADDED", "a", "2")};
    if (asked == 16) return OutboundResponse{200, {}, event("ADDED", "b", "3")};
    it.world.clock.time += Millis{5'000};
    return fail(Errc::unavailable, "away");
  });
  ASSERT_TRUE(it.watch("1"));
  EXPECT_THAT(it.seen, ElementsAre("+a", "+b"));
}

TEST(KubernetesWatch, DoesNotAskInAHurryWhereTheClusterEndsAtOnce) {
  Watched it;
  int asked = 0;
  it.world.http.otherwise([&](const OutboundRequest&) {
    return OutboundResponse{200, {}, ++asked < 5 ? "" : event("ADDED", "a", "2")};
  });
  ASSERT_TRUE(it.watch("1"));
  EXPECT_THAT(it.world.sleeper.slept, SizeIs(4));
}

TEST(KubernetesWatch, ALineWithoutEndIsNotKept) {
  LineCutter lines;
  const std::string chunk(1U << 20U, 'x');
  int fed = 0;
  while (fed < 100 && lines.feed(chunk, [](std::string_view) { return true; })) ++fed;
  EXPECT_EQ(fed, 16);
}

TEST(KubernetesWatch, EndsWhenItIsCancelled) {
  for (const bool in_pause : {false, true}) {
    SCOPED_TRACE(in_pause);
    World world;
    LoopSleeper sleeper;
    world.options.first_backoff = std::chrono::minutes(1);
    world.options.max_backoff = std::chrono::minutes(1);
    KubernetesApi api(world.http, world.config, world.clock, sleeper, world.random, world.options);
    if (in_pause) {
      world.http.fail_with(Errc::unavailable, "away");
    } else {
      world.http.stream_then_hang(200, {event("ADDED", "a", "1")});
    }
    asio::io_context loop;
    asio::cancellation_signal cancel;
    Result<> ended;
    asio::co_spawn(loop,
                   api.watch("v1", "Pod", {}, "1", [](const clusters::Change&) { return true; }),
                   asio::bind_cancellation_slot(
                       cancel.slot(), [&](const std::exception_ptr& error, const Result<>& result) {
                         EXPECT_FALSE(error);
                         ended = result;
                       }));
    loop.poll();
    cancel.emit(asio::cancellation_type::all);
    loop.restart();
    loop.run();
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, Errc::cancelled);
  }
}

}  // namespace
}  // namespace mtc::kubernetes
