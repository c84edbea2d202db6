// The writer of gnuplot scripts: whatever titles, labels and values are, nothing of them stands
// outside single quotes, and no quote is left open.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "adapters/charts/chart_script.h"

namespace {

using namespace mtc;

struct Bytes {
  std::string_view rest;
  unsigned take() {
    if (rest.empty()) return 0;
    const auto out = static_cast<unsigned char>(rest[0]);
    rest.remove_prefix(1);
    return out;
  }
  std::string text() {
    const auto size = std::min<std::size_t>(take() % 64, rest.size());
    std::string out(rest.substr(0, size));
    rest.remove_prefix(size);
    return out;
  }
  double number() {
    double out = 0;
    const auto size = std::min(sizeof out, rest.size());
    std::memcpy(&out, rest.data(), size);
    rest.remove_prefix(size);
    return out;
  }
};

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes bytes{{reinterpret_cast<const char*>(data), size}};
  const std::string title = bytes.text();
  std::vector<dashboards::Chart> charts(bytes.take() % 4);
  for (auto& chart : charts) {
    chart.kind = static_cast<dashboards::ChartKind>(bytes.take() % 5);
    chart.title = bytes.text();
    chart.unit = bytes.text();
    chart.labels.resize(bytes.take() % 6);
    for (auto& label : chart.labels) label = bytes.text();
    chart.series.resize(bytes.take() % 4);
    for (auto& series : chart.series) {
      series.name = bytes.text();
      series.values.resize(bytes.take() % 6);
      for (auto& value : series.values) value = bytes.number();
    }
  }
  const auto script = charts::write_chart_script(title, charts);
  bool quoted = false;
  for (const char c : script.text) {
    if (c == '\'') quoted = !quoted;
    require(!(quoted && c == '\n'));
    require(std::string_view("`\"\\@;!|").find(c) == std::string_view::npos ||
            (quoted && (c == ';' || c == '!' || c == '|')));
    require(quoted || static_cast<unsigned char>(c) < 0x80);
  }
  require(!quoted);
  return 0;
}
