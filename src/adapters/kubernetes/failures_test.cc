// What an answer other than the one hoped for comes to, and what is asked again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "adapters/kubernetes/test_world.h"

namespace mtc::kubernetes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const Json kSpec{{"spec", {{"paused", true}}}};

Result<Json> read(World& world) {
  return run(world.api().get(kOrder));
}
Result<Json> write(World& world) {
  return run(world.api().patch(kOrder, clusters::PatchType::merge, kSpec, {}));
}

TEST(KubernetesFailures, SayWhatTheClusterMeans) {
  const Json causes = Json::array({
      {{"reason", "FieldValueInvalid"}, {"message", "must be positive"}, {"field", "spec.a"}},
      {{"reason", "FieldValueInvalid"}, {"message", "is required"}, {"field", "spec.b"}},
      {{"reason", "FieldValueInvalid"}, {"message", "is immutable"}, {"field", "spec.c"}},
      {{"reason", "FieldValueInvalid"}, {"message", "never seen"}, {"field", "spec.d"}},
  });
  const struct {
    const char* name;
    int http;
    std::string body;
    Errc code;
    const char *message, *reason;
  } cases[] = {
      {"401", 401, status(401, "Unauthorized", "Unauthorized"), Errc::unauthenticated,
       "Deployment shop/order: the cluster at 10.0.0.20 no longer accepts the kubeconfig's "
       "certificate; renew it",
       "Unauthorized"},
      {"403", 403,
       status(403, "Forbidden",
              R"(deployments.apps "order" is forbidden: User "100000000001" cannot patch resource )"
              R"("deployments" in API group "apps" in the namespace "shop")"),
       Errc::denied,
       R"(RBAC, apart from the cloud's) does not allow it: User "100000000001" cannot patch )"
       R"(resource "deployments" in API group "apps" in the namespace "shop"; the cluster's )"
       "administrator",
       "Forbidden"},
      {"403 quota", 403,
       status(403, "Forbidden", R"(pods "a" is forbidden: exceeded quota: compute)"), Errc::denied,
       "the cluster forbids it: exceeded quota: compute", "Forbidden"},
      {"403 of somebody else", 403, "<html>no</html>", Errc::denied,
       "the cluster forbids it: no reason given", ""},
      {"404", 404, status(404, "NotFound", R"(deployments.apps "order" not found)"),
       Errc::not_found,
       R"(Deployment shop/order: the cluster does not have it (deployments.apps "order" not found))",
       "NotFound"},
      {"404 page", 404, "404 page not found\n", Errc::not_found, "no such address", ""},
      {"409", 409,
       status(409, "Conflict",
              "Operation cannot be fulfilled on deployments.apps \"order\": the object has been "
              "modified"),
       Errc::conflict, "it has changed meanwhile, read it again", "Conflict"},
      {"409 exists", 409, status(409, "AlreadyExists", "exists"), Errc::conflict,
       "it exists already", "AlreadyExists"},
      {"410", 410, status(410, "Expired", "too old"), Errc::unavailable, "start anew", "Expired"},
      {"400", 400, status(400, "BadRequest", "what is\nthis\x01 thing"), Errc::invalid_argument,
       "the cluster refused the request: what is this  thing", "BadRequest"},
      {"400 that quotes", 400,
       status(
           400, "BadRequest",
           "Secret in version \"v1\" cannot be handled as a Secret: v1.Secret.Data: base64Codec: "
           "invalid input, error found in #10 byte of ...|ord\":\"hunter2\"|..., bigger context "
           "...|{\"password\":\"hunter2\"}|..."),
       Errc::invalid_argument, "v1.Secret.Data: base64Codec: invalid input", "BadRequest"},
      {"405", 405, status(405, "MethodNotAllowed", "not allowed here"), Errc::invalid_argument,
       "not allowed here", "MethodNotAllowed"},
      {"415", 415, status(415, "UnsupportedMediaType", "no"), Errc::invalid_argument, "too old",
       "UnsupportedMediaType"},
      {"422", 422, status(422, "Invalid", "is invalid: everything", {{"causes", causes}}),
       Errc::invalid_argument,
       "the cluster refused the object: spec.a: must be positive; spec.b: is required; spec.c: is "
       "immutable; and 1 more",
       "Invalid"},
      {"422 without causes", 422, status(422, "Invalid", "Deployment \"order\" is invalid"),
       Errc::invalid_argument, "Deployment \"order\" is invalid", "Invalid"},
      {"422 of a Secret", 422,
       status(422, "Invalid", "Invalid value: \"hunter2\"",
              {{"kind", "Secret"},
               {"causes", Json::array({{{"field", "data.a"}, {"message", "bad: hunter2"}}})}}),
       Errc::invalid_argument, "data.a is not valid", "Invalid"},
      {"redirect", 302, "", Errc::unavailable, "(HTTP 302) is no Kubernetes API", ""},
      {"long", 400, status(400, "BadRequest", std::string(5000, 'x')), Errc::invalid_argument,
       "xxx…", "BadRequest"},
      {"empty", 400, "", Errc::invalid_argument, "HTTP 400", ""},
      {"deep", 400, std::string(100'000, '['), Errc::invalid_argument, "HTTP 400", ""},
      {"types", 422, R"({"kind":"Status","message":7,"details":{"causes":[1,{"field":2}]}})",
       Errc::invalid_argument, "the cluster refused the object", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    World world;
    world.http.answer(c.http, c.body);
    const auto answer = write(world);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, c.code);
    EXPECT_THAT(answer.error().message, HasSubstr(c.message));
    EXPECT_LT(answer.error().message.size(), 800U);
    EXPECT_EQ(answer.error().vendor_code, c.reason);
    EXPECT_THAT(answer.error().message, Not(HasSubstr("hunter2")));
    EXPECT_EQ(world.http.requests.size(), 1U);
  }
}

TEST(KubernetesFailures, ATokenIsToBeRenewedAsAToken) {
  World world;
  world.config.token = "secret-token";
  world.http.answer(401, "Unauthorized");
  const auto answer = read(world);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("the kubeconfig's token; renew it"));
  EXPECT_EQ(world.header(0, "Authorization"), "Bearer secret-token");
  EXPECT_THAT(answer.error().message, Not(HasSubstr("secret-token")));
}

TEST(KubernetesFailures, ReadsAreRepeatedWhereThatHelps) {
  for (const int code : {429, 500, 502, 503, 504}) {
    SCOPED_TRACE(code);
    World world;
    world.http.answer(code, "busy").answer(code, "busy").answer(200, R"({"kind":"Deployment"})");
    EXPECT_TRUE(read(world));
    ASSERT_THAT(world.sleeper.slept, SizeIs(2));
    EXPECT_GE(world.sleeper.slept[0], Millis{125});
    EXPECT_LE(world.sleeper.slept[0], Millis{250});
    EXPECT_GE(world.sleeper.slept[1], Millis{250});
    EXPECT_LE(world.sleeper.slept[1], Millis{500});
  }
}

TEST(KubernetesFailures, MalformedAndTornAnswersAreAskedForAgain) {
  for (const std::string& body : {std::string("<html>"), std::string(R"({"a":)"), std::string(),
                                  std::string("[1]"), std::string(100'000, '[')}) {
    World world;
    world.http.answer(200, body).answer(200, R"({"kind":"Deployment"})");
    EXPECT_TRUE(read(world));
  }
  World world;
  world.http.fail_with(Errc::unavailable, "GET 10.0.0.20: the connection was lost")
      .fail_with(Errc::timed_out, "GET 10.0.0.20: no whole answer within 15000 ms")
      .answer(200, "{}");
  EXPECT_TRUE(read(world));
}

TEST(KubernetesFailures, ReadsAreGivenUpAfterThreeAttempts) {
  World world;
  world.http.otherwise([](const OutboundRequest&) { return OutboundResponse{200, {}, "<html>"}; });
  const auto answer = read(world);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("10.0.0.20 answered is malformed"));
  EXPECT_EQ(world.http.requests.size(), 3U);
}

TEST(KubernetesFailures, SayThatTheAccessListMayBeTheReason) {
  World world;
  world.http.otherwise([](const OutboundRequest&) -> Result<OutboundResponse> {
    return fail(Error{.code = Errc::unavailable,
                      .message = "GET 10.0.0.20: could not connect",
                      .vendor_code = std::string(kNotSent)});
  });
  const auto answer = read(world);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
  EXPECT_THAT(
      answer.error().message,
      HasSubstr("Deployment shop/order: the cluster's API at 10.0.0.20 does not answer; its "
                "access list may not contain this machine (GET 10.0.0.20: could not"));
  EXPECT_EQ(answer.error().vendor_code, "");
}

TEST(KubernetesFailures, AnUntrustedCertificateIsNotTriedAgain) {
  World world;
  world.http.otherwise([](const OutboundRequest&) -> Result<OutboundResponse> {
    return fail(Error{.code = Errc::unavailable,
                      .message = "GET h: the certificate of the other side cannot be trusted",
                      .vendor_code = std::string(kNotSent)});
  });
  const auto answer = read(world);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("cannot be spoken to safely"));
  EXPECT_EQ(world.http.requests.size(), 1U);
}

TEST(KubernetesFailures, WritesAreRepeatedOnlyWhereTheyWereNotBegun) {
  const struct {
    const char* name;
    ScriptedTransport::Responder first;
    bool repeated;
  } cases[] = {
      {"429", [](const OutboundRequest&) { return OutboundResponse{429, {}, ""}; }, true},
      {"refused connection",
       [](const OutboundRequest&) -> Result<OutboundResponse> {
         return fail(Error{.code = Errc::unavailable,
                           .message = "could not connect",
                           .vendor_code = std::string(kNotSent)});
       },
       true},
      {"500", [](const OutboundRequest&) { return OutboundResponse{500, {}, ""}; }, false},
      {"503", [](const OutboundRequest&) { return OutboundResponse{503, {}, ""}; }, false},
      {"504", [](const OutboundRequest&) { return OutboundResponse{504, {}, ""}; }, false},
      {"malformed", [](const OutboundRequest&) { return OutboundResponse{200, {}, "<"}; }, false},
      {"torn",
       [](const OutboundRequest&) -> Result<OutboundResponse> {
         return fail(Errc::unavailable, "lost");
       },
       false},
      {"timeout",
       [](const OutboundRequest&) -> Result<OutboundResponse> {
         return fail(Errc::timed_out, "slow");
       },
       false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    World world;
    world.http.respond(c.first).answer(200, "{}");
    EXPECT_EQ(write(world).has_value(), c.repeated);
    EXPECT_EQ(world.http.requests.size(), c.repeated ? 2U : 1U);
  }
}

TEST(KubernetesFailures, WaitAsLongAsTheClusterAsks) {
  World world;
  world.http.answer(429, "", {{"Retry-After", "7"}})
      .answer(429, status(429, "TooManyRequests", "busy", {{"retryAfterSeconds", 3}}))
      .answer(200, "{}");
  EXPECT_TRUE(write(world));
  EXPECT_THAT(world.sleeper.slept, ElementsAre(Millis{7000}, Millis{3000}));
}

TEST(KubernetesFailures, DoNotWaitBeyondTheirTime) {
  World world;
  world.http.answer(429, "", {{"Retry-After", "40"}});
  const auto answer = read(world);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::rate_limited);
  EXPECT_THAT(world.sleeper.slept, IsEmpty());
}

TEST(KubernetesFailures, AnAttemptHasNoMoreTimeThanIsLeft) {
  World world;
  world.http.respond([&world](const OutboundRequest&) -> Result<OutboundResponse> {
    world.clock.time += Millis{25'000};
    return fail(Errc::timed_out, "slow");
  });
  world.http.answer(200, "{}");
  EXPECT_TRUE(read(world));
  EXPECT_EQ(world.http.requests[0].timeout, Millis{15'000});
  EXPECT_LT(world.http.requests[1].timeout, Millis{5'000});
}

TEST(KubernetesFailures, CancellingEndsACall) {
  World world;
  world.http.hang_then([](const OutboundRequest&) { return OutboundResponse{200, {}, "{}"}; });
  asio::io_context loop;
  asio::cancellation_signal cancel;
  Result<Json> answer = fail(Errc::internal, "it did not end");
  asio::co_spawn(loop, world.api().get(kOrder),
                 asio::bind_cancellation_slot(
                     cancel.slot(), [&](const std::exception_ptr& error, Result<Json> result) {
                       EXPECT_FALSE(error);
                       answer = std::move(result);
                     }));
  loop.poll();
  cancel.emit(asio::cancellation_type::all);
  loop.restart();
  loop.run();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::cancelled);
  EXPECT_EQ(world.http.cancelled, 1);
}

TEST(KubernetesRequests, CarryTheIdentityOfTheKubeconfig) {
  World world;
  world.http.answer(200, "{}");
  ASSERT_TRUE(read(world));
  const auto& request = world.http.requests[0];
  EXPECT_EQ(request.url,
            "https://10.0.0.20/clusters/a/apis/apps/v1/namespaces/shop/deployments/"
            "order");
  ASSERT_TRUE(request.tls);
  EXPECT_EQ(request.tls->ca, "CA");
  EXPECT_EQ(request.tls->certificate, "CERT");
  EXPECT_EQ(request.tls->key, "KEY");
  EXPECT_EQ(world.header(0, "Authorization"), "");
}

TEST(KubernetesRequests, NamesDoNotLeadElsewhere) {
  for (const char* name : {"", ".", "..", "a/b", "a%2fb", "a b", "a?b", "a#b", "a\nb", "名"}) {
    SCOPED_TRACE(name);
    World world;
    auto object = kOrder;
    object.name = name;
    EXPECT_EQ(run(world.api().get(object)).error().code, Errc::invalid_argument);
    object = kOrder;
    object.ns = name;
    EXPECT_EQ(run(world.api().get(object)).error().code, Errc::invalid_argument);
    if (*name != '\0') {
      EXPECT_EQ(run(world.api().pods({.ns = name})).error().code, Errc::invalid_argument);
    }
    object = kOrder;
    object.api_version = std::string("apps/") + name;
    EXPECT_EQ(run(world.api().get(object)).error().code, Errc::invalid_argument);
    object = kOrder;
    object.kind = std::string("x") + name + "/";
    EXPECT_EQ(run(world.api().get(object)).error().code, Errc::invalid_argument);
    EXPECT_THAT(world.http.requests, IsEmpty());
  }
}

}  // namespace
}  // namespace mtc::kubernetes
