// An issuer behind a real HTTP client and server: what the scripted ones of issuer_test.cc take for
// granted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/this_coro.hpp>

#include "adapters/oauth/issuer.h"
#include "infra/http/client.h"
#include "infra/http/server.h"
#include "infra/jwt/test_signer.h"
#include "infra/loop/run.h"

namespace mtc::oauth {
namespace {

using namespace std::chrono_literals;

struct Answers {
  HttpResponse keys;
  std::string url;                 // of the server; known once it listens
  std::vector<std::string> asked;  // paths
};

Async<> answer(Answers& answers, HttpExchange& exchange) {
  const std::string path = exchange.request().path;
  answers.asked.push_back(path);
  if (path == "/.well-known/oauth-authorization-server/ops") {
    co_await exchange.respond({.status = 404});
  } else if (path == "/ops/.well-known/openid-configuration") {
    const Json metadata{{"issuer", answers.url + "/ops"}, {"jwks_uri", answers.url + "/keys"}};
    co_await exchange.respond({.body = metadata.dump()});
  } else {
    co_await exchange.respond(answers.keys);
  }
}

std::string token_for(const TestSigner& signer, const std::string& issuer, TimePoint now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  return signer.sign(SignatureAlgorithm::es256, {{"alg", "ES256"}, {"kid", "1"}},
                     {{"iss", issuer},
                      {"aud", "us"},
                      {"sub", "f81d4fae"},
                      {"preferred_username", "zhangsan"},
                      {"exp", seconds + 300}});
}

Async<Result<AccessToken>> verify(Answers& answers, const TestSigner& signer) {
  const auto executor = co_await asio::this_coro::executor;
  auto server = start_http_server(
      executor, {}, [&](HttpExchange& exchange) { return answer(answers, exchange); });
  if (!server) co_return fail(server.error());
  answers.url = "http://127.0.0.1:" + std::to_string((*server)->port());
  CurlTransport http;
  const SystemClock clock;
  Issuer issuer(executor, http, clock, {.issuer = answers.url + "/ops", .audiences = {"us"}});
  auto token = co_await issuer.verify(token_for(signer, issuer.name(), clock.now()));
  co_await issuer.stop();
  co_await (*server)->stop(1s);
  co_return token;
}

TEST(IssuerOverLoopback, VerifiesAToken) {
  const TestSigner signer(KeyType::p256);
  Answers answers{.keys = {.body = jwks_of({signer.jwk("1")}).dump()}};
  const auto token = run(verify(answers, signer));
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->username, "zhangsan");
  EXPECT_THAT(answers.asked,
              ::testing::ElementsAre("/.well-known/oauth-authorization-server/ops",
                                     "/ops/.well-known/openid-configuration", "/keys"));
}

TEST(IssuerOverLoopback, ReadsNoMoreThanAQuarterOfAMegabyte) {
  const TestSigner signer(KeyType::p256);
  Json keys = jwks_of({signer.jwk("1")});
  keys["padding"] = std::string(256U << 10U, 'x');
  Answers answers{.keys = {.body = keys.dump()}};
  const auto token = run(verify(answers, signer));
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, Errc::unavailable);
}

TEST(IssuerOverLoopback, GoesNowhereElse) {
  const TestSigner signer(KeyType::p256);
  Answers answers{.keys = {.status = 302, .headers = {{"Location", "/other"}}}};
  const auto token = run(verify(answers, signer));
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, Errc::unavailable);
  EXPECT_EQ(answers.asked.back(), "/keys");
}

}  // namespace
}  // namespace mtc::oauth
