#include "domain/logs/alarm_condition.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/spoken.h"
#include "base/text.h"
#include "domain/logs/amount.h"
#include "domain/logs/cql.h"
#include "domain/logs/topic_columns.h"

namespace mtc::logs {
namespace {

using Key = TopicFields::Key;

bool is_number(const Key& key) {
  return key.type == "long" || key.type == "double";
}

// From 500 to 599 in the search condition.
Condition status_between(const Key& key, int from, int to) {
  const std::string field = quote_field(key.name);
  if (is_number(key)) return as_written(fmt::format("{0}>={1} AND {0}<={2}", field, from, to));
  return as_written(fmt::format("{}:{}*", field, from / 100));
}

std::string sql_status_between(const Key& key, int from, int to) {
  return fmt::format("{} between {} and {}", sql_number(key), from, to);
}

Condition level_words(Level level) {
  std::vector<Condition> words;
  for (auto each = static_cast<std::uint8_t>(level); each < kLevels; ++each) {
    words.push_back(keyword(name_of(static_cast<Level>(each))));
  }
  return any_of(words);
}

Result<std::optional<Condition>> level_condition(Level level, bool only, const TopicFields& fields,
                                                 Language language, bool* by_words) {
  const auto key = find_column(fields, Column::level);
  if (!key && !fields.full_text) return missing_column(fields, Column::level, language);
  *by_words = !key;
  const auto at_least = [&](Level each) {
    return key ? level_at_least(each, key->name) : level_words(each);
  };
  if (!only) return at_least(level);
  return all_of({at_least(level), none_of({at_least(Level::error)})});
}

std::string_view sign_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::more:
      return ">";
    case Comparison::at_least:
      return ">=";
    case Comparison::fewer:
      return "<";
    case Comparison::at_most:
      return "<=";
    case Comparison::equal:
      return "==";
  }
  return ">";
}

bool is_value(Measure measure) {
  return measure == Measure::error_rate || measure == Measure::status_4xx_rate ||
         measure == Measure::status_5xx_rate || measure == Measure::latency;
}

std::string rate_of(std::string_view condition) {
  // Nothing at all in the window is no rate, not a division by zero.
  return fmt::format("round(count_if({})*100.0/nullif(count(*),0),2)", condition);
}

Result<std::string> error_rate(const TopicFields& fields, Language language) {
  const auto level = find_column(fields, Column::level);
  if (level && level->in_sql) {
    return rate_of(fmt::format(
        "upper({}) in ('ERROR','ERR','SEVERE','FATAL','CRITICAL','CRIT','EMERG','ALERT','PANIC')",
        sql_column(level->name)));
  }
  const auto status = find_column(fields, Column::status);
  if (status && status->in_sql) return rate_of(sql_status_between(*status, 500, 599));
  return missing_column(fields, Column::level, language);
}

Result<std::string> latency_of(const AlarmCondition& condition, const TopicFields& fields,
                               Language language) {
  const auto key = find_column(fields, Column::latency);
  if (!key || !key->in_sql) return missing_column(fields, Column::latency, language);
  const double unit = milliseconds_per_unit(key->name);
  const std::string column =
      unit == 1 ? sql_number(*key) : fmt::format("{}*{}", sql_number(*key), unit);
  switch (condition.statistic) {
    case Statistic::average:
      return fmt::format("avg({})", column);
    case Statistic::maximum:
      return fmt::format("max({})", column);
    case Statistic::percentile:
      return fmt::format("approx_percentile({}, {})", column,
                         plain_number(condition.percentile / 100));
  }
  return fmt::format("avg({})", column);
}

std::string say_latency(double milliseconds, Language language) {
  const bool zh = language == Language::zh;
  if (milliseconds < 1000) return plain_number(milliseconds) + (zh ? "毫秒" : " milliseconds");
  const double seconds = milliseconds / 1000;
  return plain_number(seconds) + (zh ? "秒" : seconds == 1 ? " second" : " seconds");
}

