#include "domain/logs/line_format.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "domain/logs/line_format_time.h"

namespace mtc::logs {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr TimePoint kReference{seconds(1'795'323'600)};  // 2026-11-22 05:00 UTC

LineParser make_parser() {
  return LineParser({.zone = Zone::utc(), .reference = kReference});
}

TEST(LineParser, ReadsTheFormatsOfManyPrograms) {
  const struct {
    const char *line, *time;
    Level level;
    const char *service, *message;
  } cases[] = {
      // Java
      {"2026-11-22 05:00:00.123  INFO 1 --- [nio-8080-exec-3] c.e.OrderService : order 7 paid",
       "2026-11-22T05:00:00.123Z", Level::info, "c.e.OrderService", "order 7 paid"},
      {"2026-11-22T13:00:00.123+08:00 ERROR 1 --- [order-service,4bf92f,00f0] [main] c.e.Pay : no",
       "2026-11-22T05:00:00.123Z", Level::error, "c.e.Pay", "no"},
      {"2026-11-22 05:00:00,123 [main] WARN  com.example.Shop - stock is low",
       "2026-11-22T05:00:00.123Z", Level::warn, "com.example.Shop", "stock is low"},
      {"[2026-11-22 05:00:00,123] ERROR [Broker id=1] no leader (kafka.server)",
       "2026-11-22T05:00:00.123Z", Level::error, "", "no leader (kafka.server)"},
      {"26/11/22 05:00:00 INFO executor.Executor: Running task 0.0", "2026-11-22T05:00:00.000Z",
       Level::info, "executor.Executor", "Running task 0.0"},
      {"081109 203615 148 INFO dfs.DataNode$PacketResponder: PacketResponder 1 terminating",
       "2008-11-09T20:36:15.000Z", Level::info, "dfs.DataNode$PacketResponder",
       "PacketResponder 1 terminating"},
      {"2026-11-22 05:00:00,123 错误 [shop] 库存不足", "2026-11-22T05:00:00.123Z", Level::error,
       "shop", "库存不足"},
      // Python
      {"2026-11-22 05:00:00,123 - worker.mail - WARNING - queue is long",
       "2026-11-22T05:00:00.123Z", Level::warn, "worker.mail", "queue is long"},
      {"WARNING:root:disk is nearly full", "", Level::warn, "root", "disk is nearly full"},
      {"[2026-11-22 05:00:00,123: ERROR/MainProcess] Task failed", "2026-11-22T05:00:00.123Z",
       Level::error, "", "Task failed"},
      {"2026-11-22 05:00:00.123 | INFO     | app.main:run:12 - started", "2026-11-22T05:00:00.123Z",
       Level::info, "app.main", "started"},
      {"2026-11-22 05:00:00.008 25746 INFO nova.osapi [req-38101a0b - - -] GET done",
       "2026-11-22T05:00:00.008Z", Level::info, "nova.osapi", "[req-38101a0b - - -] GET done"},
      // Go
      {"E1122 05:00:00.123456       1 controller.go:105] sync failed", "2026-11-22T05:00:00.123Z",
       Level::error, "controller", "sync failed"},
      {"2026/11/22 05:00:00 listening on :8080", "2026-11-22T05:00:00.000Z", Level::unknown, "",
       "listening on :8080"},
      {"2026-11-22T05:00:00.123Z\tERROR\tserver/main.go:42\tcannot bind",
       "2026-11-22T05:00:00.123Z", Level::error, "", "cannot bind"},
      {"time=2026-11-22T05:00:00Z level=warning service=gateway msg=\"slow \\\"upstream\\\"\" "
       "ms=12",
       "2026-11-22T05:00:00.000Z", Level::warn, "gateway", "slow \"upstream\""},
      // syslog
      {"Nov 22 05:00:00 web1 sshd[24200]: Connection closed by 1.2.3.4", "2026-11-22T05:00:00.000Z",
       Level::unknown, "sshd", "Connection closed by 1.2.3.4"},
      {"<11>Nov 22 05:00:00 web1 cron[1]: job done", "2026-11-22T05:00:00.000Z", Level::error,
       "cron", "job done"},
      {"<34>1 2026-11-22T05:00:00.003Z host su 12 ID47 [a@1 b=\"c\"] 'su root' failed",
       "2026-11-22T05:00:00.003Z", Level::fatal, "su", "'su root' failed"},
      {"2026-11-22T13:00:00.123456+08:00 web1 kubelet[812]: node is ready",
       "2026-11-22T05:00:00.123Z", Level::unknown, "kubelet", "node is ready"},
      {"Jun 14 15:16:01 combo syslogd 1.4.1: restart.", "2026-06-14T15:16:01.000Z", Level::unknown,
       "syslogd", "restart."},
      {"Nov 22 05:00:00 web1 last message repeated 2 times", "2026-11-22T05:00:00.000Z",
       Level::unknown, "", "last message repeated 2 times"},
      // supercomputers
      {"- 1117838570 2005.06.03 R02-M1 2005-06-03-15.42.50.675872 R02-M1 RAS KERNEL INFO "
       "instruction cache parity error",
       "2005-06-03T22:42:50.000Z", Level::info, "KERNEL", "instruction cache parity error"},
      // web servers
      {"10.0.0.1 - bob [22/Nov/2026:13:00:00 +0800] \"GET /a HTTP/1.1\" 503 612 \"-\" \"curl\"",
       "2026-11-22T05:00:00.000Z", Level::error, "", "\"GET /a HTTP/1.1\" 503"},
      {"10.0.0.1 - - [22/Nov/2026:05:00:00 +0000] \"GET /a HTTP/1.1\" 404 0",
       "2026-11-22T05:00:00.000Z", Level::warn, "", "\"GET /a HTTP/1.1\" 404"},
      {"2026/11/22 05:00:00 [error] 12#12: *34 upstream timed out", "2026-11-22T05:00:00.000Z",
       Level::error, "nginx", "upstream timed out"},
      {"[Sun Nov 22 05:00:00.123456 2026] [core:error] [pid 35708:tid 43] [client 1.2.3.4] File "
       "does not exist",
       "2026-11-22T05:00:00.123Z", Level::error, "core", "File does not exist"},
      {"[Sun Nov 22 05:00:00 2026] [notice] workerEnv.init() ok", "2026-11-22T05:00:00.000Z",
       Level::info, "", "workerEnv.init() ok"},
      // databases
      {"2026-11-22 05:00:00.123 UTC [812] ERROR:  duplicate key value", "2026-11-22T05:00:00.123Z",
       Level::error, "", "duplicate key value"},
      {"2026-11-22 05:00:00.123 UTC [812] LOG:  checkpoint complete", "2026-11-22T05:00:00.123Z",
       Level::info, "", "checkpoint complete"},
      // phones and watches
      {"11-22 05:00:00.123  1702  2395 D WindowManager: printFreezingDisplayLogs",
       "2026-11-22T05:00:00.123Z", Level::debug, "WindowManager", "printFreezingDisplayLogs"},
      {"20261122-05:00:00:606|Step_LSC|30002312|onStandStepChanged 3579",
       "2026-11-22T05:00:00.606Z", Level::unknown, "Step_LSC", "onStandStepChanged 3579"},
      // JSON
      {R"({"level":"error","ts":1795323600.5,"logger":"etcd","msg":"slow\nsync"})",
       "2026-11-22T05:00:00.500Z", Level::error, "etcd", "slow\nsync"},
      {R"({"level":50,"time":1795323600000,"name":"api","msg":"down"})", "2026-11-22T05:00:00.000Z",
       Level::error, "api", "down"},
      {R"({"@timestamp":"2026-11-22T05:00:00Z","log.level":"WARN","service.name":"pay","message":"late"})",
       "2026-11-22T05:00:00.000Z", Level::warn, "pay", "late"},
      {R"({"log":"2026-11-22 05:00:01 ERROR broken\n","stream":"stderr","time":"2026-11-22T05:00:02Z"})",
       "2026-11-22T05:00:01.000Z", Level::error, "", "broken"},
      {R"({"t":12.5,"level":"info","msg":"a duration is no time"})", "", Level::info, "",
       "a duration is no time"},
      {R"({"ts":1e300,"msg":"nor is this"})", "", Level::unknown, "", "nor is this"},
      // containers
      {"2026-11-22T05:00:00.123456789Z stdout F {\"level\":\"warn\",\"msg\":\"hot\"}",
       "2026-11-22T05:00:00.123Z", Level::warn, "", "hot"},
      {"web_1  | 2026-11-22 05:00:00 INFO ready", "2026-11-22T05:00:00.000Z", Level::info, "web_1",
       "ready"},
      // no format at all
      {"error: it broke", "", Level::error, "", "error: it broke"},
      {"ERROR it broke", "", Level::error, "", "it broke"},
      {"hello world\r", "", Level::unknown, "", "hello world"},
      {"Information about 12 orders", "", Level::unknown, "", "Information about 12 orders"},
      {"uid=0 euid=0 tty=ssh", "", Level::unknown, "", "uid=0 euid=0 tty=ssh"},
      {"7234567890123 is an order number", "", Level::unknown, "",
       "7234567890123 is an order number"},
      {"", "", Level::unknown, "", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.line);
    auto parser = make_parser();
    const auto line = parser.parse(c.line);
    EXPECT_EQ(line.time == TimePoint{} ? "" : format_iso_utc(line.time), c.time);
    EXPECT_EQ(line.level, c.level) << name_of(line.level);
    EXPECT_EQ(line.service, c.service);
    EXPECT_EQ(line.message, c.message);
  }
}

TEST(LineParser, TheShapeOfTheLastLineDoesNotMisleadTheNext) {
  auto parser = make_parser();
  const char* lines[] = {
      "2026-11-22 05:00:00 INFO ready",
      "Nov 22 05:00:00 web1 logrotate: ALERT exited abnormally with [1]",
      "- 1117838570 2005.06.03 R02-M1 2005-06-03-15.42.50 R02-M1 RAS KERNEL INFO x",
      R"({"level":"error","msg":"x"})", "plain"};
  for (const char* before : lines) {
    for (const char* line : lines) {
      auto fresh = make_parser();
      const auto expected = fresh.parse(line);
      parser.parse(before);
      const auto got = parser.parse(line);
      EXPECT_EQ(got.message, expected.message) << before << " then " << line;
      EXPECT_EQ(got.service, expected.service);
      EXPECT_EQ(got.level, expected.level);
    }
  }
}

TEST(LineParser, AStackTraceBelongsToTheLineBeforeIt) {
  auto parser = make_parser();
  const auto error = parser.parse("2026-11-22 05:00:00 ERROR c.e.Pay - order failed");
  EXPECT_FALSE(error.continuation);
  for (const char* line : {"\tat com.example.Pay.run(Pay.java:12)",
                           "Caused by: java.io.IOException: error", "    ... 12 more"}) {
    const auto more = parser.parse(line);
    EXPECT_TRUE(more.continuation) << line;
    EXPECT_EQ(more.level, Level::unknown);
    EXPECT_EQ(more.time, error.time);
    EXPECT_EQ(more.service, "c.e.Pay");
  }
  EXPECT_FALSE(parser.parse("2026-11-22 05:00:01 INFO c.e.Pay - next").continuation);
}

TEST(LineParser, ALevelThatWasConcludedSaysSo) {
  auto parser = make_parser();
  EXPECT_TRUE(
      parser.parse("Nov 22 05:00:00 web1 sshd[1]: Failed password for root").level_inferred);
  EXPECT_FALSE(parser.parse("2026-11-22 05:00:00 WARN Failed password for root").level_inferred);
  LineParser silent({.zone = Zone::utc(), .reference = kReference, .infer_levels = false});
  EXPECT_EQ(silent.parse("Nov 22 05:00:00 web1 sshd[1]: Failed password for root").level,
            Level::unknown);
}

TEST(LineParser, ReadsAnyBytes) {
  auto parser = make_parser();
  std::mt19937 random(11);
  const std::string alphabet = "0123456789-:/.,T []{}\"'=|<>IWEF\tabcNov\\\xe4\xb8\xad\xff";
  for (int i = 0; i < 20'000; ++i) {
    std::string line;
    for (int n = static_cast<int>(random() % 60); n > 0; --n)
      line += alphabet[random() % alphabet.size()];
    const auto parsed = parser.parse(line);
    EXPECT_LE(parsed.message.size(), line.size());
  }
}

TEST(StampReader, TellsTheYearFromTheReference) {
  StampReader reader(Zone::utc(),
                     TimePoint(seconds(1'767'225'600)) + hours(2));  // 2026-01-01 02:00
  EXPECT_EQ(format_iso_utc(reader.read("Dec 31 23:59:59")->time), "2025-12-31T23:59:59.000Z");
  EXPECT_EQ(format_iso_utc(reader.read("Jan  1 01:00:00")->time), "2026-01-01T01:00:00.000Z");
  EXPECT_EQ(format_iso_utc(reader.read("Feb 29 01:00:00")->time), "2024-02-29T01:00:00.000Z");
}

TEST(StampReader, LocalTimesAreOfItsZone) {
  StampReader reader(Zone::shanghai(), kReference);
  EXPECT_EQ(format_iso_utc(reader.read("2026-11-22 13:00:00")->time), "2026-11-22T05:00:00.000Z");
  EXPECT_EQ(format_iso_utc(reader.read("2026-11-22 13:00:00Z")->time), "2026-11-22T13:00:00.000Z");
  EXPECT_EQ(format_iso_utc(reader.read("2026-11-22 13:00:00 - 12 items")->time),
            "2026-11-22T05:00:00.000Z");
}

TEST(StampReader, RefusesWhatIsNoTime) {
  StampReader reader(Zone::utc(), kReference);
  for (const char* text : {"2026-13-01 00:00:00", "2026-02-30 00:00:00", "2026-11-22 25:00:00",
                           "999999 999999", "99/99/99 1:1", "Foo 12 10:00:00", "12345678",
                           "2026-11-22", "1234567890123456789012", "Nov 2", "00000000 000000"}) {
    EXPECT_FALSE(reader.read(text)) << text;
  }
}

}  // namespace
}  // namespace mtc::logs
