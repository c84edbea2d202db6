#include "emulator/emulator.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <set>

#include "base/zone.h"
#include "emulator/emulator_test_exchange.h"

namespace mtc::emulator {
namespace {

TEST(Emulator, ChecksRequestsAsDocumented) {
  EmulatorWorld world;
  EXPECT_EQ(world.code("Nonsense", Json::object()), "InvalidAction");
  EXPECT_EQ(world.code("DescribeTopics", {{"Nonsense", 1}}), "UnknownParameter");
  EXPECT_EQ(world.code("DescribeTopics", {{"Limit", "5"}}), "InvalidParameter");
  EXPECT_EQ(world.code("DescribeTopics", {{"Limit", 101}}), "InvalidParameterValue");
  EXPECT_EQ(world.code("DescribeTopics", {{"Filters", {{{"Key", "topicName"}}}}}),
            "MissingParameter");
  EXPECT_EQ(world.code("DescribeTopics", {{"Filters", {{{"Key", "nosuch"}, {"Values", {"x"}}}}}}),
            "InvalidParameterValue");
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

TEST(Emulator, ChecksWhatIsMadeAsDocumented) {
  EmulatorWorld world;
  const Json tag{{"Key", "k"}, {"Value", "v"}};
  EXPECT_EQ(world.code("CreateLogset", {{"LogsetName", "s"}, {"Tags", Json(11, tag)}}),
            "InvalidParameterValue");
  const auto logset = string_or(
      world.call("CreateLogset", {{"LogsetName", "s"}, {"Tags", Json(10, tag)}}), "LogsetId");
  const Json topic{{"LogsetId", logset}, {"TopicName", "t"}};
  const auto made_with = [&](const Json& more) {
    Json body = topic;
    body.update(more);
    return world.code("CreateTopic", body);
  };
  EXPECT_EQ(made_with({{"Tags", Json(11, tag)}}), "InvalidParameterValue");
  EXPECT_EQ(made_with({{"HotPeriod", 6}}), "InvalidParameterValue");
  EXPECT_EQ(made_with({{"HotPeriod", 30}, {"Period", 30}}), "InvalidParameterValue");
  EXPECT_EQ(made_with({{"BizType", 2}}), "InvalidParameterValue");
  EXPECT_EQ(made_with({{"StorageType", "cold"}, {"Period", 6}}), "InvalidParameterValue");
  EXPECT_EQ(made_with({{"HotPeriod", 7}, {"Period", 30}}), "");
  EXPECT_EQ(made_with(Json::object()), "InvalidParameter.TopicConflict");
}

TEST(Emulator, TakesNullForAbsent) {
  EmulatorWorld world;
  world.fill(3);
  EXPECT_EQ(world.code("CreateIndex", {{"TopicId", world.topic}, {"Rule", nullptr}}),
            "MissingParameter");
  EXPECT_EQ(world.code("DescribeLogHistogram", {{"TopicId", world.topic},
                                                {"From", kTestTime},
                                                {"To", kTestTime + 100'000},
                                                {"Query", ""},
                                                {"Interval", nullptr},
                                                {"SyntaxRule", nullptr}}),
            "");
}

TEST(Emulator, CountsRequestsOfKnownActionsByName) {
  EmulatorWorld world;
  for (int i = 0; i < 5; ++i) world.code("Nonsense" + std::to_string(i), Json::object());
  EXPECT_EQ(world.emulator.requests("unknown"), 5);
  EXPECT_EQ(world.emulator.requests("Nonsense0"), 0);
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
  EXPECT_EQ(world.code("SearchLog", world.search({{"QueryString", query}, {"Limit", 5000}})), "")
      << "Limit is of raw logs";
  EXPECT_EQ(world.code("SearchLog", world.search({{"Limit", 5000}})), "InvalidParameterValue");
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
  world.emulator.set_faults({.garbage = 1});
  auto garbage = world.exchange("DescribeLogsets", "{}");
  run(world.emulator.handle(garbage));
  EXPECT_TRUE(garbage.answer.body.contains("not JSON"));
  world.emulator.set_faults({.drops = 1});
  auto dropped = world.exchange("DescribeLogsets", "{}");
  EXPECT_THROW(run(world.emulator.handle(dropped)), std::runtime_error);
  EXPECT_TRUE(dropped.streamed);
}

// How many of sixteen queries at once are refused. They are of one topic each, or of two topics,
// one of which they all have in common.
int refused_of_sixteen(EmulatorWorld& world, bool two_topics) {
  world.emulator.set_faults({.delay_ms = 50});
  asio::io_context loop(1);
  std::vector<std::unique_ptr<FakeExchange>> exchanges;
  for (int i = 0; i < 16; ++i) {
    auto body = world.search({});
    if (two_topics) {
      body.erase("TopicId");
      body["Topics"] = {{{"TopicId", world.topic}}, {{"TopicId", "other-" + std::to_string(i)}}};
    }
    exchanges.push_back(
        std::make_unique<FakeExchange>(world.exchange("SearchLog", dump_json(body))));
    asio::co_spawn(loop, world.emulator.handle(*exchanges.back()), asio::detached);
  }
  loop.run();
  world.emulator.set_faults({});
  return static_cast<int>(std::ranges::count_if(exchanges, [](const auto& one) {
    return one->answer.body.contains("LimitExceeded.LogSearch");
  }));
}

TEST(Emulator, RefusesASixteenthQueryAtOnce) {
  EmulatorWorld world;
  world.fill(1);
  EXPECT_EQ(refused_of_sixteen(world, false), 1);
  EXPECT_EQ(world.code("SearchLog", world.search({})), "") << "the slots are free again";
  EXPECT_EQ(refused_of_sixteen(world, true), 1);
}

TEST(Emulator, LetsQueriesOfDifferentTopicsPass) {
  EmulatorWorld world({.concurrent_searches = 1});
  world.emulator.set_faults({.delay_ms = 50});
  asio::io_context loop(1);
  std::vector<std::unique_ptr<FakeExchange>> exchanges;
  for (int i = 0; i < 3; ++i) {
    world.topic = "";
    auto body = world.search({});
    body.erase("TopicId");
    body["Topics"] = Json::array({{{"TopicId", "t" + std::to_string(i)}}});
    exchanges.push_back(
        std::make_unique<FakeExchange>(world.exchange("SearchLog", dump_json(body))));
    asio::co_spawn(loop, world.emulator.handle(*exchanges.back()), asio::detached);
  }
  loop.run();
  for (const auto& one : exchanges) EXPECT_FALSE(one->answer.body.contains("LimitExceeded"));
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

}  // namespace
}  // namespace mtc::emulator
