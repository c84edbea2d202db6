#include "domain/dashboards/chart_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "base/characters.h"
#include "base/text.h"
#include "domain/dashboards/panel_sql.h"
#include "domain/dashboards/time_axis.h"
#include "domain/digest/safe_text.h"

namespace mtc::dashboards {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostLabel = 24;  // characters
constexpr std::size_t kMostRead = 20'000;

std::string label_of(std::string_view text) {
  return shorten_characters(digest::visible_text(prefix_of_bytes(text, 200)), kMostLabel);
}

std::string text_of(const Json& value) {
  if (value.is_null()) return "";
  return label_of(value.is_string() ? value.get_ref<const std::string&>() : dump_json(value));
}

std::optional<double> number_of(const Json& value) {
  if (value.is_number()) {
    const double number = value.get<double>();
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
  }
  if (!value.is_string()) return std::nullopt;
  const auto text = trim(value.get_ref<const std::string&>());
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = !text.empty() && error == std::errc{} && end == text.data() + text.size();
  return whole && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

struct Shape {
  std::optional<std::size_t> time;
  std::vector<std::size_t> numbers;
  std::vector<std::size_t> names;
};

// A column is what its first value that is there is.
Shape shape_of(const logs::Table& table, const Zone& zone) {
  Shape out;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    const Json* first = nullptr;
    for (const auto& row : table.rows) {
      if (column < row.size() && !row[column].is_null()) {
        first = &row[column];
        break;
      }
    }
    if (first == nullptr) continue;
    if (!out.time && read_moment(*first, zone)) {
      out.time = column;
    } else if (number_of(*first)) {
      out.numbers.push_back(column);
    } else {
      out.names.push_back(column);
    }
  }
  return out;
}

const Json& cell(const std::vector<Json>& row, std::size_t column) {
  static const Json kNull;
  return column < row.size() ? row[column] : kNull;
}

double value_at(const std::vector<Json>& row, std::size_t column) {
  return number_of(cell(row, column)).value_or(kNothing);
}

double sum_of(const ChartSeries& series) {
  double sum = 0;
  for (const double value : series.values) sum += std::isnan(value) ? 0 : value;
  return sum;
}

void keep_largest_series(Chart& chart) {
  if (chart.series.size() <= kMostSeries) return;
  std::ranges::sort(chart.series, [](const auto& a, const auto& b) {
    return sum_of(a) != sum_of(b) ? sum_of(a) > sum_of(b) : a.name < b.name;
  });
  chart.series.resize(kMostSeries);
}

void keep_newest_points(Chart& chart) {
  if (chart.labels.size() <= kMostPoints) return;
  const auto gone = static_cast<std::ptrdiff_t>(chart.labels.size() - kMostPoints);
  chart.labels.erase(chart.labels.begin(), chart.labels.begin() + gone);
  for (auto& series : chart.series)
    series.values.erase(series.values.begin(), series.values.begin() + gone);
}

// The date says nothing where all points are of one day.
void drop_common_day(Chart& chart) {
  const auto has_day = [](const std::string& label) { return label.size() == 11; };
  if (chart.labels.empty() || !std::ranges::all_of(chart.labels, has_day)) return;
  const std::string day = chart.labels.front().substr(0, 6);
  if (!std::ranges::all_of(chart.labels, [&](const auto& label) { return label.starts_with(day); }))
    return;
  for (auto& label : chart.labels) label.erase(0, 6);
}

// Every moment there is a point for, in order.
std::vector<Moment> moments_of(const logs::Table& table, std::size_t column, const Zone& zone) {
  std::vector<Moment> out;
  for (const auto& row : table.rows) {
    if (const auto moment = read_moment(cell(row, column), zone)) out.push_back(*moment);
  }
  std::ranges::sort(out);
  const auto twice = std::ranges::unique(out);
  out.erase(twice.begin(), twice.end());
  return out;
}

// Time, numbers, and at most one column of names that makes a series each. What the query leaves
// out because there was nothing is 0 where things are counted, and a gap in the line elsewhere.
void fill_lines(Chart& chart, const logs::Table& table, const Shape& shape, const Panel& panel,
                const logs::TimeRange& range, const Zone& zone) {
  chart.kind = ChartKind::lines;
  const bool whole = table.rows.size() < most_rows(panel.query);
  const auto counts = [&](std::size_t column) {
    return whole && is_count(panel.query, table.columns[column]);
  };
  auto moments = moments_of(table, *shape.time, zone);
  const auto step = step_of(moments, bucket_seconds(panel.query));
  const bool only_counts = std::ranges::all_of(shape.numbers, counts);
  moments = fill(moments, step, only_counts ? std::optional(range) : std::nullopt, zone);
  std::map<Moment, std::size_t> at;
  for (const auto& moment : moments) {
    at.emplace(moment, chart.labels.size());
    chart.labels.push_back(label_of(moment));
  }
  std::map<std::string, std::size_t> series;
  const auto series_of = [&](const std::string& name, double nothing) -> ChartSeries* {
    const auto [known, is_new] = series.try_emplace(name, chart.series.size());
    if (is_new) {
      if (chart.series.size() == 200) {  // before the largest are chosen
        series.erase(known);
        return nullptr;
      }
      chart.series.push_back(
          {.name = name, .values = std::vector<double>(chart.labels.size(), nothing)});
    }
    return &chart.series[known->second];
  };
  const bool pivots = !shape.names.empty();
  for (const auto& row : table.rows) {
    const auto moment = read_moment(cell(row, *shape.time), zone);
    const auto point = moment ? at.find(*moment) : at.end();
    if (point == at.end()) continue;
    for (const auto column : shape.numbers) {
      auto* one = series_of(
          pivots ? text_of(cell(row, shape.names.front())) : label_of(table.columns[column]),
          counts(column) ? 0 : kNothing);
      if (one != nullptr) one->values[point->second] = value_at(row, column);
      if (pivots) break;
    }
  }
  keep_largest_series(chart);
  keep_newest_points(chart);
  drop_common_day(chart);
}

void fill_bars(Chart& chart, const logs::Table& table, const Shape& shape, ChartKind kind) {
  chart.kind = kind;
  const std::size_t number = shape.numbers.front();
  std::vector<std::pair<double, std::string>> bars;
  for (const auto& row : table.rows) {
    std::vector<std::string> names;
    names.reserve(shape.names.size());
    for (const auto column : shape.names) names.push_back(text_of(cell(row, column)));
    const double value = value_at(row, number);
    if (!std::isnan(value)) bars.emplace_back(value, join(names, " "));
  }
  std::ranges::sort(bars, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  ChartSeries series{.name = label_of(table.columns[number]), .values = {}};
  double others = 0;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    if (i < kMostBars) {
      series.values.push_back(bars[i].first);
      chart.labels.push_back(bars[i].second.empty() ? "-" : bars[i].second);
    } else {
      others += bars[i].first;
    }
  }
  // A pie is whole or it lies.
  if (kind == ChartKind::pie && others > 0) {
    series.values.push_back(others);
    chart.labels.emplace_back("…");
  }
  const bool lies = std::ranges::any_of(series.values, [](double value) { return value < 0; });
  if (lies) chart.kind = ChartKind::bars;
  chart.series.push_back(std::move(series));
}

void fill_table(Chart& chart, const logs::Table& table) {
  chart.kind = ChartKind::table;
  const std::size_t columns = std::min<std::size_t>(table.columns.size(), 5);
  for (std::size_t column = 0; column < columns; ++column)
    chart.series.push_back({.name = label_of(table.columns[column]), .values = {}});
  for (std::size_t i = 0; i < std::min(table.rows.size(), kMostTableRows); ++i) {
    std::vector<std::string> cells;
    cells.reserve(columns);
    for (std::size_t column = 0; column < columns; ++column)
      cells.push_back(text_of(cell(table.rows[i], column)));
    chart.labels.push_back(join(cells, "\t"));
  }
}

void fill_numbers(Chart& chart, const logs::Table& table, const Shape& shape) {
  chart.kind = ChartKind::number;
  for (const auto column : shape.numbers) {
    if (chart.series.size() == 4) break;
    chart.series.push_back({.name = label_of(table.columns[column]),
                            .values = {value_at(table.rows.front(), column)}});
  }
  chart.labels.emplace_back("");
}

}  // namespace

