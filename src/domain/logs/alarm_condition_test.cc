#include "domain/logs/alarm_condition.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "domain/logs/amount.h"
#include "domain/logs/cql.h"

namespace mtc::logs {
namespace {

TopicFields rich() {
  return {.full_text = true,
          .keys = {{.name = "level", .type = "text", .in_sql = true},
                   {.name = "service", .type = "text", .in_sql = true},
                   {.name = "status", .type = "long", .in_sql = true},
                   {.name = "cost_ms", .type = "long", .in_sql = true},
                   {.name = "message", .type = "text", .in_sql = false}}};
}

// As one line: what, words, limit, period, notice.
std::string read(std::string_view text, std::optional<double> threshold = {}) {
  const auto condition = parse_alarm_condition(text, threshold, Language::en);
  if (!condition) return condition.error().message.substr(0, condition.error().message.find(':'));
  const auto terms = make_alarm_terms(*condition, rich(), Language::en);
  if (!terms) return terms.error().message;
  std::string out = terms->trigger;
  if (!condition->words.empty()) out += " [" + join(condition->words, "|") + "]";
  if (condition->measure == Measure::latency && condition->statistic == Statistic::percentile)
    out += " p" + plain_number(condition->percentile);
  if (condition->measure == Measure::latency && condition->statistic == Statistic::maximum)
    out += " max";
  if (condition->status != 0) out += fmt::format(" status {}", condition->status);
  if (terms->query.find("between 500") != std::string::npos) out += " 5xx";
  if (terms->query.find("between 400") != std::string::npos) out += " 4xx";
  if (terms->query.find("status>=500") != std::string::npos) out += " 5xx";
  if (terms->query.find("status>=400") != std::string::npos) out += " 4xx";
  if (condition->minutes) out += fmt::format(" in {}m", *condition->minutes);
  if (!condition->notice.empty()) out += " to " + condition->notice;
  return out;
}

TEST(AlarmCondition, IsUnderstoodAsPeopleSayIt) {
  const struct {
    const char* said;
    const char* meant;
  } cases[] = {
      // Counts of a level.
      {"错误超过100条", "$1.errors > 100"},
      {"错误超过一百条", "$1.errors > 100"},
      {"五分钟内 ERROR 大于 50 次就通知运维组", "$1.errors > 50 in 5m to 运维组"},
      {"如果十分钟内报错超过两百条就告警", "$1.errors > 200 in 10m"},
      {"ERROR 日志达到三十条", "$1.errors >= 30"},
      {"错误数不低于20", "$1.errors >= 20"},
      {"错误数大于等于 20", "$1.errors >= 20"},
      {"一小时内错误日志一千条以上", "$1.errors >= 1000 in 60m"},
      {"半小时内错误超过 1.5万", "$1.errors > 15000 in 30m"},
      {"每分钟错误超过10个", "$1.errors > 10 in 1m"},
      {"错误 100 条就告警", "$1.errors >= 100"},
      {"警告超过五十条", "$1.warnings > 50"},
      {"WARN 多于 50", "$1.warnings > 50"},
      {"出现致命错误", "$1.fatals > 0"},
      {"fatal 超过 3 条", "$1.fatals > 3"},
      {"异常多于二十次", "$1.errors > 20"},
      {"payment 错误超过100条", "$1.errors > 100 [payment]"},
      {"payment 的错误五分钟超过三十", "$1.errors > 30 [payment] in 5m"},
      {"数据库错误超过10次", "$1.errors > 10 [数据库]"},
      // Lines.
      {"日志量低于 10 条", "$1.lines < 10"},
      {"日志条数大于五百就喊 DBA 值班组", "$1.lines > 500 to DBA 值班组"},
      {"二十分钟里日志条数大于五百", "$1.lines > 500 in 20m"},
      {"十分钟没有日志", "$1.lines < 1 in 10m"},
      {"半小时没有新日志就告警", "$1.lines < 1 in 30m"},
      {"少于十条日志", "$1.lines < 10"},
      // Status codes.
      {"5xx 占比超过百分之五", "$1.rate > 5 5xx"},
      {"5xx 超过 20 次", "$1.responses > 20 5xx"},
      {"五分钟 5xx 错误多于 20 个", "$1.responses > 20 5xx in 5m"},
      {"4xx 比例高于 10%", "$1.rate > 10 4xx"},
      {"状态码 502 超过十次", "$1.responses > 10 status 502"},
      {"502 超过十次", "$1.responses > 10 status 502"},
      {"错误率高于 3%", "$1.rate > 3"},
      {"错误率超过百分之零点五", "$1.rate > 0.5"},
      {"错误占比超过 5 个百分点", "$1.rate > 5"},
      {"错误超过 5%", "$1.rate > 5"},
      // Latency.
      {"99 分位延迟高于 2 秒", "$1.latency > 2000 p99"},
      {"九十九分位耗时超过两秒", "$1.latency > 2000 p99"},
      {"p95 响应时间大于 800 毫秒", "$1.latency > 800 p95"},
      {"平均耗时超过 300ms", "$1.latency > 300"},
      {"最大延迟超过十秒", "$1.latency > 10000 max"},
      {"五分钟内 p99 延迟超过 1.5 秒", "$1.latency > 1500 p99 in 5m"},
      // Words.
      {"出现 OutOfMemory", "$1.lines > 0 [OutOfMemory]"},
      {"日志里出现 OOMKilled 就通知我", "$1.lines > 0 [OOMKilled]"},
      {"login failed 两分钟出现四十次以上就触发", "$1.lines >= 40 [login failed] in 2m"},
      {"“connection refused”超过 5 次", "$1.lines > 5 [connection refused]"},
      {"包含 \"deadlock found\" 的日志超过三条", "$1.lines > 3 [deadlock found]"},
      {"数据库连接超时十分钟超过二十次", "$1.lines > 20 [数据库连接超时] in 10m"},
      {"登录失败次数大于 40", "$1.lines > 40 [登录失败]"},
      {"内存不足超过3次", "$1.lines > 3 [内存不足]"},
      // As slots are written.
      {"error_count > 100", "$1.errors > 100"},
      {"warn_count >= 5", "$1.warnings >= 5"},
      {"fatal_count > 0", "$1.fatals > 0"},
      {"log_count < 10", "$1.lines < 10"},
      {"status_5xx_count > 20", "$1.responses > 20 5xx"},
      {"status_4xx_count > 20", "$1.responses > 20 4xx"},
      {"latency_ms > 2000", "$1.latency > 2000"},
      {"error_rate_percent > 5", "$1.rate > 5"},
      {"keyword_count:login failed >= 40", "$1.lines >= 40 [login failed]"},
      // English.
      {"more than 100 errors in five minutes", "$1.errors > 100 in 5m"},
      {"errors exceed 100 in 10 minutes", "$1.errors > 100 in 10m"},
      {"when there are over a hundred errors within half an hour", "$1.errors > 100 in 30m"},
      {"100 errors in five minutes", "$1.errors >= 100 in 5m"},
      {"at least 5 warnings per minute", "$1.warnings >= 5 in 1m"},
      {"error rate above 5%", "$1.rate > 5"},
      {"error rate above five percent for ten minutes", "$1.rate > 5 in 10m"},
      {"p99 latency above 2 seconds", "$1.latency > 2000 p99"},
      {"99th percentile latency higher than 500 ms", "$1.latency > 500 p99"},
      {"average response time exceeds 1.5 seconds", "$1.latency > 1500"},
      {"OutOfMemory appears", "$1.lines > 0 [OutOfMemory]"},
      {"\"no space left\" appears 3 times or more", "$1.lines >= 3 [no space left]"},
      {"fewer than 10 log lines in ten minutes", "$1.lines < 10 in 10m"},
      {"no logs for 15 minutes", "$1.lines < 1 in 15m"},
      {"5xx above 20 in 5m", "$1.responses > 20 5xx in 5m"},
      {"notify ops when errors exceed 50", "$1.errors > 50 to ops"},
      {"login page errors above a hundred", "$1.errors > 100 [login page]"},
      {"page ops when errors exceed 50", "$1.errors > 50 to ops"},
      {"payment errors over 30", "$1.errors > 30 [payment]"},
  };
  for (const auto& c : cases) EXPECT_EQ(read(c.said), c.meant) << c.said;
}

TEST(AlarmCondition, TakesANumberThatIsSaidApart) {
  EXPECT_EQ(read("error_count >", 100), "$1.errors > 100");
  EXPECT_EQ(read("keyword_count:login failed >=", 40), "$1.lines >= 40 [login failed]");
  EXPECT_EQ(read("log_count <", 10), "$1.lines < 10");
  EXPECT_EQ(read("error_count", 7), "$1.errors > 7");
  EXPECT_EQ(read("错误超过", 100), "$1.errors > 100");
  EXPECT_EQ(read("延迟高于 2 秒", 2), "$1.latency > 2000") << "the words know the unit";
}

std::string refusal(std::string_view text, Language language = Language::zh) {
  const auto condition = parse_alarm_condition(text, {}, language);
  return condition ? "understood" : condition.error().message;
}

TEST(AlarmCondition, SaysWhatIsMissing) {
  for (const char* nothing : {"超过100条就告警", "超过 5%", "more than five", "> 100"}) {
    EXPECT_TRUE(refusal(nothing).starts_with("condition: 没说要数什么")) << nothing;
  }
  for (const char* no_limit :
       {"", "错误", "错误太多了就告警", "今天天气怎么样", "latency", "随便"}) {
    EXPECT_TRUE(refusal(no_limit).starts_with("condition: 没说到多少")) << no_limit;
  }
  EXPECT_TRUE(refusal("错误率超过 150%").starts_with("threshold: "));
  EXPECT_NE(refusal("错误少于 0 条").find("永远不会触发"), std::string::npos);
  EXPECT_TRUE(refusal("errors", Language::en).starts_with("condition: from how much"));
  EXPECT_NE(refusal(std::string(601, 'x')), "understood");
}

TEST(AlarmCondition, SurvivesAnything) {
  const std::string whole = "五分钟内“a\"b” ERROR 大于 1,000.5 次 p99 百分之零点五以上 notify x";
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    (void)parse_alarm_condition(whole.substr(cut), {}, Language::zh);
    (void)parse_alarm_condition(whole.substr(0, cut), 3, Language::en);
  }
}

TEST(AlarmTerms, UseTheFieldsOfTheTopic) {
  const auto terms = [](const char* said, const TopicFields& fields) {
    const auto made =
        make_alarm_terms(*parse_alarm_condition(said, {}, Language::zh), fields, Language::zh);
    return made ? made->query : made.error().message;
  };
  EXPECT_EQ(terms("日志少于 5 条", rich()), "* | select count(*) as lines");
  EXPECT_TRUE(terms("错误超过 5 条", rich()).starts_with("level:(\"FATAL\" OR"));
  EXPECT_EQ(terms("5xx 超过 5 次", rich()),
            "status>=500 AND status<=599 | select count(*) as responses");
  EXPECT_EQ(terms("p99 延迟超过两秒", rich()),
            "* | select approx_percentile(cost_ms, 0.99) as latency");
  EXPECT_EQ(terms("5xx 占比超过 5%", rich()),
            "* | select round(count_if(status between 500 and 599)*100.0/nullif(count(*),0),2) as "
            "rate");

  // nginx writes seconds, and a status may be a text.
  const TopicFields nginx{.full_text = true,
                          .keys = {{.name = "status", .type = "text", .in_sql = true},
                                   {.name = "request_time", .type = "double", .in_sql = true}}};
  EXPECT_EQ(terms("平均延迟超过两秒", nginx), "* | select avg(request_time*1000) as latency");
  EXPECT_EQ(terms("5xx 超过 5 次", nginx), "status:5* | select count(*) as responses");
  EXPECT_NE(terms("错误率超过 5%", nginx).find("try_cast(status as double) between 500 and 599"),
            std::string::npos);
  EXPECT_TRUE(terms("错误超过 5 条", nginx).starts_with("\"ERROR\" OR \"FATAL\" | select"));
}

TEST(AlarmTerms, SayWhichFieldsThereAreWhereOneIsMissing) {
  const TopicFields poor{.full_text = false,
                         .keys = {{.name = "service", .type = "text", .in_sql = true},
                                  {.name = "cost_ms", .type = "long", .in_sql = false}}};
  const auto refused = [&](const char* said, Language language) {
    return make_alarm_terms(*parse_alarm_condition(said, {}, language), poor, language)
        .error()
        .message;
  };
  EXPECT_EQ(refused("错误超过 5 条", Language::zh), "这个主题没有级别字段；可统计的字段有 service");
  EXPECT_EQ(refused("5xx above 5", Language::en),
            "this topic has no status field; the fields kept for statistics are service");
  EXPECT_EQ(refused("延迟超过两秒", Language::zh),
            "字段 cost_ms 没有开启统计；可统计的字段有 service");
}

TEST(AlarmTerms, WhatPeopleSayStaysText) {
  const auto condition = parse_alarm_condition(
      "出现 “x\\\" OR level:\"INFO\" | select 1” 超过 3 次", {}, Language::zh);
  ASSERT_TRUE(condition);
  const auto terms = make_alarm_terms(*condition, rich(), Language::zh);
  ASSERT_TRUE(terms);
  EXPECT_EQ(split_query(terms->query).sql, "select count(*) as lines") << terms->query;
}

TEST(SayCondition, IsHeardAsASentence) {
  const auto said = [](const char* text, int minutes, Language language) {
    return say_condition(*parse_alarm_condition(text, {}, language), minutes, language);
  };
  EXPECT_EQ(said("错误超过100条", 5, Language::zh), "五分钟内错误超过一百条");
  EXPECT_EQ(said("5xx 占比超过百分之五", 10, Language::zh), "十分钟内五百系占比超过百分之五");
  EXPECT_EQ(said("p99 延迟高于 2 秒", 5, Language::zh), "五分钟内99分位耗时超过2秒");
  EXPECT_EQ(said("login failed 出现四十次以上", 2, Language::zh),
            "两分钟内含 login failed 的日志达到四十条");
  EXPECT_EQ(said("more than 100 errors", 5, Language::en), "more than 100 errors in five minutes");
  EXPECT_EQ(said("error rate above 5%", 5, Language::en),
            "the error rate is more than 5 percent over five minutes");
}

}  // namespace
}  // namespace mtc::logs
