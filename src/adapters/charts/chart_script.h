// Writes the gnuplot script that draws a dashboard's charts as one PNG on standard output.
//
// Titles and labels come from logs. They stand only inside single quotes, where gnuplot replaces
// nothing, on a terminal without markup; and quotes, backticks, backslashes, '@' and line ends are
// replaced by characters that only look like them. Everything outside those quotes is ours.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/dashboards/painter.h"

namespace mtc::charts {

inline constexpr std::size_t kMostCharts = 12;

struct ChartScript {
  std::string text;
  int width = 0;  // pixels of the picture
  int height = 0;
};

// Charts beyond kMostCharts, and points, series and rows beyond what can be seen, are left out.
ChartScript write_chart_script(std::string_view title,
                               const std::vector<dashboards::Chart>& charts);

// The text as a string of gnuplot, quotes included; at most that many columns wide.
std::string quote_text(std::string_view text, std::size_t columns);

// For the eye: 12345 → "12,345", 0.1234 → "0.123".
std::string show_number(double value);

}  // namespace mtc::charts
