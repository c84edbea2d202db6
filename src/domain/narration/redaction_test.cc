#include "domain/narration/redaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "base/random.h"
#include "base/text.h"

namespace mtc::narration {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Written in two halves: no secret, but shaped like one, and scanners of source code know the shape
// too.
const std::string github_key = std::string("ghp_") + "16C7e42F292c6912E7710c838347Ae178B4a";
const std::string openai_key = std::string("sk-") + "proj-abc123DEF456ghi789JKL";
const std::string aws_key = std::string("AKIA") + "IOSFODNN7EXAMPLE";
const std::string tencent_key = std::string("AKID") + "z8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE";
const std::string jwt = std::string("eyJhbGciOiJIUzI1NiJ9.") + "eyJzdWIiOiIxIn0.c2lnbmF0dXJl";

TEST(Redaction, ReplacesByKind) {
  const struct {
    std::string text, redacted;
  } cases[] = {
      // addresses
      {"from 10.0.0.1 port 22", "from <ip-1> port 22"},
      {"来自10.0.0.1的请求", "来自<ip-1>的请求"},
      {"10.0.0.1:8080, 10.0.0.2:8080, 10.0.0.1", "<ip-1>:8080, <ip-2>:8080, <ip-1>"},
      {"net 192.168.0.0/24.", "net <ip-1>/24."},
      {"10.0.0.1.443 > x", "<ip-1>.443 > x"},
      {"１０.０.０.１", "<ip-1>"},
      {"10.\xe2\x80\x8b"
       "0.0.1",
       "<ip-1>"},
      {"at 2001:db8::1, ::1 and fe80::1%eth0", "at <ip-1>, <ip-2> and <ip-3>%eth0"},
      {"[2001:db8:0:0:0:0:0:1]:443", "[<ip-1>]:443"},
      {"addr:2001:db8::2: refused", "addr:<ip-1>: refused"},
      {"::ffff:10.1.2.3", "<ip-1>"},
      {"eth 00:1A:2b:3c:4d:5e", "eth <mac-1>"},
      {"00-1a-2b-3c-4d-5e 001a.2b3c.4d5e", "<mac-1> <mac-2>"},
      // people
      {"mail to Zhang.San+x@corp.example.com.", "mail to <email-1>."},
      {"邮箱zhang@example.cn，", "邮箱<email-1>，"},
      {"手机号13812345678已注册", "手机号<phone-1>已注册"},
      {"+86 138-1234-5678", "+86 <phone-1>"},
      {"+8613812345678", "<phone-1>"},
      {"tel 010-12345678", "tel <phone-1>"},
      {"身份证 11010519491231002X。", "身份证 <id-card-1>。"},
      {"id=110105194912310021", "id=<id-card-1>"},
      {"card 4111 1111 1111 1111", "card <bank-card-1>"},
      {"卡号6222021234567890128", "卡号<bank-card-1>"},
      // secrets
      {"password=hunter2 user=bob", "password=<secret-1> user=bob"},
      {R"({"passWord": "hun\"ter2", "n": 1})", R"({"passWord": "<secret-1>", "n": 1})"},
      {R"({\"db_password\":\"hunter2\"})", R"({\"db_password\":\"<secret-1>\"})"},
      {R"(x['passwd'] => 'a b c')", R"(x['passwd'] => '<secret-1>')"},
      {"PGPASSWORD=a,b;c; psql", "PGPASSWORD=<secret-1>; psql"},
      {"pwd:x,user:y", "pwd:<secret-1>,user:y"},
      {"密码：hunter2，请保密", "密码:<secret-1>，请保密"},
      {"密码是hunter2登录", "密码是<secret-1>登录"},
      {"验证码 123456 有效", "验证码 <secret-1> 有效"},
      {"mysql --password hunter2 --host db", "mysql --password <secret-1> --host db"},
      {"CREATE USER x IDENTIFIED BY 'hunter2'", "CREATE USER x IDENTIFIED BY '<secret-1>'"},
      {"postgres://app:hunter2@db:5432/x", "postgres://<credentials-1>@db:5432/x"},
      {"redis://:p/w@d@cache", "redis://<credentials-1>@cache"},
      {"root:hunter2@tcp(db:3306)/x", "<credentials-1>@tcp(db:3306)/x"},
      {"Authorization: Bearer abc.def", "Authorization: <secret-1>"},
      {"curl -H 'Authorization: Basic dTpw' x", "curl -H 'Authorization: <secret-1>' x"},
      {"sent bearer 0123456789abcdef now", "sent bearer <secret-1> now"},
      {"use Basic dXNlcjpwYXNz", "use Basic <secret-1>"},
      {"Cookie: a=b; session=c\nnext", "Cookie: <secret-1>\nnext"},
      {"Set-Cookie: sid=38afes7a8; HttpOnly", "Set-Cookie: <secret-1>"},
      {"GET /x?access_token=9f3cab&page=2", "GET /x?access_token=<secret-1>&page=2"},
      {"GET /cb?code=4tX9&state=1", "GET /cb?code=<secret-1>&state=1"},
      {"jwt " + jwt + " ok", "jwt <token-1> ok"},
      {"id " + tencent_key, "id <key-1>"},
      {"my_" + aws_key + ".", "my_<key-1>."},
      {"key " + openai_key + ", " + github_key, "key <key-1>, <key-2>"},
      {"SecretKey: Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", "SecretKey: <secret-1>"},
      {"got Gu5t9xGARNpq86cd98joQYCN3EXAMPLE here", "got <key-1> here"},
      {"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nafter",
       "<private-key-1>\nafter"},
      {"-----BEGIN PRIVATE KEY-----\\nMIIEcut", "<private-key-1>"},
      {"req 123e4567-e89b-12d3-a456-426614174000 done", "req <uuid-1> done"},
      {"md5 d41d8cd98f00b204e9800998ecf8427e", "md5 <hash-1>"},
  };
  for (const auto& c : cases) EXPECT_EQ(redact(c.text), c.redacted) << c.text;
}

