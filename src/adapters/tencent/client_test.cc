#include "adapters/tencent/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "adapters/tencent/envelope.h"
#include "infra/http/scripted_transport.h"
#include "infra/loop/run.h"

namespace mtc::tencent {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr TimePoint kNow{std::chrono::seconds(1767229320)};  // 2026-01-01T01:02:00Z

std::string good(std::string_view members = R"("TotalCount":1)") {
  return R"({"Response":{)" + std::string(members) + R"(,"RequestId":"req-1"}})";
}
std::string bad(std::string_view code, std::string_view message = "no") {
  return R"({"Response":{"Error":{"Code":")" + std::string(code) + R"(","Message":")" +
         std::string(message) + R"("},"RequestId":"req-2"}})";
}

// Temporary credentials whose token changes with each refresh.
struct FakeCredentials final : CredentialProvider {
  int refreshed = 0;
  Credentials make() const {
    return {
        .secret_id = "id-1", .secret_key = "key-1", .token = "token-" + std::to_string(refreshed)};
  }
  Async<Result<Credentials>> current() override { co_return make(); }
  Async<Result<Credentials>> refresh() override {
    ++refreshed;
    co_return make();
  }
};

struct World {
  ScriptedTransport http;
  FakeCredentials credentials;
  FakeClock clock;
  FakeSleeper sleeper;
  SeededRandom random{7};
  ClientOptions options;
  std::unique_ptr<TencentClient> made;

  World() {
    clock.time = kNow;
    sleeper.clock = &clock;
  }
  TencentClient& client() {
    if (!made)
      made = std::make_unique<TencentClient>(http, credentials, clock, sleeper, random, options);
    return *made;
  }
  Result<Json> call(ApiCall api_call) { return run(client().call(std::move(api_call))); }
};

ApiCall reading() {
  return {.service = "cls",
          .version = "2020-10-16",
          .action = "DescribeTopics",
          .region = "ap-guangzhou",
          .body = Json{{"Limit", 1}}};
}
ApiCall changing() {
  auto call = reading();
  call.action = "CreateTopic";
  call.read_only = false;
  return call;
}

std::string header(const OutboundRequest& request, std::string_view name) {
  return std::string(find_header(request.headers, name));
}

