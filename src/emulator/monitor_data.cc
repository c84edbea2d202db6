// Metric values of the monitor product.
#include <fmt/format.h>

#include <map>
#include <set>

#include "base/zone.h"
#include "emulator/civil_text.h"
#include "emulator/monitor_answers.h"
#include "emulator/monitor_objects.h"
#include "emulator/numbers.h"

namespace mtc::emulator {
namespace {

constexpr std::int64_t kMaxPoints = 7200;
constexpr std::size_t kMaxInstances = 50;
constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kDay = 24 * kHour;

// "2026-01-01T08:00:00+08:00", "…Z"; without an offset UTC+8.
std::optional<std::int64_t> read_iso(std::string_view text) {
  if (const auto time = parse_iso(text)) return millis(*time);
  const auto civil = read_civil(text);
  if (!civil || civil->length != text.size()) return std::nullopt;
  return civil->civil_ms - kShanghaiOffset;
}

struct Span {
  std::int64_t from = 0, to = 0, period = 0;  // ms; ends included
  std::int64_t points() const { return (to - from) / period + 1; }
};

ApiResult<Span> read_span(const Call& call, std::int64_t default_span) {
  Span out{.period =
               std::clamp<std::int64_t>(integer_or(call.body, "Period", 300), 0, 1'000'000) * 1000};
  const auto now = millis(call.now());
  out.to = now;
  for (const auto* member : {"EndTime", "StartTime"}) {
    auto& edge = std::string_view(member) == "EndTime" ? out.to : out.from;
    if (!given(call.body, member)) {
      if (std::string_view(member) == "StartTime") edge = out.to - default_span;
      continue;
    }
    const auto time = read_iso(string_or(call.body, member));
    if (!time)
      return bad_value(fmt::format("{} should look like 2026-01-01T08:00:00+08:00", member));
    edge = *time;
  }
  if (out.from > out.to) return bad_value("StartTime should not be after EndTime");
  return out;
}

// Both ends down to whole periods (days by the clock in China).
void round_span(Span& span) {
  for (auto* edge : {&span.from, &span.to})
    *edge = floor_to(*edge + kShanghaiOffset, span.period) - kShanghaiOffset;
}

struct Series {
  std::vector<std::int64_t> times;  // s
  std::vector<double> values;
};

Series series_of(const MetricSource& source, const Metric& metric, const MonitoredObject& object,
                 const Span& span, TimePoint now) {
  Series out;
  const auto seed = object.seed();
  const auto names = object.names();
  for (auto time = span.from; time <= span.to; time += span.period) {
    if (time < millis(object.since) || time > millis(now)) continue;
    out.times.push_back(time / 1000);
    out.values.push_back(object.fixed >= 0 ? object.fixed
                                           : source.value(metric, seed, names, time));
  }
  return out;
}

std::string iso_text(std::int64_t time_ms) {
  auto text = format_civil(TimePoint(Millis(time_ms)), Zone::shanghai());
  text[10] = 'T';
  return text + "+08:00";
}

ApiResult<std::string> instance_of(const Json& instance) {
  const auto& dimensions = array_or_empty(instance, "Dimensions");
  if (dimensions.size() != 1 || string_or(dimensions[0], "Name") != "InstanceId")
    return bad_value("QCE/CVM has the dimension InstanceId");
  return string_or(dimensions[0], "Value");
}

ApiResult<std::string> get_monitor_data(Call& call) {
  const auto name_space = string_or(call.body, "Namespace");
  if (name_space != "QCE/CVM")
    return bad_value(
        "Namespace: the stand-in has QCE/CVM here, and QCE/TKE2 in "
        "DescribeStatisticData");
  const Metric* metric = find_metric(name_space, string_or(call.body, "MetricName"));
  if (metric == nullptr) return bad_value("MetricName does not exist in QCE/CVM");
  const auto& instances = array_or_empty(call.body, "Instances");
  if (instances.empty() || instances.size() > kMaxInstances)
    return bad_value("Instances should have 1 to 50 items");
  auto span = read_span(call, kHour);
  if (!span) return std::unexpected(span.error());
  const std::set<std::int64_t> periods{10, 60, 300, 3600, 86400};
  if (!periods.contains(span->period / 1000))
    return bad_value("Period should be 10, 60, 300, 3600 or 86400");
  round_span(*span);
  if (span->points() * static_cast<std::int64_t>(instances.size()) > kMaxPoints)
    return refuse("LimitExceeded", "more than 7200 points in one request");
  const auto statistics = integer_or(call.body, "SpecifyStatistics");
  if (statistics < 0 || statistics > 7) return bad_value("SpecifyStatistics should be 0 to 7");
  const MetricSource source(call.cloud);
  Json points = Json::array();
  for (const auto& instance : instances) {
    const auto id = instance_of(instance);
    if (!id) return std::unexpected(id.error());
    Series series;
    if (const auto machine = find_machine(call.cloud, call.owner, *id))
      series = series_of(source, *metric, *machine, *span, call.now());
    const auto with = [&](std::int64_t bit, double factor) {
      if ((statistics & bit) == 0) return call.no_list();
      Json out = Json::array();
      for (const auto value : series.values)
        out.push_back(std::min(metric->ceiling, value * factor));
      return out;
    };
    points.push_back({{"Dimensions", array_or_empty(instance, "Dimensions")},
                      {"Timestamps", series.times},
                      {"Values", series.values},
                      {"MaxValues", with(2, 1.1)},
                      {"MinValues", with(4, 0.9)},
                      {"AvgValues", with(1, 1)}});
  }
  return members_of({{"Period", span->period / 1000},
                     {"MetricName", metric->name},
                     {"DataPoints", std::move(points)},
                     {"StartTime", iso_text(span->from)},
                     {"EndTime", iso_text(span->to)},
                     {"Msg", ""}});
}

// How far back and how long a period allows.
ApiResult<> check_range(const Span& span, std::int64_t now) {
  struct Limit {
    std::int64_t period, span, back;
  };
  constexpr std::array<Limit, 4> kLimits{{{60, 12 * kHour, 15 * kDay},
                                          {300, 3 * kDay, 31 * kDay},
                                          {3600, 30 * kDay, 93 * kDay},
                                          {86400, 186 * kDay, 186 * kDay}}};
  for (const auto& limit : kLimits) {
    if (limit.period * 1000 != span.period) continue;
    if (span.to - span.from >= limit.span)
      return bad_value(fmt::format("with Period {} less than {} hours can be asked for",
                                   limit.period, limit.span / kHour));
    if (span.from < now - limit.back)
      return bad_value(
          fmt::format("Period {} reaches {} days back", limit.period, limit.back / kDay));
    return {};
  }
  return bad_value("Period should be 60, 300, 3600 or 86400");
}

struct StatisticQuery {
  std::vector<const Metric*> metrics;
  std::map<std::string, std::set<std::string>> wanted;  // by dimension
  std::vector<std::string> group_bys;
};

ApiResult<> read_conditions(const Json& body, const std::vector<std::string>& known,
                            StatisticQuery& out) {
  for (const auto& condition : array_or_empty(body, "Conditions")) {
    const auto key = string_or(condition, "Key"), op = string_or(condition, "Operator");
    const auto& values = array_or_empty(condition, "Value");
    if (std::ranges::find(known, key) == known.end())
      return bad_value("the condition key `" + key.substr(0, 80) + "` does not fit the metrics");
    if ((op != "=" && op != "in") || values.empty() || values.size() > 100)
      return bad_value("a condition should have = or in, and 1 to 100 values");
    for (const auto& value : values) {
      out.wanted[key].insert(value.get<std::string>());
      if (op == "=") break;  // only the first counts
    }
  }
  if (!out.wanted.contains("tke_cluster_instance_id"))
    return bad_value("QCE/TKE2 needs the condition tke_cluster_instance_id");
  return {};
}

ApiResult<> check_narrowed(const StatisticQuery& query, MetricLevel level) {
  const auto has = [&](const char* key) { return query.wanted.contains(key); };
  const bool one = has("workload_name") || has("un_instance_id") || has("node");
  if (level == MetricLevel::pod && !one)
    return bad_value("pod metrics need workload_name, un_instance_id or node");
  if (level == MetricLevel::container &&
      !(has("workload_name") && (has("un_instance_id") || has("node") || has("pod_name"))))
    return bad_value("container metrics need workload_name and pod_name, un_instance_id or node");
  return {};
}

ApiResult<StatisticQuery> read_query(const Json& body) {
  StatisticQuery out;
  for (const auto& name : array_or_empty(body, "MetricNames")) {
    const Metric* metric = find_metric("QCE/TKE2", name.get<std::string>());
    if (metric == nullptr)
      return bad_value("the metric `" + name.get<std::string>().substr(0, 80) +
                       "` does not exist in QCE/TKE2");
    if (!out.metrics.empty() && out.metrics[0]->level != metric->level)
      return bad_value("MetricNames should be of one level");
    out.metrics.push_back(metric);
  }
  if (out.metrics.empty() || out.metrics.size() > 20)
    return bad_value("MetricNames should have 1 to 20 items");
  const auto level = out.metrics[0]->level;
  auto known = dimensions_of(level);
  known.emplace_back("tke_cluster_instance_id");
  if (auto ok = read_conditions(body, known, out); !ok) return std::unexpected(ok.error());
  if (auto ok = check_narrowed(out, level); !ok) return std::unexpected(ok.error());
  for (const auto& one : array_or_empty(body, "GroupBys")) {
    out.group_bys.push_back(one.get<std::string>());
    if (std::ranges::find(known, out.group_bys.back()) == known.end())
      return bad_value("the group-by `" + out.group_bys.back().substr(0, 80) +
                       "` does not fit the metrics");
  }
  return out;
}

std::vector<MonitoredObject> wanted_objects(Call& call, const StatisticQuery& query,
                                            const Metric& metric) {
  std::vector<MonitoredObject> out;
  for (const auto& id : query.wanted.at("tke_cluster_instance_id")) {
    const auto cluster = find_cluster(call.cloud, call.owner, id);
    if (!cluster) continue;  // no data of what is not there
    for (auto& object : objects_of(call.cloud, **cluster, metric)) {
      const bool fits = std::ranges::all_of(query.wanted, [&](const auto& one) {
        const auto* value = object.find(one.first);
        return value != nullptr && one.second.contains(*value);
      });
      if (fits) out.push_back(std::move(object));
    }
  }
  return out;
}

// Objects that agree in the dimensions to keep become one: sums, of shares the mean.
Json points_of(Call& call, const StatisticQuery& query, const Metric& metric, const Span& span,
               const MetricSource& source) {
  struct Group {
    Json dimensions = Json::array();
    std::map<std::int64_t, std::pair<double, int>> values;
  };
  std::map<std::string, Group> groups;
  for (const auto& object : wanted_objects(call, query, metric)) {
    Json dimensions = Json::array();
    for (const auto& [key, value] : object.dimensions) {
      if (query.group_bys.empty() ||
          std::ranges::find(query.group_bys, key) != query.group_bys.end())
        dimensions.push_back({{"Name", key}, {"Value", value}});
    }
    auto& group = groups[dump_json(dimensions)];
    group.dimensions = std::move(dimensions);
    const auto series = series_of(source, metric, object, span, call.now());
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      auto& [sum, count] = group.values[series.times[i]];
      sum += series.values[i];
      ++count;
    }
  }
  Json out = groups.empty() ? call.no_list() : Json::array();
  for (auto& [key, group] : groups) {
    Json values = Json::array();
    for (const auto& [time, value] : group.values)
      values.push_back({{"Timestamp", time},
                        {"Value", is_share(metric) ? value.first / value.second : value.first}});
    out.push_back({{"Dimensions", std::move(group.dimensions)}, {"Values", std::move(values)}});
  }
  return out;
}

ApiResult<std::string> describe_statistic_data(Call& call) {
  if (auto ok = check_module(call.body); !ok) return std::unexpected(ok.error());
  if (string_or(call.body, "Namespace") != "QCE/TKE2")
    return bad_value("Namespace: the stand-in has QCE/TKE2 here");
  const auto query = read_query(call.body);
  if (!query) return std::unexpected(query.error());
  auto span = read_span(call, 0);
  if (!span) return std::unexpected(span.error());
  if (auto ok = check_range(*span, millis(call.now())); !ok) return std::unexpected(ok.error());
  round_span(*span);
  const MetricSource source(call.cloud);
  Json data = Json::array();
  for (const Metric* metric : query->metrics) {
    data.push_back({{"MetricName", metric->name},
                    {"Points", points_of(call, *query, *metric, *span, source)}});
  }
  const auto text = [](std::int64_t time) {
    return format_civil(TimePoint(Millis(time)), Zone::shanghai());
  };
  return members_of({{"Period", span->period / 1000},
                     {"StartTime", text(span->from)},
                     {"EndTime", text(span->to)},
                     {"Data", std::move(data)}});
}

ApiResult<std::string> describe_base_metrics(Call& call) {
  const auto name_space = string_or(call.body, "Namespace");
  const auto name = string_or(call.body, "MetricName");
  if (metrics_of(name_space).empty()) return bad_value("Namespace does not exist");
  Json list = Json::array();
  for (const auto& metric : metrics_of(name_space)) {
    if (!name.empty() && metric.name != name) continue;
    auto dimensions = dimensions_of(metric.level);
    if (metric.level != MetricLevel::machine)
      dimensions.insert(dimensions.begin(), "tke_cluster_instance_id");
    Json periods = Json::array(), texts = Json::array();
    for (const std::int64_t period : {60, 300, 3600, 86400}) {
      periods.push_back(period);
      texts.push_back({{"Period", std::to_string(period)}, {"StatType", {"max"}}});
    }
    list.push_back({{"Namespace", name_space},
                    {"MetricName", metric.name},
                    {"Unit", metric.unit},
                    {"UnitCname", metric.unit},
                    {"Period", std::move(periods)},
                    {"Periods", std::move(texts)},
                    {"Meaning", {{"En", metric.name}, {"Zh", metric.chinese}}},
                    {"Dimensions", {{{"Dimensions", dimensions}}}},
                    {"MetricCName", metric.chinese},
                    {"MetricEName", metric.name}});
  }
  return members_of({{"MetricSet", std::move(list)}});
}

}  // namespace

ApiResult<> check_module(const Json& body) {
  if (string_or(body, "Module") != "monitor") return bad_value("Module should be monitor");
  return {};
}

void add_monitor_data_actions(ActionTable& table) {
  ActionGroup monitor(table, "monitor", kMonitorVersion, kMonitorScope);
  monitor.define("Instance", "Dimensions Dimension[]!");
  monitor.define("Dimension", "Name string!, Value string!");
  monitor.define("MidQueryCondition", "Key string!, Operator string!, Value string[]!");
  monitor.add("GetMonitorData",
              "Namespace string!, MetricName string!, Instances Instance[]!, Period uint64, "
              "StartTime datetime_iso, EndTime datetime_iso, SpecifyStatistics int64",
              get_monitor_data);
  monitor.add("DescribeStatisticData",
              "Module string!, Namespace string!, MetricNames string[]!, Conditions "
              "MidQueryCondition[], Period uint64, StartTime string, EndTime string, GroupBys "
              "string[]",
              describe_statistic_data);
  monitor.add("DescribeBaseMetrics", "Namespace string!, MetricName string, Dimensions string[]",
              describe_base_metrics);
}

}  // namespace mtc::emulator
