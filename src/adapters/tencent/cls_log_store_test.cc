#include "adapters/tencent/cls_log_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <lz4.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "adapters/tencent/scripted_cloud.h"
#include "cls_log.pb.h"
#include "domain/logs/cql.h"
#include "infra/loop/run.h"

namespace mtc::tencent {
namespace {

using namespace std::chrono_literals;
using logs::Level;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr TimePoint kFrom{1767225600000ms};  // 2026-01-01T00:00Z
constexpr logs::TimeRange kHour{.from = kFrom, .to = kFrom + 1h};
constexpr char kTopic[] = "11111111-2222-3333-4444-555555555555";

OutboundResponse answer(const Json& members) {
  Json response = members;
  response["RequestId"] = "req-1";
  return {.status = 200, .headers = {}, .body = Json{{"Response", response}}.dump()};
}
OutboundResponse refusal(std::string_view code) {
  return answer(Json{{"Error", {{"Code", code}, {"Message", "no"}}}});
}

Json log_info(std::int64_t index, std::string_view message = "支付超时") {
  return {{"Time", kFrom.time_since_epoch().count() + index},
          {"TopicId", kTopic},
          {"Source", "10.0.0.8"},
          {"HostName", "node-1"},
          {"PkgId", "6A5E1F0B7C3D2E19-41"},
          {"PkgLogId", std::to_string(index)},
          {"LogJson", Json{{"level", "ERROR"}, {"service", "pay"}, {"message", message}}.dump()},
          {"RawLog", ""}};
}

struct World : ScriptedCloud {
  ClsLogStore store{client, random, "ap-guangzhou"};
};

TEST(ClsLogStore, SearchesWithAnExplicitSyntaxAndReadsTheLines) {
  World world;
  world.http.respond([](const OutboundRequest&) {
    return answer({{"Context", ""},
                   {"ListOver", true},
                   {"Analysis", false},
                   {"Results", {log_info(5), log_info(4)}}});
  });
  const auto result = run(world.store.search(
      {.topic_id = kTopic, .range = kHour, .condition = "level:ERROR", .limit = 20}));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->complete);
  ASSERT_EQ(result->lines.size(), 2U);
  const auto& line = result->lines[0];
  EXPECT_EQ(line.time, kFrom + 5ms);
  EXPECT_EQ(line.level, Level::error);
  EXPECT_EQ(line.service, "pay");
  EXPECT_EQ(line.message, "支付超时");
  EXPECT_EQ(line.source, "node-1");
  EXPECT_EQ(line.topic_id, kTopic);
  EXPECT_EQ(line.package_id, "6A5E1F0B7C3D2E19-41");
  EXPECT_EQ(line.package_log_id, "5");
  EXPECT_EQ(world.body(0), (Json{{"TopicId", kTopic},
                                 {"From", 1767225600000},
                                 {"To", 1767229200000},
                                 {"QueryString", "level:ERROR"},
                                 {"QuerySyntax", 1},
                                 {"Sort", "desc"},
                                 {"Limit", 20},
                                 {"UseNewAnalysis", true}}));
}

// A topic of so many lines, page by page, with an opaque context.
void serve_pages(World& world, std::int64_t total) {
  world.http.otherwise([total](const OutboundRequest& request) {
    const Json body = *parse_json(request.body);
    const std::string context = string_or(body, "Context", "0");
    const std::int64_t from = std::stoll(context);
    const std::int64_t to = std::min(total, from + integer_or(body, "Limit", 100));
    Json results = Json::array();
    for (std::int64_t i = from; i < to; ++i) results.push_back(log_info(i));
    return answer({{"Context", std::to_string(to)},
                   {"ListOver", to == total},
                   {"Results", std::move(results)}});
  });
}

TEST(ClsLogStore, ReadsPageAfterPage) {
  const struct {
    std::int64_t total, limit;
    std::size_t lines, requests;
    bool complete;
  } cases[] = {
      {0, 100, 0, 1, true},
      {50, 100, 50, 1, true},
      {100, 100, 100, 1, true},
      {101, 100, 100, 1, false},
      {2500, 2500, 2500, 3, true},
      {2501, 2500, 2500, 3, false},
      {1501, 1501, 1501, 2, true},
      {2000, 1501, 1501, 2, false},
      {20'000, 50'000, 10'000, 10, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::to_string(c.total) + " lines, limit " + std::to_string(c.limit));
    World world;
    serve_pages(world, c.total);
    const auto result = run(world.store.search(
        {.topic_id = kTopic, .range = kHour, .limit = c.limit, .newest_first = false}));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->lines.size(), c.lines);
    EXPECT_EQ(result->complete, c.complete);
    ASSERT_EQ(world.http.requests.size(), c.requests);
    for (std::size_t i = 0; i < result->lines.size(); ++i)
      ASSERT_EQ(result->lines[i].package_log_id, std::to_string(i));
    for (std::size_t i = 1; i < c.requests; ++i) {  // everything but the context stays the same
      Json body = world.body(i);
      EXPECT_TRUE(body.contains("Context"));
      body.erase("Context");
      EXPECT_EQ(body, world.body(0));
    }
  }
}

TEST(ClsLogStore, EndsWhenThePagesStopComing) {
  World world;
  world.http.otherwise([](const OutboundRequest&) {
    return answer({{"Context", "again"}, {"ListOver", false}, {"Results", nullptr}});
  });
  const auto result = run(world.store.search({.topic_id = kTopic, .range = kHour, .limit = 5000}));
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->lines.empty());
  EXPECT_FALSE(result->complete);
  EXPECT_EQ(world.http.requests.size(), 1U);
}

