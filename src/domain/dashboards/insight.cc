#include "domain/dashboards/insight.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/characters.h"
#include "base/spoken.h"
#include "base/text.h"
#include "base/zone.h"

namespace mtc::dashboards {
namespace {

constexpr double kPeak = 3;         // times the median
constexpr double kAbrupt = 2;       // times the point before
constexpr double kTrend = 1.5;      // the last third to the first
constexpr double kFlat = 0.1;       // spread to mean
constexpr double kDominated = 0.5;  // share
constexpr std::size_t kEnoughForTrend = 6;

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double mean_of(std::vector<double>::const_iterator begin, std::vector<double>::const_iterator end) {
  return begin == end ? 0 : std::accumulate(begin, end, 0.0) / static_cast<double>(end - begin);
}

Insight of_line(const Chart& chart, const ChartSeries& series) {
  Insight out;
  std::vector<double> values;
  std::size_t best = 0;
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    if (std::isnan(series.values[i])) continue;
    values.push_back(series.values[i]);
    if (std::isnan(series.values[best]) || series.values[i] > series.values[best]) best = i;
  }
  if (values.empty()) return out;
  const auto [least, most] = std::ranges::minmax(values);
  out.value = most;
  out.where = best < chart.labels.size() ? chart.labels[best] : std::string();
  out.usual = median_of(values);
  out.ratio = out.usual > 0 ? most / out.usual : 0;
  const double mean = mean_of(values.begin(), values.end());
  if (most - least <= kFlat * std::abs(mean)) {
    out.finding = Finding::flat;
    out.usual = mean;
    return out;
  }
  if (values.size() >= kEnoughForTrend) {
    const double last_one = values.back();
    const double before = median_of({values.begin(), values.end() - 1});
    const double earlier = median_of({values.begin(), values.end() - 2});
    // One low point at the end may be a stretch of time that is not over yet; two are not.
    const double higher = std::max(last_one, values[values.size() - 2]);
    // And abruptly: what goes on for longer is a trend.
    const double next_to_last = values[values.size() - 2];
    const double third_last = values[values.size() - 3];
    const bool jumped =
        before > 0 && last_one >= kPeak * before && last_one >= kAbrupt * next_to_last;
    const bool dropped =
        earlier > 0 && higher >= 0 && higher * kPeak <= earlier && third_last >= kAbrupt * higher;
    if (jumped || dropped) {
      out.finding = jumped ? Finding::jumped : Finding::dropped;
      out.where = chart.labels.empty() ? std::string() : chart.labels.back();
      out.value = last_one;
      out.usual = jumped ? before : earlier;
      out.ratio = last_one / out.usual;
      return out;
    }
  }
  const auto third = static_cast<std::ptrdiff_t>(values.size() / 3);
  const double first = mean_of(values.begin(), values.begin() + third);
  const double last = mean_of(values.end() - third, values.end());
  // A rise reaches over a third of the time, a peak does not.
  const double first_median = median_of({values.begin(), values.begin() + third});
  const double last_median = median_of({values.end() - third, values.end()});
  const bool long_enough = values.size() >= kEnoughForTrend;
  const bool rises = long_enough && first >= 0 && last_median >= kTrend * std::max(first, 1e-9) &&
                     last_median > 0 && last >= kTrend * first;
  const bool falls =
      long_enough && last >= 0 && first_median >= kTrend * std::max(last, 1e-9) && first_median > 0;
  if (rises || falls) {
    out.finding = rises ? Finding::rising : Finding::falling;
    out.value = last;
    out.usual = first;
    out.ratio = first > 0 ? last / first : 0;
    return out;
  }
  // Where most points are 0, a peak is one among those that are not.
  const bool peak = out.usual > 0 ? out.ratio >= kPeak : most > 0;
  out.finding = peak ? Finding::peak : Finding::ordinary;
  return out;
}

Insight of_lines(const Chart& chart) {
  Insight best;
  for (const auto& series : chart.series) {
    Insight one = of_line(chart, series);
    if (chart.series.size() > 1) one.series = series.name;
    const bool better = weight_of(one) > weight_of(best) ||
                        (weight_of(one) == weight_of(best) && one.ratio > best.ratio);
    if (better) best = std::move(one);
  }
  return best;
}

Insight of_names(const Chart& chart) {
  Insight out;
  if (chart.series.empty() || chart.series[0].values.empty()) return out;
  const auto& values = chart.series[0].values;
  double total = 0;
  std::size_t best = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    total += values[i];
    if (values[i] > values[best]) best = i;
  }
  out.value = values[best];
  out.where = best < chart.labels.size() ? chart.labels[best] : std::string();
  out.ratio = total > 0 ? values[best] / total : 0;
  out.rows = values.size();
  out.finding = values.size() > 1 && out.ratio >= kDominated ? Finding::dominated : Finding::spread;
  return out;
}

