#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "adapters/charts/chart_script.h"
#include "adapters/charts/gnuplot.h"
#include "infra/loop/run.h"

namespace mtc::charts {
namespace {

using dashboards::Chart;
using dashboards::ChartKind;
using ::testing::HasSubstr;

std::vector<Chart> sample() {
  Chart lines{.kind = ChartKind::lines,
              .title = "各服务错误数",
              .unit = "次/分钟",
              .labels = {},
              .series = {{.name = "payment", .values = {}},
                         {.name = "gateway", .values = {}},
                         {.name = "订单", .values = {}}}};
  Chart volume{.kind = ChartKind::lines,
               .title = "日志量",
               .unit = "条",
               .labels = {},
               .series = {{.name = "count", .values = {}}}};
  for (int i = 0; i < 60; ++i) {
    const std::string label = "10:" + std::string(i < 10 ? "0" : "") + std::to_string(i);
    lines.labels.push_back(label);
    volume.labels.push_back(label);
    lines.series[0].values.push_back(i >= 20 && i < 26 ? 180 + 20 * std::sin(i) : 6 + i % 4);
    lines.series[1].values.push_back(20 + 6 * std::sin(i / 5.0));
    lines.series[2].values.push_back(i % 17 == 0 ? std::nan("") : 3 + i % 3);
    volume.series[0].values.push_back(42'000 + 9'000 * std::sin(i / 9.0));
  }
  return {lines,
          volume,
          {.kind = ChartKind::bars,
           .title = "错误最多的服务",
           .unit = "次",
           .labels = {"payment", "gateway-nginx", "订单服务", "user-center", "cart"},
           .series = {{.name = "n", .values = {12'345, 4'321, 2'100, 640, 12}}}},
          {.kind = ChartKind::pie,
           .title = "状态码",
           .unit = "",
           .labels = {"200", "404", "502", "301", "504"},
           .series = {{.name = "n", .values = {9'000, 700, 420, 300, 120}}}},
          {.kind = ChartKind::number,
           .title = "P99 耗时",
           .unit = "毫秒",
           .labels = {""},
           .series = {{.name = "p99", .values = {1'234.6}}}},
          {.kind = ChartKind::table,
           .title = "最慢的接口",
           .unit = "",
           .labels = {"/api/v1/orders\t3210\t17", "/api/v1/pay\t2980\t5",
                      "/api/v1/users/profile/settings/notifications\t1500\t2"},
           .series = {{.name = "接口", .values = {}},
                      {.name = "耗时", .values = {}},
                      {.name = "次数", .values = {}}}}};
}

// Everything outside single quotes must be ours. The first complaint; empty if there is none.
std::string complaint(const std::string& script) {
  bool quoted = false;
  std::string outside;
  for (const char c : script) {
    if (c == '\'') {
      quoted = !quoted;
    } else if (quoted && c == '\n') {
      return "a text goes over the end of a line";
    } else if (quoted && std::string_view("`\"\\@").find(c) != std::string_view::npos) {
      return std::string("in a text: ") + c;
    } else if (quoted && static_cast<unsigned char>(c) < 0x20) {
      return "a control character in a text";
    } else if (!quoted) {
      outside += c;
      if (static_cast<unsigned char>(c) >= 0x80) return "not ASCII outside a text";
      if (std::string_view("`\"\\@;!|").find(c) != std::string_view::npos)
        return std::string("outside a text: ") + c;
    }
  }
  if (quoted) return "a text without an end";
  for (const char* word :
       {"system", "shell", "load", "call", "eval", "print", "output", "import", "popen", "exec"}) {
    if (outside.find(word) != std::string::npos) return std::string("outside a text: ") + word;
  }
  return {};
}

std::string any_text(std::mt19937& random) {
  static const std::vector<std::string> kPieces{"'",
                                                "''",
                                                "\"",
                                                "`touch x`",
                                                "\n",
                                                "\r",
                                                "\\",
                                                "\\'",
                                                "@x",
                                                "$d0 << EOD",
                                                "\nEOD\n",
                                                "system(\"id\")",
                                                "; !id",
                                                "{/Bold x}",
                                                "%s%n",
                                                "\x1b[31m",
                                                "\xff\xfe",
                                                "\xe4\xb8",
                                                "中文",
                                                "\xe2\x80\xa8",
                                                "\xc2\x85",
                                                "\xe2\x80\xae",
                                                std::string(1, '\0'),
                                                "plot 1",
                                                "#",
                                                "|",
                                                "\t",
                                                "a",
                                                " "};
  std::string out;
  const auto pieces = random() % 8;
  for (std::size_t i = 0; i < pieces; ++i) out += kPieces[random() % kPieces.size()];
  return out;
}

double any_value(std::mt19937& random) {
  static constexpr double kValues[] = {0, 1, -1, 1e300, -1e300, 1e-300, 12.5, 1e18, 9e17};
  const auto which = random() % 12;
  if (which == 11) return std::nan("");
  if (which == 10) return INFINITY;
  return which < 9 ? kValues[which] : static_cast<double>(random());
}

std::vector<Chart> any_charts(std::mt19937& random) {
  std::vector<Chart> charts(random() % 15);
  for (auto& chart : charts) {
    chart.kind = static_cast<ChartKind>(random() % 5);
    chart.title = any_text(random);
    chart.unit = any_text(random);
    chart.labels.resize(random() % 20);
    for (auto& label : chart.labels) label = any_text(random);
    chart.series.resize(random() % 12);
    for (auto& series : chart.series) {
      series.name = any_text(random);
      // Not always as many as there are labels.
      series.values.resize(random() % 24);
      for (auto& value : series.values) value = any_value(random);
    }
  }
  return charts;
}

TEST(ChartScript, IsWrittenAsTheGoldenFile) {
  const auto script = write_chart_script("支付看板", sample());
  const std::string path = MTC_TESTDATA "/script.gnuplot";
  if (std::getenv("MTC_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << script.text;
  std::ostringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(script.text, golden.str())
      << "if that is meant, run this test with MTC_UPDATE_GOLDEN=1";
  EXPECT_EQ(complaint(script.text), "");
}

TEST(ChartScript, KeepsHostileTextInsideItsQuotes) {
  std::mt19937 random(20261123);
  for (int round = 0; round < 500; ++round) {
    const auto script = write_chart_script(any_text(random), any_charts(random));
    ASSERT_EQ(complaint(script.text), "") << script.text;
    ASSERT_LT(script.text.size(), 2U << 20U);
  }
}

TEST(ChartScript, QuotesWithLookAlikes) {
  EXPECT_EQ(quote_text("it's `x` \"y\" a\\b u@h", 80), "'it’s ‘x‘ ”y” a＼b u＠h'");
  EXPECT_EQ(quote_text("a\nb", 80).find('\n'), std::string::npos);
  EXPECT_LE(quote_text(std::string(1000, 'x'), 20).size(), 30U);
}

TEST(ShowNumber, IsForTheEye) {
  EXPECT_EQ(show_number(1234567), "1,234,567");
  EXPECT_EQ(show_number(-1234), "-1,234");
  EXPECT_EQ(show_number(999), "999");
  EXPECT_EQ(show_number(0.1234), "0.123");
  EXPECT_EQ(show_number(12.5), "12.5");
  EXPECT_EQ(show_number(1234.6), "1,235");
  EXPECT_EQ(show_number(std::nan("")), "-");
}

int side(const std::string& png, std::size_t at) {
  int out = 0;
  for (std::size_t i = at; i < at + 4; ++i) out = out * 256 + static_cast<unsigned char>(png[i]);
  return out;
}

TEST(Gnuplot, DrawsAPictureOfTheSizeThatWasAsked) {
  GnuplotPainter painter;
  const auto png = run(painter.paint("支付看板", sample()));
  ASSERT_TRUE(png) << png.error().message;
  const auto script = write_chart_script("支付看板", sample());
  EXPECT_EQ(side(*png, 16), script.width);
  EXPECT_EQ(side(*png, 20), script.height);
  EXPECT_GT(png->size(), 20'000U) << "something is drawn";
  EXPECT_LT(png->size(), 1U << 20U);
  if (const char* path = std::getenv("MTC_SHOW_PICTURE")) std::ofstream(path) << *png;
}

TEST(Gnuplot, DrawsWhateverItIsGivenAndRunsNothing) {
  const auto marker = std::filesystem::temp_directory_path() / "mtc-gnuplot-was-here";
  std::filesystem::remove(marker);
  const std::string touch = "touch " + marker.string();
  GnuplotPainter painter;
  for (const std::string& text :
       {"`" + touch + "`", "'; system('" + touch + "'); '", "'\nsystem \"" + touch + "\"\n'",
        "\nEOD\n!" + touch + "\n", "\"`" + touch + "`\"", std::string("@ARG1 {/Symbol a}")}) {
    auto charts = sample();
    for (auto& chart : charts) {
      chart.title = chart.unit = text;
      for (auto& label : chart.labels) label = text;
      for (auto& series : chart.series) series.name = text;
    }
    const auto png = run(painter.paint(text, charts));
    EXPECT_TRUE(png) << text << ": " << png.error().message;
  }
  EXPECT_FALSE(std::filesystem::exists(marker));
  std::mt19937 random(7);
  for (int round = 0; round < 12; ++round) {
    const auto png = run(painter.paint(any_text(random), any_charts(random)));
    EXPECT_TRUE(png) << png.error().message;
  }
}

TEST(Gnuplot, SaysWhatIsWrong) {
  GnuplotPainter missing({.program = "gnuplot-that-is-not-there"});
  const auto none = run(missing.paint("x", sample()));
  EXPECT_EQ(none.error().code, Errc::not_found);
  EXPECT_THAT(none.error().message, HasSubstr("gnuplot-nox"));
  GnuplotPainter small({.max_picture_bytes = 1000});
  EXPECT_EQ(run(small.paint("x", sample())).error().code, Errc::resource_exhausted);
  GnuplotPainter silent({.program = "true"});
  EXPECT_EQ(run(silent.paint("x", {})).error().code, Errc::unavailable);
}

}  // namespace
}  // namespace mtc::charts