TEST(ClsLogStore, LeavesOutALineAtTheEndOfTheRange) {
  World world;
  world.http.respond([](const OutboundRequest&) {
    return answer({{"Context", ""},
                   {"ListOver", true},
                   {"Results", {log_info(3'600'000), log_info(3'599'999)}}});
  });
  const auto result = run(world.store.search({.topic_id = kTopic, .range = kHour}));
  ASSERT_TRUE(result);
  ASSERT_EQ(result->lines.size(), 1U);
  EXPECT_EQ(result->lines[0].time, kHour.to - 1ms);
}

TEST(ClsLogStore, RefusesWhatCannotBeAsked) {
  World world;
  const auto code = [&world](logs::Search search) {
    return run(world.store.search(std::move(search))).error().code;
  };
  EXPECT_EQ(code({.topic_id = kTopic, .range = {kFrom, kFrom}}), Errc::invalid_argument);
  EXPECT_EQ(code({.topic_id = kTopic, .range = {kFrom, kFrom - 1h}}), Errc::invalid_argument);
  EXPECT_EQ(code({.topic_id = kTopic, .range = {TimePoint(-1h), kFrom}}), Errc::invalid_argument);
  EXPECT_EQ(code({.topic_id = kTopic, .range = kHour, .limit = 0}), Errc::invalid_argument);
  EXPECT_EQ(code({.topic_id = kTopic, .range = kHour, .condition = "* | select 1"}),
            Errc::invalid_argument);
  EXPECT_EQ(code({.topic_id = kTopic, .range = kHour, .condition = std::string(13'000, 'a')}),
            Errc::invalid_argument);
  EXPECT_TRUE(world.http.requests.empty());
}

TEST(ClsLogStore, PassesFailuresOnWithTheirMeaning) {
  const struct {
    const char* code;
    Errc errc;
  } cases[] = {{"ResourceNotFound.TopicNotExist", Errc::not_found},
               {"OperationDenied.ACLFailed", Errc::denied},
               {"FailedOperation.SyntaxError", Errc::invalid_argument},
               {"FailedOperation.InvalidContext", Errc::invalid_argument},
               {"LimitExceeded.LogSearch", Errc::rate_limited}};
  for (const auto& c : cases) {
    World world;
    world.http.otherwise([&c](const OutboundRequest&) { return refusal(c.code); });
    const auto result = run(world.store.search({.topic_id = kTopic, .range = kHour}));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, c.errc);
    EXPECT_EQ(result.error().vendor_code, c.code);
    EXPECT_THAT(result.error().message, HasSubstr("SearchLog in ap-guangzhou"));
  }
}

TEST(ClsLogStore, CallsWrongTypesUnavailable) {
  const Json cases[] = {{{"Results", "no"}},
                        {{"Results", {1}}},
                        {{"Results", {{{"LogJson", "{}"}}}}},
                        {{"Results", {{{"Time", "soon"}, {"LogJson", "{}"}}}}}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.dump());
    World world;
    world.http.otherwise([&c](const OutboundRequest&) { return answer(c); });
    const auto result = run(world.store.search({.topic_id = kTopic, .range = kHour}));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Errc::unavailable);
  }
}

