#include <gtest/gtest.h>

#include "emulator/emulator_test_world.h"

namespace mtc::emulator {
namespace {

CloudWorld& requests() {
  static CloudWorld* world = [] {
    auto* made = new CloudWorld();
    const std::int64_t minute = 60'000;
    made->add(0 * minute, {{"level", "INFO"},
                           {"service", "pay"},
                           {"status", "200"},
                           {"cost", "1.5"},
                           {"message", "GET /a"},
                           {"trace_id", "t"}});
    made->add(1 * minute, {{"level", "INFO"},
                           {"service", "cart"},
                           {"status", "200"},
                           {"cost", "2"},
                           {"message", "GET /b"}});
    made->add(6 * minute, {{"level", "ERROR"},
                           {"service", "pay"},
                           {"status", "500"},
                           {"cost", "30"},
                           {"message", "POST 支付"}});
    made->add(7 * minute, {{"level", "ERROR"},
                           {"service", "pay"},
                           {"status", "504"},
                           {"cost", "40"},
                           {"message", "it's"}});
    made->add(16 * minute, {{"level", "WARN"}, {"service", "cart"}, {"message", "no status"}});
    return made;
  }();
  return *world;
}

TEST(Sql, AnswersTheDialectsSubset) {
  const struct {
    const char *statement, *rows;
  } cases[] = {
      {"select count(*) as n", R"({"n":5})"},
      {"select count(*)", R"x({"count(*)":5})x"},
      {"SELECT COUNT(*) AS 总数", R"({"总数":5})"},
      {"select service, count(*) as cnt group by service order by cnt desc",
       "{\"service\":\"pay\",\"cnt\":3}\n{\"service\":\"cart\",\"cnt\":2}"},
      {"select service as s, count(*) as cnt group by s order by 2",
       "{\"s\":\"cart\",\"cnt\":2}\n{\"s\":\"pay\",\"cnt\":3}"},
      {"select level, service, count(*) group by 1, 2 order by level, service limit 1",
       R"x({"level":"ERROR","service":"pay","count(*)":2})x"},
      {"select service, count(*) as c group by service having count(*) > 2",
       R"({"service":"pay","c":3})"},
      {"select count_if(status >= 500) as err, count(status) as s", R"({"err":2,"s":4})"},
      {"select round(count_if(status>=500)*100.0/count(*),2) as err_rate", R"({"err_rate":40.0})"},
      {"select sum(status) as s, avg(cost) as a, min(cost) as i, max(status) as m",
       R"({"s":1404,"a":18.375,"i":1.5,"m":504})"},
      {"select min(level) as lo, max(level) as hi", R"({"lo":"ERROR","hi":"WARN"})"},
      {"select approx_distinct(service) as d, count(distinct level) as l", R"({"d":2,"l":3})"},
      {"select approx_percentile(cost, 0.5) as p", R"({"p":2.0})"},
      {"select approx_percentile(status, array[0.5, 0.99]) as p", R"({"p":[200,504]})"},
      {"select max_by(message, cost) as slow, min_by(message, cost) as quick",
       R"({"slow":"it's","quick":"GET /a"})"},
      {"select histogram(__TIMESTAMP__, interval 5 minute) as t, count(*) as pv group by t order "
       "by t limit 2",
       "{\"t\":\"2026-01-01 08:00:00.000\",\"pv\":2}\n{\"t\":\"2026-01-01 "
       "08:05:00.000\",\"pv\":2}"},
      {"select histogram(__TIMESTAMP__, interval 1 day) as t, count(*) as pv group by "
       "histogram(__TIMESTAMP__, interval 1 day)",
       R"({"t":"2026-01-01 00:00:00.000","pv":5})"},
      {"select time_series(__TIMESTAMP__,'5m','%H:%i','0') as t, count(*) as pv group by t order "
       "by t limit 4",
       "{\"t\":\"08:00\",\"pv\":2}\n{\"t\":\"08:05\",\"pv\":2}\n{\"t\":\"08:10\",\"pv\":0}\n{\"t\":"
       "\"08:15\",\"pv\":1}"},
      {"select time_series(__TIMESTAMP__,'5m','%H:%i','last') as t, count(*) as pv group by t "
       "order by t limit 1 offset 2",
       R"({"t":"08:10","pv":2})"},
      {"select time_series(__TIMESTAMP__,'5m','%H:%i','avg') as t, count(*) as pv group by t "
       "order by t limit 1 offset 2",
       R"({"t":"08:10","pv":1.5})"},
      {"select status, count(*) as n group by status order by n desc, status limit 2",
       "{\"status\":200,\"n\":2}\n{\"status\":500,\"n\":1}"},
      {"select histogram(9223372036854775807, interval 1 minute) as t limit 1",
       R"({"t":"10000-01-01 07:59:00.000"})"},
      {"select date_trunc('month', '2026-03-31 10:00:00') as m, date_format('2026-02-30', '%d') as "
       "none, date_trunc('quarter', 1795323600000) as q limit 1",
       R"({"m":"2026-03-01 00:00:00.000","none":null,"q":"2026-10-01 00:00:00.000"})"},
      {"select from_unixtime(1767225600, 'Asia/Tokyo') as t limit 1",
       R"({"t":"2026-01-01 09:00:00.000"})"},
      {"select try_cast('nan' as bigint) as n, try_cast('1e30' as bigint) as big limit 1",
       R"({"n":null,"big":null})"},
      {"select approx_percentile(9223372036854775807, 0.5) as p", R"({"p":9223372036854775807})"},
      {"select level where status = 504", R"({"level":"ERROR"})"},
      {"select status where service = 'pay' and status between 400 and 503", R"({"status":500})"},
      {"select status where level in ('WARN', 'ERROR') order by status desc",
       "{\"status\":504}\n{\"status\":500}\n{\"status\":null}"},
      {"select message where message like 'GET%' order by message desc limit 1",
       R"({"message":"GET /b"})"},
      {"select message where message not like 'get%' and status is not null limit 1",
       R"({"message":"GET /a"})"},
      {"select message where message = 'it''s'", R"({"message":"it's"})"},
      {"select distinct service order by service", "{\"service\":\"cart\"}\n{\"service\":\"pay\"}"},
      {"select \"service\" as \"s p\" limit 1", R"({"s p":"pay"})"},
      {"select case when status >= 500 then 'bad' when status is null then 'none' else 'ok' end as "
       "k, count(*) as n group by k order by n desc, k",
       "{\"k\":\"bad\",\"n\":2}\n{\"k\":\"ok\",\"n\":2}\n{\"k\":\"none\",\"n\":1}"},
      {"select if(status >= 500, 1, 0) as b, coalesce(status, 0) as s order by __TIMESTAMP__ desc "
       "limit 1",
       R"({"b":0,"s":0})"},
      {"select 7/2 as i, 7/2.0 as d, 7 % 4 as m, -3 + 1 as n limit 1",
       R"({"i":3,"d":3.5,"m":3,"n":-2})"},
      {"select upper(service) as u, length(message) as l, substr(message, 1, 3) as s, "
       "concat(level, '-', service) as c limit 1",
       R"({"u":"PAY","l":6,"s":"GET","c":"INFO-pay"})"},
      {"select split_part(message, ' ', 2) as p, strpos(message, '/') as at limit 1",
       R"({"p":"/a","at":5})"},
      {"select cast(status as varchar) as v, cast('12' as bigint) as b, try_cast('x' as double) as "
       "t limit 1",
       R"({"v":"200","b":12,"t":null})"},
      {"select date_format(histogram(__TIMESTAMP__, interval 1 minute), '%H:%i') as t limit 1",
       R"({"t":"08:00"})"},
      {"select max(c) as m from (select service, count(*) as c group by service)", R"({"m":3})"},
      {"select s.service from (select service, count(*) as c group by service) as s where s.c = 2",
       R"({"service":"cart"})"},
      {"select count(*) as n where false", R"({"n":0})"},
      {"select __SOURCE__ as s, __TIMESTAMP__ as t limit 1",
       R"({"s":"10.0.0.8","t":1767225600000})"},
      {"select service limit 1 offset 1", R"({"service":"cart"})"},
      {"select service offset 1 limit 1", R"({"service":"cart"})"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.statement);
    EXPECT_EQ(requests().sql(c.statement), c.rows);
  }
}

TEST(Sql, RefusesTheRest) {
  const struct {
    const char *statement, *part;
  } cases[] = {
      {"", "SELECT is missing"},
      {"select", "unexpected end"},
      {"select 1;", "unexpected character ';'"},
      {"select 1; drop table t1", "unexpected character ';'"},
      {"select * from log", "FROM is allowed only with a sub-query"},
      {"select * from sqlite_master", "FROM is allowed only with a sub-query"},
      {"delete from t1", "SELECT is missing"},
      {"select load_extension('x')", "Function load_extension not registered"},
      {"select cls_stream('t1', 0, 0)", "Function cls_stream not registered"},
      {"select (select 1)", "mismatched input 'select'"},
      {"select 1 union select 2", "mismatched input 'union'"},
      {"select nosuch", "QueryError [Column 'nosuch' cannot be resolved]"},
      {"select body", "Column 'body' cannot be resolved"},
      {"select trace_id", "Column 'trace_id' cannot be resolved"},
      {"select service, count(*)", "must be an aggregate expression"},
      {"select count(*) group by count(*)", "GROUP BY clause cannot contain aggregations"},
      {"select level where status > 'a'", "'>' cannot be applied to bigint, varchar"},
      {"select level where level > 5", "'>' cannot be applied to varchar, bigint"},
      {"select level + 1", "'+' cannot be applied to varchar, bigint"},
      {"select sum(level)", "Unexpected parameters (varchar) for function sum"},
      {"select count_if(status)", "count_if needs a condition"},
      {"select compare(1, 2)", "Function compare not registered"},
      {"select 'open", "a quote is not closed"},
      {"select cast('x' as bigint)", "Cannot cast 'x' to bigint"},
      {"select cast('nan' as bigint)", "Cannot cast 'nan' to bigint"},
      {"select histogram(__TIMESTAMP__, 5)", "Unexpected parameters for function histogram"},
      {"select count(*) limit 1000001", "LIMIT is larger"},
      {"select x.level", "'x' is not a sub-query's name"},
      {"select level -- comment", "Column 'comment' cannot be resolved"},
      {"select /* */ 1", "mismatched input '/'"},
      {"select 1.2.3", "a malformed number"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.statement);
    const auto answer = requests().sql(c.statement);
    EXPECT_TRUE(answer.starts_with("FailedOperation.")) << answer;
    EXPECT_NE(answer.find(c.part), std::string::npos) << answer;
  }
}

TEST(Sql, GivesAHundredRowsUnlessAsked) {
  CloudWorld world;
  {
    LogWriter writer(*world.topic->table);
    for (int i = 0; i < 250; ++i) {
      const auto status = std::to_string(i);
      writer.add({.group = 1, .index = i}, kTestTime + i, {{"status", status}});
    }
    world.topic->table->stream(LogStream{});
    writer.commit();
  }
  const auto lines = [](const std::string& text) { return std::ranges::count(text, '\n') + 1; };
  EXPECT_EQ(lines(world.sql("select status")), 100);
  EXPECT_EQ(lines(world.sql("select status limit 200")), 200);
  EXPECT_EQ(world.sql("select count(*) as n from (select status)"), R"({"n":250})");
}

TEST(Sql, FillsNoMoreGapsThanItCanHold) {
  CloudWorld world;
  LogWriter writer(*world.topic->table);
  for (int i = 0; i < 300; ++i) {
    const auto status = std::to_string(i);
    writer.add({.group = 1, .index = i}, kTestTime + i, {{"status", status}});
  }
  writer.commit();
  world.topic->table->stream(LogStream{});
  EXPECT_NE(world
                .sql("select time_series(__TIMESTAMP__,'1s','%s','0') as t, status, count(*) as n "
                     "group by t, status order by t")
                .find("too many buckets"),
            std::string::npos);
}

TEST(Sql, BoundsItsRecursion) {
  EXPECT_NE(requests()
                .sql("select " + std::string(300, '(') + "1" + std::string(300, ')'))
                .find("nested too deeply"),
            std::string::npos);
  std::string sum = "select 1";
  for (int i = 0; i < 500; ++i) sum += "+1";
  EXPECT_NE(requests().sql(sum).find("too long"), std::string::npos);
  std::string deep = "select 1";
  for (int i = 0; i < 20; ++i) deep = fmt::format("select * from ({})", deep);
  EXPECT_NE(requests().sql(deep).find("nested too deeply"), std::string::npos);
}

}  // namespace
}  // namespace mtc::emulator
