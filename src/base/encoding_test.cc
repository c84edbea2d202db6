#include "base/encoding.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace mtc {
namespace {

TEST(Base64, MatchesTheVectorsOfRfc4648) {
  const struct {
    const char *plain, *text;
  } cases[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"}};
  for (const auto& c : cases) {
    EXPECT_EQ(to_base64(c.plain), c.text);
    EXPECT_EQ(from_base64(c.text), c.plain);
  }
}

TEST(Base64, IsStrict) {
  for (const auto* bad : {"Zg", "Zg=", "Z===", "Zh==", "Zm9v\n", "Zm-_", "=Zg="}) {
    EXPECT_FALSE(from_base64(bad)) << bad;
  }
  EXPECT_EQ(from_base64url("-_8"), "\xfb\xff");
  EXPECT_FALSE(from_base64url("-_8="));
}

TEST(Percent, RoundTripsAnything) {
  SeededRandom random(1);
  for (int i = 0; i < 100; ++i) {
    std::string bytes(uniform(random, 40), '\0');
    random.fill(std::as_writable_bytes(std::span(bytes)));
    EXPECT_EQ(percent_decode(percent_encode(bytes)), bytes);
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
    EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
  }
  EXPECT_FALSE(percent_decode("%4"));
  EXPECT_FALSE(percent_decode("%zz"));
}

TEST(Random, MakesVersion4Uuids) {
  SeededRandom random(7);
  const std::string uuid = make_uuid(random);
  ASSERT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
  EXPECT_NE(uuid, make_uuid(random));
}

TEST(Random, UniformStaysBelowItsBound) {
  SeededRandom random(3);
  for (std::uint64_t bound : {1U, 2U, 10U, 1000U}) {
    for (int i = 0; i < 200; ++i) EXPECT_LT(uniform(random, bound), bound);
  }
}

}  // namespace
}  // namespace mtc