TEST(ClsLogStore, AtMostTwelveSearchesOfATopicRunAtATime) {
  World world;
  for (int i = 0; i < 20; ++i) {
    world.http.hang_then(
        [](const OutboundRequest&) { return answer({{"ListOver", true}, {"Results", nullptr}}); });
  }
  asio::io_context loop;
  int done = 0;
  for (int i = 0; i < 20; ++i) {
    asio::co_spawn(loop, world.store.search({.topic_id = kTopic, .range = kHour}),
                   [&](const std::exception_ptr&, auto result) { done += result ? 1 : 0; });
  }
  loop.poll();
  EXPECT_EQ(world.http.hanging(), 12U);
  while (done < 20) {
    world.http.release();
    loop.restart();
    loop.poll();
  }
  EXPECT_EQ(world.http.requests.size(), 20U);
}

TEST(ClsLogStore, ReadsTheNewFormOfAnalysis) {
  World world;
  world.http.respond([](const OutboundRequest&) {
    return answer(
        {{"Analysis", true},
         {"ColNames", nullptr},
         {"AnalysisResults", nullptr},
         {"AnalysisRecords",
          {R"({"service":"pay","cnt":42})", R"({"cnt":"7","service":"404"})",
           R"({"service":null})"}},
         {"Columns",
          {{{"Name", "service"}, {"Type", "varchar"}}, {{"Name", "cnt"}, {"Type", "bigint"}}}}});
  });
  const auto table = run(world.store.analyze(kTopic, kHour, "level:ERROR",
                                             "select service, count(*) as cnt group by service;"));
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_THAT(table->columns, ElementsAre("service", "cnt"));
  EXPECT_EQ(Json(table->rows), (Json{{"pay", 42}, {"404", 7}, {nullptr, nullptr}}));
  EXPECT_EQ(world.body(0)["QueryString"],
            "level:ERROR | select service, count(*) as cnt group by service");
  EXPECT_EQ(world.body(0)["QuerySyntax"], 1);
  EXPECT_EQ(world.body(0)["UseNewAnalysis"], true);
}

TEST(ClsLogStore, ReadsTheOldFormOfAnalysis) {
  World world;
  world.http.respond([](const OutboundRequest&) {
    return answer(
        {{"Analysis", true},
         {"ColNames", {"service", "cnt"}},
         {"AnalysisResults",
          {{{"Data", {{{"Key", "service"}, {"Value", "pay"}}, {{"Key", "cnt"}, {"Value", "42"}}}}},
           {{"Data",
             {{{"Key", "cnt"}, {"Value", "0.5"}}, {{"Key", "service"}, {"Value", "007"}}}}}}},
         {"AnalysisRecords", Json::array()},
         {"Columns", nullptr}});
  });
  const auto table = run(world.store.analyze(kTopic, kHour, "", "select 1"));
  ASSERT_TRUE(table);
  EXPECT_EQ(Json(table->rows), Json::array({Json::array({"pay", 42}), Json::array({"007", 0.5})}));
  EXPECT_EQ(world.body(0)["QueryString"], "* | select 1");
}

