// When an alarm fires, in words → the query and the trigger of an alarm policy.
//
//   "五分钟内 ERROR 大于 50 次就通知运维组"   errors > 50, five minutes, 运维组
//   "99 分位延迟高于 2 秒"                    p99 latency > 2000 ms
//   "OutOfMemory appears"                     lines with OutOfMemory > 0
//   "error_count >" with the threshold 100    errors > 100
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "base/result.h"
#include "domain/logs/log_store.h"

namespace mtc::logs {

enum class Measure {
  lines,     // that hold the words, if there are any
  warnings,  // exactly that level
  errors,    // or worse
  fatals,
  status_4xx,
  status_5xx,
  status,      // one status code
  error_rate,  // percent of the lines
  status_4xx_rate,
  status_5xx_rate,
  latency,  // milliseconds
};

// What the column with the measured value is called in the SQL that we write: "errors", "rate".
std::string_view result_name(Measure measure);

enum class Comparison { more, at_least, fewer, at_most, equal };

// Of latency.
enum class Statistic { average, maximum, percentile };

struct AlarmCondition {
  Measure measure = Measure::lines;
  std::vector<std::string> words;  // phrases that the counted lines must hold as well
  int status = 0;                  // of Measure::status
  Statistic statistic = Statistic::average;
  double percentile = 0;  // 99, 99.9
  Comparison comparison = Comparison::more;
  double threshold = 0;        // a count, percent or milliseconds
  std::optional<int> minutes;  // the period, if one was said
  std::string notice;          // whom to tell, as it was said; may be empty
};

// `threshold`: said apart from the words; counts where these hold no number of their own.
// Errc::invalid_argument says what is missing: what is counted, or from how many on.
Result<AlarmCondition> parse_alarm_condition(std::string_view text, std::optional<double> threshold,
                                             Language language);

// What an alarm policy asks and when it fires.
struct AlarmTerms {
  std::string query;    // "condition | sql" in CQL
  std::string trigger;  // "$1.errors > 100"
  std::string note;     // what the listener has to know about how it is counted; may be empty
};

// With the fields that the topic really has. Errc::invalid_argument where one is missing: says
// which there are.
Result<AlarmTerms> make_alarm_terms(const AlarmCondition& condition, const TopicFields& fields,
                                    Language language);

// What is counted or measured: "含 payment 的错误", "the average latency".
std::string say_counted(const AlarmCondition& condition, Language language);

// A value of that measure: 一百条, 百分之五, 两秒; "100", "5 percent", "2 seconds".
std::string say_amount(Measure measure, double value, Language language);

// "五分钟内错误超过一百条", "more than 100 errors in five minutes".
std::string say_condition(const AlarmCondition& condition, int minutes, Language language);

// The condition of lines of that measure, and whether the level had to be told by words in the
// text. Shared with counting and scheduled SQL.
struct Counted {
  std::string cql;
  bool by_words = false;
};
Result<Counted> count_condition(Measure measure, int status, const std::vector<std::string>& words,
                                const TopicFields& fields, Language language);

// The SQL expression of a rate in percent or of a latency in milliseconds.
Result<std::string> value_expression(const AlarmCondition& condition, const TopicFields& fields,
                                     Language language);

}  // namespace mtc::logs