TEST(Redaction, LeavesOrdinaryLogLinesAlone) {
  const char* const lines[] = {
      "2026-11-22 05:00:00.123 ERROR payment timeout after 3000 ms, attempt 2/5",
      "took 12:34:56, ratio 0.13812345678, version 1.2.3, oid 1.3.6.1.4.1.311",
      "time 1763787600123 and 1763787600123456789 ns",
      "std::vector<int>::at() in db::add(x)",
      "Failed password for root from gateway port 22 ssh2",
      "invalid token: expired",
      "tokens: 512, sessions=12, pass: 10",
      "password=<*> user=<*>",
      "password=*** for bob",
      "basic authentication required; bearer of bad news",
      "java.lang.NullPointerException at com.example.Foo.bar(Foo.java:42)",
      "昨天一共两千一百次上游超时，密码错误三次，密码是错误的。",
      "-----BEGIN CERTIFICATE-----",
      "footprint: 12 MB, secretary came",
      "GC pause (G1 Evacuation Pause) 1024M->512M(2048M)",
      "a@b, @Override, foo@1.2.3",
  };
  for (const char* line : lines) EXPECT_EQ(redact(line), line);
}

TEST(Redaction, HidesHostNamesOnRequest) {
  EXPECT_EQ(redact("db1.corp.example.com refused"), "db1.corp.example.com refused");
  EXPECT_EQ(redact("db1.corp.example.com refused", {.hostnames = true}), "<host-1> refused");
  EXPECT_EQ(redact("java.lang.Foo", {.hostnames = true}), "java.lang.Foo");
}

TEST(Redaction, KeepsPlaceholdersStableWithinOneRedactor) {
  Redactor redactor;
  EXPECT_EQ(redactor.redact("10.0.0.1 -> 10.0.0.2"), "<ip-1> -> <ip-2>");
  EXPECT_EQ(redactor.redact("10.0.0.2 <- 10.0.0.3"), "<ip-2> <- <ip-3>");
}

TEST(Redaction, RemovesWhatCannotBeSeen) {
  EXPECT_EQ(redact("a\xe2\x80\xae"
                   "b\xf3\xa0\x81\x81"
                   "c\x1b[0m"),
            "abc [0m");
  EXPECT_TRUE(is_valid_utf8(redact("\xff\xfe\xc3 x \xe4\xb8")));
}

// ---- properties

std::string digits(Random& random, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += static_cast<char>('0' + uniform(random, 10));
  return out;
}

std::string letters(Random& random, int count) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string out;
  for (int i = 0; i < count; ++i) out += kLetters[uniform(random, kLetters.size())];
  return out;
}

// A sensitive text of a random kind, and the way it stands in a line ("password=%").
struct Planted {
  std::string secret;
  std::string line;
};