TEST(ClsLogStore, AnAnalysisWithoutRowsIsAnEmptyTable) {
  World world;
  world.http.otherwise([](const OutboundRequest&) {
    return answer({{"Analysis", true},
                   {"AnalysisRecords", nullptr},
                   {"AnalysisResults", nullptr},
                   {"Columns", nullptr}});
  });
  const auto table = run(world.store.analyze(kTopic, kHour, "*", "select 1"));
  ASSERT_TRUE(table);
  EXPECT_TRUE(table->rows.empty());
}

// Counts one line a minute, in buckets as the service makes them.
void serve_histogram(World& world) {
  world.http.otherwise([](const OutboundRequest& request) {
    const Json body = *parse_json(request.body);
    const std::int64_t from = integer_or(body, "From");
    const std::int64_t to = integer_or(body, "To");
    const std::int64_t width = integer_or(body, "Interval");
    EXPECT_LE((to - from) / width, 200);
    EXPECT_EQ(integer_or(body, "SyntaxRule"), 1);
    std::map<std::int64_t, std::int64_t> counts;
    for (std::int64_t at = from / width * width; at < to; at += width) counts[at] = 0;
    std::int64_t total = 0;
    for (std::int64_t minute = (from + 59'999) / 60'000 * 60'000; minute < to; minute += 60'000) {
      ++counts[minute / width * width];
      ++total;
    }
    Json infos = Json::array();
    for (const auto& [at, count] : counts) infos.push_back({{"BTime", at}, {"Count", count}});
    return answer({{"Interval", width}, {"TotalCount", total}, {"HistogramInfos", infos}});
  });
}

TEST(ClsLogStore, CountsInAnyIntervalHoweverManyRequestsItTakes) {
  const struct {
    Millis length, interval;
    std::size_t requests;
    Millis used;
  } cases[] = {
      {1h, 1min, 1, 1min},   {24h, 15min, 1, 15min},     {24h, 1min, 8, 1min},
      {24h, 0min, 1, 10min}, {24h * 30, 1min, 0, 15min}, {90s, 0min, 1, 1s},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::to_string(c.length.count()) + " ms by " + std::to_string(c.interval.count()));
    World world;
    serve_histogram(world);
    const logs::TimeRange range{.from = kFrom + 30s, .to = kFrom + 30s + c.length};
    const auto histogram = run(world.store.histogram(kTopic, range, "*", c.interval));
    ASSERT_TRUE(histogram) << histogram.error().message;
    EXPECT_EQ(histogram->interval, c.used);
    if (c.requests != 0) {
      EXPECT_EQ(world.http.requests.size(), c.requests);
    }
    EXPECT_LE(world.http.requests.size(), 21U);
    std::int64_t sum = 0;
    TimePoint last{};
    for (const auto& bucket : histogram->buckets) {
      EXPECT_GT(bucket.begin, last);
      last = bucket.begin;
      sum += bucket.count;
    }
    EXPECT_EQ(sum, histogram->total);
    EXPECT_EQ(histogram->total, c.length / 1min);
  }
}

// A stream of 1,000 lines; the answer holds the asked line itself or not.
void serve_context(World& world, bool includes_itself) {
  world.http.otherwise([includes_itself](const OutboundRequest& request) {
    const Json body = *parse_json(request.body);
    const std::int64_t own = integer_or(body, "PkgLogId");
    const std::int64_t from = std::max<std::int64_t>(0, own - integer_or(body, "PrevLogs"));
    const std::int64_t to = std::min<std::int64_t>(999, own + integer_or(body, "NextLogs"));
    EXPECT_LE(own - from, 100);
    EXPECT_LE(to - own, 100);
    Json infos = Json::array();
    for (std::int64_t i = from; i <= to; ++i) {
      if (i == own && !includes_itself) continue;
      infos.push_back({{"BTime", kFrom.time_since_epoch().count() + i / 3},
                       {"PkgId", "P-1"},
                       {"PkgLogId", i},
                       {"Source", "10.0.0.8"},
                       {"Content", Json{{"message", "line " + std::to_string(i)}}.dump()}});
    }
    return answer({{"LogContextInfos", infos}, {"PrevOver", from == 0}, {"NextOver", to == 999}});
  });
}

