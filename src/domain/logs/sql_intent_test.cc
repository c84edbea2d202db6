#include "domain/logs/sql_intent.h"

#include <gtest/gtest.h>

namespace mtc::logs {
namespace {

TopicFields access_log() {
  return {.full_text = true,
          .keys = {{.name = "level", .type = "text", .in_sql = true},
                   {.name = "service", .type = "text", .in_sql = true},
                   {.name = "status", .type = "long", .in_sql = true},
                   {.name = "url", .type = "text", .in_sql = true},
                   {.name = "client_ip", .type = "text", .in_sql = true},
                   {.name = "cost_ms", .type = "long", .in_sql = true}}};
}

std::string made(std::string_view intent, const TopicFields& fields = access_log()) {
  const auto statement = make_statement(intent, fields, Language::zh);
  if (!statement) return statement.error().message;
  // The spellings of a level are cql.h's business.
  std::string text = statement->text();
  if (text.starts_with("level:(")) text = "errors" + text.substr(text.find(')') + 1);
  return text;
}

TEST(SqlIntent, IsMadeOfWhatPeopleAskFor) {
  const struct {
    const char *said, *sql;
  } cases[] = {
      {"每小时各服务错误数",
       "errors | select service, count(*) as errors group by service order by errors desc limit "
       "100"},
      {"按来源IP统计拦截次数",
       "\"拦截\" | select client_ip, count(*) as lines group by client_ip order by lines desc "
       "limit "
       "100"},
      {"各接口 p99 耗时",
       "* | select url, approx_percentile(cost_ms, 0.99) as latency group by url order by latency "
       "desc limit 100"},
      {"按状态码统计请求数前十",
       "* | select status, count(*) as lines group by status order by lines desc limit 10"},
      {"错误数", "errors | select count(*) as errors"},
      {"5xx 占比",
       "* | select round(count_if(status between 500 and 599)*100.0/nullif(count(*),0),2) as rate"},
      {"独立访客数", "* | select approx_distinct(client_ip) as visitors"},
      {"平均耗时", "* | select avg(cost_ms) as latency"},
      {"各服务各状态码的请求数",
       "* | select service, status, count(*) as lines group by service, status order by lines desc "
       "limit 100"},
      {"errors by service",
       "errors | select service, count(*) as errors group by service order by errors desc limit "
       "100"},
      {"number of requests per client ip",
       "* | select client_ip, count(*) as lines group by client_ip order by lines desc limit 100"},
      {"level:ERROR | select count(*) as n", "level:ERROR | select count(*) as n"},
      {"select count(*) as n", "* | select count(*) as n"},
      {"| select count(*) as n", "* | select count(*) as n"},
  };
  for (const auto& c : cases) EXPECT_EQ(made(c.said), c.sql) << c.said;
}

TEST(SqlIntent, KnowsThePeriodAndTheEar) {
  const auto statement = make_statement("每小时各服务错误数", access_log(), Language::zh);
  ASSERT_TRUE(statement);
  EXPECT_EQ(statement->minutes, 60);
  EXPECT_EQ(statement->what, "按服务统计错误");
  EXPECT_EQ(make_statement("errors by service", access_log(), Language::en)->what,
            "errors by service");
}

TEST(SqlIntent, SaysWhatItCannot) {
  EXPECT_TRUE(made("").starts_with("sql_intent: 没听懂"));
  EXPECT_TRUE(made("今天天气怎么样").starts_with("sql_intent: 没听懂"));
  EXPECT_TRUE(made(std::string(9000, 'x')).starts_with("sql_intent: 没听懂"));
  const TopicFields poor{.full_text = true,
                         .keys = {{.name = "service", .type = "text", .in_sql = true}}};
  EXPECT_EQ(made("按来源IP统计请求数", poor), "这个主题没有来源 IP字段；可统计的字段有 service");
}

TEST(Period, IsReadInBothLanguages) {
  const struct {
    const char* said;
    int minutes;
  } cases[] = {{"6h", 360},
               {"1d", 1440},
               {"30m", 30},
               {"每小时", 60},
               {"每天", 1440},
               {"六个小时", 360},
               {"every day", 1440},
               {"五分钟", 5},
               {"hourly", 60},
               {"每隔六个小时", 360},
               {"every 10 minutes", 10}};
  for (const auto& c : cases)
    EXPECT_EQ(parse_period_minutes(c.said, Language::zh).value_or(-1), c.minutes) << c.said;
  for (const char* bad : {"", "0m", "2d", "soon", "一会儿"})
    EXPECT_FALSE(parse_period_minutes(bad, Language::en)) << bad;
}

}  // namespace
}  // namespace mtc::logs
