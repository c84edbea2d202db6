#include "adapters/charts/gnuplot.h"

#include <string_view>

#include "adapters/charts/chart_script.h"
#include "base/text.h"
#include "infra/process/process.h"

namespace mtc::charts {
namespace {

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t out = 0;
  for (const char c : bytes.substr(0, 4)) out = out << 8U | static_cast<unsigned char>(c);
  return out;
}

// A whole PNG of that size.
bool is_picture(std::string_view bytes, const ChartScript& script) {
  constexpr std::string_view kBegin = "\x89PNG\r\n\x1a\n";
  constexpr std::string_view kEnd = "IEND\xae\x42\x60\x82";
  return bytes.size() > 40 && bytes.starts_with(kBegin) && bytes.ends_with(kEnd) &&
         big_endian(bytes.substr(16)) == static_cast<std::uint32_t>(script.width) &&
         big_endian(bytes.substr(20)) == static_cast<std::uint32_t>(script.height);
}

}  // namespace

Async<Result<std::string>> GnuplotPainter::paint(std::string title,
                                                 std::vector<dashboards::Chart> charts) {
  ChartScript script = write_chart_script(title, charts);
  ProcessRequest request;
  // -d: nobody's start-up file.
  request.arguments = {options_.program, "-d", "-"};
  request.input = script.text;
  request.timeout = options_.timeout;
  request.max_output_bytes = options_.max_picture_bytes;
  request.package = "gnuplot-nox";
  auto result = co_await run_process(std::move(request));
  if (!result) co_return fail(std::move(result).error());
  if (!result->succeeded() || !is_picture(result->output, script)) {
    std::string reason = shorten_characters(sanitize_utf8(trim(result->errors)), 200);
    if (reason.empty()) reason = "no whole picture came out";
    co_return fail(Errc::unavailable, "gnuplot did not draw the charts: " + reason);
  }
  co_return std::move(result->output);
}

}  // namespace mtc::charts