TEST(ClsLogStore, ShowsTheLinesAroundALine) {
  const struct {
    std::int64_t own;
    int before, after;
    std::int64_t first, last;
    std::size_t requests;
  } cases[] = {
      {500, 10, 10, 490, 510, 1},  {500, 0, 0, 500, 500, 1},    {500, 0, 3, 500, 503, 1},
      {500, 250, 10, 250, 510, 3}, {500, 10, 250, 490, 750, 3}, {5, 10, 10, 0, 15, 1},
      {995, 10, 10, 985, 999, 1},  {150, 300, 0, 0, 150, 2},
  };
  for (const bool includes_itself : {true, false}) {
    for (const auto& c : cases) {
      SCOPED_TRACE(std::to_string(c.own) + " -" + std::to_string(c.before) + " +" +
                   std::to_string(c.after));
      World world;
      serve_context(world, includes_itself);
      logs::LogRecord line{.time = kFrom + Millis{c.own / 3},
                           .message = "line " + std::to_string(c.own),
                           .topic_id = kTopic,
                           .package_id = "P-1",
                           .package_log_id = std::to_string(c.own)};
      const auto lines = run(world.store.context(line, c.before, c.after));
      ASSERT_TRUE(lines) << lines.error().message;
      std::vector<std::string> got;
      for (const auto& l : *lines) got.push_back(l.package_log_id);
      // Without the line itself and with equal times its place among its neighbours is only known
      // by time.
      if (!includes_itself)
        std::ranges::sort(got, {}, [](const auto& id) { return std::stoll(id); });
      std::vector<std::string> expected;
      if (includes_itself) {
        for (std::int64_t i = c.first; i <= c.last; ++i) expected.push_back(std::to_string(i));
        EXPECT_EQ(got, expected);
        EXPECT_EQ(world.http.requests.size(), c.requests);
      } else {
        EXPECT_EQ(std::ranges::count(got, std::to_string(c.own)), 1);
      }
    }
  }
}

TEST(ClsLogStore, AsksForContextInTheTimeOfTheService) {
  World world;
  serve_context(world, true);
  const logs::LogRecord line{.time = kFrom + 1h + 7ms,
                             .topic_id = kTopic,
                             .package_id = "P-1",
                             .package_log_id = "18446744073709551615"};
  EXPECT_TRUE(run(world.store.context(line, 1, 1)));
  EXPECT_EQ(world.body(0)["BTime"], "2026-01-01 09:00:00.007");
  EXPECT_EQ(world.body(0)["PkgLogId"], 18446744073709551615ULL);
}

TEST(ClsLogStore, SaysWhenALineHasNoAddress) {
  World world;
  for (const char* id : {"", "x", "1x", "-1", "99999999999999999999999"}) {
    const auto lines = run(
        world.store.context({.topic_id = kTopic, .package_id = "P", .package_log_id = id}, 1, 1));
    ASSERT_FALSE(lines) << id;
    EXPECT_EQ(lines.error().code, Errc::invalid_argument);
  }
  EXPECT_TRUE(world.http.requests.empty());
}

