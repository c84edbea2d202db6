#include "adapters/oauth/issuer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "infra/http/scripted_transport.h"
#include "infra/jwt/test_signer.h"

namespace mtc::oauth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

constexpr const char* kOAuthMetadata = "https://id.test/.well-known/oauth-authorization-server/ops";
constexpr const char* kOpenIdMetadata = "https://id.test/ops/.well-known/openid-configuration";
constexpr const char* kKeys = "https://id.test/ops/keys";

// What a call of verify() came to; empty while it runs.
using Outcome = std::shared_ptr<std::optional<Result<AccessToken>>>;

struct IssuerTest : ::testing::Test {
  asio::io_context loop{1};
  ScriptedTransport http;
  FakeClock clock;
  TestSigner first{KeyType::ed25519};
  TestSigner second{KeyType::ed25519};
  IssuerSettings settings{.issuer = "https://id.test/ops", .audiences = {"https://ops.test/mcp"}};
  std::optional<Issuer> made;

  IssuerTest() { clock.time = TimePoint(1'795'000'000s); }
  Issuer& issuer() {
    if (!made) made.emplace(loop.get_executor(), http, clock, settings);
    return *made;
  }
  Json claims() const {
    const auto now = std::chrono::floor<std::chrono::seconds>(clock.time).time_since_epoch();
    return {{"iss", settings.issuer}, {"aud", settings.audiences},
            {"sub", "f81d4fae"},      {"preferred_username", "zhangsan"},
            {"scope", "ops.read"},    {"exp", now.count() + 300}};
  }
  std::string sign(const TestSigner& signer, const char* id) const {
    return signer.sign(SignatureAlgorithm::eddsa, {{"alg", "EdDSA"}, {"kid", id}}, claims());
  }
  std::string metadata() const {
    return Json{{"issuer", settings.issuer}, {"jwks_uri", kKeys}}.dump();
  }
  // One whole fetch: the metadata, then these keys.
  void publish(const std::vector<Json>& keys, HttpHeaders headers = {}) {
    http.answer(200, metadata()).answer(200, jwks_of(keys).dump(), std::move(headers));
  }

  void settle() {
    loop.restart();
    loop.poll();
  }
  Outcome start(std::string token) {
    const auto outcome = std::make_shared<std::optional<Result<AccessToken>>>();
    asio::co_spawn(loop, issuer().verify(std::move(token)),
                   [outcome](const std::exception_ptr& error, Result<AccessToken> result) {
                     EXPECT_FALSE(error);
                     *outcome = std::move(result);
                   });
    settle();
    return outcome;
  }
  Result<AccessToken> verify(std::string token) {
    const auto outcome = start(std::move(token));
    return outcome->value_or(fail(Errc::internal, "it still runs"));
  }
  std::string complaint(std::string token) {
    const auto verified = verify(std::move(token));
    return verified ? ""
                    : std::string(name_of(verified.error().code)) + ": " + verified.error().message;
  }
  std::vector<std::string> asked() {
    std::vector<std::string> urls;
    urls.reserve(http.requests.size());
    for (const auto& request : http.requests) urls.push_back(request.url);
    http.requests.clear();
    return urls;
  }
};

constexpr const char* kNoKeys =
    "unavailable: the issuer of the token does not tell its keys now; try again later";
constexpr const char* kUnknownKey =
    "unauthenticated: the token is not signed with a key of its issuer";

TEST_F(IssuerTest, VerifiesATokenWithTheKeysItFinds) {
  publish({first.jwk("1")});
  const auto token = verify(sign(first, "1"));
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->issuer, settings.issuer);
  EXPECT_EQ(token->username, "zhangsan");
  EXPECT_THAT(token->scopes, ElementsAre("ops.read"));
  EXPECT_EQ(token->expires, clock.time + 300s);
  for (const auto& request : http.requests) {
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.timeout, 5s);
    EXPECT_EQ(request.max_response_bytes, 256U * 1024U);
  }
  EXPECT_THAT(asked(), ElementsAre(kOAuthMetadata, kKeys));
}

