#include "domain/logs/token.h"

#include <gtest/gtest.h>

#include <string>

namespace mtc::logs {
namespace {

std::string masked(std::string_view message) {
  Tokenizer tokenizer;
  std::string out;
  for (const Piece& piece : tokenizer.cut(message)) {
    if (!out.empty()) out += piece.spaced ? " " : "|";
    out += piece.text;
  }
  return out;
}

TEST(Tokenizer, MasksWhatIsVariableByItsLook) {
  const struct {
    const char *message, *expected;
  } cases[] = {
      {"", ""},
      {"   \t ", ""},
      {"plain words stay", "plain words stay"},
      {"Failed password for root from 10.0.0.7 port 4711 ssh2",
       "Failed password for root from <*> port <*> ssh<*>"},
      {"Received block blk_-1608999687919862906 of size 91178 from /10.250.14.224:42420",
       "Received block blk_<*> of size <*> from <*>"},
      {"took 12.5ms, -3 left (+4)", "took <*>, <*> left (<*>)"},
      {"node R02-M1-N0-C:J12-U11 0xdeadbeef deadbeef12", "node <*>"},
      {"id b9000564-fe1a-409b-b8cc-1e88b294cd1d done", "id <*> done"},
      {"user=root rhost=massive.merukuru.org uid=0", "user=|root rhost=|<*> uid=|<*>"},
      {"chdir(/home/bob/x) failed: chdir(pwd)", "chdir(|<*>) failed: chdir(|pwd)"},
      {"open 'C:\\Windows\\winsxs' and https://example.com/a?b=c", "open '<*>' and <*>=|c"},
      {"mac FF:F2:9F:16:E1:5D ipv6 fe80::1 at 06:55:46", "mac <*> ipv<*> <*> at <*>"},
      {"connection from 1.2.3.4 () at Sun Jul 10 03:55:15 2005",
       "connection from <*> (<*>) at <*>"},
      {"stored (estimated size 5.2 KB, free 317.5 MB)", "stored (estimated size <*>, free <*>)"},
      {"delete blk_1 blk_2 blk_3", "delete blk_<*>"},
      {"attempt_1445144423722_0020_m_000000_0 done", "attempt_<*> done"},
      {"java.io.IOException: x", "java.io.IOException: x"},
      {"main.cc and idotransportmgr.cpp", "main.cc and idotransportmgr.cpp"},
      {"load/store or tree/torus", "load/store or tree/torus"},
      {"订单 123 支付成功，金额 12.50 元", "订单 <*> 支付成功，金额 <*> 元"},
      {"用户123登录失败", "用户<*>登录失败"},
      {"a.b@example.com wrote", "<*> wrote"},
      {"({[", "({["},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.message);
    EXPECT_EQ(masked(c.message), c.expected);
  }
}

TEST(Tokenizer, LooksAtABoundedPartOfALine) {
  Tokenizer tokenizer;
  EXPECT_LE(tokenizer.cut(std::string(1 << 20, '1')).size(), Tokenizer::kMaxPieces);
  std::string many;
  for (int i = 0; i < 100'000; ++i) many += "w ";
  EXPECT_EQ(tokenizer.cut(many).size(), Tokenizer::kMaxPieces);
  for (const char* repeated :
       {"1,,,,,", "ab1=", "() ", "5 KB,> ", "((((5 B,> ", "\"1\"", "Sat Jul 9 ", "-", "/", "1:"}) {
    std::string text(1000, '(');
    while (text.size() < 4000) text += repeated;
    EXPECT_LE(tokenizer.cut(text).size(), Tokenizer::kMaxPieces);
    EXPECT_LE(tokenizer.cut(std::string_view(text).substr(1000)).size(), Tokenizer::kMaxPieces);
  }
}

TEST(Tokenizer, LinesThatDifferBehindTheLimitAreAlike) {
  const std::string begin = "payload " + std::string(Tokenizer::kMaxBytes, 'x');
  EXPECT_EQ(masked(begin + " one"), masked(begin + " two words"));
}

}  // namespace
}  // namespace mtc::logs
