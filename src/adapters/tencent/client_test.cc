#include "adapters/tencent/client.h"

#include "adapters/tencent/client_fixture.h"
#include "adapters/tencent/envelope.h"

namespace mtc::tencent {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

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
