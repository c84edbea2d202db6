#include "infra/files/line_blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace mtc {
namespace {

struct TextSource final : ByteSource {
  std::string text;
  std::size_t at = 0;
  std::size_t fail_at = std::string::npos;

  explicit TextSource(std::string content) : text(std::move(content)) {}
  Result<std::size_t> read(std::span<char> buffer) override {
    if (at >= fail_at) return fail(Errc::unavailable, "gone");
    const std::size_t count = std::min({buffer.size(), text.size() - at, fail_at - at});
    std::memcpy(buffer.data(), text.data() + at, count);
    at += count;
    return count;
  }
  Progress progress() const override { return {.read = at, .size = text.size()}; }
};

std::vector<std::string> lines_of(std::string text) {
  TextSource source(std::move(text));
  LineBlocks blocks(source);
  LineBlock block;
  std::vector<std::string> out;
  for (;;) {
    const auto more = blocks.next(&block);
    EXPECT_TRUE(more);
    if (!more || !*more) return out;
    out.insert(out.end(), block.lines.begin(), block.lines.end());
  }
}

TEST(LineBlocks, GiveEveryLineOnce) {
  using Lines = std::vector<std::string>;
  EXPECT_EQ(lines_of(""), Lines{});
  EXPECT_EQ(lines_of("\n"), Lines{""});
  EXPECT_EQ(lines_of("a\n\nb"), (Lines{"a", "", "b"}));
  EXPECT_EQ(lines_of("a\nb\n"), (Lines{"a", "b"}));
}

TEST(LineBlocks, LinesAcrossBlocksStayWhole) {
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; i < 120'000; ++i) {
    expected.push_back("line number " + std::to_string(i));
    text += expected.back() + "\n";
  }
  EXPECT_EQ(lines_of(text), expected);
  text.pop_back();
  EXPECT_EQ(lines_of(text), expected);
  // Ends exactly with a block.
  for (const std::size_t size :
       {LineBlocks::kBlockBytes - 1, LineBlocks::kBlockBytes, LineBlocks::kBlockBytes + 1}) {
    std::size_t bytes = 0;
    for (const auto& line : lines_of(text.substr(0, size))) bytes += line.size() + 1;
    EXPECT_GE(bytes, size);
    EXPECT_LE(bytes, size + 1);
  }
}

TEST(LineBlocks, AnEndlessLineIsCutAndTheNextOneIsFound) {
  const auto lines =
      lines_of("before\n" + std::string(5 * LineBlocks::kBlockBytes, 'x') + "\nafter\n");
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], "before");
  EXPECT_EQ(lines[1], std::string(LineBlocks::kBlockBytes, 'x'));
  EXPECT_EQ(lines[2], "after");
}

TEST(LineBlocks, AFailureOfTheSourceComesThrough) {
  TextSource source("a\nb\n" + std::string(3 * LineBlocks::kBlockBytes, '\n'));
  source.fail_at = 2 * LineBlocks::kBlockBytes;
  LineBlocks blocks(source);
  LineBlock block;
  EXPECT_TRUE(*blocks.next(&block));
  EXPECT_EQ(block.lines[0], "a");
  EXPECT_TRUE(*blocks.next(&block));
  EXPECT_FALSE(blocks.next(&block));
  EXPECT_FALSE(*blocks.next(&block));
}

}  // namespace
}  // namespace mtc