TEST(ClsLogStore, ListsAllTopicsAndLogsetsPageByPageAndRemembersThem) {
  World world;
  world.http.otherwise([](const OutboundRequest& request) {
    const Json body = *parse_json(request.body);
    const bool topics = find_header(request.headers, "X-TC-Action") == "DescribeTopics";
    Json items = Json::array();
    for (std::int64_t i = integer_or(body, "Offset");
         i < std::min<std::int64_t>(250, integer_or(body, "Offset") + 100); ++i) {
      const std::string id = std::to_string(i);
      items.push_back(topics
                          ? Json{{"TopicId", id},
                                 {"TopicName", "name " + id},
                                 {"LogsetId", "s"},
                                 {"Index", i % 2 == 0}}
                          : Json{{"LogsetId", id}, {"LogsetName", "set " + id}, {"TopicCount", 3}});
    }
    return answer({{"TotalCount", 250}, {topics ? "Topics" : "Logsets", items}});
  });
  const auto topics = run(world.store.topics());
  ASSERT_TRUE(topics) << topics.error().message;
  ASSERT_EQ(topics->size(), 250U);
  EXPECT_EQ((*topics)[249].name, "name 249");
  EXPECT_EQ((*topics)[249].region, "ap-guangzhou");
  EXPECT_TRUE((*topics)[0].indexed);
  EXPECT_FALSE((*topics)[1].indexed);
  const auto logsets = run(world.store.logsets());
  ASSERT_TRUE(logsets);
  ASSERT_EQ(logsets->size(), 250U);
  EXPECT_EQ((*logsets)[7].topics, 3);
  EXPECT_EQ(world.http.requests.size(), 6U);
  ASSERT_TRUE(run(world.store.topics()));
  EXPECT_EQ(world.http.requests.size(), 6U);
  world.clock.time += 61s;
  ASSERT_TRUE(run(world.store.topics()));
  EXPECT_EQ(world.http.requests.size(), 9U);
}

TEST(ClsLogStore, AcceptsNullForAnEmptyList) {
  World world;
  world.http.otherwise(
      [](const OutboundRequest&) { return answer({{"TotalCount", 0}, {"Topics", nullptr}}); });
  const auto topics = run(world.store.topics());
  ASSERT_TRUE(topics);
  EXPECT_TRUE(topics->empty());
}

TEST(ClsLogStore, ReadsTheFieldsOfAnIndex) {
  World world;
  world.http.respond([](const OutboundRequest&) {
    const Json key = {{"Key", "level"}, {"Value", {{"Type", "text"}, {"SqlFlag", true}}}};
    const Json nested = {
        {"Key", "user"},
        {"Value",
         {{"Type", "json"},
          {"OpenIndexForChildOnly", true},
          {"ChildNode", {{{"Key", "id"}, {"Value", {{"Type", "long"}, {"SqlFlag", false}}}}}}}}};
    return answer({{"TopicId", kTopic},
                   {"Status", true},
                   {"Rule",
                    {{"FullText", {{"CaseSensitive", false}, {"Tokenizer", " "}}},
                     {"KeyValue", {{"CaseSensitive", false}, {"KeyValues", {key, nested}}}},
                     {"Tag",
                      {{"CaseSensitive", false},
                       {"KeyValues", {{{"Key", "pod_name"}, {"Value", {{"Type", "text"}}}}}}}},
                     {"DynamicIndex", nullptr}}}});
  });
  const auto fields = run(world.store.fields(kTopic));
  ASSERT_TRUE(fields) << fields.error().message;
  EXPECT_TRUE(fields->full_text);
  ASSERT_EQ(fields->keys.size(), 3U);
  EXPECT_TRUE(fields->find("level")->in_sql);
  EXPECT_EQ(fields->find("user.id")->type, "long");
  EXPECT_NE(fields->find("__TAG__.pod_name"), nullptr);
}

TEST(ClsLogStore, ATopicWithoutIndexHasNoFields) {
  for (const auto& response :
       {refusal("ResourceNotFound.IndexNotExist"),
        answer({{"Status", false}, {"Rule", {{"FullText", Json::object()}}}}),
        answer({{"Rule", nullptr}})}) {
    World world;
    world.http.respond([&response](const OutboundRequest&) { return response; });
    const auto fields = run(world.store.fields(kTopic));
    ASSERT_TRUE(fields);
    EXPECT_FALSE(fields->full_text);
    EXPECT_TRUE(fields->keys.empty());
  }
  World world;
  world.http.respond(
      [](const OutboundRequest&) { return refusal("ResourceNotFound.TopicNotExist"); });
  EXPECT_EQ(run(world.store.fields(kTopic)).error().code, Errc::not_found);
}

