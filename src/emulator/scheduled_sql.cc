#include "emulator/scheduled_sql.h"

#include <algorithm>

#include "base/text.h"
#include "emulator/alarm_runs.h"
#include "emulator/civil_text.h"
#include "emulator/numbers.h"
#include "emulator/topic_query.h"

namespace mtc::emulator {
namespace {

constexpr std::int64_t kMinute = 60'000;

std::int64_t unit_length(char unit) {
  switch (unit) {
    case 's':
      return 1000;
    case 'm':
      return kMinute;
    case 'h':
      return 60 * kMinute;
    case 'd':
      return 1440 * kMinute;
    default:
      return 0;
  }
}

// "@m-15m" relative to the civil time; also "@m" and "-15m".
std::optional<std::int64_t> read_edge(std::string_view text, std::int64_t civil_ms) {
  if (text.empty()) return std::nullopt;
  if (text.size() >= 2 && text[0] == '@') {
    const auto unit = unit_length(text[1]);
    if (unit == 0) return std::nullopt;
    civil_ms = floor_to(civil_ms, unit);
    text.remove_prefix(2);
  }
  if (text.empty()) return civil_ms;
  const bool back = text[0] == '-';
  const auto unit = unit_length(text.back());
  std::int64_t count = 0;
  if ((!back && text[0] != '+') || unit == 0 || text.size() < 3 ||
      !read_number(text.substr(1, text.size() - 2), count) || count < 0 || count > 100'000)
    return std::nullopt;
  return civil_ms + (back ? -count : count) * unit;
}

std::int64_t period_of(const Json& task) {
  const auto unit = integer_or(task, "ProcessPeriodUnit", 1) == 2 ? 1000 : kMinute;
  return std::max<std::int64_t>(1, integer_or(task, "ProcessPeriod", 1)) * unit;
}

// One row as a log: of a log target every column, of a metric target one log for each metric.
class RowWriter {
 public:
  RowWriter(const Topic& target, const Json& resource, std::int64_t time_ms)
      : resource_(resource), time_ms_(time_ms), writer_(*target.table) {
    const int stream = target.table->stream({.source = "scheduled_sql"});
    place_ = {.stream = stream, .group = target.table->next_group(stream)};
  }

  void add(const SqlRows& found, const std::vector<SqlValue>& row) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < row.size(); ++i)
      texts.push_back(value_as_text(row[i], found.columns[i].type));
    auto time = time_ms_;
    const auto column = [&](const std::string& name) -> const std::string* {
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (found.columns[i].name == name) return &texts[i];
      }
      return nullptr;
    };
    if (const auto* custom = column(string_or(resource_, "CustomTime"))) {
      std::int64_t own = 0;
      if (read_number(std::string_view(*custom), own) && own > 0) time = own;
    }
    if (integer_or(resource_, "BizType") == 1) return add_metrics(column, time);
    std::vector<TextPair> contents;
    for (std::size_t i = 0; i < row.size(); ++i)
      contents.emplace_back(found.columns[i].name, texts[i]);
    write(time, contents);
  }

  void commit() { writer_.commit(); }

 private:
  template <class Column>
  void add_metrics(const Column& column, std::int64_t time) {
    auto names = array_or_empty(resource_, "MetricNames");
    if (const auto one = string_or(resource_, "MetricName"); !one.empty()) names.push_back(one);
    for (const auto& name : names) {
      const auto text = name.template get<std::string>();
      const auto* value = column(text);
      if (value == nullptr) continue;
      std::vector<TextPair> contents{{"__name__", text}, {"__value__", *value}};
      for (const auto& label : array_or_empty(resource_, "MetricLabels")) {
        const auto& key = label.template get_ref<const std::string&>();
        if (const auto* own = column(key)) contents.emplace_back(key, *own);
      }
      for (const auto& label : array_or_empty(resource_, "CustomMetricLabels")) {
        contents.emplace_back(label.at("Key").template get_ref<const std::string&>(),
                              label.at("Value").template get_ref<const std::string&>());
      }
      write(time, contents);
    }
  }

  void write(std::int64_t time, const std::vector<TextPair>& contents) {
    writer_.add(place_, std::clamp<std::int64_t>(time, 0, kMaxLogTime), contents);
    ++place_.index;
  }

  const Json& resource_;
  std::int64_t time_ms_;
  LogWriter writer_;
  LogWriter::Place place_;
};

void run_once(Cloud& cloud, const Record& record, TimePoint time) {
  const Json& task = object_or_empty(record.document, "Task");
  const Json& resource = object_or_empty(task, "DstResource");
  const Topic* source = cloud.find_topic(record.owner, string_or(task, "SrcTopicId"));
  const Topic* target = cloud.find_topic(record.owner, string_or(resource, "TopicId"));
  const auto window = read_window(string_or(task, "ProcessTimeWindow"), time);
  if (source == nullptr || target == nullptr || !window) return;
  const auto found = run_query(
      cloud, *source, string_or(task, "ScheduledSqlContent"),
      integer_or(task, "SyntaxRule") == 1 ? QuerySyntax::cql : QuerySyntax::lucene, *window);
  if (!found) return;
  RowWriter writer(*target, resource, window->from_ms);
  for (const auto& row : found->rows) writer.add(*found, row);
  writer.commit();
}

void run_task(Cloud& cloud, Record& record, TimePoint now) {
  const Json& task = object_or_empty(record.document, "Task");
  if (integer_or(task, "EnableFlag") != 1) return;
  const auto period = period_of(task);
  auto until = millis(now) - integer_or(task, "ProcessDelay") * 1000;
  if (integer_or(task, "ProcessType") == 2)
    until = std::min(until, integer_or(task, "ProcessEndTime"));
  auto next = record.integer("NextAt");
  if (next > until) return;
  const auto missed = (until - next) / period + 1;
  if (missed > kMaxMissedRuns) next += (missed - kMaxMissedRuns) * period;
  for (; next <= until; next += period) run_once(cloud, record, TimePoint(Millis(next)));
  record.document["NextAt"] = next;
  cloud.records().save(record);
}

}  // namespace

std::optional<SearchRange> read_window(std::string_view text, TimePoint time) {
  const auto edges = split(text, ',');
  if (edges.size() != 2) return std::nullopt;
  const auto civil = millis(time) + kShanghaiOffset;
  const auto from = read_edge(trim(edges[0]), civil), to = read_edge(trim(edges[1]), civil);
  if (!from || !to || *from >= *to) return std::nullopt;
  return SearchRange{.from_ms = *from - kShanghaiOffset, .to_ms = *to - kShanghaiOffset};
}

void run_scheduled_sql(Cloud& cloud, TimePoint now) {
  for (Record* task : cloud.records().all(kClsTask)) run_task(cloud, *task, now);
}

TaskStatus task_status(Cloud& cloud, const Record& record) {
  const Json& task = object_or_empty(record.document, "Task");
  if (cloud.find_topic(record.owner, string_or(task, "SrcTopicId")) == nullptr)
    return TaskStatus::no_source;
  if (cloud.find_topic(record.owner, string_or(object_or_empty(task, "DstResource"), "TopicId")) ==
      nullptr)
    return TaskStatus::no_target;
  return integer_or(task, "EnableFlag") == 1 ? TaskStatus::running : TaskStatus::stopped;
}

void run_background(Cloud& cloud) {
  run_scheduled_sql(cloud, cloud.now());
  run_alarms(cloud, cloud.now());
}

}  // namespace mtc::emulator