TEST_F(IssuerTest, AsksForOpenIdMetadataWhereThereAreNoOthers) {
  for (const auto& [status, body] :
       {std::pair{404, ""}, {302, ""}, {500, "oops"}, {200, "<html>welcome</html>"}, {200, "[]"}}) {
    made.reset();
    http.answer(status, body);
    publish({first.jwk("1")});
    EXPECT_EQ(complaint(sign(first, "1")), "") << body;
    EXPECT_THAT(asked(), ElementsAre(kOAuthMetadata, kOpenIdMetadata, kKeys));
  }
}

TEST_F(IssuerTest, AsksNobodyWhereTheKeysAreIfTheSettingsSay) {
  settings.jwks_url = "https://keys.test/all";
  http.answer(200, jwks_of({first.jwk("1")}).dump());
  EXPECT_EQ(complaint(sign(first, "1")), "");
  EXPECT_THAT(asked(), ElementsAre("https://keys.test/all"));
}

TEST_F(IssuerTest, HasNoKeysOfAnIssuerThatTellsNonsense) {
  const Json rsa_oaep{{"kty", "RSA"}, {"use", "enc"}};
  const struct {
    const char* name;
    std::string metadata, keys;
  } cases[] = {
      {"another issuer", R"({"issuer":"https://evil.test","jwks_uri":"https://id.test/k"})", "{}"},
      {"keys over HTTP", R"({"issuer":"https://id.test/ops","jwks_uri":"http://id.test/k"})", "{}"},
      {"no JSON", metadata(), "<html>"},
      {"no keys", metadata(), R"({"keys":[]})"},
      {"keys for encryption only", metadata(), jwks_of({rsa_oaep}).dump()},
      {"deep", metadata(), std::string(1000, '[')},
  };
  for (const auto& c : cases) {
    made.reset();
    http.answer(200, c.metadata).otherwise([&](const OutboundRequest&) -> Result<OutboundResponse> {
      return OutboundResponse{.status = 200, .body = c.keys};
    });
    EXPECT_EQ(complaint(sign(first, "1")), kNoKeys) << c.name;
  }
  for (const auto code : {Errc::timed_out, Errc::resource_exhausted, Errc::unavailable}) {
    made.reset();
    http.answer(200, metadata()).fail_with(code, "connect to id.test: refused");
    EXPECT_EQ(complaint(sign(first, "1")), kNoKeys);
  }
}

TEST_F(IssuerTest, DoesNotFollowRedirects) {
  http.answer(200, metadata()).answer(307, "", {{"Location", "https://evil.test/keys"}});
  EXPECT_EQ(complaint(sign(first, "1")), kNoKeys);
  EXPECT_THAT(asked(), ElementsAre(kOAuthMetadata, kKeys));
}

TEST_F(IssuerTest, AsksAgainOnlyWhenTheKeysAreNoLongerFresh) {
  const struct {
    HttpHeaders headers;
    Millis freshness;
  } cases[] = {{{}, 10min},
               {{{"Cache-Control", "max-age=3600"}}, 1h},
               {{{"Cache-Control", "max-age=1"}}, 1min},
               {{{"Cache-Control", "max-age=9999999"}}, 24h}};
  for (const auto& c : cases) {
    made.reset();
    publish({first.jwk("1")}, c.headers);
    EXPECT_EQ(complaint(sign(first, "1")), "");
    clock.time += c.freshness - 1ms;
    EXPECT_EQ(complaint(sign(first, "1")), "");
    EXPECT_EQ(asked().size(), 2U);
    clock.time += 1ms;
    publish({second.jwk("2")});
    EXPECT_EQ(complaint(sign(second, "2")), "");
    EXPECT_EQ(complaint(sign(first, "1")), kUnknownKey);  // withdrawn
    EXPECT_EQ(asked().size(), 2U);
  }
}

TEST_F(IssuerTest, AsksForNewKeysWhenATokenNamesOne) {
  publish({first.jwk("1")});
  EXPECT_EQ(complaint(sign(first, "1")), "");
  clock.time += 30s;
  publish({first.jwk("1"), second.jwk("2")});
  EXPECT_EQ(complaint(sign(second, "2")), "");
  EXPECT_EQ(complaint(sign(first, "1")), "");
  EXPECT_EQ(http.left(), 0U);
}

TEST_F(IssuerTest, AsksForNewKeysAlthoughTheClockWasSetBack) {
  publish({first.jwk("1")});
  EXPECT_EQ(complaint(sign(first, "1")), "");
  clock.time -= 3h;
  publish({first.jwk("1"), second.jwk("2")});
  EXPECT_EQ(complaint(sign(second, "2")), "");
  EXPECT_EQ(http.left(), 0U);
}

TEST_F(IssuerTest, KeysFromBeforeTheClockWasSetBackServeButAreNotTakenForFresh) {
  publish({first.jwk("1")});
  EXPECT_EQ(complaint(sign(first, "1")), "");
  asked();
  clock.time -= 3h;
  http.otherwise([](const OutboundRequest&) -> Result<OutboundResponse> {
    return fail(Errc::timed_out, "id.test did not answer");
  });
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) EXPECT_EQ(complaint(sign(first, "1")), "");
    EXPECT_THAT(asked(), ElementsAre(kOAuthMetadata)) << "half a minute's pause";
    clock.time += 30s;
  }
}