std::string say_value(double value, Language language) {
  if (!std::isfinite(value)) return language == Language::zh ? "没有" : "none";
  const double size = std::abs(value);
  if (size >= 1e15) return language == Language::zh ? "非常大" : "very large";
  if (size >= 100 || value == std::floor(value))
    return say_number(static_cast<std::int64_t>(std::llround(value)), language);
  std::string out = fmt::format("{:.{}f}", value, size >= 10 ? 1 : 2);
  while (out.ends_with('0')) out.pop_back();
  if (out.ends_with('.')) out.pop_back();
  return out;
}

// "10:20" and "11-22 10:20" as times, anything else as a name.
std::string say_where(std::string_view label, Language language) {
  using std::chrono::hours;
  using std::chrono::minutes;
  const auto number = [&](std::size_t at) {
    return (label[at] - '0') * 10 + (label[at + 1] - '0');
  };
  const auto digits_at = [&](std::size_t at) {
    return is_digit(at_or_zero(label, at)) && is_digit(at_or_zero(label, at + 1));
  };
  const auto clock = [&](std::size_t at) {
    const TimePoint time{hours(number(at)) + minutes(number(at + 3))};
    return say_clock(time, Zone::utc(), language);
  };
  const auto clock_at = [&](std::size_t at) {
    return digits_at(at) && at_or_zero(label, at + 2) == ':' && digits_at(at + 3) &&
           number(at) < 24 && number(at + 3) < 60;
  };
  const bool zh = language == Language::zh;
  if (label.size() == 5 && clock_at(0)) return (zh ? "" : "at ") + clock(0);
  const bool day = digits_at(0) && at_or_zero(label, 2) == '-' && digits_at(3);
  if (day && (label.size() == 5 || (label.size() == 11 && clock_at(6)))) {
    const auto month = say_number(number(0), language);
    const auto of_month = say_number(number(3), language);
    std::string out = zh ? fmt::format("{}月{}号", month, of_month)
                         : fmt::format("on {}/{}", number(0), number(3));
    if (label.size() == 11) out += (zh ? "" : " at ") + clock(6);
    return out;
  }
  return speakable(label, 24);
}

}  // namespace

std::string_view name_of(Finding finding) {
  switch (finding) {
    case Finding::nothing:
      return "nothing";
    case Finding::value:
      return "value";
    case Finding::peak:
      return "peak";
    case Finding::jumped:
      return "jumped";
    case Finding::dropped:
      return "dropped";
    case Finding::rising:
      return "rising";
    case Finding::falling:
      return "falling";
    case Finding::flat:
      return "flat";
    case Finding::ordinary:
      return "ordinary";
    case Finding::dominated:
      return "dominated";
    case Finding::spread:
      return "spread";
    case Finding::rows:
      return "rows";
  }
  return "nothing";
}

Insight find_insight(const Chart& chart) {
  switch (chart.kind) {
    case ChartKind::lines:
      return of_lines(chart);
    case ChartKind::bars:
    case ChartKind::pie:
      return of_names(chart);
    case ChartKind::number: {
      Insight out;
      if (chart.series.empty() || chart.series[0].values.empty()) return out;
      out.value = chart.series[0].values[0];
      if (!std::isnan(out.value)) out.finding = Finding::value;
      return out;
    }
    case ChartKind::table: {
      Insight out;
      out.rows = chart.labels.size();
      if (out.rows > 0) out.finding = Finding::rows;
      return out;
    }
  }
  return {};
}

