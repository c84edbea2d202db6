#include "adapters/charts/chart_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "domain/digest/safe_text.h"

namespace mtc::charts {
namespace {

using dashboards::Chart;
using dashboards::ChartKind;

constexpr std::string_view kFont = "Noto Sans CJK SC";
constexpr std::string_view kInk = "#1f2d3d";
constexpr std::string_view kFaint = "#8492a6";
constexpr std::string_view kGrid = "#e5e9f2";
constexpr std::array<std::string_view, 8> kColors{"#2f6fed", "#f5a623", "#22a06b", "#e5484d",
                                                  "#8e4ec6", "#12a5b8", "#d6409f", "#6f6e77"};

constexpr int kCardWidth = 700;
constexpr int kCardHeight = 400;
constexpr int kGap = 20;
constexpr int kHeader = 64;

constexpr std::size_t kMostPoints = 400;
constexpr std::size_t kMostBars = 13;
constexpr std::size_t kMostRows = 10;
constexpr std::size_t kMostColumns = 5;
constexpr std::size_t kMostNumbers = 4;
constexpr std::size_t kTicks = 7;

// A card of the picture, in pixels from its lower left corner.
struct Card {
  int left = 0, bottom = 0;
};

bool is_value(double value) {
  return std::isfinite(value) && std::abs(value) < 1e18;
}

// Labels of axes are formats as well.
std::string quote_tick(std::string_view text, std::size_t columns) {
  return replace_all(quote_text(text, columns), "%", "％");
}

class Writer {
 public:
  Writer(std::string_view title, const std::vector<Chart>& charts) {
    const auto count = static_cast<int>(std::min(charts.size(), kMostCharts));
    const int columns = count > 1 ? 2 : 1;
    const int rows = std::max(1, (count + columns - 1) / columns);
    width_ = columns * kCardWidth + (columns + 1) * kGap;
    height_ = kHeader + rows * (kCardHeight + kGap);
    line("set terminal pngcairo noenhanced size {},{} background rgb '#f4f6fa' font '{},11'",
         width_, height_, kFont);
    line("set encoding utf8");
    write_data(charts, count);
    line("set multiplot");
    for (int i = 0; i < count; ++i) {
      card_ = {.left = kGap + (i % columns) * (kCardWidth + kGap),
               .bottom = height_ - kHeader - (i / columns + 1) * (kCardHeight + kGap) + kGap};
      begin_card();
      if (i == 0) header(title);
      write_chart(charts[static_cast<std::size_t>(i)], i);
    }
    if (count == 0) {
      card_ = {.left = kGap, .bottom = kGap};
      begin_card();
      header(title);
      nothing();
    }
    line("unset multiplot");
  }

  ChartScript finish() && { return {std::move(out_), width_, height_}; }

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += '\n';
  }

  // Positions in a card, in pixels from its upper left corner, as gnuplot's screen coordinates.
  std::string x(double pixels) const {
    return fmt::format("screen {:.5f}", (card_.left + pixels) / width_);
  }
  std::string y(double pixels) const {
    return fmt::format("screen {:.5f}", (card_.bottom + kCardHeight - pixels) / height_);
  }

  void text(double left, double top, std::string_view quoted, std::string_view align, int size,
            std::string_view color, bool bold = false) {
    line("set label {} at {},{} {} font '{}{},{}' tc rgb '{}' front", quoted, x(left), y(top),
         align, kFont, bold ? ":Bold" : "", size, color);
  }

  void header(std::string_view title) {
    line("set label {} at screen {:.5f},screen {:.5f} left font '{}:Bold,17' tc rgb '{}' front",
         quote_text(title, 60), static_cast<double>(kGap + 2) / width_, 1 - kHeader * 0.5 / height_,
         kFont, kInk);
  }

  void begin_card() {
    line("reset");
    line(
        "set object rectangle from {},{} to {},{} fc rgb 'white' fs solid 1.0 border lc rgb '{}' "
        "behind",
        x(0), y(kCardHeight), x(kCardWidth), y(0), kGrid);
  }

  void panel_title(const Chart& chart) {
    const std::string unit = chart.unit.empty() ? std::string() : fmt::format(" ({})", chart.unit);
    text(22, 28, quote_text(chart.title + unit, 62), "left", 13, kInk, true);
  }