TEST_F(IssuerTest, IsNotMadeToHammerByInventedKeyIds) {
  publish({first.jwk("1")});
  EXPECT_EQ(complaint(sign(first, "1")), "");
  asked();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(complaint(sign(second, "invented")), kUnknownKey);
  EXPECT_THAT(asked(), ElementsAre());
  clock.time += 30s;
  publish({first.jwk("1")});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(complaint(sign(second, "invented")), kUnknownKey);
  EXPECT_THAT(asked(), ElementsAre(kOAuthMetadata, kKeys));
  EXPECT_EQ(complaint(sign(first, "1")), "");
}

TEST_F(IssuerTest, IsNotAskedAboutTokensThatAreRefusedAnyway) {
  const auto sign_claims = [&](const char* name, const Json& value) {
    Json changed = claims();
    changed[name] = value;
    return first.sign(SignatureAlgorithm::eddsa, {{"alg", "EdDSA"}, {"kid", "1"}}, changed);
  };
  EXPECT_EQ(complaint("garbage"),
            "unauthenticated: the token is no signed JWT: three parts are expected");
  EXPECT_EQ(complaint(sign_claims("iss", "https://evil.test")),
            "unauthenticated: the token comes from another issuer");
  EXPECT_EQ(complaint(sign_claims("aud", "https://other.test")),
            "unauthenticated: the token is meant for another audience");
  EXPECT_EQ(complaint(sign_claims("exp", 1)), "unauthenticated: the token has expired");
  EXPECT_THAT(asked(), ElementsAre());
}

TEST_F(IssuerTest, RefusesAForgedSignatureWithoutAskingAgain) {
  publish({first.jwk("1")});
  EXPECT_EQ(complaint(sign(second, "1")), "unauthenticated: the token's signature is wrong");
  clock.time += 1min;
  EXPECT_EQ(complaint(sign(second, "1")), "unauthenticated: the token's signature is wrong");
  EXPECT_EQ(asked().size(), 2U);
}

TEST_F(IssuerTest, ServesOldKeysForADayWhileTheIssuerIsAway) {
  publish({first.jwk("1")});
  EXPECT_EQ(complaint(sign(first, "1")), "");
  http.otherwise([](const OutboundRequest&) -> Result<OutboundResponse> {
    return fail(Errc::timed_out, "id.test did not answer");
  });
  clock.time += 10min;
  EXPECT_EQ(complaint(sign(first, "1")), "");
  asked();
  EXPECT_EQ(complaint(sign(first, "1")), "");
  EXPECT_THAT(asked(), ElementsAre()) << "half a minute's pause";
  clock.time += 30s;
  EXPECT_EQ(complaint(sign(first, "1")), "");
  EXPECT_THAT(asked(), ElementsAre(kOAuthMetadata));
  // A new key may exist; it is not the token's fault that nobody can say.
  EXPECT_EQ(complaint(sign(second, "2")),
            "unavailable: the token is signed with a key that its issuer cannot be asked about "
            "now; try again later");
  clock.time += 24h - 30s - 1ms;
  EXPECT_EQ(complaint(sign(first, "1")), "");
  clock.time += 1ms;
  EXPECT_EQ(complaint(sign(first, "1")), kNoKeys);
  clock.time += 30s;
  publish({first.jwk("1")});
  EXPECT_EQ(complaint(sign(first, "1")), "");
  EXPECT_EQ(complaint(sign(second, "2")), kUnknownKey) << "the trouble is over";
}