Planted plant(Random& random) {
  const auto in = [](std::string secret, std::string_view form) {
    std::string line = replace_all(std::string(form), "%", secret);
    return Planted{std::move(secret), std::move(line)};
  };
  const auto octet = [&] { return std::to_string(uniform(random, 256)); };
  switch (uniform(random, 12)) {
    case 0:
      return in(octet() + "." + octet() + "." + octet() + "." + octet(), "%");
    case 1:
      return in("1" + std::to_string(3 + uniform(random, 7)) + digits(random, 9), "%");
    case 2:
      return in(letters(random, 6) + "@" + letters(random, 5) + ".com", "%");
    case 3:
      return in("Q" + letters(random, 9), "password=%");
    case 4:
      return in("Q" + letters(random, 9), R"("secret": "%")");
    case 5:
      return in("AKID" + letters(random, 32), "%");
    case 6:
      return in(
          "eyJ" + letters(random, 10) + ".eyJ" + letters(random, 20) + "." + letters(random, 20),
          "%");
    case 7:
      return in("Q" + letters(random, 9), "密码：%");
    case 8:
      return in(make_uuid(random), "%");
    case 9:
      return in("Q" + letters(random, 9), "https://user:%@host/path");
    case 10:
      return in("3301021990" + std::string("0") + "1" + "1" + "2" + digits(random, 4), "%");
    default:
      return in("Q" + letters(random, 30), "Authorization: Bearer %");
  }
}

// Pieces that log lines are made of, with all the characters that scanners look at.
std::string noise(Random& random) {
  static constexpr std::string_view kPieces[] = {
      " ",  "：", "=",      ":",    "，",  "错误", "\"",  "'",     "[",   "]",
      "{",  "}",  "10",     "::",   ".",   "-",    "://", "token", "pwd", "@",
      "\\", "\n", "Bearer", "null", "<*>", "&",    "?x=", "1.2.3", "ab",  "。"};
  std::string out;
  for (std::uint64_t i = uniform(random, 12); i > 0; --i)
    out += kPieces[uniform(random, std::size(kPieces))];
  return out;
}

TEST(Redaction, LetsNoPlantedSecretThroughWhateverStandsAroundIt) {
  SeededRandom random(7);
  for (int i = 0; i < 4'000; ++i) {
    const Planted planted = plant(random);
    const std::string text = noise(random) + " " + planted.line + " " + noise(random);
    const std::string redacted = redact(text);
    ASSERT_THAT(redacted, Not(HasSubstr(planted.secret))) << text;
    ASSERT_TRUE(is_valid_utf8(redacted));
  }
}

TEST(Redaction, TakesRandomBytes) {
  SeededRandom random(11);
  for (int i = 0; i < 1'000; ++i) {
    std::string text(uniform(random, 200), '\0');
    random.fill(std::as_writable_bytes(std::span(text)));
    ASSERT_TRUE(is_valid_utf8(redact(text)));
    ASSERT_TRUE(is_valid_utf8(redact(noise(random) + noise(random))));
  }
}

// What a careless pattern costs shows on such inputs. CPU time, so that a busy machine does not
// matter.
TEST(Redaction, StaysLinearOnHostileText) {
  const char* const pieces[] = {"://",         "@",
                                "a@",          "=",
                                "password=",   "password=\"",
                                "::",          "1.",
                                "1 ",          "1-",
                                "eyJ",         "eyJ.",
                                "-----BEGIN ", "-----BEGIN PRIVATE KEY",
                                "--",          "--password ",
                                "a:",          "a,",
                                "密码",        "密码是",
                                "Bearer ",     "basic ",
                                "0",           "a",
                                "ab-",         "identified by ",
                                "\\\"",        "[",
                                "Cookie: '",   "%"};
  const auto least_of_three = [](const std::string& text) {
    double least = 1e9;
    for (int i = 0; i < 3; ++i) {
      const std::clock_t begin = std::clock();
      EXPECT_FALSE(redact(text).empty());
      least = std::min(least, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    }
    return least;
  };
  for (const std::string_view piece : pieces) {
    const auto make = [&](std::size_t bytes) {
      std::string text;
      while (text.size() < bytes) text += piece;
      return text;
    };
    const double small = least_of_three(make(1'000));
    const double large = least_of_three(make(16'000));
    // 16 times the text; quadratic would be 256 times.
    EXPECT_LT(large, small * 80 + 0.005) << piece;
  }
}

}  // namespace
}  // namespace mtc::narration
