// Whether what came of an incident is right.
#pragma once

#include <string>
#include <vector>

#include "domain/alerts/alert.h"
#include "domain/rollback/operation.h"
#include "incident.h"
#include "world.h"

namespace mtc::simulation {

enum class Result { cured, handed_over, untouched };

struct Row {
  std::string name, why;
  Right right{};
  Result result{};
  std::string steps;               // what was tried: "restart, previous_version"
  std::int64_t seconds = 0;        // from the alarm to the end
  std::vector<std::string> wrong;  // empty: all is as it should be
};

// `found`: after it went wrong, before anything was answered; `good`: before that; `left`: at the
// end, with time for everything to settle.
Row judge(const Incident& incident, const Picture& good, const Picture& found, const Picture& left,
          const std::vector<rollback::Operation>& operations,
          const std::vector<alerts::Alert>& alerts, bool audit_holds);

struct Summary {
  int curable = 0, cured = 0;
  int others = 0, handed_over_or_left = 0;
  int false_alarms_touched = 0, left_worse = 0, wrongly_touched = 0;
  bool is_good() const;  // the bars: ≥ 85 % of the curable cured, none of the rest
};
Summary sum_up(const std::vector<Row>& rows);
std::string as_text(const std::vector<Row>& rows);      // for a terminal
std::string as_markdown(const std::vector<Row>& rows);  // for docs/

}  // namespace mtc::simulation