// Only letters and signs that a voice can read; it is said back to who said it.
std::string say_words(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) {
    if (!out.empty()) out += ' ';
    for (const char c : shorten_characters(word, 30)) {
      const bool quiet = static_cast<unsigned char>(c) < 0x80 && std::isalnum(c) == 0;
      out += quiet ? ' ' : c;
    }
  }
  return std::string(trim(out));
}

std::string say_measure(const AlarmCondition& condition, Language language) {
  const bool zh = language == Language::zh;
  switch (condition.measure) {
    case Measure::lines:
      return zh ? "日志" : "log lines";
    case Measure::warnings:
      return zh ? "警告" : "warnings";
    case Measure::errors:
      return zh ? "错误" : "errors";
    case Measure::fatals:
      return zh ? "致命错误" : "fatal errors";
    case Measure::status_4xx:
      return zh ? "四百系响应" : "4xx responses";
    case Measure::status_5xx:
      return zh ? "五百系响应" : "5xx responses";
    case Measure::status:
      return zh ? fmt::format("状态码 {} 的响应", condition.status)
                : fmt::format("{} responses", condition.status);
    case Measure::error_rate:
      return zh ? "错误占比" : "the error rate";
    case Measure::status_4xx_rate:
      return zh ? "四百系占比" : "the share of 4xx";
    case Measure::status_5xx_rate:
      return zh ? "五百系占比" : "the share of 5xx";
    case Measure::latency:
      if (condition.statistic == Statistic::maximum) return zh ? "最大耗时" : "the longest latency";
      if (condition.statistic == Statistic::percentile) {
        const std::string percentile = plain_number(condition.percentile);
        return zh ? percentile + "分位耗时" : percentile + "th percentile latency";
      }
      return zh ? "平均耗时" : "the average latency";
  }
  return {};
}

std::string_view say_comparison(Comparison comparison, bool zh) {
  switch (comparison) {
    case Comparison::more:
      return zh ? "超过" : "more than";
    case Comparison::at_least:
      return zh ? "达到" : "at least";
    case Comparison::fewer:
      return zh ? "少于" : "less than";
    case Comparison::at_most:
      return zh ? "不超过" : "at most";
    case Comparison::equal:
      return zh ? "等于" : "exactly";
  }
  return {};
}

}  // namespace

std::string_view result_name(Measure measure) {
  switch (measure) {
    case Measure::lines:
      return "lines";
    case Measure::warnings:
      return "warnings";
    case Measure::errors:
      return "errors";
    case Measure::fatals:
      return "fatals";
    case Measure::status_4xx:
    case Measure::status_5xx:
    case Measure::status:
      return "responses";
    case Measure::error_rate:
    case Measure::status_4xx_rate:
    case Measure::status_5xx_rate:
      return "rate";
    case Measure::latency:
      return "latency";
  }
  return "lines";
}

Result<Counted> count_condition(Measure measure, int status, const std::vector<std::string>& words,
                                const TopicFields& fields, Language language) {
  std::vector<Condition> conditions;
  bool by_words = false;
  std::optional<std::pair<Level, bool>> level;
  std::optional<std::pair<int, int>> codes;
  switch (measure) {
    case Measure::warnings:
      level.emplace(Level::warn, true);
      break;
    case Measure::errors:
      level.emplace(Level::error, false);
      break;
    case Measure::fatals:
      level.emplace(Level::fatal, false);
      break;
    case Measure::status_4xx:
      codes.emplace(400, 499);
      break;
    case Measure::status_5xx:
      codes.emplace(500, 599);
      break;
    case Measure::status:
      codes.emplace(status, status);
      break;
    case Measure::lines:
    case Measure::error_rate:
    case Measure::status_4xx_rate:
    case Measure::status_5xx_rate:
    case Measure::latency:
      break;
  }
  if (level) {
    auto made = level_condition(level->first, level->second, fields, language, &by_words);
    if (!made) return fail(std::move(made).error());
    conditions.push_back(**made);
  }
  if (codes) {
    const auto key = find_column(fields, Column::status);
    if (!key) return missing_column(fields, Column::status, language);
    conditions.push_back(codes->first == codes->second
                             ? field_equals(key->name, std::to_string(codes->first))
                             : status_between(*key, codes->first, codes->second));
  }
  if (!words.empty() && !fields.full_text && !find_column(fields, Column::message)) {
    return missing_column(fields, Column::message, language);
  }
  for (const auto& word : words) conditions.push_back(keyword(word));
  return Counted{.cql = all_of(conditions).text(), .by_words = by_words};
}

