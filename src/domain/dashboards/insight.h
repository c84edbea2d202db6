// What stands out in a chart: one finding, with numbers computed from its data.
#pragma once

#include <string>

#include "base/language.h"
#include "domain/dashboards/painter.h"

namespace mtc::dashboards {

enum class Finding {
  nothing,  // no data
  value,    // one number
  peak,     // one point far above the rest
  jumped,   // the last point is far above those before it
  dropped,  // the last two are far below
  rising,   // the end is far above the beginning
  falling,
  flat,
  ordinary,   // a line without any of these
  dominated,  // one name has most of it
  spread,     // the largest of several names
  rows,       // a table
};
std::string_view name_of(Finding finding);

struct Insight {
  Finding finding = Finding::nothing;
  std::string series;  // of a line: whose; empty where there is one series only
  std::string where;   // the label: a time or a name
  double value = 0;    // there; of a rise or fall: at the end
  double usual = 0;  // median (of a jump: of what was before); of a rise or fall: at the beginning
  double ratio = 0;  // value to usual; of names: the share
  std::size_t rows = 0;
};

Insight find_insight(const Chart& chart);

// How much it matters that it is said: larger first. Only for sorting.
int weight_of(const Insight& insight);

// "错误数在十点二十分最高，一千二百，是平时的五倍": without a full stop; `title` is how the chart
// is called. Text from logs is read as letters and numbers only.
std::string say_insight(const Insight& insight, std::string_view title, std::string_view unit,
                        Language language);

// Letters, numbers and single blanks of a text of unknown origin, bounded, to be read aloud.
std::string speakable(std::string_view text, std::size_t characters);

}  // namespace mtc::dashboards
