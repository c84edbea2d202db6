#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/json.h"
#include "base/text.h"
#include "emulator/log_group.h"
#include "emulator/q_sign_verifier.h"
#include "emulator/signing_vectors_for_test.h"
#include "emulator/tc3_verifier.h"

namespace mtc::emulator {
namespace {

struct Signed {
  std::string id;
  HttpRequest request;
  std::vector<Account> accounts;
  std::int64_t timestamp = 0;

  std::string verdict(std::int64_t late = 0) const {
    const auto caller = verify_tc3(request, accounts, {.now_seconds = timestamp + late});
    return caller ? "accept " + caller->service : caller.error().code;
  }
  void set(std::string_view name, const std::string& value) {
    for (auto& [key, old] : request.headers) {
      if (key == name) old = value;
    }
  }
};

Signed load(std::string_view text) {
  const auto json = *parse_json(text);
  Signed out{.id = string_or(json, "id")};
  out.request = {.method = string_or(json, "method"),
                 .path = "/",
                 .query = string_or(json, "query"),
                 .body = string_or(json, "body")};
  if (json.contains("body_base64")) out.request.body = *from_base64(string_or(json, "body_base64"));
  for (const auto& [name, value] : json["headers"].items())
    out.request.headers.emplace_back(name, value.get<std::string>());
  out.accounts = {{.uin = 1,
                   .secret_id = string_or(json, "secret_id"),
                   .secret_key = string_or(json, "secret_key"),
                   .token = string_or(json, "token")}};
  out.timestamp = integer_or(json, "timestamp");
  return out;
}

Signed vector(std::string_view id) {
  for (const auto text : kTc3Vectors) {
    if (auto one = load(text); one.id == id) return one;
  }
  ADD_FAILURE() << "no vector " << id;
  return {};
}

TEST(Tc3Verifier, AcceptsEveryVector) {
  for (const auto text : kTc3Vectors) {
    const auto one = load(text);
    SCOPED_TRACE(one.id);
    EXPECT_TRUE(one.verdict().starts_with("accept ")) << one.verdict();
  }
}

TEST(Tc3Verifier, DecidesAsDocumented) {
  auto one = vector("tc3-03-post-json-chinese");
  EXPECT_EQ(one.verdict(), "accept cls");
  EXPECT_EQ(one.verdict(299), "accept cls");
  EXPECT_EQ(one.verdict(-299), "accept cls");
  EXPECT_EQ(one.verdict(301), "AuthFailure.SignatureExpire");
  EXPECT_EQ(one.verdict(-301), "AuthFailure.SignatureExpire");

  auto body = one;
  body.request.body += ' ';
  EXPECT_EQ(body.verdict(), "AuthFailure.SignatureFailure");

  const std::string authorization(one.request.header("Authorization"));
  auto unknown = one;
  unknown.set("Authorization", replace_all(authorization, "test-secret-id-A-0001", "somebody"));
  EXPECT_EQ(unknown.verdict(), "AuthFailure.SecretIdNotFound");
  auto cut = one;
  cut.set("Authorization", authorization.substr(0, authorization.find(", SignedHeaders")));
  EXPECT_EQ(cut.verdict(), "AuthFailure.InvalidAuthorization");
  auto day = one;
  day.set("Authorization", replace_all(authorization, "2026-01-01", "2025-12-31"));
  EXPECT_EQ(day.verdict(), "AuthFailure.SignatureFailure");
  auto service = one;
  service.set("Authorization", replace_all(authorization, "/cls/", "/tke/"));
  EXPECT_EQ(service.verdict(), "AuthFailure.SignatureFailure");
  auto none = one;
  none.set("Authorization", "");
  EXPECT_EQ(none.verdict(), "AuthFailure.InvalidAuthorization");
}

TEST(Tc3Verifier, WantsTheTokenOfATemporaryKey) {
  auto one = vector("tc3-04-post-token");
  EXPECT_EQ(one.verdict(), "accept monitor");
  const auto expired =
      verify_tc3(one.request, one.accounts, {.now_seconds = one.timestamp, .tokens_expired = true});
  EXPECT_EQ(expired.error().code, "AuthFailure.TokenFailure");
  one.set("X-TC-Token", "another");
  EXPECT_EQ(one.verdict(), "AuthFailure.TokenFailure");
}

TEST(Tc3Verifier, CoversTheSignedHeadersAndNoMore) {
  auto charset = vector("tc3-05-post-charset");
  charset.set("Content-Type", "application/json");
  EXPECT_EQ(charset.verdict(), "AuthFailure.SignatureFailure");
  auto action = vector("tc3-20-signed-x-tc-action");
  action.set("X-TC-Action", "UploadLog");
  EXPECT_EQ(action.verdict(), "AuthFailure.SignatureFailure");
  auto free = vector("tc3-03-post-json-chinese");
  free.set("X-TC-Action", "Nonsense");
  EXPECT_EQ(free.verdict(), "accept cls");
  auto payload = vector("tc3-21-unsigned-payload");
  payload.request.body = "anything";
  EXPECT_EQ(payload.verdict(), "accept cls");
}

TEST(Tc3Verifier, TakesALoopbackHostWithAndWithoutPort) {
  auto signed_without = vector("tc3-23-loopback-host-noport");
  signed_without.set("Host", "127.0.0.1:18080");
  EXPECT_EQ(signed_without.verdict(), "accept sts");
  EXPECT_EQ(vector("tc3-22-loopback-host-port").verdict(), "accept sts");
}

HttpRequest q_request(const Json& json) {
  HttpRequest out{.method = string_or(json, "method"), .path = string_or(json, "path")};
  for (const auto& [key, value] : json["params"].items())
    out.query += key + "=" + value.get<std::string>();
  for (const auto& [key, value] : json["signed_headers"].items())
    out.headers.emplace_back(key, value.get<std::string>());
  out.headers.emplace_back("Authorization", string_or(json, "authorization"));
  return out;
}

TEST(QSignVerifier, AcceptsEveryVectorInItsTime) {
  for (const auto text : kQSignVectors) {
    const auto json = *parse_json(text);
    SCOPED_TRACE(string_or(json, "id"));
    auto request = q_request(json);
    const std::vector<Account> accounts{
        {.secret_id = string_or(json, "secret_id"), .secret_key = string_or(json, "secret_key")}};
    const auto start = integer_or(json, "start");
    EXPECT_TRUE(verify_q_sign(request, accounts, start + 1));
    EXPECT_EQ(verify_q_sign(request, accounts, start - 1).error().code,
              "AuthFailure.SignatureExpire");
    EXPECT_EQ(verify_q_sign(request, accounts, start + 100'000).error().code,
              "AuthFailure.SignatureExpire");
    EXPECT_EQ(verify_q_sign(request, {}, start + 1).error().code, "AuthFailure.SecretIdNotFound");
    request.query += "x";
    EXPECT_EQ(verify_q_sign(request, accounts, start + 1).error().code,
              "AuthFailure.SignatureFailure");
  }
}

TEST(LogGroup, DecodesTheVectorRawAndCompressed) {
  const auto raw = *from_base64(kUploadProtobuf);
  EXPECT_EQ(decompress_upload(*from_base64(kUploadLz4), "lz4").value(), raw);
  EXPECT_EQ(decompress_upload(raw, "").value(), raw);
  const auto groups = decode_log_groups(raw);
  ASSERT_TRUE(groups);
  ASSERT_EQ(groups->size(), 1U);
  const auto& group = groups->front();
  EXPECT_EQ(group.context_flow, "ctx-0001");
  EXPECT_EQ(group.filename, "/data/app.log");
  EXPECT_EQ(group.source, "10.0.0.8");
  EXPECT_EQ(group.hostname, "node-1");
  EXPECT_EQ(group.tags, (std::vector<TextPair>{{"env", "prod"}}));
  ASSERT_EQ(group.logs.size(), 2U);
  EXPECT_EQ(group.logs[0].time_ms, 1767225600000);
  EXPECT_EQ(
      group.logs[0].contents,
      (std::vector<TextPair>{{"level", "ERROR"}, {"message", "支付超时"}, {"status", "504"}}));
  EXPECT_EQ(group.logs[1].time_ms, 1767225601500);
}

TEST(LogGroup, TakesATimeBefore1970ForNone) {
  // Group { Log { time = INT64_MIN } }
  const std::string log = std::string("\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11);
  const std::string group = "\x0a" + std::string(1, static_cast<char>(log.size())) + log;
  const std::string list = "\x0a" + std::string(1, static_cast<char>(group.size())) + group;
  const auto groups = decode_log_groups(list);
  ASSERT_TRUE(groups) << groups.error().detail;
  EXPECT_EQ(groups->at(0).logs.at(0).time_ms, 0);
}

TEST(LogGroup, RefusesBrokenBytes) {
  const auto raw = *from_base64(kUploadProtobuf);
  for (std::size_t size = 1; size < raw.size(); ++size)
    EXPECT_FALSE(decode_log_groups(raw.substr(0, size))) << size;
  EXPECT_FALSE(decode_log_groups(""));
  EXPECT_FALSE(decompress_upload("\xff\xff", "lz4"));
  EXPECT_FALSE(decompress_upload("not zstd", "zstd"));
  EXPECT_FALSE(decompress_upload("not zlib", "deflate"));
  EXPECT_EQ(decompress_upload("x", "rar").error().code, "InvalidParameterValue");
}

}  // namespace
}  // namespace mtc::emulator
