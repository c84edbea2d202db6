#include "emulator/emulator.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/encoding.h"
#include "base/text.h"
#include "base/zone.h"
#include "emulator/demo_night.h"
#include "emulator/emulator_test_world.h"
#include "emulator/ingest_file.h"
#include "emulator/signing_vectors_for_test.h"
#include "infra/crypto/sha256.h"
#include "infra/loop/run.h"

namespace mtc::emulator {
namespace {

// An exchange without a network.
struct FakeExchange final : HttpExchange {
  HttpRequest asked;
  HttpResponse answer;
  bool streamed = false;
  const HttpRequest& request() const override { return asked; }
  Async<> respond(HttpResponse response) override {
    answer = std::move(response);
    co_return;
  }
  Async<> begin_stream(int status, HttpHeaders headers) override {
    streamed = true;
    answer = {.status = status, .headers = std::move(headers)};
    co_return;
  }
  Async<> write(std::string chunk) override {
    answer.body += chunk;
    co_return;
  }
  Async<> finish() override { co_return; }
  bool gone() const override { return false; }
};

struct EmulatorWorld {
  FakeClock clock{};
  SeededRandom random{11};
  Emulator emulator;
  std::string region = "ap-guangzhou", version = "2020-10-16", topic;

  explicit EmulatorWorld(EmulatorOptions options = {})
      : emulator((clock.time = TimePoint(Millis(kTestTime)), std::move(options)), clock, random) {}

  FakeExchange exchange(std::string_view action, std::string body) const {
    const auto& account = emulator.options().accounts.front();
    const auto seconds =
        std::chrono::floor<std::chrono::seconds>(clock.time).time_since_epoch().count();
    const auto date = format_day(Zone::utc().day_of(clock.time));
    const auto canonical =
        "POST\n/\n\ncontent-type:application/"
        "json\nhost:cls.tencentcloudapi.com\n\ncontent-type;host\n" +
        to_hex(sha256(body));
    const auto text = fmt::format("TC3-HMAC-SHA256\n{}\n{}/cls/tc3_request\n{}", seconds, date,
                                  to_hex(sha256(canonical)));
    const auto key = hmac_sha256(hmac_sha256(hmac_sha256("TC3" + account.secret_key, date), "cls"),
                                 "tc3_request");
    FakeExchange out;
    out.asked = {
        .method = "POST", .path = "/", .body = std::move(body), .peer_address = "127.0.0.1"};
    out.asked.headers = {
        {"Host", "cls.tencentcloudapi.com"},
        {"Content-Type", "application/json"},
        {"X-TC-Action", std::string(action)},
        {"X-TC-Version", version},
        {"X-TC-Timestamp", std::to_string(seconds)},
        {"X-TC-Region", region},
        {"Authorization", fmt::format("TC3-HMAC-SHA256 Credential={}/{}/cls/tc3_request, "
                                      "SignedHeaders=content-type;host, Signature={}",
                                      account.secret_id, date, to_hex(hmac_sha256(key, text)))}};
    return out;
  }

  Json call(std::string_view action, const Json& body) {
    auto one = exchange(action, dump_json(body));
    run(emulator.handle(one));
    EXPECT_EQ(one.answer.status, 200);
    auto json = parse_json(one.answer.body);
    EXPECT_TRUE(json) << one.answer.body;
    return json ? (*json)["Response"] : Json::object();
  }
  std::string code(std::string_view action, const Json& body) {
    const auto response = call(action, body);
    EXPECT_FALSE(string_or(response, "RequestId").empty());
    return response.contains("Error") ? string_or(response["Error"], "Code") : "";
  }

