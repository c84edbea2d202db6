#include "adapters/tencent/signer.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/encoding.h"
#include "base/json.h"

namespace mtc::tencent {
namespace {

Json load_vectors() {
  std::ifstream file(MTC_TC3_VECTORS, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto vectors = parse_json(text);
  EXPECT_TRUE(vectors) << MTC_TC3_VECTORS;
  return vectors ? *vectors : Json();
}

// A vector's input, with the texts that the parts point into.
struct Case {
  explicit Case(const Json& input)
      : method(string_or(input, "method")),
        host(string_or(input, "host")),
        query(string_or(input, "query")),
        content_type(string_or(input, "content_type")),
        body(input.contains("body_base64") ? *from_base64(string_or(input, "body_base64"))
                                           : string_or(input, "body")),
        service(string_or(input, "service")),
        credentials{.secret_id = string_or(input, "secret_id"),
                    .secret_key = string_or(input, "secret_key")},
        time(std::chrono::seconds(integer_or(input, "timestamp"))) {
    parts = {.method = method,
             .host = host,
             .query = query,
             .content_type = content_type,
             .payload = body,
             .unsigned_payload = bool_or(input, "unsigned_payload")};
    for (const auto& [name, value] : object_or_empty(input, "signed_extra_headers").items()) {
      parts.extra_headers.emplace_back(name, value.get<std::string>());
    }
  }
  std::string method, host, query, content_type, body, service;
  Credentials credentials;
  TimePoint time;
  SignedParts parts;
};

TEST(Signer, AgreesWithEveryVector) {
  const Json vectors = load_vectors();
  Signer signer;  // one for all: keys of one vector must not leak into another
  int count = 0;
  for (const Json& vector : array_or_empty(vectors, "vectors")) {
    SCOPED_TRACE(string_or(vector, "id"));
    const Case c(object_or_empty(vector, "input"));
    const Json& expected = object_or_empty(vector, "expected");
    const auto canonical = canonical_request(c.parts);
    EXPECT_EQ(canonical.text, string_or(expected, "canonical_request"));
    EXPECT_EQ(canonical.signed_headers, string_or(expected, "signed_headers"));
    EXPECT_EQ(credential_scope(c.time, c.service), string_or(expected, "credential_scope"));
    EXPECT_EQ(string_to_sign(c.time, c.service, canonical.text),
              string_or(expected, "string_to_sign"));
    EXPECT_EQ(to_hex(signer.signing_key(c.credentials.secret_key, c.service, c.time)),
              string_or(expected, "k_signing_hex"));
    EXPECT_EQ(signer.authorization(c.credentials, c.service, c.time, c.parts),
              string_or(expected, "authorization"));
    ++count;
  }
  EXPECT_EQ(count, 20);
}

TEST(Signer, CountsOnlyWholeSeconds) {
  Signer signer;
  const Credentials credentials{.secret_id = "id", .secret_key = "key"};
  const SignedParts parts{
      .host = "cls.tencentcloudapi.com", .content_type = "application/json", .payload = "{}"};
  const TimePoint second{std::chrono::seconds(1767229320)};
  EXPECT_EQ(signer.authorization(credentials, "cls", second, parts),
            signer.authorization(credentials, "cls", second + Millis{999}, parts));
  EXPECT_NE(signer.authorization(credentials, "cls", second, parts),
            signer.authorization(credentials, "cls", second + Millis{1000}, parts));
}

TEST(Signer, ForgetsOldKeysButNeverMixesThemUp) {
  Signer signer;
  const TimePoint start{std::chrono::seconds(1767229320)};
  const std::string first = signer.signing_key("key", "cls", start);
  for (int day = 1; day < 100; ++day) {
    EXPECT_NE(signer.signing_key("key", "cls", start + std::chrono::days(day)), first);
  }
  EXPECT_EQ(signer.signing_key("key", "cls", start), first);
  EXPECT_NE(signer.signing_key("key", "tke", start), first);
  EXPECT_NE(signer.signing_key("other", "cls", start), first);
}

}  // namespace
}  // namespace mtc::tencent