TEST(TencentClient, SignsAndSendsAsTheDocumentsSay) {
  World world;
  world.http.answer(200, good());
  const auto answer = world.call(reading());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(integer_or(*answer, "TotalCount"), 1);
  ASSERT_EQ(world.http.requests.size(), 1U);
  const auto& request = world.http.requests[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://cls.tencentcloudapi.com/");
  EXPECT_EQ(request.body, R"({"Limit":1})");
  EXPECT_EQ(header(request, "Content-Type"), "application/json");
  EXPECT_EQ(header(request, "X-TC-Action"), "DescribeTopics");
  EXPECT_EQ(header(request, "X-TC-Version"), "2020-10-16");
  EXPECT_EQ(header(request, "X-TC-Region"), "ap-guangzhou");
  EXPECT_EQ(header(request, "X-TC-Timestamp"), "1767229320");
  EXPECT_EQ(header(request, "X-TC-Token"), "token-0");
  Signer signer;
  EXPECT_EQ(header(request, "Authorization"),
            signer.authorization(world.credentials.make(), "cls", kNow,
                                 {.host = "cls.tencentcloudapi.com",
                                  .content_type = "application/json",
                                  .payload = R"({"Limit":1})"}));
}

TEST(TencentClient, FindsTheHostOfAProductInARegion) {
  const struct {
    EndpointOptions options;
    const char *region, *url, *host;
  } cases[] = {
      {{}, "ap-guangzhou", "https://cls.tencentcloudapi.com/", "cls.tencentcloudapi.com"},
      {{}, "", "https://cls.tencentcloudapi.com/", "cls.tencentcloudapi.com"},
      {{.regional = true},
       "ap-guangzhou",
       "https://cls.ap-guangzhou.tencentcloudapi.com/",
       "cls.ap-guangzhou.tencentcloudapi.com"},
      {{},
       "ap-shanghai-fsi",
       "https://cls.ap-shanghai-fsi.tencentcloudapi.com/",
       "cls.ap-shanghai-fsi.tencentcloudapi.com"},
      {{.base_host = "internal.tencentcloudapi.com"},
       "ap-guangzhou",
       "https://cls.internal.tencentcloudapi.com/",
       "cls.internal.tencentcloudapi.com"},
      {{.override_url = "http://127.0.0.1:18080"},
       "ap-guangzhou",
       "http://127.0.0.1:18080/",
       "127.0.0.1:18080"},
      {{.override_url = "http://localhost:80/"}, "", "http://localhost/", "localhost"},
      {{.override_url = "https://[::1]:443"}, "", "https://[::1]/", "[::1]"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.url);
    const auto endpoint = resolve(c.options, "cls", c.region);
    ASSERT_TRUE(endpoint) << endpoint.error().message;
    EXPECT_EQ(endpoint->url, c.url);
    EXPECT_EQ(endpoint->host, c.host);
  }
}

TEST(TencentClient, LetsNothingElseIntoAHostName) {
  EXPECT_FALSE(resolve({}, "cls.evil.test/", "ap-guangzhou"));
  EXPECT_FALSE(resolve({}, "", "ap-guangzhou"));
  EXPECT_FALSE(resolve({.regional = true}, "cls", "evil.test/#"));
  EXPECT_FALSE(resolve({}, "cls", "广州"));
  for (const char* url : {"ftp://127.0.0.1", "127.0.0.1", "http://", "http://host/path",
                          "http://user:pw@host", "http://a b"}) {
    EXPECT_FALSE(resolve({.override_url = url}, "cls", "ap-guangzhou")) << url;
  }
}

TEST(TencentClient, SendsNoLogsUnencryptedToAnotherMachine) {
  for (const char* url : {"http://gateway.example", "http://10.0.0.8:8080", "http://0.0.0.0:80",
                          "http://127.0.0.1.example.com"}) {
    const auto endpoint = resolve({.override_url = url}, "cls", "ap-guangzhou");
    ASSERT_FALSE(endpoint) << url;
    EXPECT_THAT(endpoint.error().message, HasSubstr("https://"));
  }
  EXPECT_TRUE(resolve({.override_url = "https://gateway.example"}, "cls", "ap-guangzhou"));
}

TEST(TencentClient, KeepsCodeAndRequestIdOfAFailure) {
  const struct {
    const char* code;
    Errc errc;
    int attempts;  // of a reading call
    int changing_attempts;
  } cases[] = {
      {"AuthFailure.SignatureFailure", Errc::unauthenticated, 1, 1},
      {"AuthFailure.SecretIdNotFound", Errc::unauthenticated, 1, 1},
      {"AuthFailure.UnauthorizedOperation", Errc::denied, 1, 1},
      {"UnauthorizedOperation", Errc::denied, 1, 1},
      {"UnauthorizedOperation.CamNoAuth", Errc::denied, 1, 1},
      {"OperationDenied.ACLFailed", Errc::denied, 1, 1},
      {"ResourceNotFound.TopicNotExist", Errc::not_found, 1, 1},
      {"InvalidParameter.TopicConflict", Errc::conflict, 1, 1},
      {"InvalidParameterValue", Errc::invalid_argument, 1, 1},
      {"MissingParameter", Errc::invalid_argument, 1, 1},
      {"InvalidAction", Errc::invalid_argument, 1, 1},
      {"FailedOperation.SyntaxError", Errc::invalid_argument, 1, 1},
      {"FailedOperation.SearchTimeout", Errc::timed_out, 1, 1},
      {"LimitExceeded.Topic", Errc::resource_exhausted, 1, 1},
      {"LimitExceeded.LogSearch", Errc::rate_limited, 3, 3},
      {"RequestLimitExceeded", Errc::rate_limited, 3, 3},
      {"RequestLimitExceeded.UinLimitExceeded", Errc::rate_limited, 3, 3},
      {"InternalError.ServerBusy", Errc::unavailable, 3, 1},
      {"InternalError", Errc::unavailable, 3, 1},
      {"SomethingNew.NobodyKnows", Errc::unavailable, 1, 1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.code);
    for (const bool read_only : {true, false}) {
      World world;
      world.http.otherwise(
          [&c](const OutboundRequest&) { return OutboundResponse{200, {}, bad(c.code)}; });
      const auto answer = world.call(read_only ? reading() : changing());
      ASSERT_FALSE(answer);
      EXPECT_EQ(answer.error().code, c.errc) << answer.error().message;
      EXPECT_EQ(answer.error().vendor_code, c.code);
      EXPECT_EQ(answer.error().request_id, "req-2");
      EXPECT_THAT(answer.error().message,
                  HasSubstr(read_only ? "DescribeTopics in ap-guangzhou" : "CreateTopic"));
      EXPECT_EQ(world.http.requests.size(),
                static_cast<std::size_t>(read_only ? c.attempts : c.changing_attempts));
    }
  }
}

TEST(TencentClient, TriesAgainAfterAPauseAndSucceeds) {
  World world;
  world.http.answer(200, bad("RequestLimitExceeded"))
      .fail_with(Errc::unavailable, "lost")
      .answer(200, good());
  ASSERT_TRUE(world.call(reading()));
  EXPECT_EQ(world.http.requests.size(), 3U);
  ASSERT_EQ(world.sleeper.slept.size(), 2U);
  EXPECT_LE(world.sleeper.slept[0], 500ms);
  EXPECT_LE(world.sleeper.slept[1], 1000ms);
}

TEST(TencentClient, NeverRepeatsAChangeThatMayHaveHappened) {
  for (const Errc code : {Errc::timed_out, Errc::unavailable}) {
    World world;
    world.http.fail_with(code, "lost").answer(200, good());
    const auto answer = world.call(changing());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, code);
    EXPECT_EQ(world.http.requests.size(), 1U);
  }
  for (const int status : {500, 502, 200}) {
    World world;
    world.http.answer(status, "<html>").answer(200, good());
    ASSERT_FALSE(world.call(changing()));
    EXPECT_EQ(world.http.requests.size(), 1U) << status;
  }
}