  // A topic with so many logs, a second apart.
  void fill(int logs) {
    const auto logset = string_or(call("CreateLogset", {{"LogsetName", "s"}}), "LogsetId");
    topic = string_or(call("CreateTopic", {{"LogsetId", logset}, {"TopicName", "t"}}), "TopicId");
    auto index = *parse_json(kTestIndex);
    index["TopicId"] = topic;
    EXPECT_EQ(code("CreateIndex", index), "");
    const Topic* stored = *emulator.cloud().topic(
        {.uin = emulator.options().accounts.front().uin, .region = region}, topic);
    LogWriter writer(*stored->table);
    const int stream = stored->table->stream({.source = "s"});
    for (int i = 0; i < logs; ++i) {
      const auto number = std::to_string(i);
      writer.add({.stream = stream, .group = 1, .index = i}, kTestTime + i / 3 * 1000,
                 {{"level", i % 2 == 0 ? "INFO" : "ERROR"}, {"status", number}});
    }
    writer.commit();
  }
  Json search(Json more) const {
    Json out{{"TopicId", topic},
             {"From", kTestTime},
             {"To", kTestTime + 86'400'000},
             {"QueryString", "*"},
             {"QuerySyntax", 1}};
    if (more.is_object()) out.update(more);
    return out;
  }
};

TEST(Emulator, ChecksRequestsAsDocumented) {
  EmulatorWorld world;
  EXPECT_EQ(world.code("Nonsense", Json::object()), "InvalidAction");
  EXPECT_EQ(world.code("DescribeTopics", {{"Nonsense", 1}}), "UnknownParameter");
  EXPECT_EQ(world.code("DescribeTopics", {{"Limit", "5"}}), "InvalidParameter");
  EXPECT_EQ(world.code("DescribeTopics", {{"Limit", 101}}), "InvalidParameterValue");
  EXPECT_EQ(world.code("DescribeTopics", {{"Filters", {{{"Key", "topicName"}}}}}),
            "MissingParameter");
  EXPECT_EQ(world.code("DescribeTopics", {{"Filters", {{{"Key", "nosuch"}, {"Values", {"x"}}}}}}),
            "");
  EXPECT_EQ(world.code("SearchLog", {{"From", 1}}), "MissingParameter");
  EXPECT_EQ(world.code("DescribeIndex", {{"TopicId", "none"}}), "ResourceNotFound.TopicNotExist");
  auto broken = world.exchange("DescribeTopics", "{");
  run(world.emulator.handle(broken));
  EXPECT_NE(broken.answer.body.find("InvalidRequest"), std::string::npos);
  world.region = "mars";
  EXPECT_EQ(world.code("DescribeTopics", Json::object()), "UnsupportedRegion");
  world.region = "";
  EXPECT_EQ(world.code("DescribeTopics", Json::object()), "MissingParameter");
  world.region = "ap-guangzhou";
  world.version = "1999-01-01";
  EXPECT_EQ(world.code("DescribeTopics", Json::object()), "NoSuchVersion");
}

TEST(Emulator, LimitsRequestsOfOneSecond) {
  EmulatorWorld world;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(world.code("DescribeLogsets", Json::object()), "");
  EXPECT_EQ(world.code("DescribeLogsets", Json::object()), "RequestLimitExceeded");
  EXPECT_EQ(world.code("DescribeTopics", Json::object()), "") << "each action has its own limit";
  world.clock.time += Millis(1000);
  EXPECT_EQ(world.code("DescribeLogsets", Json::object()), "");
}

TEST(Emulator, SpeaksTheLanguageThatWasAskedFor) {
  EmulatorWorld world;
  auto one = world.exchange("Nonsense", "{}");
  one.asked.headers.emplace_back("X-TC-Language", "zh-CN");
  run(world.emulator.handle(one));
  EXPECT_NE(one.answer.body.find("接口不存在"), std::string::npos);
}

TEST(Emulator, PagesThroughEverythingOnce) {
  EmulatorWorld world;
  world.fill(2500);
  for (const std::string sort : {"asc", "desc"}) {
    SCOPED_TRACE(sort);
    std::set<std::string> seen;
    std::string context;
    int pages = 0;
    std::int64_t last = sort == "asc" ? 0 : INT64_MAX;
    for (bool over = false; !over && pages < 10; ++pages) {
      const auto page = world.call(
          "SearchLog", world.search({{"Limit", 1000}, {"Sort", sort}, {"Context", context}}));
      for (const auto& log : array_or_empty(page, "Results")) {
        EXPECT_TRUE(
            seen.insert(string_or(*parse_json(string_or(log, "LogJson")), "status")).second);
        const auto time = integer_or(log, "Time");
        EXPECT_TRUE(sort == "asc" ? time >= last : time <= last);
        last = time;
      }
      over = bool_or(page, "ListOver");
      context = string_or(page, "Context");
    }
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(seen.size(), 2500U);
  }
}

TEST(Emulator, GuardsItsPagingContexts) {
  EmulatorWorld world;
  world.fill(50);
  const auto context = string_or(world.call("SearchLog", world.search({{"Limit", 10}})), "Context");
  EXPECT_EQ(world.code("SearchLog", world.search({{"Limit", 10}, {"Context", context}})), "");
  EXPECT_EQ(
      world.code("SearchLog", world.search({{"QueryString", "level:INFO"}, {"Context", context}})),
      "FailedOperation.InvalidContext");
  EXPECT_EQ(world.code("SearchLog", world.search({{"Sort", "asc"}, {"Context", context}})),
            "FailedOperation.InvalidContext");
  EXPECT_EQ(world.code("SearchLog", world.search({{"Context", "bm9uZQ=="}})),
            "FailedOperation.InvalidContext");
  EXPECT_EQ(world.code("SearchLog", world.search({{"Context", context}, {"Offset", 5}})),
            "InvalidParameter");
  world.emulator.set_faults({.expired_contexts = true});
  EXPECT_EQ(world.code("SearchLog", world.search({{"Context", context}})),
            "FailedOperation.InvalidContext");
  world.emulator.set_faults({});
  world.clock.time += std::chrono::hours(1);
  EXPECT_EQ(world.code("SearchLog", world.search({{"Context", context}})), "");
  world.clock.time += Millis(1);
  EXPECT_EQ(world.code("SearchLog", world.search({{"Context", context}})),
            "FailedOperation.InvalidContext");
}

TEST(Emulator, HandsOutTenThousandLogsByContextAndNoMore) {
  EmulatorWorld world;
  world.fill(10'500);
  std::string context;
  std::size_t seen = 0;
  for (int page = 0; page < 11; ++page) {
    const auto answer =
        world.call("SearchLog", world.search({{"Limit", 950}, {"Context", context}}));
    seen += array_or_empty(answer, "Results").size();
    EXPECT_FALSE(bool_or(answer, "ListOver", true));
    context = string_or(answer, "Context");
  }
  EXPECT_EQ(seen, 10'000U);
  EXPECT_EQ(world.code("SearchLog", world.search({{"Context", context}})),
            "FailedOperation.GetlogReachLimit");
}

TEST(Emulator, CountsBucketsThatAddUp) {
  EmulatorWorld world;
  world.fill(300);
  const Json request{{"TopicId", world.topic}, {"From", kTestTime}, {"To", kTestTime + 100'000},
                     {"Query", "level:ERROR"}, {"SyntaxRule", 1},   {"Interval", 30'000}};
  const auto answer = world.call("DescribeLogHistogram", request);
  EXPECT_EQ(integer_or(answer, "TotalCount"), 150);
  std::vector<std::int64_t> counts;
  for (const auto& info : answer["HistogramInfos"]) counts.push_back(integer_or(info, "Count"));
  EXPECT_EQ(counts, (std::vector<std::int64_t>{45, 45, 45, 15}));
  Json narrow = request;
  narrow["Interval"] = 10;
  EXPECT_EQ(world.code("DescribeLogHistogram", narrow), "InvalidParameterValue");
}

TEST(Emulator, ShowsTheNeighboursOfALog) {
  EmulatorWorld world;
  world.fill(30);
  const auto page = world.call("SearchLog", world.search({{"QueryString", "status:10"}}));
  const auto& log = page["Results"][0];
  const auto time =
      format_civil(TimePoint(Millis(integer_or(log, "Time"))), Zone::shanghai()) + ".000";
  const Json request{{"TopicId", world.topic}, {"BTime", time},
                     {"PkgId", log["PkgId"]},  {"PkgLogId", std::stoll(string_or(log, "PkgLogId"))},
                     {"PrevLogs", 2},          {"NextLogs", 100}};
  const auto answer = world.call("DescribeLogContext", request);
  std::string order;
  for (const auto& one : answer["LogContextInfos"])
    order += string_or(*parse_json(string_or(one, "Content")), "status") + " ";
  EXPECT_TRUE(order.starts_with("8 9 10 11 ")) << order;
  EXPECT_FALSE(bool_or(answer, "PrevOver", true));
  EXPECT_TRUE(bool_or(answer, "NextOver"));
}

TEST(Emulator, SearchesSeveralTopicsAsOne) {
  EmulatorWorld world;
  world.fill(5);
  Json request =
      world.search({{"Topics", {{{"TopicId", world.topic}}, {{"TopicId", "gone"}}}}, {"Limit", 3}});
  request.erase("TopicId");
  const auto answer = world.call("SearchLog", request);
  EXPECT_EQ(answer["Results"].size(), 3U);
  EXPECT_EQ(string_or(answer["Topics"]["Errors"][0], "ErrorCodeStr"),
            "ResourceNotFound.TopicNotExist");
  request["Topics"] = Json::array(
      {{{"TopicId", world.topic}, {"Context", answer["Topics"]["Infos"][0]["Context"]}}});
  const auto rest = world.call("SearchLog", request);
  EXPECT_EQ(rest["Results"].size(), 2U);
  EXPECT_TRUE(bool_or(rest, "ListOver"));
}

TEST(Emulator, AnswersSqlInBothForms) {
  EmulatorWorld world;
  world.fill(10);
  const auto query = "level:ERROR | select level, count(*) as n group by level";
  const auto fresh =
      world.call("SearchLog", world.search({{"QueryString", query}, {"UseNewAnalysis", true}}));
  EXPECT_EQ(fresh["AnalysisRecords"], Json::array({R"({"level":"ERROR","n":5})"}));
  EXPECT_EQ(string_or(fresh["Columns"][1], "Type"), "bigint");
  Json old = world.search({{"Query", query}, {"SyntaxRule", 1}});
  old.erase("QueryString");
  old.erase("QuerySyntax");
  const auto rows = world.call("SearchLog", old);
  EXPECT_EQ(rows["ColNames"], Json::array({"level", "n"}));
  EXPECT_EQ(rows["AnalysisResults"][0]["Data"][1], Json({{"Key", "n"}, {"Value", "5"}}));
  EXPECT_EQ(world.code("SearchLog", world.search({{"QueryString", "nosuch:1"}})),
            "FailedOperation.SyntaxError");
}

TEST(Emulator, MarksHits) {
  EmulatorWorld world;
  world.fill(2);
  const auto answer =
      world.call("SearchLog", world.search({{"QueryString", "level:ERROR"}, {"HighLight", true}}));
  EXPECT_EQ(
      answer["Results"][0]["HighLights"],
      Json::array({{{"Key", "level"}, {"Values", {"<cls_highlight>ERROR</cls_highlight>"}}}}));
}

TEST(Emulator, FailsOnDemand) {
  EmulatorWorld world;
  world.fill(1);
  world.emulator.set_faults({.action = "SearchLog", .errors = 1});
  EXPECT_EQ(world.code("DescribeLogsets", Json::object()), "");
  EXPECT_EQ(world.code("SearchLog", world.search({})), "InternalError");
  EXPECT_EQ(world.code("SearchLog", world.search({})), "");
  world.emulator.set_faults({.requests_per_second = 0});
  EXPECT_EQ(world.code("SearchLog", world.search({})), "RequestLimitExceeded");
  world.emulator.set_faults({.clock_skew_seconds = 400});
  EXPECT_EQ(world.code("SearchLog", world.search({})), "AuthFailure.SignatureExpire");
  world.emulator.set_faults({.truncated = 1});
  auto half = world.exchange("DescribeLogsets", "{}");
  run(world.emulator.handle(half));
  EXPECT_FALSE(parse_json(half.answer.body));
  world.emulator.set_faults({.drops = 1});
  auto dropped = world.exchange("DescribeLogsets", "{}");
  EXPECT_THROW(run(world.emulator.handle(dropped)), std::runtime_error);
  EXPECT_TRUE(dropped.streamed);
}

TEST(Emulator, RefusesASixteenthQueryAtOnce) {
  EmulatorWorld world;
  world.fill(1);
  world.emulator.set_faults({.delay_ms = 50});
  asio::io_context loop(1);
  std::vector<std::unique_ptr<FakeExchange>> exchanges;
  for (int i = 0; i < 16; ++i) {
    exchanges.push_back(
        std::make_unique<FakeExchange>(world.exchange("SearchLog", dump_json(world.search({})))));
    asio::co_spawn(loop, world.emulator.handle(*exchanges.back()), asio::detached);
  }
  loop.run();
  int refused = 0;
  for (const auto& one : exchanges)
    refused += one->answer.body.find("LimitExceeded.LogSearch") != std::string::npos ? 1 : 0;
  EXPECT_EQ(refused, 1);
  world.emulator.set_faults({});
  EXPECT_EQ(world.code("SearchLog", world.search({})), "") << "the slots are free again";
}

TEST(Emulator, SwitchesFaultsFromThisMachineOnly) {
  EmulatorWorld world;
  FakeExchange one;
  one.asked = {.method = "POST",
               .path = "/_emulator/faults",
               .headers = {{"Host", "127.0.0.1:1"}},
               .body = R"({"errors":3})",
               .peer_address = "127.0.0.1"};
  run(world.emulator.handle(one));
  EXPECT_EQ(world.emulator.faults().errors, 3);
  one.asked.peer_address = "10.0.0.1";
  run(world.emulator.handle(one));
  EXPECT_EQ(one.answer.status, 403);
  one.asked.peer_address = "127.0.0.1";
  one.asked.body = R"({"nonsense":3})";
  run(world.emulator.handle(one));
  EXPECT_EQ(one.answer.status, 400);
}

TEST(Emulator, KeepsItsStateInAFile) {
  const auto file =
      std::filesystem::temp_directory_path() / fmt::format("mtc-emulator-test-{}.db", ::getpid());
  std::string topic;
  {
    EmulatorWorld world({.data_file = file});
    world.fill(10);
    topic = world.topic;
  }
  {
    EmulatorWorld world({.data_file = file});
    world.topic = topic;
    EXPECT_EQ(
        world.call("SearchLog", world.search({{"QueryString", "level:ERROR"}}))["Results"].size(),
        5U);
    EXPECT_EQ(world.call("DescribeTopics", Json::object())["Topics"][0]["Index"], true);
  }
  std::filesystem::remove(file);
}

struct NightWorld {
  FakeClock clock{};
  SeededRandom random{1};
  Emulator emulator{{}, clock, random};
  DemoNight night;
  explicit NightWorld(DemoVolume volume) {
    clock.time = TimePoint(Millis(kTestTime));
    night = load_demo_night(emulator, 42, clock, volume);
  }
  const TopicTable& table() {
    return *emulator.cloud()
                .find_topic({.uin = demo_account().uin, .region = night.region}, night.topic_id)
                ->table;
  }
  std::int64_t count(std::string_view query, std::chrono::minutes from, std::chrono::minutes to) {
    const auto begin = night.day.time_since_epoch().count();
    const auto where =
        compile_condition(*parse_condition(query, QuerySyntax::cql), table(),
                          {begin + Millis(from).count(), begin + Millis(to).count()});
    Statement rows(emulator.cloud().db(),
                   "SELECT count(*) FROM " + table().name() + " WHERE " + where->where.sql);
    rows.bind_all(where->where.binds);
    rows.step();
    return rows.integer(0);
  }
  std::string digest() {
    Statement rows(emulator.cloud().db(), "SELECT id, body FROM " + table().name());
    std::string all;
    while (rows.step())
      all = sha256(all + std::to_string(rows.integer(0)) + std::string(rows.text(1)));
    return to_hex(all);
  }
};

TEST(DemoNight, TellsTheStoryOfTheIncident) {
  using std::chrono::minutes;
  NightWorld world({.days_before = 0});
  const minutes day(1440);
  EXPECT_EQ(format_civil(world.night.day, Zone::shanghai()), "2026-01-01 00:00:00");
  EXPECT_NEAR(static_cast<double>(world.count("*", minutes(0), day)), 120'000, 1000);
  const auto incident = world.count("level:ERROR AND service:payment", minutes(128), minutes(134));
  const auto rest = world.count("level:ERROR AND service:payment", minutes(0), day) - incident;
  const double ratio = static_cast<double>(incident) / 6 / (static_cast<double>(rest) / (1440 - 6));
  EXPECT_GT(ratio, 30);
  EXPECT_LT(ratio, 50);
  EXPECT_LE(world.count("level:ERROR AND service:payment", minutes(100), minutes(128)), 8);
  EXPECT_LE(world.count("level:ERROR AND service:payment", minutes(135), minutes(163)), 8);
  EXPECT_EQ(world.count("message:NullPointerException", minutes(0), minutes(128)), 0);
  EXPECT_GT(world.count("message:NullPointerException", minutes(128), minutes(135)), 3);
  EXPECT_EQ(world.count("message:\"rolling payment back\"", minutes(132), minutes(133)), 1);
  EXPECT_EQ(world.count("message:\"ignore all previous instructions\"", minutes(0), day), 1);
  EXPECT_GT(world.count("message:支付", minutes(0), day), 100);
}

TEST(DemoNight, HasComparableDaysBefore) {
  using std::chrono::minutes;
  const minutes day(1440);
  const DemoVolume small{.lines_per_day = 3000};
  NightWorld world(small);
  for (int d = 0; d <= 8; ++d)
    EXPECT_NEAR(static_cast<double>(world.count("*", -d * day, (1 - d) * day)), 3000, 200) << d;
  EXPECT_EQ(world.count("message:NullPointerException", -8 * day, minutes(0)), 0)
      << "never seen before";
  EXPECT_EQ(world.count("message:\"disk usage\"", -2 * day, day), 3 * 48);
  EXPECT_EQ(world.count("message:\"disk usage\"", -8 * day, -2 * day), 0);
  EXPECT_EQ(NightWorld(small).digest(), world.digest()) << "the same seed, the same logs";
  EXPECT_EQ(load_demo_night(world.emulator, 42, world.clock, small).lines, 0)
      << "it is there already";
  world.clock.time += std::chrono::hours(24);
  EXPECT_GT(load_demo_night(world.emulator, 42, world.clock, small).lines, 0)
      << "the day has moved on";
}

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

TEST(RequestSchemas, ReadsAFlattenedQuery) {
  RequestSchemas schemas;
  schemas.define("Filter", "Key string!, Values string[]!");
  const auto members = parse_members("Filters Filter[], Limit int64, Precise bool");
  const auto body = schemas.from_query(
      "Filters.0.Key=topicName&Filters.0.Values.0=%E6%94%AF%E4%BB%98&Limit=5&Precise=true",
      members);
  ASSERT_TRUE(body);
  EXPECT_EQ(dump_json(*body),
            R"({"Filters":[{"Key":"topicName","Values":["支付"]}],"Limit":5,"Precise":true})");
  EXPECT_TRUE(schemas.check(*body, members));
  EXPECT_EQ(schemas.from_query("Limit=x", members).error().code, "InvalidParameter");
  EXPECT_EQ(schemas.from_query("Filters=x", members).error().code, "InvalidParameter");
  EXPECT_EQ(schemas.from_query("Limit=%zz", members).error().code, "InvalidRequest");
}

}  // namespace
}  // namespace mtc::emulator
