#include <gtest/gtest.h>

#include "domain/logs/line_format_words.h"
#include "domain/logs/log_line.h"

namespace mtc::logs {
namespace {

TEST(Level, IsReadInEverySpelling) {
  const struct {
    const char* word;
    Level level;
  } cases[] = {
      {"ERROR", Level::error},  {"err", Level::error},   {"E", Level::error},
      {"SEVERE", Level::error}, {"错误", Level::error},  {"严重", Level::error},
      {"WARNING", Level::warn}, {"W", Level::warn},      {"警告", Level::warn},
      {"Info", Level::info},    {"notice", Level::info}, {"信息", Level::info},
      {"crit", Level::fatal},   {"EMERG", Level::fatal}, {"F", Level::fatal},
      {"panic", Level::fatal},  {"dbg", Level::debug},   {"Verbose", Level::trace},
      {"TRACE", Level::trace},
  };
  for (const auto& c : cases) EXPECT_EQ(parse_level(c.word), c.level) << c.word;
  for (const char* word :
       {"", "errors", "x", "information about", "INF0", "é", "a very long word indeed"}) {
    EXPECT_EQ(parse_level(word), std::nullopt) << word;
  }
}

TEST(Level, NamesAreReadBack) {
  for (const Level level :
       {Level::trace, Level::debug, Level::info, Level::warn, Level::error, Level::fatal}) {
    EXPECT_EQ(parse_level(name_of(level)), level);
  }
  EXPECT_EQ(name_of(Level::unknown), "UNKNOWN");
}

TEST(InferLevel, TakesClearWordsOnly) {
  const struct {
    const char* message;
    Level level;
  } cases[] = {
      {"Failed password for root from 10.0.0.1 port 22 ssh2", Level::warn},
      {"authentication failure; logname= uid=0", Level::warn},
      {"Failed to start nginx.service", Level::error},
      {"error: Received disconnect from 1.2.3.4", Level::error},
      {"java.io.IOException: broken pipe", Level::error},
      {"ValueError: bad input", Level::error},
      {"fatal: Write failed: Connection reset by peer", Level::fatal},
      {"Kernel panic - not syncing", Level::fatal},
      {"Connection refused", Level::warn},
      {"no errors found", Level::unknown},
      {"0 errors, 3 files", Level::unknown},
      {"done errors=0", Level::unknown},
      {"errors: 0 in 5 s", Level::unknown},
      {"non-fatal condition", Level::unknown},
      {"finished err=nil error=null", Level::unknown},
      {"finished error=timeout", Level::error},
      {"terror in the mirror", Level::unknown},
      {"session opened for user root", Level::unknown},
      {"调用库存服务失败", Level::warn},
      {"发生错误：磁盘已满", Level::error},
      {"检查完成，没有错误", Level::unknown},
      {"", Level::unknown},
  };
  for (const auto& c : cases) EXPECT_EQ(infer_level(c.message), c.level) << c.message;
}

}  // namespace
}  // namespace mtc::logs