TEST(TencentClient, KeepsWithinItsDeadline) {
  World world;
  std::vector<Millis> timeouts;
  world.http.otherwise([&](const OutboundRequest& request) -> Result<OutboundResponse> {
    timeouts.push_back(request.timeout);
    world.clock.time += request.timeout;
    return fail(Errc::timed_out, "slow");
  });
  auto call = reading();
  call.timeout = 30s;
  const auto answer = world.call(call);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::timed_out);
  ASSERT_EQ(timeouts.size(), 2U);  // 20 s, then what is left of 30
  EXPECT_EQ(timeouts[0], 20s);
  EXPECT_LE(world.clock.time, kNow + 30s);
}

TEST(TencentClient, CallsEverythingMalformedUnavailable) {
  const struct {
    int status;
    const char* body;
  } cases[] = {
      {200, ""},
      {200, "<html><body>Bad gateway</body></html>"},
      {200, R"({"Response":{"TotalCount":1,"RequestId":"r")"},
      {200, R"({"Response":{"TotalCount":1,"RequestId":"r"}} trailing)"},
      {200, "[]"},
      {200, "null"},
      {200, "7"},
      {200, "{}"},
      {200, R"({"Response":null})"},
      {200, R"({"Response":[]})"},
      {200, R"({"Response":{"Error":"no","RequestId":"r"}})"},
      {200, R"({"Response":{"Error":{"Code":7},"RequestId":"r"}})"},
      {200, R"({"Response":{"Error":{},"RequestId":"r"}})"},
      {200, R"({"Response":{"RequestId":17}})"},
      {200, "{\"Response\":{\"A\":\"\xff\xfe\"}}"},
      {500, "oops"},
      {502, R"({"Response":{"RequestId":"r"}})"},
      {503, ""},
      {302, ""},
      {404, "not here"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.body);
    World world;
    world.http.otherwise([&c](const OutboundRequest&) {
      return OutboundResponse{c.status, {{"Content-Type", "text/html"}}, c.body};
    });
    const auto answer = world.call(reading());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::unavailable) << answer.error().message;
    EXPECT_THAT(answer.error().message, HasSubstr("DescribeTopics in ap-guangzhou"));
    const bool retried = c.status == 200 || c.status >= 500;
    EXPECT_EQ(world.http.requests.size(), retried ? 3U : 1U);
  }
}