  // Something must be plotted for the labels to be drawn.
  void blank_plot() {
    line("unset border");
    line("unset tics");
    line("unset key");
    margins(22, 22, 50, 20);
    line("set xrange [0:1]");
    line("set yrange [0:1]");
    line("plot -1 notitle");
  }

  void margins(int left, int right, int top, int bottom) {
    line("set lmargin at {}", x(left));
    line("set rmargin at {}", x(kCardWidth - right));
    line("set tmargin at {}", y(top));
    line("set bmargin at {}", y(kCardHeight - bottom));
  }

  void nothing() {
    text(kCardWidth / 2.0, kCardHeight / 2.0, "'没有数据 · no data'", "center", 14, kFaint);
    blank_plot();
  }

  // ---- data: numbers only

  static std::size_t first_point(const Chart& chart) {
    return chart.labels.size() > kMostPoints ? chart.labels.size() - kMostPoints : 0;
  }

  static double value_of(const Chart& chart, std::size_t series, std::size_t index) {
    const auto& values = chart.series[series].values;
    return index < values.size() ? values[index] : std::nan("");
  }

  void write_data(const std::vector<Chart>& charts, int count) {
    for (int i = 0; i < count; ++i) {
      const Chart& chart = charts[static_cast<std::size_t>(i)];
      const bool bars = chart.kind == ChartKind::bars;
      if (chart.kind != ChartKind::lines && !bars) continue;
      line("$d{} << EOD", i);
      const std::size_t begin = bars ? 0 : first_point(chart);
      const std::size_t end = bars ? std::min(chart.labels.size(), kMostBars) : chart.labels.size();
      for (std::size_t row = begin; row < end; ++row) {
        out_ += fmt::format("{}", row - begin);
        for (std::size_t series = 0; series < series_of(chart); ++series) {
          const double value = value_of(chart, series, row);
          out_ += is_value(value) ? fmt::format(" {:.10g}", value) : " NaN";
        }
        out_ += '\n';
      }
      line("EOD");
    }
  }

  static std::size_t series_of(const Chart& chart) {
    const std::size_t most = chart.kind == ChartKind::bars ? 1 : kColors.size();
    return std::min(chart.series.size(), most);
  }

  static bool has_gaps(const Chart& chart, std::size_t series) {
    for (std::size_t i = first_point(chart); i < chart.labels.size(); ++i) {
      if (!is_value(value_of(chart, series, i))) return true;
    }
    return false;
  }

  static bool has_values(const Chart& chart) {
    for (std::size_t series = 0; series < series_of(chart); ++series) {
      for (std::size_t i = 0; i < chart.labels.size(); ++i) {
        if (is_value(value_of(chart, series, i))) return true;
      }
    }
    return false;
  }

  // ---- kinds

  void write_chart(const Chart& chart, int index) {
    panel_title(chart);
    if (chart.kind == ChartKind::table ? chart.labels.empty() : !has_values(chart)) {
      nothing();
      return;
    }
    switch (chart.kind) {
      case ChartKind::lines:
        lines(chart, index);
        return;
      case ChartKind::bars:
        bars(chart, index);
        return;
      case ChartKind::pie:
        pie(chart);
        return;
      case ChartKind::number:
        numbers(chart);
        return;
      case ChartKind::table:
        table(chart);
        return;
    }
  }

  void axes() {
    line("set border 1 lc rgb '{}'", kFaint);
    line("set tics nomirror scale 0 tc rgb '{}'", kFaint);
    line("set grid ytics lt 1 lw 1 lc rgb '{}'", kGrid);
  }

  static double largest(const Chart& chart) {
    double most = 0;
    for (std::size_t series = 0; series < series_of(chart); ++series) {
      for (std::size_t i = 0; i < chart.labels.size(); ++i) {
        const double value = value_of(chart, series, i);
        if (is_value(value)) most = std::max(most, std::abs(value));
      }
    }
    return most;
  }

