// What a scheduled query works out, in words or in the log service's own language → the statement.
//
//   "每小时各服务错误数"     level:(…) | select service, count(*) as errors group by service …
//   "按来源IP统计拦截次数"   "拦截" | select client_ip, count(*) as lines group by client_ip …
//   "各接口 p99 耗时"        * | select url, approx_percentile(cost_ms, 0.99) as latency group by
//   url
//   "* | select …"           as given
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/language.h"
#include "base/result.h"
#include "domain/logs/log_store.h"

namespace mtc::logs {

struct Statement {
  std::string condition;
  std::string sql;
  std::string what;            // for the ear: "按服务统计错误"; empty if the statement was given
  std::optional<int> minutes;  // the period, if the words name one

  std::string text() const { return condition + " | " + sql; }
};

// Errc::invalid_argument: not understood (with examples), or the topic lacks the field.
Result<Statement> make_statement(std::string_view intent, const TopicFields& fields,
                                 Language language);

// "6h", "1d", 每小时, 六个小时, "every day" → minutes, 1 to 1440 (the longest the service takes).
Result<int> parse_period_minutes(std::string_view text, Language language);

}  // namespace mtc::logs