Result<std::string> value_expression(const AlarmCondition& condition, const TopicFields& fields,
                                     Language language) {
  if (condition.measure == Measure::latency) return latency_of(condition, fields, language);
  if (condition.measure == Measure::error_rate) return error_rate(fields, language);
  const auto status = find_column(fields, Column::status);
  if (!status || !status->in_sql) return missing_column(fields, Column::status, language);
  const int from = condition.measure == Measure::status_4xx_rate ? 400 : 500;
  return rate_of(sql_status_between(*status, from, from + 99));
}

Result<AlarmTerms> make_alarm_terms(const AlarmCondition& condition, const TopicFields& fields,
                                    Language language) {
  const bool zh = language == Language::zh;
  auto counted =
      count_condition(condition.measure, condition.status, condition.words, fields, language);
  if (!counted) return fail(std::move(counted).error());
  std::string expression = "count(*)";
  AlarmTerms out;
  if (is_value(condition.measure)) {
    auto value = value_expression(condition, fields, language);
    if (!value) return fail(std::move(value).error());
    expression = std::move(*value);
    const auto level = find_column(fields, Column::level);
    if (condition.measure == Measure::error_rate && !(level && level->in_sql)) {
      out.note = zh ? "这个主题没有级别字段，按五百系状态码算"
                    : "this topic has no level field, so 5xx responses are taken for errors";
    }
  }
  if (counted->by_words) {
    out.note = zh ? "这个主题没有级别字段，按正文里的字样数"
                  : "this topic has no level field, so the words in the text are counted";
  }
  const std::string_view name = result_name(condition.measure);
  out.query = fmt::format("{} | select {} as {}", counted->cql, expression, name);
  out.trigger = fmt::format("$1.{} {} {}", name, sign_of(condition.comparison),
                            plain_number(condition.threshold));
  return out;
}

std::string say_counted(const AlarmCondition& condition, Language language) {
  const std::string words = say_words(condition.words);
  const std::string what = say_measure(condition, language);
  if (words.empty()) return what;
  return language == Language::zh ? fmt::format("含 {} 的{}", words, what)
                                  : fmt::format("{} with {}", what, words);
}

std::string say_amount(Measure measure, double value, Language language) {
  if (measure == Measure::latency) return say_latency(value, language);
  const bool zh = language == Language::zh;
  const bool whole = value == std::floor(value);
  if (is_value(measure)) {
    if (whole) return say_percent(value / 100, language);
    return zh ? "百分之" + plain_number(value) : plain_number(value) + " percent";
  }
  if (!whole) return plain_number(value);
  const std::string count = say_count(static_cast<std::int64_t>(value), language);
  return zh ? count + "条" : count;
}

std::string say_condition(const AlarmCondition& condition, int minutes, Language language) {
  const bool zh = language == Language::zh;
  const std::string period = say_duration(std::chrono::minutes(minutes), language);
  const std::string what = say_counted(condition, language);
  const std::string threshold = say_amount(condition.measure, condition.threshold, language);
  const auto comparison = say_comparison(condition.comparison, zh);
  if (zh) return fmt::format("{}内{}{}{}", period, what, comparison, threshold);
  if (is_value(condition.measure))
    return fmt::format("{} is {} {} over {}", what, comparison, threshold, period);
  return fmt::format("{} {} {} in {}", comparison, threshold, what, period);
}

}  // namespace mtc::logs
