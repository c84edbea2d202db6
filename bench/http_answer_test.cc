#include "http_answer.h"

#include <gtest/gtest.h>

#include <string>

namespace mtc::bench {
namespace {

constexpr std::string_view kPlain =
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nMcp-Session-Id:  abc \r\n\r\nhello";
constexpr std::string_view kChunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=1\r\n, you all!\r\n"
    "0\r\n\r\n";

TEST(HttpAnswer, EndsWhereItsLengthOrItsLastChunkSays) {
  for (const auto bytes : {kPlain, kChunked}) {
    SCOPED_TRACE(bytes);
    const auto stream = std::string(bytes) + "HTTP/1.1 500 ";
    const auto answer = read_answer(stream);
    ASSERT_TRUE(answer && *answer);
    EXPECT_EQ((*answer)->status, 200);
    EXPECT_EQ((*answer)->size(), bytes.size());
    EXPECT_NE((*answer)->body.find("hello"), std::string_view::npos);
  }
}

TEST(HttpAnswer, IsNotThereWhileAnyByteIsMissing) {
  for (const auto bytes : {kPlain, kChunked}) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      SCOPED_TRACE(bytes.substr(0, size));
      const auto answer = read_answer(bytes.substr(0, size));
      ASSERT_TRUE(answer);
      EXPECT_FALSE(*answer);
    }
  }
}

TEST(HttpAnswer, NeedsNoLengthWhereThereIsNoBody) {
  const auto answer = read_answer("HTTP/1.1 202 Accepted\r\nDate: now\r\n\r\n");
  ASSERT_TRUE(answer && *answer);
  EXPECT_EQ((*answer)->status, 202);
  EXPECT_TRUE((*answer)->body.empty());
}

TEST(HttpAnswer, SaysWhatItCannotRead) {
  for (const std::string_view bytes : {
           "SSH-2.0-OpenSSH\r\n\r\n",
           "HTTP/1.1 two OK\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: long\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n",
           "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end",
       }) {
    SCOPED_TRACE(bytes);
    const auto answer = read_answer(bytes);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::invalid_argument);
  }
}

TEST(HttpAnswer, FindsHeadersInAnyCase) {
  EXPECT_EQ(header_of(kPlain, "mcp-session-id"), "abc");
  EXPECT_EQ(header_of(kPlain, "Mcp-Session"), "");
}

}  // namespace
}  // namespace mtc::bench