  void lines(const Chart& chart, int index) {
    const std::size_t begin = first_point(chart);
    const std::size_t points = chart.labels.size() - begin;
    const std::size_t series = series_of(chart);
    axes();
    margins(66, 28, 56, series > 1 ? 74 : 42);
    line("set format y '{}'", largest(chart) >= 1e6 ? "%.1s%c" : "%g");
    line("set yrange [{}:*]", smallest(chart) < 0 ? "*" : "0");
    line("set offsets 0,0,graph 0.08,0");
    line("set xrange [{}:{}]", points > 1 ? "0" : "-1", points > 1 ? points - 1 : 1);
    std::vector<std::string> ticks;
    const std::size_t step = std::max<std::size_t>(1, (points + kTicks - 1) / kTicks);
    for (std::size_t i = 0; i < points; i += step)
      ticks.push_back(fmt::format("{} {}", quote_tick(chart.labels[begin + i], 12), i));
    line("set xtics ({})", join(ticks, ", "));
    if (series > 1) {
      line(
          "set key at {},{} center bottom horizontal Left reverse maxrows 2 samplen 1.5 width 1 "
          "font '{},10' tc rgb "
          "'{}'",
          x(kCardWidth / 2.0), y(kCardHeight - 10), kFont, kInk);
    } else {
      line("unset key");
    }
    std::vector<std::string> plots;
    if (series == 1 && smallest(chart) >= 0) {
      plots.push_back(
          fmt::format("$d{} using 1:2 with filledcurves y1=0 fc rgb '{}' fs transparent "
                      "solid 0.12 noborder notitle",
                      index, kColors[0]));
    }
    for (std::size_t i = 0; i < series; ++i) {
      // A point between two gaps has no line to be seen by.
      const std::string_view style = points == 1          ? "points pt 7"
                                     : has_gaps(chart, i) ? "linespoints pt 7 ps 0.5"
                                                          : "lines";
      plots.push_back(fmt::format(
          "$d{} using 1:{} with {} lw 2.2 lc rgb '{}' title {}", index, i + 2, style, kColors[i],
          quote_text(chart.series[i].name.empty() ? "-" : chart.series[i].name, 20)));
    }
    line("plot {}", join(plots, ", "));
  }

  static double smallest(const Chart& chart) {
    double least = 0;
    for (std::size_t series = 0; series < series_of(chart); ++series) {
      for (std::size_t i = 0; i < chart.labels.size(); ++i) {
        const double value = value_of(chart, series, i);
        if (is_value(value)) least = std::min(least, value);
      }
    }
    return least;
  }

  // Names are long: bars lie, the first on top.
  void bars(const Chart& chart, int index) {
    const std::size_t count = std::min(chart.labels.size(), kMostBars);
    std::size_t widest = 4;
    for (std::size_t i = 0; i < count; ++i)
      widest = std::max(widest, std::min<std::size_t>(24, digest::display_width(chart.labels[i])));
    axes();
    line("set border 0");
    line("unset grid");
    margins(34 + static_cast<int>(widest) * 9, 92, 52, 24);
    line("set xrange [{}:*]", smallest(chart) < 0 ? "*" : "0");
    line("set yrange [{}:-0.7]", static_cast<double>(count) - 0.3);
    line("unset xtics");
    line("unset key");
    std::vector<std::string> ticks;
    ticks.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
      ticks.push_back(fmt::format("{} {}", quote_tick(chart.labels[i], 24), i));
    line("set ytics ({}) tc rgb '{}'", join(ticks, ", "), kInk);
    for (std::size_t i = 0; i < count; ++i) {
      const double value = value_of(chart, 0, i);
      if (!is_value(value)) continue;
      line("set label '{}' at first {:.10g},first {} left offset character 0.7,0 tc rgb '{}' front",
           show_number(value), std::max(0.0, value), i, kInk);
    }
    line(
        "plot $d{} using (0.5*$2):1:(0):2:($1-0.32):($1+0.32) with boxxyerror fs solid 0.9 "
        "noborder lc rgb '{}' notitle",
        index, kColors[0]);
  }

  void pie(const Chart& chart) {
    const std::size_t count = std::min(chart.labels.size(), kMostBars);
    double total = 0;
    for (std::size_t i = 0; i < count; ++i) total += share(chart, i);
    if (total <= 0) {
      nothing();
      return;
    }
    const double radius = 128.0 / width_;
    double angle = 90;
    for (std::size_t i = 0; i < count; ++i) {
      const double part = share(chart, i) / total;
      const double next = angle - 360 * part;
      const auto color = kColors[i % kColors.size()];
      if (part > 0) {
        line(
            "set object circle at {},{} size screen {:.5f} arc [{:.3f}:{:.3f}] fc rgb '{}' fs "
            "solid "
            "1.0 border lc rgb 'white' lw 2 front",
            x(196), y(214), radius, part >= 1 ? 0.0 : next, part >= 1 ? 360.0 : angle, color);
      }
      angle = next;
      const double top =
          78 + static_cast<double>(i) * std::min(26.0, 300.0 / static_cast<double>(count));
      line("set object rectangle from {},{} to {},{} fc rgb '{}' fs solid 1.0 noborder front",
           x(378), y(top + 5), x(389), y(top - 6), color);
      text(398, top, quote_text(chart.labels[i], 20), "left", 11, kInk);
      text(kCardWidth - 88, top, fmt::format("'{}'", show_number(share(chart, i))), "right", 11,
           kInk);
      text(kCardWidth - 24, top, fmt::format("'{:.1f}%'", part * 100), "right", 11, kFaint);
    }
    line("set object circle at {},{} size screen {:.5f} fc rgb 'white' fs solid 1.0 noborder front",
         x(196), y(214), radius * 0.58);
    text(196, 214, fmt::format("'{}'", show_number(total)), "center", 18, kInk, true);
    blank_plot();
  }