TEST(TencentClient, SurvivesDeeplyNestedAnswers) {
  World world;
  const std::string deep =
      R"({"Response":{"A":)" + std::string(50'000, '[') + std::string(50'000, ']') + "}}";
  world.http.otherwise([&deep](const OutboundRequest&) { return OutboundResponse{200, {}, deep}; });
  const auto answer = world.call(reading());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
}

TEST(TencentClient, LearnsTheClockOnceAndKeepsIt) {
  World world;
  const HttpHeaders ahead{{"Date", "Thu, 01 Jan 2026 01:12:00 GMT"}};  // ten minutes ahead of us
  world.http.respond([&](const OutboundRequest&) {
    return OutboundResponse{200, ahead, bad("AuthFailure.SignatureExpire")};
  });
  world.http.answer(200, good()).answer(200, good());
  ASSERT_TRUE(world.call(changing()));
  ASSERT_EQ(world.http.requests.size(), 2U);
  EXPECT_EQ(header(world.http.requests[1], "X-TC-Timestamp"), "1767229920");
  EXPECT_EQ(world.client().clock_correction(), 600s);
  ASSERT_TRUE(world.call(changing()));
  EXPECT_EQ(header(world.http.requests[2], "X-TC-Timestamp"), "1767229920");
}

TEST(TencentClient, GivesUpWhenTheClockCannotBeLearnt) {
  for (const char* date : {"", "tomorrow", "Thu, 01 Jan 2026 01:02:00 GMT"}) {
    SCOPED_TRACE(date);
    World world;
    world.http.otherwise([&](const OutboundRequest&) {
      return OutboundResponse{200, {{"Date", date}}, bad("AuthFailure.SignatureExpire")};
    });
    const auto answer = world.call(reading());
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::unauthenticated);
    EXPECT_THAT(answer.error().message, HasSubstr("clock"));
    EXPECT_EQ(world.http.requests.size(), 1U);
  }
}

TEST(TencentClient, DoesNotChaseAServerWhoseClockKeepsRunningAway) {
  World world;
  int minutes = 0;
  world.http.otherwise([&](const OutboundRequest&) {
    minutes += 10;
    return OutboundResponse{
        200,
        {{"Date", "Thu, 01 Jan 2026 02:" + std::to_string(minutes) + ":00 GMT"}},
        bad("AuthFailure.SignatureExpire")};
  });
  ASSERT_FALSE(world.call(reading()));
  EXPECT_EQ(world.http.requests.size(), 2U);
}

TEST(TencentClient, RenewsATokenThatWasRefused) {
  World world;
  world.http.answer(200, bad("AuthFailure.TokenFailure")).answer(200, good());
  ASSERT_TRUE(world.call(changing()));
  EXPECT_EQ(world.credentials.refreshed, 1);
  EXPECT_EQ(header(world.http.requests[1], "X-TC-Token"), "token-1");
}