Chart chart_of(const Panel& panel, const logs::Table& given, const logs::TimeRange& range,
               const Zone& zone) {
  Chart chart{.kind = ChartKind::table,
              .title = panel.title,
              .unit = panel.unit,
              .labels = {},
              .series = {}};
  if (given.rows.empty() || given.columns.empty()) return chart;
  const logs::Table* table = &given;
  logs::Table cut;
  if (given.rows.size() > kMostRead) {
    cut.columns = given.columns;
    cut.rows.assign(given.rows.begin(), given.rows.begin() + kMostRead);
    table = &cut;
  }
  const Shape shape = shape_of(*table, zone);
  const bool is_line = shape.time && table->rows.size() > 1;
  const bool is_number = table->rows.size() == 1 && shape.names.empty();
  const bool is_table = shape.numbers.empty() || panel.kind == ChartKind::table ||
                        (!is_line && !is_number && shape.names.empty());
  if (is_table) {
    fill_table(chart, *table);
  } else if (is_line) {
    fill_lines(chart, *table, shape, panel, range, zone);
  } else if (is_number) {
    fill_numbers(chart, *table, shape);
  } else {
    const bool pie = panel.kind == ChartKind::pie;
    fill_bars(chart, *table, shape, pie ? ChartKind::pie : ChartKind::bars);
  }
  return chart;
}

Chart chart_of(const Panel& panel, const logs::Histogram& histogram, const Zone& zone) {
  Chart chart{.kind = ChartKind::lines,
              .title = panel.title,
              .unit = panel.unit,
              .labels = {},
              .series = {}};
  if (histogram.total == 0) return chart;
  ChartSeries series{.name = "count", .values = {}};
  for (const auto& bucket : histogram.buckets) {
    chart.labels.push_back(label_of(moment_of(bucket.begin, zone)));
    series.values.push_back(static_cast<double>(bucket.count));
  }
  chart.series.push_back(std::move(series));
  keep_newest_points(chart);
  drop_common_day(chart);
  return chart;
}

}  // namespace mtc::dashboards