  static double share(const Chart& chart, std::size_t index) {
    const double value = value_of(chart, 0, index);
    return is_value(value) ? std::max(0.0, value) : 0;
  }

  void numbers(const Chart& chart) {
    const std::size_t count = std::min(chart.series.size(), kMostNumbers);
    for (std::size_t i = 0; i < count; ++i) {
      const double center =
          kCardWidth * (2.0 * static_cast<double>(i) + 1) / (2.0 * static_cast<double>(count));
      const double value = value_of(chart, i, 0);
      const int size = count == 1 ? 54 : count == 2 ? 38 : 26;
      text(center, 200, fmt::format("'{}'", is_value(value) ? show_number(value) : "-"), "center",
           size, kColors[0], true);
      if (count > 1) text(center, 258, quote_text(chart.series[i].name, 16), "center", 12, kFaint);
    }
    blank_plot();
  }

  void table(const Chart& chart) {
    const std::size_t columns = std::clamp<std::size_t>(chart.series.size(), 1, kMostColumns);
    const std::size_t rows = std::min(chart.labels.size(), kMostRows);
    const double width = (kCardWidth - 44.0) / static_cast<double>(columns);
    const auto fits = static_cast<std::size_t>(width / 8.2);
    for (std::size_t column = 0; column < chart.series.size() && column < columns; ++column)
      text(22 + width * static_cast<double>(column), 66,
           quote_text(chart.series[column].name, fits), "left", 11, kFaint, true);
    for (std::size_t row = 0; row < rows; ++row) {
      const double top = 96 + 29.0 * static_cast<double>(row);
      line("set arrow from {},{} to {},{} nohead lw 1 lc rgb '{}' front", x(22), y(top - 15),
           x(kCardWidth - 22), y(top - 15), kGrid);
      const auto cells = split(chart.labels[row], '\t');
      for (std::size_t column = 0; column < std::min(cells.size(), columns); ++column)
        text(22 + width * static_cast<double>(column), top, quote_text(cells[column], fits), "left",
             11, kInk);
    }
    blank_plot();
  }

  std::string out_;
  int width_ = 0;
  int height_ = 0;
  Card card_;
};

}  // namespace

std::string quote_text(std::string_view text, std::size_t columns) {
  std::string shown = digest::shorten_to_width(
      digest::visible_text(prefix_of_bytes(text, 16 * columns + 64)), columns);
  // Look-alikes: inside single quotes only the quote itself ends the text, but nothing that means
  // something anywhere in gnuplot shall get there.
  for (const auto& [sign, other] : {std::pair<std::string_view, std::string_view>{"'", "’"},
                                    {"\"", "”"},
                                    {"`", "‘"},
                                    {"\\", "＼"},
                                    {"@", "＠"}}) {
    shown = replace_all(std::move(shown), sign, other);
  }
  std::string out = "'";
  for (const char c : shown) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
  }
  return out + "'";
}

std::string show_number(double value) {
  if (!is_value(value)) return "-";
  const double size = std::abs(value);
  if (size < 100 && value != std::floor(value)) {
    std::string out = fmt::format("{:.{}f}", value, size < 1 ? 3 : 2);
    while (out.ends_with('0')) out.pop_back();
    if (out.ends_with('.')) out.pop_back();
    return out == "-0" ? "0" : out;
  }
  std::string digits = fmt::format("{:.0f}", size);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return value < 0 ? "-" + digits : digits;
}

ChartScript write_chart_script(std::string_view title, const std::vector<Chart>& charts) {
  return Writer(title, charts).finish();
}

}  // namespace mtc::charts
