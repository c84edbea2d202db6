#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "domain/dashboards/chart_data.h"
#include "domain/dashboards/panel_sql.h"
#include "domain/dashboards/view.h"
#include "domain/digest/fake_log_store.h"
#include "infra/loop/run.h"

namespace mtc::dashboards {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const TimePoint now = Zone::shanghai().at(2026y / 11 / 22, 11h);

// ---- the definition

TEST(Definition, IsWalkedForWhatLooksLikeAQuery) {
  const auto read = read_definition(Json::parse(R"({
    "time": ["now-6h", "now"],
    "panels": [
      {"title": "错误数", "type": "timeSeries", "target": {"Query": "level:ERROR", "TopicId": "t1"}},
      {"name": "状态码", "chartType": "pie", "options": {"unit": "次"},
       "targets": [{"query": "* | select status, count(*) as n group by status",
                    "datasource": {"topicId": "t2"}}]},
      {"type": "row", "panels": [{"title": "内层", "query": "*", "topic_id": "t3"}]},
      {"title": "说明", "type": "text", "content": "…"},
      7, null
    ]})"));
  ASSERT_EQ(read.panels.size(), 3U);
  EXPECT_EQ(read.not_read, 1U);
  EXPECT_EQ(read.usual_range, Millis(6h));
  EXPECT_EQ(read.panels[0].title, "错误数");
  EXPECT_EQ(read.panels[0].query, "level:ERROR");
  EXPECT_EQ(read.panels[0].topic_id, "t1");
  EXPECT_EQ(read.panels[0].kind, ChartKind::lines);
  EXPECT_EQ(read.panels[1].kind, ChartKind::pie);
  EXPECT_EQ(read.panels[1].unit, "次");
  EXPECT_EQ(read.panels[1].topic_id, "t2");
  EXPECT_EQ(read.panels[2].title, "内层");
}

TEST(Definition, IsNeverTrusted) {
  for (const char* text :
       {"null", "[]", "7", "\"x\"", "\"\\\"x\\\"\"", R"({"panels": 7})", R"({"panels": {"a": 1}})",
        R"({"panels": [[[]]]})", R"({"panels": [{"query": 7, "topicId": []}]})",
        R"({"panels": [{"query": "  ", "topicId": "t"}]})", R"({"time": {"from": 3}})"}) {
    EXPECT_TRUE(read_definition(Json::parse(text)).panels.empty()) << text;
  }
  Json panels = Json::array();
  for (int i = 0; i < 1000; ++i)
    panels.push_back({{"query", "*"}, {"topicId", "t"}, {"title", "a\nb\x1b[31m"}});
  const auto many = read_definition({{"panels", panels}});
  EXPECT_EQ(many.panels.size(), kMostPanels);
  EXPECT_EQ(many.not_read, 1000 - kMostPanels);
  EXPECT_THAT(many.panels[0].title, Not(HasSubstr("\x1b")));
  EXPECT_THAT(many.panels[0].title, Not(HasSubstr("\n")));

  Json deep = {{"query", "*"}, {"topicId", "t"}};
  for (int i = 0; i < 500; ++i) deep = {{"inner", std::move(deep)}};
  EXPECT_TRUE(read_definition({{"panels", Json::array({deep})}}).panels.empty());
  // As a text, too.
  EXPECT_EQ(read_definition(Json(R"({"panels":[{"query":"*","topicId":"t"}]})")).panels.size(), 1U);
}

TEST(Definition, KnowsHowFarBack) {
  EXPECT_EQ(parse_back_from_now("now-h"), Millis(1h));
  EXPECT_EQ(parse_back_from_now("now-30m"), Millis(30min));
  EXPECT_EQ(parse_back_from_now("now-7d"), Millis(168h));
  for (const char* bad : {"", "now", "now/d", "now-", "now-0h", "now-1y", "now-99999999999h",
                          "now-9999d", "yesterday"})
    EXPECT_FALSE(parse_back_from_now(bad)) << bad;
}

// ---- charts

Panel panel(std::optional<ChartKind> kind = {}) {
  return {.title = "图", .query = "* | select 1", .topic_id = "t", .unit = "", .kind = kind};
}

Chart chart(logs::Table table, std::optional<ChartKind> kind = {}) {
  return chart_of(panel(kind), table, {now - 1h, now}, Zone::shanghai());
}

Chart chart_of_sql(const std::string& sql, logs::Table table) {
  auto one = panel();
  one.query = "* | " + sql;
  return chart_of(one, table, {now - 30min, now}, Zone::shanghai());
}

TEST(ChartData, ATimeAndNumbersAreLines) {
  const auto lines =
      chart({.columns = {"t", "pv", "err"},
             .rows = {{"2026-11-22 10:05:00", 5, 1}, {"2026-11-22 10:00:00", "4", nullptr}}});
  EXPECT_EQ(lines.kind, ChartKind::lines);
  EXPECT_THAT(lines.labels, ElementsAre("10:00", "10:05")) << "in the order of time";
  ASSERT_EQ(lines.series.size(), 2U);
  EXPECT_THAT(lines.series[0].values, ElementsAre(4, 5));
  EXPECT_TRUE(std::isnan(lines.series[1].values[0]));
}

TEST(ChartData, ABucketThatIsLeftOutIsNoneOfThemOrUnknown) {
  const std::vector<std::vector<Json>> rows{
      {"2026-11-22 10:40:00", 4}, {"2026-11-22 10:45:00", 5}, {"2026-11-22 10:55:00", 6}};
  const auto counted = chart_of_sql(
      "select histogram(__TIMESTAMP__, interval 5 minute) as t, count(*) as pv group by t",
      {.columns = {"t", "pv"}, .rows = rows});
  EXPECT_THAT(counted.labels, ElementsAre("10:30", "10:35", "10:40", "10:45", "10:50", "10:55"));
  EXPECT_THAT(counted.series[0].values, ElementsAre(0, 0, 4, 5, 0, 6));
  const auto measured = chart_of_sql(
      "select histogram(__TIMESTAMP__, interval 5 minute) as t, avg(cost) as pv group by t",
      {.columns = {"t", "pv"}, .rows = rows});
  EXPECT_THAT(measured.labels, ElementsAre("10:40", "10:45", "10:50", "10:55"));
  EXPECT_TRUE(std::isnan(measured.series[0].values[2])) << "the line breaks";
  const auto cut = chart_of_sql("select date_trunc(t) as t, count(*) as pv group by t limit 3",
                                {.columns = {"t", "pv"}, .rows = rows});
  EXPECT_TRUE(std::isnan(cut.series[0].values[2])) << "more may be there than was given";
  const auto uneven =
      chart_of_sql("select t, count(*) as pv",
                   {.columns = {"t", "pv"}, .rows = {{"10:00", 1}, {"10:07", 1}, {"10:10", 1}}});
  EXPECT_EQ(uneven.labels.size(), 3U);
}

TEST(ChartData, WhoIsNotCountedInABucketIsNoneThere) {
  const auto lines =
      chart_of_sql("select t, service, count(*) as n group by t, service",
                   {.columns = {"t", "service", "n"},
                    .rows = {{"10:00", "cart", 1}, {"10:00", "order", 2}, {"10:01", "cart", 3}}});
  ASSERT_EQ(lines.series.size(), 2U);
  EXPECT_THAT(lines.series[1].values, ElementsAre(2, 0));
}

TEST(ChartData, ANewYearComesBehindTheOld) {
  const auto lines = chart(
      {.columns = {"t", "n"}, .rows = {{"2027-01-01 00:30:00", 2}, {"2026-12-31 23:30:00", 1}}});
  EXPECT_THAT(lines.labels, ElementsAre("12-31 23:30", "01-01 00:30"));
  EXPECT_THAT(lines.series[0].values, ElementsAre(1, 2));
}

TEST(PanelSql, TellsCountsFromWhatIsWorkedOut) {
  const struct {
    const char *sql, *column;
    bool counts;
  } cases[] = {{"* | select t, count(*) as pv", "pv", true},
               {"* | SELECT t, COUNT_IF(status >= 500) AS err, count(*) pv", "err", true},
               {"* | select t, count(*) as \"错误数\"", "错误数", true},
               {"* | select t, sum(cast(bytes as bigint)) as total", "total", true},
               {"* | select t, count(*)", "count(*)", true},
               {"* | select t, round(count_if(a)*100.0/count(*), 2) as rate", "rate", false},
               {"* | select t, count_if(a)*100.0/count(*) as rate", "rate", false},
               {"* | select t, avg(cost) as cost", "cost", false},
               {"* | select t, max(pv) as m from (select t, count(*) as pvs)", "pv", false},
               {"* | select )) as x", "x", false},
               {"", "", false}};
  for (const auto& c : cases) EXPECT_EQ(is_count(c.sql, c.column), c.counts) << c.sql;
  EXPECT_EQ(bucket_seconds("select histogram(t, interval 5 minute) as t"), 300);
  EXPECT_EQ(bucket_seconds("select histogram(t, INTERVAL '1' HOUR) as t"), 3600);
  EXPECT_EQ(bucket_seconds("select time_series(__TIMESTAMP__, '10s', '%H', '0')"), 10);
  EXPECT_EQ(bucket_seconds("select histogram(t, interval 1 month)"), 0);
  EXPECT_EQ(bucket_seconds("select interval"), 0);
  EXPECT_EQ(most_rows("select a limit 5"), 5U);
  EXPECT_EQ(most_rows("select a"), 100U);
}

TEST(ChartData, ANameBesidesTheTimeMakesASeriesEach) {
  logs::Table table{.columns = {"t", "service", "n"}, .rows = {}};
  for (int service = 0; service < 12; ++service) {
    table.rows.push_back({1795312800000, "s" + std::to_string(service), service});
    table.rows.push_back({1795312860000, "s" + std::to_string(service), service});
  }
  const auto lines = chart(table);
  EXPECT_EQ(lines.series.size(), kMostSeries);
  EXPECT_EQ(lines.series[0].name, "s11") << "the largest are kept";
  EXPECT_EQ(lines.labels.size(), 2U);
}

TEST(ChartData, NamesAndNumbersAreBarsOrAPie) {
  logs::Table table{.columns = {"service", "n"}, .rows = {}};
  for (int i = 0; i < 20; ++i) table.rows.push_back({"s" + std::to_string(i), i});
  const auto bars = chart(table);
  EXPECT_EQ(bars.kind, ChartKind::bars);
  EXPECT_EQ(bars.labels.size(), kMostBars);
  EXPECT_EQ(bars.labels[0], "s19");
  const auto pie = chart(table, ChartKind::pie);
  EXPECT_EQ(pie.kind, ChartKind::pie);
  EXPECT_EQ(pie.labels.back(), "…") << "the rest is in it";
  table.rows.push_back({"odd", -3});
  EXPECT_EQ(chart({.columns = {"s", "n"}, .rows = {{"a", 1}, {"b", -3}}}, ChartKind::pie).kind,
            ChartKind::bars);
}

TEST(ChartData, OneNumberAndRowsWithoutNumbers) {
  const auto number = chart({.columns = {"n"}, .rows = {{42}}});
  EXPECT_EQ(number.kind, ChartKind::number);
  EXPECT_EQ(number.series[0].values[0], 42);
  const auto rows = chart({.columns = {"a", "b"}, .rows = {{"x", "y\t\n"}, {"z", Json::array()}}});
  EXPECT_EQ(rows.kind, ChartKind::table);
  EXPECT_EQ(rows.labels.size(), 2U);
}

TEST(ChartData, OddAnswersDoNoHarm) {
  EXPECT_THAT(chart({}).labels, testing::IsEmpty());
  EXPECT_THAT(chart({.columns = {"a"}, .rows = {}}).labels, testing::IsEmpty());
  (void)chart({.columns = {"a", "b"}, .rows = {{nullptr, nullptr}}});
  // Rows shorter and longer than the columns, numbers that are none, times that are none.
  (void)chart({.columns = {"t", "n"}, .rows = {{"2026-11-22"}, {"10:00", 1, 2}, {"x", "y"}, {}}});
  (void)chart({.columns = {"n"}, .rows = {{"1e999"}, {"nan"}, {"inf"}}});
  logs::Table many{.columns = {"t", "n"}, .rows = {}};
  for (int i = 0; i < 1000; ++i) many.rows.push_back({1795312800000 + 60000LL * i, i});
  EXPECT_EQ(chart(many).labels.size(), kMostPoints);
  EXPECT_EQ(chart(many).series[0].values.back(), 999) << "the newest are kept";
}

// ---- what stands out

Chart line(std::vector<double> values) {
  Chart out{.kind = ChartKind::lines, .title = "错误数", .unit = "", .labels = {}, .series = {}};
  for (std::size_t i = 0; i < values.size(); ++i)
    out.labels.push_back(std::string("10:") + (i < 10 ? "0" : "") + std::to_string(i));
  out.series.push_back({.name = "n", .values = std::move(values)});
  return out;
}

std::string said(const Chart& chart, Language language = Language::zh) {
  return say_insight(find_insight(chart), chart.title, chart.unit, language);
}

TEST(Insight, IsOneSentenceWithNumbersFromTheData) {
  EXPECT_EQ(said(line({2, 2, 3, 2, 20, 2, 2, 1, 2})),
            "错误数在上午十点零四分最高，二十，是平时的十倍");
  EXPECT_EQ(said(line({1, 1, 1, 4, 5, 6, 9, 10, 11})), "错误数在涨，从一到十");
  EXPECT_EQ(said(line({11, 10, 9, 6, 5, 4, 1, 1, 1})), "错误数在降，从十到一");
  EXPECT_EQ(said(line({100, 101, 99, 100, 100, 100})), "错误数平稳，一百左右");
  EXPECT_EQ(said(line({10, 12, 8, 14, 9, 11})), "错误数没有明显异常，最高十四");
  EXPECT_EQ(said(line({0, 0, 0, 7, 0, 0, 0})), "错误数在上午十点零三分最高，七");
  EXPECT_EQ(said(line({2, 2, 3, 2, 2, 3, 2, 20})), "错误数刚刚涨到二十，是之前的十倍");
  EXPECT_EQ(said(line({30, 31, 29, 30, 30, 30, 31, 2, 1})), "错误数刚刚掉到一，之前是三十");
  EXPECT_EQ(find_insight(line({30, 31, 29, 30, 30, 30, 31, 30, 1})).finding, Finding::ordinary)
      << "the last minute may not be over";
  EXPECT_EQ(said(line({})), "错误数没有数据");
  EXPECT_EQ(said(line({2, 2, 3, 2, 20, 2, 2, 1, 2}), Language::en),
            "错误数 peaked at 10:04 am: twenty, ten times the usual");

  Chart bars{.kind = ChartKind::bars,
             .title = "服务",
             .unit = "次",
             .labels = {"payment", "cart"},
             .series = {{.name = "n", .values = {60, 40}}}};
  EXPECT_EQ(said(bars), "服务最多的是 payment，六十次，占百分之六十");
  EXPECT_EQ(find_insight(bars).finding, Finding::dominated);
  bars.series[0].values = {1, 1};
  bars.labels = {"a", "b"};
  EXPECT_EQ(find_insight(bars).finding, Finding::dominated);
  Chart number{.kind = ChartKind::number,
               .title = "在线",
               .unit = "",
               .labels = {""},
               .series = {{.name = "n", .values = {1234}}}};
  EXPECT_EQ(said(number), "在线是一千二百三十");
}

TEST(Insight, NothingHostileIsSaid) {
  Chart bars{.kind = ChartKind::bars,
             .title = "t`rm -rf`\n<b>",
             .unit = "$(x)",
             .labels = {"\x1b[31m'; system(\"x\")"},
             .series = {{.name = "n", .values = {std::nan("")}}}};
  const auto text = said(bars);
  for (const char c : {'`', '<', '$', '(', '\x1b', ';', '"', '\n', '\''})
    EXPECT_EQ(text.find(c), std::string::npos) << text;
  (void)said(line({std::nan(""), std::nan("")}));
  (void)said(line({-1, -5, 1e300, -1e300, 0, 3, 4}));
}

// ---- the whole

class LookAt : public testing::Test {
 protected:
  logs::Dashboard board(Json panels) {
    return {.id = "dashboard-1",
            .name = "payment 看板",
            .region = "",
            .data = {{"panels", std::move(panels)}}};
  }
  View look(logs::Dashboard board, Millis deadline = 5s) {
    return run(look_at(store, std::move(board), {now - 1h, now}, Zone::shanghai(), deadline));
  }
  static Json one(const std::string& title, const std::string& query, const std::string& topic) {
    return {{"title", title}, {"query", query}, {"topicId", topic}};
  }
  digest::FakeLogStore store;
};

TEST_F(LookAt, RunsEveryPanelAndSaysWhatStandsOutFirst) {
  store.on_sql = [](const std::string&, const std::string& sql) -> Result<logs::Table> {
    if (sql.find("status") != std::string::npos)
      return logs::Table{.columns = {"status", "n"}, .rows = {{"ok", 60}, {"bad", 40}}};
    return logs::Table{.columns = {"n"}, .rows = {{42}}};
  };
  const auto view =
      look(board({one("总数", "* | select count(*) as n", "t"),
                  one("状态", "* | select status, count(*) as n group by status", "t"),
                  one("日志量", "*", "t")}));
  EXPECT_EQ(say_view(view, Language::zh),
            "payment 看板三个图。状态最多的是 ok，六十，占百分之六十。总数是四十二。"
            "日志量没有数据。");
  EXPECT_EQ(charts_of(view, Language::zh).size(), 3U);
  const auto json = to_json(view);
  EXPECT_EQ(json["panels"][1]["insight"]["finding"], "dominated");
  EXPECT_EQ(json["panels"][1]["chart"]["kind"], "bars");
}

TEST_F(LookAt, TellsWhichPanelsFailed) {
  store.on_sql = [](const std::string& condition, const std::string&) -> Result<logs::Table> {
    if (condition == "bad") return fail(Errc::invalid_argument, "SyntaxError");
    return logs::Table{.columns = {"n"}, .rows = {{42}}};
  };
  const auto view = look(board({one("总数", "* | select count(*) as n", "t"),
                                one("坏图", "bad | select count(*) as n", "t")}));
  EXPECT_THAT(say_view(view, Language::zh), HasSubstr("坏图没查到。"));
  EXPECT_EQ(to_json(view)["panels"][1]["error"], "SyntaxError");
  EXPECT_EQ(charts_of(view, Language::zh).size(), 1U);
}

TEST_F(LookAt, WhatIsNotThereByTheDeadlineIsToldAsSuch) {
  store.stuck_topics = {"slow"};
  store.on_sql = [](const std::string&, const std::string&) -> Result<logs::Table> {
    return logs::Table{.columns = {"n"}, .rows = {{42}}};
  };
  const auto view = look(board({one("快", "* | select count(*) as n", "t"),
                                one("慢", "* | select count(*) as n", "slow")}),
                         50ms);
  ASSERT_EQ(view.panels.size(), 2U);
  EXPECT_TRUE(view.panels[0].chart);
  EXPECT_EQ(view.panels[1].chart.error().code, Errc::timed_out);
  EXPECT_THAT(say_view(view, Language::en), HasSubstr("could not be read"));
}

TEST_F(LookAt, AnEmptyDashboardIsSaidToBe) {
  EXPECT_EQ(say_view(look(board(Json::array())), Language::zh), "payment 看板里没有我能读的图。");
}

}  // namespace
}  // namespace mtc::dashboards
