#include "domain/logs/sql_intent.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "domain/logs/counted_words.h"
#include "domain/logs/cql.h"
#include "domain/logs/topic_columns.h"

namespace mtc::logs {
namespace {

constexpr int kMostMinutes = 1440;
constexpr std::size_t kMostBytes = 8000;
constexpr std::size_t kMostSpoken = 400;
constexpr int kUsualRows = 100;
constexpr int kMostRows = 1000;

struct Dimension {
  std::string_view word;
  Column column;
};
// The longest first.
constexpr auto kDimensions = std::to_array<Dimension>({
    {"来源 ip", Column::client},   {"来源ip", Column::client},    {"客户端 ip", Column::client},
    {"客户端ip", Column::client},  {"访问 ip", Column::client},   {"访问ip", Column::client},
    {"client ip", Column::client}, {"source ip", Column::client}, {"client_ip", Column::client},
    {"来源地址", Column::client},  {"客户端", Column::client},    {"ip", Column::client},
    {"微服务", Column::service},   {"服务", Column::service},     {"应用", Column::service},
    {"services", Column::service}, {"service", Column::service},  {"app", Column::service},
    {"接口", Column::url},         {"路径", Column::url},         {"页面", Column::url},
    {"url", Column::url},          {"uri", Column::url},          {"endpoint", Column::url},
    {"path", Column::url},         {"状态码", Column::status},    {"status code", Column::status},
    {"status", Column::status},    {"主机", Column::host},        {"机器", Column::host},
    {"节点", Column::host},        {"实例", Column::host},        {"容器", Column::host},
    {"host", Column::host},        {"node", Column::host},        {"pod", Column::host},
    {"instance", Column::host},    {"级别", Column::level},       {"等级", Column::level},
    {"level", Column::level},      {"用户", Column::user},        {"user", Column::user},
});
constexpr auto kBefore = std::to_array<std::string_view>(
    {"按照", "按", "分", "各个", "各", "每个", "每一个", "by ", "per ", "for each ", "each "});

// 按服务, 各接口, "by host", taken out.
std::vector<Column> take_dimensions(SpokenText& said) {
  std::vector<std::pair<std::size_t, Column>> found;
  for (const auto& dimension : kDimensions) {
    for (const auto before : kBefore) {
      const std::string whole = std::string(before) + std::string(dimension.word);
      const auto at = said.find_word(whole);
      if (at == std::string::npos) continue;
      said.take(at, whole.size());
      for (const std::string_view behind : {"的", "统计", "分组"}) said.take_word(behind);
      found.emplace_back(at, dimension.column);
    }
  }
  std::ranges::sort(found);
  std::vector<Column> out;
  for (const auto& [at, column] : found) {
    if (out.size() < 2 && std::ranges::find(out, column) == out.end()) out.push_back(column);
  }
  return out;
}

int take_rows(SpokenText& said) {
  for (const std::string_view mark : {"top", "前", "最多的"}) {
    const auto at = said.lower().find(mark);
    if (at == std::string::npos) continue;
    std::size_t number = at + mark.size();
    while (number < said.lower().size() && said.lower()[number] == ' ') ++number;
    const auto mention =
        mention_at(SpokenText(said.lower().substr(number)).lower(), 0);  // "top10" is no word here
    if (!mention || mention->value < 1 || mention->value > kMostRows) continue;
    said.take(at, number + mention->end - at);
    said.take_word("名");
    return static_cast<int>(mention->value);
  }
  return kUsualRows;
}

void take_noise(SpokenText& said) {
  static constexpr auto kNoise = std::to_array<std::string_view>(
      {"自动跑个 sql", "自动跑个sql", "自动",       "跑一次", "跑个",     "数一数",     "数一下",
       "统计一下",     "统计",        "汇总",       "计算",   "算一下",   "分别",       "分组",
       "求",           "查询",        "拦截了多少", "有多少", "多少",     "请求次数",   "访问次数",
       "请求量",       "访问量",      "次数",       "数量",   "条数",     "每小时的",   "count of",
       "number of",    "count",       "compute",    "sum up", "requests", "statistics", "的个数"});
  while (said.take_any(kNoise)) {
  }
}

bool take_distinct(SpokenText& said) {
  static constexpr auto kDistinct = std::to_array<std::string_view>(
      {"独立访客数", "独立访客", "独立用户数", "独立用户", "去重用户数", "去重用户", "独立 ip",
       "独立ip", "unique visitors", "unique users", "distinct users", "uv"});
  return said.take_any(kDistinct).has_value();
}

std::unexpected<Error> not_understood(Language language) {
  return fail(
      Errc::invalid_argument,
      language == Language::zh
          ? "sql_intent: 没听懂要统计什么；可以说各服务错误数、按来源 IP 数请求、各接口 p99 "
            "耗时、5xx 占比，或者直接给 CQL 和 SQL"
          : "sql_intent: not understood; say for example errors by service, requests by "
            "client IP, p99 latency per URL, the share of 5xx, or give the statement as "
            "CQL | SQL");
}

Result<TopicFields::Key> column_in_sql(const TopicFields& fields, Column column,
                                       Language language) {
  const auto key = find_column(fields, column);
  if (!key || !key->in_sql) return missing_column(fields, column, language);
  return *key;
}

struct Wanted {
  AlarmCondition what;
  std::vector<Column> by;
  int rows = kUsualRows;
  bool distinct = false;
  std::optional<int> minutes;
};

std::optional<Wanted> read_intent(std::string_view intent) {
  SpokenText said(intent);
  Wanted out;
  while (auto quoted = said.take_quoted()) out.what.words.push_back(std::move(*quoted));
  take_statistic(said, out.what);
  out.rows = take_rows(said);
  out.by = take_dimensions(said);
  out.minutes = said.take_period();
  for (const auto& [word, minutes] : {std::pair<std::string_view, int>{"每天", 1440},
                                      {"每日", 1440},
                                      {"daily", 1440},
                                      {"hourly", 60}}) {
    if (said.take_word(word)) out.minutes = minutes;
  }
  out.distinct = take_distinct(said);
  const bool counts = std::ranges::any_of(
      std::to_array<std::string_view>(
          {"次数", "数量", "条数", "请求", "访问", "日志", "count", "requests", "lines", "数"}),
      [&](std::string_view word) { return said.lower().find(word) != std::string::npos; });
  const bool rate = take_rate(said);
  const auto measure = take_measure(said);
  take_noise(said);
  for (auto& word : said.rest()) {
    if (word != "请求" && word != "访问") out.what.words.push_back(std::move(word));
  }
  const bool understood = measure || out.distinct || counts || !out.by.empty();
  std::size_t bytes = 0;
  for (const auto& word : out.what.words) bytes += word.size();
  if (!understood || out.what.words.size() > 3 || bytes > 120) return std::nullopt;
  out.what.measure = measure.value_or(Measure::lines);
  if (rate) {
    if (out.what.measure == Measure::errors) out.what.measure = Measure::error_rate;
    if (out.what.measure == Measure::status_4xx) out.what.measure = Measure::status_4xx_rate;
    if (out.what.measure == Measure::status_5xx) out.what.measure = Measure::status_5xx_rate;
  }
  return out;
}

std::string say_statement(const Wanted& wanted, Language language) {
  const bool zh = language == Language::zh;
  std::string what =
      wanted.distinct ? (zh ? "独立访客" : "unique visitors") : say_counted(wanted.what, language);
  std::vector<std::string> by;
  by.reserve(wanted.by.size());
  for (const auto column : wanted.by) by.emplace_back(name_of(column, language));
  if (by.empty()) return zh ? "统计" + what : what;
  return zh ? fmt::format("按{}统计{}", join(by, "和"), what)
            : fmt::format("{} by {}", what, join(by, " and "));
}

}  // namespace

Result<Statement> make_statement(std::string_view intent, const TopicFields& fields,
                                 Language language) {
  if (intent.size() > kMostBytes) return not_understood(language);
  auto given = split_query(intent);
  if (!given.sql.empty()) {
    return Statement{.condition = given.condition.empty() ? "*" : std::move(given.condition),
                     .sql = std::move(given.sql)};
  }
  if (intent.size() > kMostSpoken) return not_understood(language);
  const auto wanted = read_intent(intent);
  if (!wanted) return not_understood(language);

  Result<std::string> expression = std::string("count(*)");
  std::string name{result_name(wanted->what.measure)};
  if (wanted->distinct) {
    const auto client = find_column(fields, Column::client);
    const auto key =
        column_in_sql(fields, client && client->in_sql ? Column::client : Column::user, language);
    if (!key) return missing_column(fields, Column::client, language);
    expression = fmt::format("approx_distinct({})", sql_column(key->name));
    name = "visitors";
  } else if (name == "rate" || name == "latency") {
    expression = value_expression(wanted->what, fields, language);
  }
  if (!expression) return fail(std::move(expression).error());
  auto counted = count_condition(wanted->what.measure, wanted->what.status, wanted->what.words,
                                 fields, language);
  if (!counted) return fail(std::move(counted).error());

  std::vector<std::string> columns;
  for (const auto column : wanted->by) {
    const auto key = column_in_sql(fields, column, language);
    if (!key) return fail(key.error());
    columns.push_back(sql_column(key->name));
  }
  Statement out{.condition = std::move(counted->cql),
                .sql = {},
                .what = say_statement(*wanted, language),
                .minutes = wanted->minutes};
  if (columns.empty()) {
    out.sql = fmt::format("select {} as {}", *expression, name);
  } else {
    const std::string by = join(columns, ", ");
    out.sql = fmt::format("select {0}, {1} as {2} group by {0} order by {2} desc limit {3}", by,
                          *expression, name, wanted->rows);
  }
  return out;
}

Result<int> parse_period_minutes(std::string_view text, Language language) {
  std::optional<int> minutes;
  if (text.size() <= 60) {
    SpokenText said(trim(text));
    minutes = said.take_period();
    const std::string& lower = said.lower();
    for (const auto& [word, value] : {std::pair<std::string_view, int>{"每天", 1440},
                                      {"每日", 1440},
                                      {"天天", 1440},
                                      {"daily", 1440},
                                      {"every day", 1440},
                                      {"a day", 1440},
                                      {"per day", 1440},
                                      {"hourly", 60},
                                      {"every hour", 60},
                                      {"小时", 60},
                                      {"每分", 1},
                                      {"every minute", 1}}) {
      if (!minutes && lower.find(word) != std::string::npos) minutes = value;
    }
  }
  if (!minutes || *minutes < 1 || *minutes > kMostMinutes) {
    return fail(Errc::invalid_argument, language == Language::zh
                                            ? "period: 要一分钟到一天，比如 5m、每小时、1d"
                                            : "period: expected one minute to one day, for example "
                                              "5m, 1h or 1d");
  }
  return *minutes;
}

}  // namespace mtc::logs