TEST(TencentClient, NeverShowsSecretsInMessages) {
  World world;
  world.http.answer(200, bad("AuthFailure.SignatureFailure", "key-1 with token-0 is wrong"));
  const auto answer = world.call(reading());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message.find("key-1"), std::string::npos) << answer.error().message;
  EXPECT_EQ(answer.error().message.find("token-0"), std::string::npos) << answer.error().message;
}

TEST(TencentClient, SaysThatThereAreNoCredentials) {
  ScriptedTransport http;
  StaticCredentials none({});
  FakeClock clock;
  FakeSleeper sleeper;
  SeededRandom random{1};
  TencentClient client(http, none, clock, sleeper, random);
  const auto answer = run(client.call(reading()));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unauthenticated);
  EXPECT_TRUE(http.requests.empty());
}

TEST(TencentClient, SendsRawBodiesAsTheyAre) {
  World world;
  world.http.answer(200, good());
  auto call = changing();
  call.raw = RawBody{.bytes = std::string("\0\1\2", 3),
                     .content_type = "application/octet-stream",
                     .headers = {{"X-CLS-TopicId", "t-1"}}};
  ASSERT_TRUE(world.call(call));
  EXPECT_EQ(world.http.requests[0].body, std::string("\0\1\2", 3));
  EXPECT_EQ(header(world.http.requests[0], "Content-Type"), "application/octet-stream");
  EXPECT_EQ(header(world.http.requests[0], "X-CLS-TopicId"), "t-1");
}