TEST_F(IssuerTest, TriesAgainSoonWhenItHasNoKeysAtAll) {
  http.fail_with(Errc::unavailable, "connection refused");
  EXPECT_EQ(complaint(sign(first, "1")), kNoKeys);
  EXPECT_EQ(complaint(sign(first, "1")), kNoKeys);
  EXPECT_EQ(asked().size(), 1U);
  clock.time += 5s;
  publish({first.jwk("1")});
  EXPECT_EQ(complaint(sign(first, "1")), "");
}

TEST_F(IssuerTest, SharesOneFetchAmongAllWhoWait) {
  http.hang_then([&](const OutboundRequest&) -> Result<OutboundResponse> {
    return OutboundResponse{.status = 200, .body = metadata()};
  });
  http.answer(200, jwks_of({first.jwk("1")}).dump());
  const auto a = start(sign(first, "1"));
  const auto b = start(sign(first, "1"));
  const auto c = start(sign(second, "2"));
  EXPECT_FALSE(*a || *b || *c);
  http.release();
  settle();
  ASSERT_TRUE(*a && *b && *c);
  EXPECT_TRUE(**a);
  EXPECT_TRUE(**b);
  EXPECT_EQ((**c).error().code, Errc::unauthenticated);
  EXPECT_THAT(asked(), ElementsAre(kOAuthMetadata, kKeys));
}

Async<> verify_quietly(Issuer& issuer, std::string token) {
  (void)co_await issuer.verify(std::move(token));
}

TEST_F(IssuerTest, GoesOnFetchingWhenTheOneWhoWantedItGivesUp) {
  http.hang_then([&](const OutboundRequest&) -> Result<OutboundResponse> {
    return OutboundResponse{.status = 200, .body = metadata()};
  });
  http.answer(200, jwks_of({first.jwk("1")}).dump());
  asio::cancellation_signal cancel;
  asio::co_spawn(loop, verify_quietly(issuer(), sign(first, "1")),
                 asio::bind_cancellation_slot(cancel.slot(), asio::detached));
  settle();
  const auto patient = start(sign(first, "1"));
  cancel.emit(asio::cancellation_type::all);
  settle();
  EXPECT_EQ(http.cancelled, 0);
  http.release();
  settle();
  ASSERT_TRUE(*patient);
  EXPECT_TRUE(**patient);
  EXPECT_THAT(asked(), ElementsAre(kOAuthMetadata, kKeys));
}

TEST_F(IssuerTest, EndsAFetchUnderWayWhenItIsStopped) {
  http.hang_then([](const OutboundRequest&) -> Result<OutboundResponse> { return {}; });
  const auto waiting = start(sign(first, "1"));
  asio::co_spawn(loop, issuer().stop(), asio::detached);
  settle();
  EXPECT_EQ(http.cancelled, 1);
  ASSERT_TRUE(*waiting);
  EXPECT_EQ((**waiting).error().code, Errc::unavailable);
}

TEST_F(IssuerTest, FindsTheNewKeyOfATokenWithoutKeyId) {
  const auto sign_without_id = [&](const TestSigner& signer) {
    return signer.sign(SignatureAlgorithm::eddsa, {{"alg", "EdDSA"}}, claims());
  };
  publish({first.jwk("1")});
  EXPECT_EQ(complaint(sign_without_id(first)), "");
  clock.time += 30s;
  publish({second.jwk("2")});
  EXPECT_EQ(complaint(sign_without_id(second)), "");
}

TEST_F(IssuerTest, TellsAStrangerNothingOfTheIssuersTrouble) {
  http.fail_with(Errc::unavailable, "connect to 10.0.0.7: refused");
  EXPECT_THAT(complaint(sign(first, "1")), Not(HasSubstr("10.0.0.7")));
}

}  // namespace
}  // namespace mtc::oauth
