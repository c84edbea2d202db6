#include "adapters/tencent/log_json.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace mtc::tencent {
namespace {

using logs::Level;

TEST(LogJson, FindsLevelServiceAndMessageUnderTheirManyNames) {
  const struct {
    const char* json;
    Level level;
    const char *service, *message, *source;
  } cases[] = {
      {R"({"level":"ERROR","service":"pay","message":"boom"})", Level::error, "pay", "boom", ""},
      {R"({"Level":"warning","App":"cart","Msg":"slow"})", Level::warn, "cart", "slow", ""},
      {R"({"severity":"INFO","msg":"ok","__TAG__.container_name":"nginx","__TAG__.pod_name":"nginx-1"})",
       Level::info, "nginx", "ok", "nginx-1"},
      {R"({"lvl":"debug","log":"x","__TAG__":{"container_name":"c","pod_name":"p"}})", Level::debug,
       "c", "x", "p"},
      {R"({"kubernetes":{"container_name":"web"},"log":"started"})", Level::unknown, "web",
       "started", ""},
      {R"({"level":50,"message":"pino"})", Level::error, "", "pino", ""},
      {R"({"message":"first","msg":"second"})", Level::unknown, "", "first", ""},
      {R"({"msg":"second","message":"first"})", Level::unknown, "", "first", ""},
      {R"({"message":"","msg":"not empty"})", Level::unknown, "", "not empty", ""},
      {R"({"message":17})", Level::unknown, "", "17", ""},
      {R"({"message":{"a":1},"level":"ERROR"})", Level::error, "", R"({"a":1})", ""},
      {R"({"cost_ms":"3021"})", Level::unknown, "", R"({"cost_ms":"3021"})", ""},
      {R"({"__CONTENT__":"2026-01-01 01:02:03.004 ERROR payment gateway timeout"})", Level::error,
       "", "payment gateway timeout", ""},
      {"{}", Level::unknown, "", "{}", ""},
      {"{broken", Level::unknown, "", "{broken", ""},
      {"plain text", Level::unknown, "", "plain text", ""},
      {"[1,2]", Level::unknown, "", "[1,2]", ""},
      {"", Level::unknown, "", "", ""},
  };
  LogJsonReader reader;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.json);
    logs::LogRecord record;
    reader.read(c.json, record);
    EXPECT_EQ(record.level, c.level);
    EXPECT_EQ(record.service, c.service);
    EXPECT_EQ(record.message, c.message);
    EXPECT_EQ(record.source, c.source);
  }
}

TEST(LogJson, KeepsTheWholeOfATextOfManyLines) {
  LogJsonReader reader;
  logs::LogRecord record;
  reader.read(
      R"json({"__CONTENT__":"2026-01-01 01:02:03 ERROR boom\njava.lang.Error: x\n\tat a.b.C(D.java:1)"})json",
      record);
  EXPECT_EQ(record.level, Level::error);
  EXPECT_EQ(record.message, "boom\njava.lang.Error: x\n\tat a.b.C(D.java:1)");
}

TEST(LogJson, MessageIsNeverEmptyForALogThatIsNot) {
  SeededRandom random(3);
  LogJsonReader reader;
  const std::vector<std::string> pieces{"{",
                                        "}",
                                        "\"",
                                        "message",
                                        ":",
                                        ",",
                                        "level",
                                        "ERROR",
                                        "null",
                                        "\\",
                                        "[",
                                        "]",
                                        "1",
                                        "支",
                                        " ",
                                        "\"message\":\"\"",
                                        "\"msg\":null",
                                        "__CONTENT__",
                                        "\n",
                                        "2026-01-01 00:00:00 INFO "};
  for (int i = 0; i < 20'000; ++i) {
    std::string json;
    const auto count = 1 + uniform(random, 12);
    for (std::uint64_t n = 0; n < count; ++n) json += pieces[uniform(random, pieces.size())];
    logs::LogRecord record;
    reader.read(json, record);
    ASSERT_FALSE(record.message.empty()) << json;
  }
}

}  // namespace
}  // namespace mtc::tencent