TEST(ClsLogStore, UploadsInGroupsThatTheServiceTakes) {
  World world;
  std::vector<logs::LogRecord> received;
  std::vector<std::string> flows;
  world.http.otherwise([&](const OutboundRequest& request) {
    EXPECT_EQ(find_header(request.headers, "X-TC-Action"), "UploadLog");
    EXPECT_EQ(find_header(request.headers, "X-CLS-TopicId"), kTopic);
    EXPECT_EQ(find_header(request.headers, "Content-Type"), "application/octet-stream");
    std::string bytes = request.body;
    if (find_header(request.headers, "X-CLS-CompressType") == "lz4") {
      bytes.resize(5U << 20U);
      const int size = LZ4_decompress_safe(request.body.data(), bytes.data(),
                                           static_cast<int>(request.body.size()), 5 << 20);
      EXPECT_GT(size, 0);
      bytes.resize(static_cast<std::size_t>(size));
    }
    wire::LogGroupList list;
    EXPECT_TRUE(list.ParseFromString(bytes));
    for (const auto& group : list.log_groups()) {
      flows.push_back(group.context_flow());
      EXPECT_LE(group.logs_size(), 10'000);
      for (const auto& log : group.logs()) {
        auto& record = received.emplace_back();
        record.time = TimePoint(Millis{log.time()});
        record.source = group.source();
        for (const auto& content : log.contents()) {
          if (content.key() == "message") record.message = content.value();
          if (content.key() == "service") record.service = content.value();
          if (content.key() == "level") record.level = *logs::parse_level(content.value());
        }
      }
    }
    return answer(Json::object());
  });
  std::vector<logs::LogRecord> records;
  records.reserve(25'000);
  for (int i = 0; i < 25'000; ++i) {
    records.push_back({.time = kFrom + Millis{i},
                       .level = i % 2 == 0 ? Level::error : Level::unknown,
                       .service = "pay",
                       .message = "支付超时 " + std::to_string(i),
                       .source = i < 12'000 ? "node-1" : "node-2"});
  }
  ASSERT_TRUE(run(world.store.upload(kTopic, records)));
  ASSERT_EQ(received.size(), records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    ASSERT_EQ(received[i].message, records[i].message);
    ASSERT_EQ(received[i].time, records[i].time);
    ASSERT_EQ(received[i].level, records[i].level);
    ASSERT_EQ(received[i].source, records[i].source);
  }
  ASSERT_EQ(flows.size(), 4U);
  EXPECT_THAT(flows[0], testing::MatchesRegex("[0-9A-F]+-1"));
  EXPECT_EQ(flows[1], flows[0].substr(0, 17) + "2");
  EXPECT_NE(flows[2].substr(0, 16), flows[0].substr(0, 16));
}

TEST(ClsLogStore, SaysHowMuchOfAnUploadWasWritten) {
  World world;
  world.http.respond([](const OutboundRequest&) { return answer(Json::object()); });
  world.http.fail_with(Errc::timed_out, "slow");
  std::vector<logs::LogRecord> records(10'001, {.time = kFrom, .message = "x"});
  const auto result = run(world.store.upload(kTopic, records));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::timed_out);
  EXPECT_THAT(result.error().message, HasSubstr("10000 of 10001"));
  EXPECT_EQ(world.http.requests.size(), 2U) << "an upload is not repeated after a timeout";

  EXPECT_EQ(run(world.store.upload(kTopic, {{.message = "no time"}})).error().code,
            Errc::invalid_argument);
  EXPECT_TRUE(run(world.store.upload(kTopic, {})));
}

}  // namespace
}  // namespace mtc::tencent
