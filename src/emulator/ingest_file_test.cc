#include "emulator/ingest_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "emulator/emulator_test_exchange.h"

namespace mtc::emulator {
namespace {

TEST(IngestFile, LoadsLinesEvenlyOverTheSpan) {
  const auto file =
      std::filesystem::temp_directory_path() / fmt::format("mtc-ingest-{}.log", ::getpid());
  std::ofstream(file, std::ios::binary)
      << "first line\r\nbad \xff bytes\n\n支付超时\nlast without end";
  EmulatorWorld world;
  const auto request = parse_ingest(
      "real=" + file.string() + "@2026-01-01T08:00:00..2026-01-01T08:00:10+08:00", world.clock);
  ASSERT_TRUE(request) << request.error().message;
  const auto done = ingest_file(world.emulator, *request);
  std::filesystem::remove(file);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->lines, 5);
  world.topic = done->topic_id;
  const auto page = world.call("SearchLog", world.search({{"Sort", "asc"}}));
  std::string all;
  for (const auto& log : page["Results"]) {
    all += fmt::format("{}={} ", integer_or(log, "Time") - kTestTime,
                       string_or(*parse_json(string_or(log, "LogJson")), "__CONTENT__"));
  }
  EXPECT_EQ(all,
            "0=first line 2000=bad \xEF\xBF\xBD bytes 4000= 6000=支付超时 8000=last without end ");
  EXPECT_EQ(world.call("SearchLog", world.search({{"QueryString", "支付"}}))["Results"].size(), 1U);
}

TEST(IngestFile, SaysWhatIsWrongWithTheRequest) {
  const FakeClock clock;
  for (const auto* text : {"x", "=file", "topic=", "t=f@now..later", "t=f@2026-01-02..2026-01-01"})
    EXPECT_FALSE(parse_ingest(text, clock)) << text;
  EmulatorWorld world;
  EXPECT_EQ(ingest_file(world.emulator, {.topic = "t", .file = "/nonexistent/file"}).error().code,
            Errc::not_found);
}

}  // namespace
}  // namespace mtc::emulator
