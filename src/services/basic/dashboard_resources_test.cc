#include "services/basic/dashboard_resources.h"

#include <gmock/gmock.h>

#include "infra/loop/run.h"
#include "mcp/resource_registry.h"
#include "services/basic/log_tools_fixture.h"

namespace mtc::services {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DashboardResources : public LogTools {
 protected:
  DashboardResources() {
    admin.boards = {
        {.id = "dashboard-1",
         .name = "payment-overview",
         .region = "",
         .data = {{"time", {"now-6h", "now"}},
                  {"panels",
                   {{{"title", "总数"},
                     {"type", "stat"},
                     {"query", "* | select count(*) as n"},
                     {"topicId", "t-shop"}},
                    {{"title", "坏图"}, {"query", "bad | select 1"}, {"topicId", "t-shop"}},
                    {{"title", "文字"}, {"type", "text"}}}}}},
        {.id = "dashboard 2", .name = "订单/支付", .region = "", .data = Json::object()}};
    store.on_sql = [](const std::string& condition, const std::string&) -> Result<logs::Table> {
      if (condition == "bad") return fail(Errc::invalid_argument, "SyntaxError");
      return logs::Table{.columns = {"n"}, .rows = {{42}}};
    };
    add_all();
  }
  void add_all() {
    registry = mcp::ResourceRegistry();
    for (const auto& resource : dashboard_resources(ports)) EXPECT_TRUE(registry.add(resource));
  }
  Result<mcp::ResourceContents> read(const std::string& uri, const char* who = "me") {
    const auto found = registry.find(uri);
    if (found.resource == nullptr) return fail(Errc::not_found, "no resource fits");
    return run(found.resource->read(uri, found.variables, called_by(who)));
  }
  std::vector<std::string> complete(const char* typed) {
    const auto& completer =
        registry.find_declared("ops://dashboards/{dashboard}")->completers.at("dashboard");
    return run(completer(typed, {}, called_by("me"))).value();
  }

  mcp::ResourceRegistry registry;
};

TEST_F(DashboardResources, AreListedWithAddressesThatCanBeRead) {
  const auto all = read("ops://dashboards");
  ASSERT_TRUE(all) << all.error().message;
  const auto data = Json::parse(all->text);
  EXPECT_EQ(data["region"], "ap-guangzhou");
  ASSERT_EQ(data["dashboards"].size(), 2U);
  EXPECT_EQ(data["dashboards"][0], Json({{"id", "dashboard-1"},
                                         {"name", "payment-overview"},
                                         {"uri", "ops://dashboards/dashboard-1"}}));
  for (const auto& one : data["dashboards"]) {
    const auto board = read(string_or(one, "uri"));
    ASSERT_TRUE(board) << one["uri"];
    EXPECT_EQ(Json::parse(board->text)["id"], one["id"]);
  }
}

TEST_F(DashboardResources, OneIsWhatItsPanelsAskFor) {
  const auto board = read("ops://dashboards/payment-overview");
  ASSERT_TRUE(board) << board.error().message;
  EXPECT_EQ(board->mime_type, "application/json");
  EXPECT_EQ(Json::parse(board->text), Json::parse(R"({
    "id": "dashboard-1", "name": "payment-overview", "usual_range_seconds": 21600, "panels_not_read": 1,
    "panels": [
      {"title": "总数", "kind": "number", "unit": "", "topic_id": "t-shop", "query": "* | select count(*) as n"},
      {"title": "坏图", "unit": "", "topic_id": "t-shop", "query": "bad | select 1"}]})"));
  EXPECT_THAT(store.statements, IsEmpty()) << "nothing is run for it";
}

TEST_F(DashboardResources, ThePictureIsDrawnOverTheDashboardsOwnTime) {
  std::optional<logs::TimeRange> range;
  admin.boards[0].data["panels"].push_back(
      {{"title", "每小时"}, {"query", "*"}, {"topicId", "t-shop"}});
  store.on_histogram = [&](logs::TimeRange asked, const std::string&, Millis interval) {
    range = asked;
    return logs::Histogram{.interval = interval, .total = 0, .buckets = {}};
  };
  const auto picture = read("ops://dashboards/dashboard-1/picture");
  ASSERT_TRUE(picture) << picture.error().message;
  EXPECT_EQ(picture->mime_type, "image/png");
  EXPECT_EQ(picture->bytes, "PNG");
  EXPECT_EQ(painter.painted.size(), 2U) << "the panels that could be read";
  ASSERT_TRUE(range);
  EXPECT_EQ(range->to, clock.time);
  EXPECT_EQ(range->length(), std::chrono::hours(6));
}

TEST_F(DashboardResources, WithoutAnyChartThereIsNoPicture) {
  EXPECT_EQ(read("ops://dashboards/dashboard%202/picture").error().code, Errc::not_found);
  store.on_sql = [](const std::string&, const std::string&) -> Result<logs::Table> {
    return fail(Errc::rate_limited, "RequestLimitExceeded");
  };
  const auto refused = read("ops://dashboards/payment-overview/picture");
  EXPECT_EQ(refused.error().code, Errc::rate_limited);
  EXPECT_THAT(refused.error().message, HasSubstr("问得太频繁"));
  painter.picture = fail(Errc::unavailable, "gnuplot is missing");
  store.on_sql = [](const std::string&, const std::string&) -> Result<logs::Table> {
    return logs::Table{.columns = {"n"}, .rows = {{42}}};
  };
  EXPECT_EQ(read("ops://dashboards/payment-overview/picture").error().message,
            "gnuplot is missing");
  ports.painter = nullptr;
  add_all();
  EXPECT_EQ(registry.find("ops://dashboards/payment-overview/picture").resource, nullptr);
}

TEST_F(DashboardResources, WhatIsNotThereIsNotFound) {
  for (const std::string uri : {"ops://dashboards/weather", "ops://dashboards/weather/picture"}) {
    EXPECT_EQ(read(uri).error().code, Errc::not_found) << uri;
  }
  EXPECT_EQ(read("ops://dashboards/" + std::string(201, 'x')).error().code, Errc::not_found);
}

TEST_F(DashboardResources, AFailureIsASentence) {
  admin.refuse = Error{Errc::denied, "AuthFailure.UnauthorizedOperation"};
  for (const char* uri : {"ops://dashboards", "ops://dashboards/payment-overview"}) {
    EXPECT_THAT(read(uri).error().message, HasSubstr("没有给这个账号权限")) << uri;
  }
}

TEST_F(DashboardResources, StrangersAreTurnedAway) {
  for (const char* uri : {"ops://dashboards", "ops://dashboards/payment-overview",
                          "ops://dashboards/payment/picture"}) {
    EXPECT_EQ(read(uri, "nobody").error().code, Errc::unauthenticated) << uri;
  }
  const auto& completer =
      registry.find_declared("ops://dashboards/{dashboard}/picture")->completers.at("dashboard");
  EXPECT_EQ(run(completer("", {}, called_by("nobody"))).error().code, Errc::unauthenticated);
}

TEST_F(DashboardResources, NamesCompleteAndAreThoseThatFitIntoAnAddress) {
  EXPECT_THAT(complete(""), ElementsAre("dashboard 2", "payment-overview"));
  EXPECT_THAT(complete("PAY"), ElementsAre("payment-overview"));
  admin.refuse = Error{Errc::unavailable, "connection refused"};
  EXPECT_THAT(complete("pay"), ElementsAre("payment-overview")) << "kept for a minute";
  clock.time += std::chrono::minutes(1);
  EXPECT_THAT(complete("pay"), IsEmpty());
}

}  // namespace
}  // namespace mtc::services
