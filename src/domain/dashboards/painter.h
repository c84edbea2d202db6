// The port to whatever draws charts. adapters/charts implements it with gnuplot.
#pragma once

#include <string>
#include <vector>

#include "base/async.h"
#include "base/result.h"

namespace mtc::dashboards {

enum class ChartKind { lines, bars, pie, number, table };

struct ChartSeries {
  std::string name;
  std::vector<double> values;  // NaN: nothing was measured
};

// Text may come from logs: whoever draws treats it as data.
struct Chart {
  ChartKind kind = ChartKind::lines;
  std::string title;
  std::string unit;
  std::vector<std::string> labels;  // of the values: times or names
  std::vector<ChartSeries> series;
};

class ChartPainter {
 public:
  virtual ~ChartPainter() = default;
  // One PNG of all charts, in rows of two.
  virtual Async<Result<std::string>> paint(std::string title, std::vector<Chart> charts) = 0;
};

}  // namespace mtc::dashboards
