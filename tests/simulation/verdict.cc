#include "verdict.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace mtc::simulation {
namespace {

constexpr double kNoise = 0.02;
constexpr double kWellErrors = 0.05;
constexpr double kLeastCured = 0.85;

bool touched(const Picture& found, const Picture& left) {
  return found.objects != left.objects;
}

bool is_well(const Picture& picture, const Alarm& alarm) {
  const auto it = picture.workloads.find(alarm.ns + "/" + alarm.workload);
  return it != picture.workloads.end() && it->second.ready >= it->second.wanted &&
         it->second.errors < kWellErrors;
}

// Fewer that serve, or more errors, than when it was found; of anything in the cluster.
std::vector<std::string> worse(const Picture& found, const Picture& left) {
  std::vector<std::string> out;
  for (const auto& [name, before] : found.workloads) {
    const auto it = left.workloads.find(name);
    if (it == left.workloads.end()) {
      out.push_back(name + " is gone");
    } else if (it->second.ready < before.ready && it->second.ready < it->second.wanted) {
      out.push_back(
          fmt::format("{}: {} ready, found with {}", name, it->second.ready, before.ready));
    } else if (it->second.errors > before.errors + kNoise) {
      out.push_back(fmt::format("{}: errors {:.2f}, found with {:.2f}", name, it->second.errors,
                                before.errors));
    }
  }
  return out;
}

Result result_of(const Incident& incident, const Picture& found, const Picture& left,
                 const std::vector<rollback::Operation>& operations) {
  const bool acted = std::ranges::any_of(operations, [](const rollback::Operation& one) {
    return std::ranges::any_of(one.steps, [](const rollback::Step& step) {
      return step.state == rollback::StepState::good;
    });
  });
  const bool well = std::ranges::all_of(incident.alarms,
                                        [&](const Alarm& alarm) { return is_well(left, alarm); });
  if (acted && well) return Result::cured;
  const bool tried = std::ranges::any_of(operations, [](const rollback::Operation& one) {
    return std::ranges::any_of(one.steps,
                               [](const rollback::Step& step) { return !step.checkpoint.empty(); });
  });
  return tried || touched(found, left) ? Result::handed_over : Result::untouched;
}

std::string steps_of(const std::vector<rollback::Operation>& operations) {
  std::vector<std::string> out;
  for (const auto& operation : operations) {
    for (const auto& step : operation.steps) {
      if (step.checkpoint.empty()) continue;
      out.push_back(fmt::format("{} ({})", name_of(step.rung), name_of(step.state)));
    }
  }
  return join(out, ", ");
}

std::string_view name_of(Result result) {
  switch (result) {
    case Result::cured:
      return "solved";
    case Result::handed_over:
      return "handed over";
    case Result::untouched:
      return "not touched";
  }
  return "";
}

std::string_view name_of(Right right) {
  switch (right) {
    case Right::cured:
      return "solved";
    case Right::handed_over:
      return "handed over";
    case Right::untouched:
      return "not touched";
  }
  return "";
}

std::string percent(int part, int whole) {
  return whole == 0 ? "-" : fmt::format("{} %", 100 * part / whole);
}

std::string totals(const Summary& sum) {
  return fmt::format(
      "{} of {} curable incidents solved ({}); of {} others {} handed over or left alone; wrongly "
      "touched: {}; left worse than found: {}",
      sum.cured, sum.curable, percent(sum.cured, sum.curable), sum.others, sum.handed_over_or_left,
      sum.wrongly_touched, sum.left_worse);
}

}  // namespace

Row judge(const Incident& incident, const Picture&, const Picture& found, const Picture& left,
          const std::vector<rollback::Operation>& operations,
          const std::vector<alerts::Alert>& alerts, bool audit_holds) {
  Row row{.name = incident.name, .why = incident.why, .right = incident.right};
  row.result = result_of(incident, found, left, operations);
  row.steps = steps_of(operations);
  for (const auto& operation : operations) {
    if (!operation.ended) {
      row.wrong.push_back("an operation has not ended");
      continue;
    }
    row.seconds = std::max(row.seconds, std::chrono::duration_cast<std::chrono::seconds>(
                                            *operation.ended - operation.started)
                                            .count());
  }
  for (auto& one : worse(found, left)) row.wrong.push_back("worse: " + std::move(one));
  if (incident.right == Right::untouched && row.result != Result::untouched)
    row.wrong.emplace_back("touched");
  if (incident.right == Right::handed_over && row.result == Result::cured)
    row.wrong.emplace_back("taken for solved");
  if (incident.right == Right::cured && row.result != Result::cured)
    row.wrong.emplace_back("not solved");
  if (alerts.empty() && !incident.alarms.empty()) row.wrong.emplace_back("the alert is not kept");
  if (!audit_holds) row.wrong.emplace_back("the audit log does not hold");
  return row;
}

bool Summary::is_good() const {
  return left_worse == 0 && wrongly_touched == 0 &&
         cured >= static_cast<int>(kLeastCured * curable + 0.999);
}

Summary sum_up(const std::vector<Row>& rows) {
  Summary out;
  const auto has = [](const Row& row, std::string_view word) {
    return std::ranges::any_of(row.wrong,
                               [&](const std::string& one) { return one.starts_with(word); });
  };
  for (const Row& row : rows) {
    if (row.right == Right::cured) {
      ++out.curable;
      if (row.wrong.empty()) ++out.cured;
    } else {
      ++out.others;
      if (row.wrong.empty()) ++out.handed_over_or_left;
    }
    if (has(row, "touched")) ++out.wrongly_touched;
    if (has(row, "worse")) ++out.left_worse;
  }
  return out;
}

std::string as_text(const std::vector<Row>& rows) {
  std::string out;
  for (const Row& row : rows) {
    out += fmt::format("{} {:<58} {:<12} {:>5} s  {}{}\n", row.wrong.empty() ? "ok  " : "BAD ",
                       row.name, name_of(row.result), row.seconds, row.steps,
                       row.wrong.empty() ? "" : "  <- " + join(row.wrong, "; "));
  }
  return out + "\n" + totals(sum_up(rows)) + "\n";
}

std::string as_markdown(const std::vector<Row>& rows) {
  std::string out =
      "| incident | right | came out | steps | seconds |\n| --- | --- | --- | --- | --- |\n";
  for (const Row& row : rows) {
    out += fmt::format("| {} | {}: {} | {}{} | {} | {} |\n", row.name, name_of(row.right), row.why,
                       name_of(row.result),
                       row.wrong.empty() ? "" : " (" + join(row.wrong, "; ") + ")", row.steps,
                       row.seconds);
  }
  return out + "\n" + totals(sum_up(rows)) + ".\n";
}

}  // namespace mtc::simulation