TEST(TencentClient, WaitsForItsTurnWhenItAsksTooOften) {
  World world;
  world.options.requests_per_second = 5;
  world.http.otherwise([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  for (int i = 0; i < 15; ++i) ASSERT_TRUE(world.call(reading()));
  EXPECT_EQ(world.clock.time - kNow, 2100ms);  // five at once, then five a second (with a margin)
  auto elsewhere = reading();
  elsewhere.region = "ap-beijing";
  const auto slept = world.sleeper.slept.size();
  ASSERT_TRUE(world.call(elsewhere));
  EXPECT_EQ(world.sleeper.slept.size(), slept) << "another region has its own budget";
}

TEST(TencentClient, RefusesWhatCouldNotBeSentInTime) {
  World world;
  world.options.requests_per_second = 1;
  world.sleeper.clock = nullptr;  // time stands still
  world.http.otherwise([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  auto call = reading();
  call.timeout = 1500ms;
  ASSERT_TRUE(world.call(call));
  ASSERT_TRUE(world.call(call));  // a second from now
  const auto answer = world.call(call);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::rate_limited);
  EXPECT_EQ(world.http.requests.size(), 2U);
}

// Starts a call, cancels it when it waits, and tells how it ended.
Result<Json> cancel_when_it_waits(TencentClient& client, ApiCall call) {
  asio::io_context loop;
  asio::cancellation_signal cancel;
  Result<Json> answer = fail(Errc::internal, "the call did not end");
  asio::co_spawn(loop, client.call(std::move(call)),
                 asio::bind_cancellation_slot(cancel.slot(),
                                              [&](const std::exception_ptr& error, auto result) {
                                                EXPECT_FALSE(error);
                                                answer = std::move(result);
                                              }));
  loop.poll();
  cancel.emit(asio::cancellation_type::all);
  loop.run();
  return answer;
}

TEST(TencentClient, CancellingTheCallerCancelsTheRequest) {
  World world;
  world.http.hang_then([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  const auto answer = cancel_when_it_waits(world.client(), reading());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::cancelled);
  EXPECT_EQ(world.http.cancelled, 1);
  EXPECT_EQ(world.http.requests.size(), 1U);
}

TEST(TencentClient, CancellingWhileItPausesEndsTheCall) {
  World world;
  LoopSleeper sleeper;
  TencentClient client(
      world.http, world.credentials, world.clock, sleeper, world.random,
      {.first_backoff = std::chrono::minutes(1), .max_backoff = std::chrono::minutes(1)});
  world.http.answer(200, bad("RequestLimitExceeded"));
  auto call = reading();
  call.timeout = std::chrono::hours(1);
  const auto answer = cancel_when_it_waits(client, call);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::cancelled);
}

TEST(TencentClient, AnswersListingsFromMemoryForAWhile) {
  World world;
  world.http.otherwise([&](const OutboundRequest&) {
    return OutboundResponse{200, {}, good("\"N\":" + std::to_string(world.http.requests.size()))};
  });
  auto call = reading();
  call.cache_for = 60s;
  EXPECT_EQ(integer_or(*world.call(call), "N"), 1);
  world.clock.time += 59s;
  EXPECT_EQ(integer_or(*world.call(call), "N"), 1);
  auto other = call;
  other.body = Json{{"Limit", 2}};
  EXPECT_EQ(integer_or(*world.call(other), "N"), 2);
  world.clock.time += 1s;
  EXPECT_EQ(integer_or(*world.call(call), "N"), 3);
}

TEST(TencentClient, ForgetsListingsOfARegionThatItChanges) {
  World world;
  world.http.otherwise([&](const OutboundRequest&) {
    return OutboundResponse{200, {}, good("\"N\":" + std::to_string(world.http.requests.size()))};
  });
  auto listing = reading();
  listing.cache_for = 60s;
  auto elsewhere = listing;
  elsewhere.region = "ap-shanghai";
  EXPECT_EQ(integer_or(*world.call(listing), "N"), 1);
  EXPECT_EQ(integer_or(*world.call(elsewhere), "N"), 2);
  auto change = reading();
  change.read_only = false;
  ASSERT_TRUE(world.call(change));
  EXPECT_EQ(integer_or(*world.call(listing), "N"), 4);
  EXPECT_EQ(integer_or(*world.call(elsewhere), "N"), 2);
}

TEST(TencentClient, DoesNotKeepAListingThatAChangeHasOvertaken) {
  World world;
  world.http.hang_then([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  auto listing = reading();
  listing.cache_for = 60s;
  auto change = reading();
  change.read_only = false;
  asio::io_context loop;
  int answers = 0;
  const auto count = [&](const std::exception_ptr&, const auto& result) {
    answers += result.has_value() ? 1 : 0;
  };
  asio::co_spawn(loop, world.client().call(listing), count);
  loop.poll();
  world.http.answer(200, good());
  asio::co_spawn(loop, world.client().call(change), count);
  loop.poll();
  // Who asks after the change is not told what was on its way before it.
  world.http.answer(200, good("\"N\":2"));
  asio::co_spawn(loop, world.client().call(listing), count);
  loop.poll();
  EXPECT_EQ(world.http.requests.size(), 3U);
  world.http.release();
  loop.run();
  ASSERT_EQ(answers, 3);
  const auto kept = world.call(listing);
  ASSERT_TRUE(kept);
  EXPECT_EQ(integer_or(*kept, "N"), 2);
  EXPECT_EQ(world.http.requests.size(), 3U);
}

TEST(TencentClient, DoesNotRememberFailures) {
  World world;
  world.http.answer(200, bad("UnauthorizedOperation")).answer(200, good());
  auto call = reading();
  call.cache_for = 60s;
  ASSERT_FALSE(world.call(call));
  ASSERT_TRUE(world.call(call));
}

TEST(TencentClient, AsksOnceForAllWhoAskAtTheSameTime) {
  World world;
  world.http.hang_then([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  auto call = reading();
  call.cache_for = 60s;
  asio::io_context loop;
  int good_answers = 0;
  for (int i = 0; i < 5; ++i) {
    asio::co_spawn(loop, world.client().call(call), [&](const std::exception_ptr&, auto result) {
      good_answers += result.has_value() ? 1 : 0;
    });
  }
  loop.poll();
  EXPECT_EQ(world.http.requests.size(), 1U);
  world.http.release();
  loop.run();
  EXPECT_EQ(good_answers, 5);
  EXPECT_EQ(world.http.requests.size(), 1U);
}

TEST(TencentClient, AnotherAsksWhenTheFirstIsCancelled) {
  World world;
  world.http.hang_then([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  world.http.answer(200, good());
  auto call = reading();
  call.cache_for = 60s;
  asio::io_context loop;
  asio::cancellation_signal cancel;
  std::optional<Result<Json>> second;
  asio::co_spawn(
      loop, world.client().call(call),
      asio::bind_cancellation_slot(cancel.slot(), [](const std::exception_ptr&, auto) {}));
  asio::co_spawn(loop, world.client().call(call),
                 [&](const std::exception_ptr&, auto result) { second = result; });
  loop.poll();
  cancel.emit(asio::cancellation_type::all);
  loop.run();
  ASSERT_TRUE(second);
  EXPECT_TRUE(*second);
  EXPECT_EQ(world.http.requests.size(), 2U);
}

TEST(TencentClient, RunsOnlySoManyCallsOfALaneAtATime) {
  World world;
  for (int i = 0; i < 30; ++i) {
    world.http.hang_then([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  }
  world.options.requests_per_second = 1000;
  auto call = reading();
  call.lane = "topic-1";
  call.lane_limit = 12;
  asio::io_context loop;
  int done = 0;
  for (int i = 0; i < 30; ++i) {
    asio::co_spawn(loop, world.client().call(call),
                   [&](const std::exception_ptr&, auto result) { done += result ? 1 : 0; });
  }
  std::size_t peak = 0;
  while (done < 30) {
    loop.restart();
    loop.poll();
    peak = std::max(peak, world.http.hanging());
    world.http.release();
  }
  EXPECT_EQ(peak, 12U);
}

TEST(TencentClient, ACallThatIsCancelledInItsLaneTakesNoPlace) {
  World world;
  world.http.hang_then([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  world.http.otherwise([](const OutboundRequest&) { return OutboundResponse{200, {}, good()}; });
  auto call = reading();
  call.lane = "topic-1";
  asio::io_context loop;
  asio::cancellation_signal cancel;
  std::vector<std::string> ended;
  asio::co_spawn(loop, world.client().call(call),
                 [&](const std::exception_ptr&, auto) { ended.push_back("first"); });
  asio::co_spawn(
      loop, world.client().call(call),
      asio::bind_cancellation_slot(cancel.slot(), [&](const std::exception_ptr&, auto result) {
        ended.push_back(result ? "second" : std::string(name_of(result.error().code)));
      }));
  asio::co_spawn(loop, world.client().call(call),
                 [&](const std::exception_ptr&, auto) { ended.push_back("third"); });
  loop.poll();
  cancel.emit(asio::cancellation_type::all);
  loop.restart();
  loop.poll();
  world.http.release();
  loop.restart();
  loop.run();
  EXPECT_THAT(ended, testing::ElementsAre("cancelled", "first", "third"));
}

TEST(HttpDate, ReadsTheOneFormThatServersSend) {
  EXPECT_EQ(parse_http_date("Thu, 01 Jan 2026 01:02:00 GMT"), kNow);
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), TimePoint(784111777s));
  for (const char* text : {"", "Thu, 01 Jan 2026 01:02:00", "Thu, 32 Jan 2026 01:02:00 GMT",
                           "Thu, 01 Foo 2026 01:02:00 GMT", "Thu, 01 Jan 2026 25:02:00 GMT",
                           "Thu, 01 Jan 2026 0x:02:00 GMT", "Thursday, 01-Jan-26 01:02:00 GMT"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

}  // namespace
}  // namespace mtc::tencent