int weight_of(const Insight& insight) {
  switch (insight.finding) {
    case Finding::jumped:
      return 11;
    case Finding::dropped:
      return 10;
    case Finding::peak:
      return 9;
    case Finding::rising:
      return 8;
    case Finding::falling:
      return 7;
    case Finding::dominated:
      return 6;
    case Finding::value:
      return 5;
    case Finding::spread:
      return 4;
    case Finding::ordinary:
      return 3;
    case Finding::flat:
      return 2;
    case Finding::rows:
      return 1;
    case Finding::nothing:
      return 0;
  }
  return 0;
}

std::string speakable(std::string_view text, std::size_t characters) {
  std::string out;
  for (const char c : sanitize_utf8(prefix_of_bytes(text, 8 * characters + 16))) {
    const bool plain = !is_ascii(c) || is_alnum(c) || (is_one_of(c, ".:-_") && !out.empty());
    if (plain) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return std::string(trim(prefix_of_characters(trim(out), characters)));
}

std::string say_insight(const Insight& insight, std::string_view title, std::string_view unit,
                        Language language) {
  const bool zh = language == Language::zh;
  std::string what = speakable(title, 20);
  if (const auto series = speakable(insight.series, 20); !series.empty())
    what += zh ? "里的 " + series : " of " + series;
  const std::string value = say_value(insight.value, language) +
                            (unit.empty() ? "" : (zh ? "" : " ") + speakable(unit, 10));
  const std::string usual = say_value(insight.usual, language);
  const std::string where = say_where(insight.where, language);
  switch (insight.finding) {
    case Finding::nothing:
      return zh ? what + "没有数据" : what + " has no data";
    case Finding::value:
      return zh ? fmt::format("{}是{}", what, value) : fmt::format("{} is {}", what, value);
    case Finding::peak: {
      std::string out = zh ? fmt::format("{}在{}最高，{}", what, where, value)
                           : fmt::format("{} peaked {}: {}", what, where, value);
      if (insight.ratio >= 2) {
        const auto times = say_times(insight.ratio, language);
        out += zh ? fmt::format("，是平时的{}", times) : fmt::format(", {} the usual", times);
      }
      return out;
    }
    case Finding::jumped: {
      const auto times = say_times(insight.ratio, language);
      return zh ? fmt::format("{}刚刚涨到{}，是之前的{}", what, value, times)
                : fmt::format("{} has just jumped to {}, {} what it was", what, value, times);
    }
    case Finding::dropped:
      return zh ? fmt::format("{}刚刚掉到{}，之前是{}", what, value, usual)
                : fmt::format("{} has just dropped to {} from {}", what, value, usual);
    case Finding::rising:
      return zh ? fmt::format("{}在涨，从{}到{}", what, usual, value)
                : fmt::format("{} is rising, from {} to {}", what, usual, value);
    case Finding::falling:
      return zh ? fmt::format("{}在降，从{}到{}", what, usual, value)
                : fmt::format("{} is falling, from {} to {}", what, usual, value);
    case Finding::flat:
      return zh ? fmt::format("{}平稳，{}左右", what, usual)
                : fmt::format("{} is steady around {}", what, usual);
    case Finding::ordinary:
      return zh ? fmt::format("{}没有明显异常，最高{}", what, value)
                : fmt::format("{} shows nothing unusual, {} at most", what, value);
    case Finding::dominated:
    case Finding::spread: {
      const auto share = say_percent(insight.ratio, language);
      return zh ? fmt::format("{}最多的是 {}，{}，占{}", what, where, value, share)
                : fmt::format("{}: most is {}, {}, {} of it", what, where, value, share);
    }
    case Finding::rows: {
      const auto rows = say_count(static_cast<std::int64_t>(insight.rows), language);
      return zh ? fmt::format("{}有{}行", what, rows) : fmt::format("{} has {} rows", what, rows);
    }
  }
  return {};
}

}  // namespace mtc::dashboards
