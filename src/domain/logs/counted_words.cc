#include "domain/logs/counted_words.h"

#include <array>

namespace mtc::logs {
namespace {

struct Named {
  std::string_view word;
  Measure measure;
};
constexpr auto kMeasures = std::to_array<Named>({
    {"error_rate_percent", Measure::error_rate},
    {"error_count", Measure::errors},
    {"warn_count", Measure::warnings},
    {"fatal_count", Measure::fatals},
    {"log_count", Measure::lines},
    {"status_5xx_count", Measure::status_5xx},
    {"status_4xx_count", Measure::status_4xx},
    {"latency_ms", Measure::latency},
    {"错误率", Measure::error_rate},
    {"错误占比", Measure::error_rate},
    {"错误比例", Measure::error_rate},
    {"报错率", Measure::error_rate},
    {"失败率", Measure::error_rate},
    {"error rate", Measure::error_rate},
    {"error ratio", Measure::error_rate},
    {"failure rate", Measure::error_rate},
    {"5xx", Measure::status_5xx},
    {"五百系", Measure::status_5xx},
    {"五开头的状态码", Measure::status_5xx},
    {"5开头的状态码", Measure::status_5xx},
    {"服务端错误", Measure::status_5xx},
    {"server errors", Measure::status_5xx},
    {"4xx", Measure::status_4xx},
    {"四百系", Measure::status_4xx},
    {"四开头的状态码", Measure::status_4xx},
    {"4开头的状态码", Measure::status_4xx},
    {"客户端错误", Measure::status_4xx},
    {"client errors", Measure::status_4xx},
    {"响应时间", Measure::latency},
    {"响应耗时", Measure::latency},
    {"请求耗时", Measure::latency},
    {"延迟", Measure::latency},
    {"时延", Measure::latency},
    {"耗时", Measure::latency},
    {"response times", Measure::latency},
    {"response time", Measure::latency},
    {"latency", Measure::latency},
    {"致命错误", Measure::fatals},
    {"严重错误", Measure::fatals},
    {"致命", Measure::fatals},
    {"fatal errors", Measure::fatals},
    {"fatals", Measure::fatals},
    {"fatal", Measure::fatals},
    {"错误日志", Measure::errors},
    {"错误", Measure::errors},
    {"报错", Measure::errors},
    {"出错", Measure::errors},
    {"异常", Measure::errors},
    {"errors", Measure::errors},
    {"error", Measure::errors},
    {"警告", Measure::warnings},
    {"告警日志", Measure::warnings},
    {"warnings", Measure::warnings},
    {"warning", Measure::warnings},
    {"warns", Measure::warnings},
    {"warn", Measure::warnings},
    {"日志总量", Measure::lines},
    {"日志数量", Measure::lines},
    {"日志条数", Measure::lines},
    {"日志量", Measure::lines},
    {"log volume", Measure::lines},
    {"log lines", Measure::lines},
    {"条数", Measure::lines},
    {"请求数", Measure::lines},
});

}  // namespace

bool take_rate(SpokenText& said) {
  static constexpr auto kRates =
      std::to_array<std::string_view>({"所占比例", "占比", "比例", "比率", "的比重", "百分比",
                                       "percentage", "percent of", "share", "ratio", "rate"});
  return said.take_any(kRates).has_value();
}

void take_statistic(SpokenText& said, AlarmCondition& out) {
  for (const auto& [word, percentile] : {std::pair<std::string_view, double>{"p99.9", 99.9},
                                         {"p999", 99.9},
                                         {"p99", 99},
                                         {"p95", 95},
                                         {"p90", 90},
                                         {"p50", 50},
                                         {"中位数", 50},
                                         {"median", 50}}) {
    if (!said.take_word(word)) continue;
    out.statistic = Statistic::percentile;
    out.percentile = percentile;
    return;
  }
  for (const auto& mention : mentions_in(said.lower())) {
    if (mention.unit != "percentile" || mention.value <= 0 || mention.value >= 100) continue;
    said.take(mention.begin, mention.end - mention.begin);
    said.take_word("数");
    out.statistic = Statistic::percentile;
    out.percentile = mention.value;
    return;
  }
  static constexpr auto kMaximum =
      std::to_array<std::string_view>({"最大", "最高", "最慢", "maximum", "max"});
  static constexpr auto kAverage =
      std::to_array<std::string_view>({"平均", "均值", "average", "mean", "avg"});
  if (said.take_any(kMaximum)) {
    out.statistic = Statistic::maximum;
  } else {
    said.take_any(kAverage);
  }
}

std::optional<Measure> take_measure(SpokenText& said) {
  std::optional<Measure> found;
  for (const auto& known : kMeasures) {
    while (said.take_word(known.word)) {
      if (!found) found = known.measure;
    }
  }
  return found;
}

}  // namespace mtc::logs
