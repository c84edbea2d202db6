// Draws charts with gnuplot (Debian package gnuplot-nox), run as a process: the script goes in on
// standard input, the picture comes out on standard output, nothing is written to disk.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/dashboards/painter.h"

namespace mtc::charts {

struct GnuplotOptions {
  std::string program = "gnuplot";
  Millis timeout{15'000};
  std::size_t max_picture_bytes = 4U << 20U;
};

// Stateless; safe from one executor at a time, several pictures at once. Failures: those of
// run_process (Errc::not_found names the package), Errc::unavailable where gnuplot gives no picture
// of the size it was asked for.
class GnuplotPainter final : public dashboards::ChartPainter {
 public:
  explicit GnuplotPainter(GnuplotOptions options = {}) : options_(std::move(options)) {}
  Async<Result<std::string>> paint(std::string title,
                                   std::vector<dashboards::Chart> charts) override;

 private:
  GnuplotOptions options_;
};

}  // namespace mtc::charts
